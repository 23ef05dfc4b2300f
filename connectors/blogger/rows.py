"""What Blogger lists, as posts and comments.

A comment's own number says nothing without its post's: its id here is both, with a full stop between.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from connectors._html import readable
from models.comment import Author, Comment, Post, State

STATES = {"LIVE": State.VISIBLE, "PENDING": State.HELD, "SPAM": State.HIDDEN, "EMPTIED": State.GONE}
"""Blogger has one status for what was hidden and what it took for spam. Emptied: its words were removed for good."""
_ID = re.compile(r"([0-9]{1,25})\.([0-9]{1,25})")


@dataclass(frozen=True, slots=True)
class Row:
    """A comment as it is listed."""

    text: str = field(repr=False)
    fields: dict[str, Any] = field(repr=False)
    otherwise: State | None = None

    @classmethod
    def of(cls, text: str, otherwise: State | None = None) -> Self:
        """Read a resource.

        Args:
            text: as Blogger wrote it.
            otherwise: how it stands where it does not say so itself, as it does to administrators only.

        Raises:
            ValueError: when it is not a comment.
        """
        fields = json.loads(text)
        if not isinstance(fields, dict) or not _number(fields.get("id")) or not _inner(fields, "post"):
            raise ValueError("not a comment of Blogger's")
        return cls(text, fields, otherwise)

    @property
    def post(self) -> str:
        """The number of its post."""
        return _inner(self.fields, "post")

    @property
    def id(self) -> str:
        """Its id."""
        return f"{self.post}.{self.fields['id']}"

    @property
    def state(self) -> State | None:
        """How it stands; None where nobody says."""
        said = self.fields.get("status")
        return STATES.get(str(said).upper(), State.UNKNOWN) if said else self.otherwise

    @property
    def created(self) -> datetime:
        """When it was written (UTC)."""
        return moment(self.fields.get("published"))


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of a post."""

    url: str = ""
    author: str = ""
    """The number of its author's profile."""


def parts(comment: str) -> tuple[str, str] | None:
    """The numbers of the post and of the comment; None for what is no id of a comment."""
    found = _ID.fullmatch(comment)
    return (found[1], found[2]) if found else None


def comment_of(page: str, row: Row, post: Known, own: Collection[str]) -> Comment:
    """Read a comment.

    Args:
        page: the page's name.
        row: as it is listed.
        post: its post.
        own: the profiles that speak for the Department.
    """
    author, parent = _inner(row.fields, "author"), _inner(row.fields, "inReplyTo")
    name = (row.fields.get("author") or {}).get("displayName")
    return Comment(
        page=page,
        platform_id=row.id,
        post_id=row.post,
        author=Author(str(name or "Anonymous"), author or None),
        text=readable(str(row.fields.get("content") or "")),
        created=row.created,
        parent_id=f"{row.post}.{parent}" if parent else None,
        state=row.state or State.UNKNOWN,
        by_page=author in own,
        permalink=f"{post.url}#c{row.fields['id']}" if post.url else "",
        raw=row.text.encode(errors="surrogatepass"),
    )


def post_of(page: str, text: str) -> tuple[Post, Known]:
    """Read a post: its title and its text."""
    fields: dict[str, Any] = json.loads(text)
    written = (readable(str(fields.get(name) or "")) for name in ("title", "content"))
    url = str(fields.get("url") or "")
    post = Post(
        page=page,
        platform_id=str(fields["id"]),
        text="\n\n".join(each for each in written if each),
        created=moment(fields["published"]) if "published" in fields else None,
        permalink=url,
        raw=text.encode(errors="surrogatepass"),
    )
    return post, Known(url, _inner(fields, "author"))


def moment(value: object) -> datetime:
    """A time as Blogger writes it, with the blog's own offset (UTC); the year 1970 where it writes none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _inner(fields: dict[str, Any], name: str) -> str:
    """The number within an inner object; empty where there is none, as for somebody without an account."""
    found = fields.get(name)
    return _number(found.get("id")) if isinstance(found, dict) else ""


def _number(value: object) -> str:
    """A number of 64 bits, which JSON of Google's has as a text."""
    written = str(value)
    return written if written.isascii() and written.isdigit() else ""
