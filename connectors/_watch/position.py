"""How far the posts of a page have been read, as text between two fetches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from connectors._schedule import Thread

_KEPT = 300
"""So many comments of a post are remembered, the newest ones: of these it is noticed when one is gone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far one post has been read. Places and moments are Unix times in seconds."""

    thread: Thread
    mark: float = 0.0
    """The place of the newest comment that is known; everything above it is new."""
    whole: float | None = None
    """When it was last read to its end."""
    count: int | None = None
    """What `Published.count` was then."""
    onward: str = ""
    """Where a walk goes on that was broken off; empty when there is none."""
    ahead: float = 0.0
    """What becomes the mark when that walk has ended."""
    known: Mapping[str, float] = field(default_factory=dict)
    """The places of the newest comments, by id."""
    alone: Mapping[str, float] = field(default_factory=dict)
    """Comments that are there and not listed, with when they were last read one by one."""

    def as_row(self) -> list[Any]:
        """The form to keep in a cursor."""
        known = {each: round(place) for each, place in self.known.items()}
        alone = {each: round(when) for each, when in self.alone.items()}
        return [self.thread.as_row(), self.mark, self.whole, self.count, self.onward, self.ahead, known, alone]

    @classmethod
    def of_row(cls, row: list[Any]) -> Self:
        """Read what `as_row` gave."""
        thread, *rest = row
        return cls(Thread.of_row(thread), *rest)


def newest(known: Mapping[str, float]) -> dict[str, float]:
    """Of the comments of a post, those that are remembered."""
    ranked = sorted(known.items(), key=lambda each: (-each[1], each[0]))
    return dict(ranked[:_KEPT])


@dataclass(frozen=True, slots=True)
class Position:
    """How far a page has been read."""

    listed: float | None = None
    """When its posts were last listed."""
    posts: Mapping[str, Reading] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            stored = json.loads(text or "{}")
            posts = {str(post): Reading.of_row(row) for post, row in stored.get("posts", {}).items()}
            return cls(stored.get("listed"), posts)
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        """Give the position as JSON."""
        posts = {post: reading.as_row() for post, reading in self.posts.items()}
        return json.dumps({"listed": self.listed, "posts": posts}, separators=(",", ":"))

    def moved(self, post: str, reading: Reading | None) -> Position:
        """Take over how far one post has been read; None forgets it."""
        others = {each: known for each, known in self.posts.items() if each != post}
        return replace(self, posts=others if reading is None else {**others, post: reading})
