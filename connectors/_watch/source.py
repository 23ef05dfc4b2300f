"""What a platform has to offer to be read post by post, and how often it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from models.comment import Comment, Post


@dataclass(frozen=True, slots=True)
class Row:
    """A comment with its place in the listing: a Unix time in seconds by which the listing is ordered."""

    comment: Comment
    place: float


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the comments of a post, newest first."""

    rows: tuple[Row, ...]
    onward: str | None
    """What brings the next page; None at the end, however few rows there are."""


@dataclass(frozen=True, slots=True)
class Published:
    """A post, and what tells that its comments have changed."""

    post: Post
    count: int | None = None
    """How many comments the platform counts below it, or another number that changes with them; None without one."""


class Source(Protocol):
    """A page of a platform, as far as it is read. Each method may raise a `ConnectorError`."""

    page: str
    """The page's name in the configuration, for messages."""

    def posts(self, onward: str | None) -> tuple[tuple[Published, ...], str | None]:
        """One page of the Department's posts, newest or last changed first, and what brings the next page."""
        ...

    def comments(self, post_id: str, onward: str | None) -> Listed:
        """One page of a post's comments."""
        ...

    def read(self, platform_id: str, post_id: str) -> tuple[Comment, ...]:
        """One comment by itself, with what stands below it where only it leads there; empty where none is shown."""
        ...

    def prove(self) -> None:
        """Make sure that what the platform does not show is not there, rather than forbidden to this credential."""
        ...


@dataclass(frozen=True, slots=True)
class Habits:
    """How a page is read. Times in seconds."""

    posts: int
    """So many posts are read, the newest ones."""
    listing: float
    """How often the posts are listed."""
    shortest: float
    """No post is looked at more often."""
    whole: float
    """How often all comments of a post are read again."""
    flat: bool = True
    """Answers stand in the listing at their own time; False: below the comment that they answer, however old it is."""
