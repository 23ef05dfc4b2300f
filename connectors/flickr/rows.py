"""What Flickr lists, as posts and comments. In its JSON an element's text is ``_content``, an attribute a field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from connectors._html import readable
from connectors._json import items, members
from models.comment import Author, Comment, Post

_ID = re.compile(r"[0-9]{1,30}-([0-9]{1,30})-[0-9]{1,30}")
_UNNAMED = "Flickr member"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rows(text: str, *path: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Give each object of a list in an answer, with its JSON as Flickr wrote it; nothing where the list is left out.

    Args:
        text: the answer.
        path: the names that lead to the list.

    Raises:
        ValueError: when there is something else.
    """
    for name in path:
        if (text := members(text).get(name, "")) == "":
            return
    for each in items(text):
        fields = json.loads(each)
        if not isinstance(fields, dict):
            raise ValueError("something in the list is no object")  # noqa: TRY004 - of the text, not of the caller
        yield fields, each


def post_of(page: str, site: str, fields: dict[str, Any], text: str) -> Post:
    """Read a photo or a video."""
    photo, owner = str(fields["id"]), str(fields.get("pathalias") or fields["owner"])
    title, description = str(fields.get("title") or ""), readable(content(fields.get("description")))
    return Post(
        page=page,
        platform_id=photo,
        text="\n\n".join(part for part in (title, description) if part),
        created=moment(fields["dateupload"]) if "dateupload" in fields else None,
        permalink=f"{site}/photos/{quote(owner, safe='@')}/{quote(photo, safe='')}/",
        raw=text.encode(errors="surrogatepass"),
    )


def stamp_of(fields: dict[str, Any]) -> int | None:
    """A number that changes with the comments below a photo: when it changed last, and how many comments it has.

    Flickr counts a new comment among the changes of a photo. The number of comments comes on request though no
    documentation names it; where it is left out, the moment alone has to do.
    """
    changed, count = str(fields.get("lastupdate", "")), str(fields.get("count_comments", "0"))
    return int(changed) * 1_000_000 + int(count) if _whole(changed) and _whole(count) else None


def comment_of(page: str, photo: str, own: str, fields: dict[str, Any], text: str) -> Comment:
    """Read a comment.

    Args:
        page: the page's name in the configuration.
        photo: the photo that it was listed below.
        own: the Department's id.
        fields: the comment as it was listed.
        text: its JSON.
    """
    author = str(fields.get("author") or "")
    name = str(fields.get("realname") or fields.get("authorname") or _UNNAMED)
    return Comment(
        page=page,
        platform_id=str(fields["id"]),
        post_id=photo,
        author=Author(name, author or None),
        text=readable(content(fields)),
        created=moment(fields.get("datecreate")),
        by_page=author == own,
        permalink=str(fields.get("permalink") or ""),
        raw=text.encode(errors="surrogatepass"),
    )


def photo_of(comment_id: str) -> str | None:
    """The photo that a comment stands below: the middle of its id. None where it is no such id."""
    found = _ID.fullmatch(comment_id)
    return found[1] if found else None


def content(element: object) -> str:
    """The text of an element."""
    return str(element.get("_content") or "") if isinstance(element, dict) else ""


def moment(seconds: object) -> datetime:
    """A Unix time as Flickr writes it (UTC); the year 1970 where it writes none."""
    return datetime.fromtimestamp(int(str(seconds)), UTC) if _whole(str(seconds)) else _EPOCH


def _whole(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 12
