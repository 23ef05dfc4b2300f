"""Reading a page post by post: which post to look at now, how far down, and what is not there any more.

For platforms that list comments below each post, newest first, and cannot be asked for what came since a moment. A look
reads down to the newest comment that is known, by its time and never by its id, which may have been removed; from time
to time a look goes to the end, because edits, and hides by somebody else, leave no trace at the top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors._schedule import Thread, due
from connectors._watch.position import Position, Reading, newest
from connectors._watch.source import Habits, Published, Source
from connectors._watch.walk import AT_ONCE, followed, missing, walk
from connectors.base import Batch, BudgetSpentError, GoneError
from models.comment import Comment, Post

_ALONE_AGAIN = 3600.0
"""Seconds until a comment that is not listed is read by itself again."""
_ASKED_AT_MOST = 50
"""Comments of one post that are read one by one in a look."""
_SHORTEST = 0.001


@dataclass(frozen=True, slots=True)
class _Look:
    """What a look at one post brought."""

    reading: Reading
    comments: tuple[Comment, ...]
    gone: tuple[str, ...]


@dataclass
class _Gathered:
    """A batch in the making."""

    posts: list[Post] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    gap: str = ""
    more: bool = False
    anything: bool = False
    """Whether something was read: then a budget that ends is no reason to lose it."""

    def batch(self, cursor: str) -> Batch:
        """The batch, made."""
        comments = tuple(self.comments)
        return Batch(tuple(self.posts), comments, cursor, gone=tuple(self.gone), gap=self.gap, more=self.more)


@dataclass(frozen=True, slots=True)
class Watch:
    """Reads one page through its `Source`."""

    source: Source
    habits: Habits
    pace: Callable[[], float]
    """Calls a second that reading may make; 0 when the budget is used up."""
    clock: Callable[[], datetime]

    def fetch(self, cursor: str | None) -> Batch:
        """Look at the posts that are due, until the budget says no.

        Raises:
            ConnectorError: when the page could not be read.
        """
        position, now, gathered = Position.parse(cursor), self.clock().timestamp(), _Gathered()
        if position.listed is None or not 0 <= now - position.listed < self.habits.listing:
            position = self._list(position, now, gathered)
        for post_id in self._order(position, now):
            if len(gathered.comments) >= AT_ONCE:
                gathered.more = True
                break
            try:
                position = self._look_into(position, post_id, now, gathered)
            except BudgetSpentError:
                if not gathered.anything:
                    raise
                break
        return gathered.batch(str(position))

    def _list(self, position: Position, now: float, gathered: _Gathered) -> Position:
        """List the posts, as many as are read, those that the platform lists first; the others are forgotten."""
        found: dict[str, Published] = {}
        onward: str | None = None
        while len(found) < self.habits.posts:
            try:
                listed, onward = self.source.posts(onward)
            except BudgetSpentError:
                if not gathered.anything:
                    raise
                break
            gathered.anything = True
            found.update((each.post.platform_id, each) for each in listed)
            if onward is None:
                break
        if onward is not None:
            gathered.gap = (
                f"Only comments below the newest {self.habits.posts} posts are read; raise posts_watched to read more."
            )
        gathered.posts.extend(each.post for each in found.values())
        readings = {**position.posts, **{each: _reading(position, found[each], now) for each in found}}
        others = sorted(readings.keys() - found.keys(), key=lambda each: -readings[each].thread.created)
        kept = [*found, *others][: self.habits.posts]
        return Position(now, {each: readings[each] for each in kept})

    def _order(self, position: Position, now: float) -> list[str]:
        """What has to be read on or read again, then what is due, the most overdue first."""
        first = [
            post
            for post, reading in position.posts.items()
            if reading.onward or (reading.whole is None and reading.thread.looked is not None)
        ]
        threads = {post: reading.thread for post, reading in position.posts.items() if post not in first}
        shortest = max(_SHORTEST, self.habits.shortest)
        return [*first, *due(threads, now, pace=self.pace(), shortest=shortest)]

    def _look_into(self, position: Position, post_id: str, now: float, gathered: _Gathered) -> Position:
        try:
            look = self._look(post_id, position.posts[post_id], now)
        except GoneError:
            self.source.prove()
            gathered.gone.extend(position.posts[post_id].known)
            gathered.anything = True
            return position.moved(post_id, None)
        gathered.comments.extend(look.comments)
        gathered.gone.extend(look.gone)
        gathered.anything = True
        gathered.more |= bool(look.reading.onward) and self.pace() > 0
        return position.moved(post_id, look.reading)

    def _look(self, post_id: str, reading: Reading, now: float) -> _Look:
        done = walk(self.source, post_id, reading, self.habits, now)
        found = {each: row.comment for each, row in done.rows.items()}
        alone = {each: when for each, when in reading.alone.items() if each not in found}
        places = {**reading.known, **{each: row.place for each, row in done.rows.items()}}
        gone: list[str] = []
        for each, comments in self._one_by_one(missing(reading, done, alone, now - _ALONE_AGAIN), post_id):
            if not comments:
                gone.append(each)
            for comment in comments:
                found[comment.platform_id], alone[comment.platform_id] = comment, now
                places.setdefault(comment.platform_id, reading.known[each])
        if gone:
            self.source.prove()
        known = newest({each: place for each, place in places.items() if each not in gone})
        alone = {each: when for each, when in alone.items() if each in known}
        followed_to = replace(followed(reading, done, now), known=known, alone=alone)
        return _Look(followed_to, tuple(found.values()), tuple(gone))

    def _one_by_one(self, missing: Iterable[str], post_id: str) -> Iterator[tuple[str, tuple[Comment, ...]]]:
        """Read what is not listed any more, as far as the budget goes; the rest is still missing the next time."""
        with suppress(BudgetSpentError):
            for each in list(missing)[:_ASKED_AT_MOST]:
                yield each, self.source.read(each, post_id)


def _reading(position: Position, published: Published, now: float) -> Reading:
    """How far a post has been read; to its end again when the platform counts another number of comments."""
    created = published.post.created.timestamp() if published.post.created else now
    known = position.posts.get(published.post.platform_id) or Reading(Thread(created))
    if published.count == known.count:
        return known
    return replace(known, count=published.count, whole=None)
