"""One thing on the practice page, a post or a comment, as one line of its journal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from models.comment import Media, State


@dataclass(frozen=True, slots=True)
class Entry:
    """A post or a comment as it stood after one change. Each line of the journal is whole in itself."""

    id: str
    """``p`` (post) or ``c`` (comment) and a number that is counted over both."""
    change: str
    """What was done: published, commented, edited, removed or moved (to another state)."""
    at: datetime
    """When it was done (UTC)."""
    text: str
    created: datetime
    """When the post or comment was first written (UTC)."""
    state: State = State.VISIBLE
    post: str | None = None
    """The post that a comment is under; None for a post."""
    parent: str | None = None
    author: str = ""
    by_page: bool = False
    media: tuple[Media, ...] = ()
    raw: bytes = field(default=b"", repr=False, compare=False)
    """The line as it stands in the journal, without its line end; empty before it was written."""

    @property
    def is_post(self) -> bool:
        """Whether this is a post of the Department, not a comment."""
        return self.post is None

    @property
    def number(self) -> int:
        """The number in the id, from 1."""
        return number_of(self.id)


def number_of(entry_id: str) -> int:
    """Give the number in an id such as ``c17``; 0 for anything that is no id of this page."""
    digits = entry_id[1:]
    good = entry_id[:1] in ("p", "c") and digits.isascii() and digits.isdigit() and len(digits) < 16
    return int(digits) if good else 0


def to_line(entry: Entry) -> bytes:
    """Write an entry as JSON in ASCII: a lone surrogate or a NUL in a comment survives as an escape."""
    content: dict[str, Any] = {
        "id": entry.id,
        "change": entry.change,
        "at": entry.at.isoformat(),
        "state": entry.state.value,
        "created": entry.created.isoformat(),
        "text": entry.text,
    }
    if entry.post is not None:
        media = [[item.id, item.kind, item.url] for item in entry.media]
        content |= {"post": entry.post, "parent": entry.parent, "author": entry.author}
        content |= {"by_page": entry.by_page, "media": media}
    return json.dumps(content, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def from_line(raw: bytes) -> Entry:
    """Read an entry from its line.

    Raises:
        ValueError: when the line is not one that `to_line` wrote.
    """
    try:
        content = json.loads(raw)
        return Entry(
            id=content["id"],
            change=content["change"],
            at=_utc(content["at"]),
            text=content["text"],
            created=_utc(content["created"]),
            state=State(content["state"]),
            post=content.get("post"),
            parent=content.get("parent"),
            author=content.get("author", ""),
            by_page=content.get("by_page", False),
            media=tuple(Media(*item) for item in content.get("media", ())),
            raw=raw,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the line is no entry of a practice page") from error


def _utc(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp).astimezone(UTC)
