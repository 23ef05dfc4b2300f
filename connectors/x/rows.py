"""What X lists, as posts and comments.

The fields ``note_tweet``, ``referenced_tweets`` and ``edit_history_tweet_ids`` are ``note_post`` and so on in the newer
description of X's API; both names are read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import _json
from connectors._http import Answer
from connectors.base import UnavailableError
from connectors.x.refusal import NOT_FOUND, kind_of
from models.comment import Author, Comment, Media, Post, State

FIELDS = [
    "attachments",
    "author_id",
    "conversation_id",
    "created_at",
    "edit_history_tweet_ids",
    "entities",
    "note_tweet",
    "referenced_tweets",
]
"""What is asked for. Without ``note_tweet`` a long post comes cut off after 280 characters."""
_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
"""Ids count milliseconds from here in their upper bits (github.com/twitter-archive/snowflake)."""
_KINDS = {"photo": "image", "video": "video", "animated_gif": "video"}
_ESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_PAGE_OF_ONE = "https://x.com/i/web/status/"


def born(platform_id: str) -> datetime:
    """When the thing of this id was made (UTC)."""
    return _EPOCH + timedelta(milliseconds=int(platform_id) >> 22)


def id_at(moment: datetime) -> str:
    """An id below all those of things made from this moment on."""
    return str((int((moment - _EPOCH) / timedelta(milliseconds=1)) << 22) - 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One post or reply in one version."""

    fields: Mapping[str, Any]
    raw: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """The id of this version."""
        return str(self.fields["id"])

    @property
    def versions(self) -> tuple[str, ...]:
        """The ids of all versions, the oldest first; the first one names it for ever."""
        found = _either(self.fields, "edit_history_tweet_ids", "edit_history_post_ids")
        return tuple(map(str, found)) if isinstance(found, list) and found else (self.id,)

    @property
    def first(self) -> str:
        """The id of the first version."""
        return self.versions[0]

    @property
    def newest(self) -> str:
        """The id of the newest version."""
        return self.versions[-1]

    @property
    def author(self) -> str:
        """The author's number."""
        return str(self.fields.get("author_id", ""))

    @property
    def conversation(self) -> str:
        """The id of the post that the conversation began with."""
        return str(self.fields.get("conversation_id") or self.id)

    @property
    def is_root(self) -> bool:
        """Whether it began its conversation."""
        return self.conversation in self.versions

    @property
    def answers(self) -> str | None:
        """The id of what it answers, in the version that was answered."""
        referenced = _either(self.fields, "referenced_tweets", "referenced_posts") or ()
        return next((str(each["id"]) for each in referenced if each.get("type") == "replied_to"), None)

    @property
    def text(self) -> str:
        """The whole text as a reader sees it."""
        note = _either(self.fields, "note_tweet", "note_post")
        text = str((note or {}).get("text") or self.fields.get("text") or "")
        for escaped, plain in _ESCAPED:
            text = text.replace(escaped, plain)
        return text

    @property
    def created(self) -> datetime:
        """When its first version was posted (UTC)."""
        return born(self.first)


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list."""

    rows: tuple[Row, ...]
    users: Mapping[str, str]
    """Names by number, where they were asked for."""
    media: Mapping[str, Mapping[str, Any]]
    missing: frozenset[str]
    """Ids that X says do not exist."""
    onward: bool
    """Whether there is more below."""

    @property
    def oldest(self) -> str:
        """The smallest id."""
        return min((row.id for row in self.rows), key=int)

    @property
    def top(self) -> str:
        """The largest id."""
        return max((row.id for row in self.rows), key=int)


def listed(page: str, answer: Answer) -> Listed:
    """Read a list of posts.

    X answers with success also where it gives nothing but errors; that is never an empty list.

    Raises:
        UnavailableError: when it is no list of posts.
    """
    try:
        text = answer.body.decode("utf-8-sig", errors="surrogatepass")
        parts = _json.members(text)
        rows = tuple(Row(json.loads(each), each.encode(errors="surrogatepass")) for each in _rows(parts))
        includes = json.loads(parts.get("includes", "{}"))
        errors = json.loads(parts.get("errors", "[]"))
        meta = json.loads(parts.get("meta", "{}"))
        missing = frozenset(str(each["resource_id"]) for each in errors if kind_of(each) == NOT_FOUND)
        users = {str(each["id"]): _name(each) for each in includes.get("users", ())}
        media = {str(each["media_key"]): each for each in includes.get("media", ())}
        told = bool(rows) or "result_count" in meta or bool(missing)
        whole = all(row.id.isdigit() for row in rows)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise _nonsense(page, answer) from None
    if not told or not whole:
        raise _nonsense(page, answer)
    return Listed(rows, users, media, missing, bool(meta.get("next_token")) and bool(rows))


def post_of(page: str, row: Row) -> Post:
    """Read a post of the Department."""
    return Post(page, row.first, row.text, row.created, _PAGE_OF_ONE + row.newest, row.raw)


def comment_of(page: str, row: Row, post_id: str, listed: Listed, own: str) -> Comment:
    """Read a reply. Whether it is hidden X tells nobody: it is taken for visible, as every reply is at first.

    Args:
        page: the page's name in the configuration.
        row: the reply.
        post_id: the post of the Department that its conversation began with.
        listed: the page that it stood on.
        own: the Department's number.
    """
    answers = row.answers
    return Comment(
        page=page,
        platform_id=row.first,
        post_id=post_id,
        author=Author(listed.users.get(row.author, row.author), row.author),
        text=row.text,
        created=row.created,
        parent_id=None if answers in (None, post_id, row.conversation) else answers,
        media=tuple(_media(row, listed.media)),
        state=State.VISIBLE,
        by_page=row.author == own,
        permalink=_PAGE_OF_ONE + row.newest,
        raw=row.raw,
    )


def _rows(parts: Mapping[str, str]) -> list[str]:
    return _json.items(parts["data"]) if "data" in parts and parts["data"] != "null" else []


def _name(user: Mapping[str, Any]) -> str:
    return str(user.get("name") or user.get("username") or user["id"])


def _media(row: Row, known: Mapping[str, Mapping[str, Any]]) -> Iterator[Media]:
    for key in (row.fields.get("attachments") or {}).get("media_keys") or ():
        about = known.get(str(key), {})
        kind = _KINDS.get(str(about.get("type")), "other")
        yield Media(str(key), kind, str(about.get("url") or about.get("preview_image_url") or ""))
    for link in (row.fields.get("entities") or {}).get("urls") or ():
        if "media_key" not in link and link.get("url"):
            yield Media(str(link["url"]), "link", str(link.get("unwound_url") or link.get("expanded_url") or ""))


def _either(fields: Mapping[str, Any], *names: str) -> Any:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _nonsense(page: str, answer: Answer) -> UnavailableError:
    return UnavailableError(
        f"Page {page}: X answered with something else than was asked for (status {answer.status}, {answer.count}); it"
        " is tried again."
    )
