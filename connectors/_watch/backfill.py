"""Comments from before a page was watched: post after post, newest first, resumable."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from connectors._watch.source import Published, Source
from connectors._watch.walk import AT_ONCE, Walk
from connectors.base import Batch, BudgetSpentError, GoneError
from models.comment import Comment, Post


@dataclass(frozen=True, slots=True)
class _Left:
    """What is still to be read."""

    posts: tuple[str, ...] = ()
    """Ids of posts, the one being read first."""
    comments: str | None = None
    """Where that one goes on."""
    onward: str | None = None
    """Where the list of posts goes on."""
    begun: bool = False

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote; from the beginning where there is nothing."""
        if not text:
            return cls()
        stored = json.loads(text)
        return cls(tuple(stored["posts"]), stored["comments"], stored["onward"], begun=True)

    def __str__(self) -> str:
        """Give it as JSON."""
        return json.dumps({"posts": self.posts, "comments": self.comments, "onward": self.onward})

    @property
    def done(self) -> bool:
        """Whether nothing is left."""
        return self.begun and not self.posts and self.onward is None


def backfill(source: Source, since: datetime, cursor: str | None, *, flat: bool) -> Batch:
    """Bring comments posted since a moment, below posts of any age, until the batch is full or the budget says no.

    Args:
        source: the page.
        since: the moment.
        cursor: of the last batch; None for the first.
        flat: as `Habits.flat`; where answers stand below old comments, each post is read to its end.

    Raises:
        ConnectorError: when nothing could be read.
    """
    left = _Left.parse(cursor)
    posts: list[Post] = []
    comments: list[Comment] = []
    read = False
    while not left.done and len(comments) < AT_ONCE:
        try:
            if left.posts:
                found, left = _further(source, since, left, flat=flat)
                comments.extend(found)
            else:
                published, onward = source.posts(left.onward)
                posts.extend(each.post for each in published)
                left = _Left(_ids(published), None, onward, begun=True)
        except BudgetSpentError:
            if not read:
                raise
            break
        read = True
    return Batch(tuple(posts), tuple(comments), str(left), more=not left.done)


def _ids(published: tuple[Published, ...]) -> tuple[str, ...]:
    return tuple(each.post.platform_id for each in published)


def _further(source: Source, since: datetime, left: _Left, *, flat: bool) -> tuple[list[Comment], _Left]:
    """Read one more page of comments."""
    after = replace(left, posts=left.posts[1:], comments=None)
    try:
        listed = source.comments(left.posts[0], left.comments)
    except GoneError:
        source.prove()
        return [], after
    step = Walk(left.comments)
    step.take(listed)
    found = [row.comment for row in listed.rows if row.comment.created >= since]
    below = flat and step.ordered and step.floor < since.timestamp()
    ends = below or listed.onward is None or listed.onward == left.comments
    return found, after if ends else replace(left, comments=listed.onward)
