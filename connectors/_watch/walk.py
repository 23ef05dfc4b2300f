"""Going down the comments of one post, newest first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import inf

from connectors._watch.position import Reading
from connectors._watch.source import Habits, Listed, Row, Source
from connectors.base import BudgetSpentError, ForbiddenError, UnavailableError

AT_ONCE = 500
"""Comments in one batch, about."""
_OVERLAP = 600.0
"""Seconds that a look goes below the newest comment that is known: a listing does not tell everything at once."""


@dataclass
class Walk:
    """What a walk has brought so far."""

    onward: str | None
    """What brings the next page; None at the beginning and at the end."""
    rows: dict[str, Row] = field(default_factory=dict)
    pages: int = 0
    floor: float = inf
    """The place of the lowest row; minus infinity at the end."""
    ordered: bool = True
    """Every row stood below a newer one. Where that fails, nothing follows from how deep a walk went."""
    broken_off: bool = False

    def take(self, listed: Listed) -> None:
        """Take in one page."""
        for row in listed.rows:
            self.ordered &= row.place <= self.floor
            self.floor = min(self.floor, row.place)
        self.rows.update((row.comment.platform_id, row) for row in listed.rows)
        self.pages += 1
        self.onward = listed.onward
        if listed.onward is None:
            self.floor = -inf

    @property
    def at_the_end(self) -> bool:
        """Whether there is nothing below."""
        return self.floor == -inf

    @property
    def newest(self) -> float:
        """The highest place."""
        return max((row.place for row in self.rows.values()), default=0.0)


def walk(source: Source, post_id: str, reading: Reading, habits: Habits, now: float) -> Walk:
    """Read down to what is known, or to the end when it is time for that; on from where the last walk was broken off.

    Raises:
        ConnectorError: when the post could not be read; a budget that ends after the first page breaks the walk off.
    """
    found = Walk(reading.onward or None)
    deep = bool(reading.onward) or reading.whole is None or not 0 <= now - reading.whole < habits.whole
    while True:
        asked = found.onward
        try:
            found.take(source.comments(post_id, asked))
        except BudgetSpentError:
            if not found.pages:
                raise
            found.broken_off = True
            return found
        except ForbiddenError:
            if asked is None or found.pages:
                raise
            return walk(source, post_id, _anew(reading), habits, now)
        if found.at_the_end or (not deep and found.ordered and found.floor < reading.mark - _OVERLAP):
            return found
        if found.onward == asked:
            raise UnavailableError(f"Page {source.page}: the platform gives the same comments again, not the next.")
        if len(found.rows) >= AT_ONCE:
            found.broken_off = True
            return found


def _anew(reading: Reading) -> Reading:
    """A place to go on from does not last for ever: then the walk begins again."""
    return replace(reading, onward="", ahead=0.0, whole=None)


def followed(reading: Reading, done: Walk, now: float) -> Reading:
    """How far the post has been read after a walk, all but which comments are known."""
    going_on = bool(reading.onward)
    fresh = [
        row
        for each, row in done.rows.items()
        if each not in reading.known and row.comment.created.timestamp() >= reading.mark
    ]
    ahead = max(reading.ahead if going_on else 0.0, done.newest)
    cost = None if done.at_the_end or going_on else done.pages
    thread = reading.thread.looked_at(now, len(fresh), cost)
    if done.broken_off:
        return replace(reading, thread=thread, onward=done.onward or "", ahead=ahead)
    whole = now if done.at_the_end else reading.whole
    return replace(reading, thread=thread, mark=max(reading.mark, ahead), whole=whole, onward="", ahead=0.0)


def missing(reading: Reading, done: Walk, alone: Mapping[str, float], again: float) -> list[str]:
    """Comments that stood where the walk went, and are not listed there any more.

    A walk that went on from the middle, or through a listing that is not in order, proves nothing of what is missing.

    Args:
        reading: how far the post was read before.
        done: the walk.
        alone: comments that are known not to be listed, with when they were last read one by one.
        again: those read since this moment are left alone.
    """
    if reading.onward or not (done.ordered or done.at_the_end):
        return []
    return [
        each
        for each, place in reading.known.items()
        if place > done.floor and each not in done.rows and alone.get(each, -inf) <= again
    ]
