"""Reading an account: which threads to look at now, what is new in them, and what is not there any more.

Three things lead to a thread, as on Bluesky: a notification of a mention, for nearly every answer mentions whom it
answers; another number of answers in the list of the account's own posts; and a look from time to time, as often as
`connectors._schedule` finds best, for of an edit, a removal or an answer without a mention nobody is told.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors._schedule import Thread, due
from connectors._threads import Position, Reading
from connectors.base import Batch, BudgetSpentError, GoneError
from connectors.mastodon import news
from connectors.mastodon.api import Api, UnshownError
from connectors.mastodon.rows import Page, View
from models.comment import Comment, Post

GAP = (
    "Answers that never reached the Department's server, and those of accounts that it limits or that the account"
    " mutes, are not here; look at the thread signed out, also on other servers."
)
"""Always so: what an account is shown is what its own server has, without what is kept from it."""
MOST_SHOWN = 4096
"""So many statuses of a thread an account is shown (read in ``api/v1/statuses/contexts_controller.rb``)."""
_AT_ONCE = 500
"""Comments in one batch, about."""
_ALONE_AGAIN = 3600.0
"""Seconds until an answer that its thread does not show is asked for by itself again."""
_ALONE_AT_MOST = 25
"""Answers of one thread that are asked for one by one in a look."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How an account is read."""

    posts: int
    """So many posts are looked at by themselves, the newest ones."""
    listing: float
    """Seconds between two listings of the posts."""
    shortest: float
    """No thread is looked at more often, in seconds, unless something came there."""
    also_own: Collection[str] = ()
    """Names of other accounts that speak for the Department, in small letters."""


@dataclass
class Gathered:
    """A batch in the making."""

    posts: dict[str, Post] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    more: bool = False

    def batch(self, cursor: str) -> Batch:
        """Give what was gathered."""
        posts, comments, gone = tuple(self.posts.values()), tuple(self.comments), tuple(self.gone)
        return Batch(posts, comments, cursor, gone=gone, gap=GAP, more=self.more)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one account."""

    api: Api
    habits: Habits
    pace: Callable[[], float]
    """Requests a second that reading may use."""
    clock: Callable[[], datetime]

    @property
    def page(self) -> Page:
        """The account that is read, asked for once."""
        return Page(self.api.page, self.api.server, self.api.account().id, self.habits.also_own)

    def fetch(self, cursor: str | None) -> Batch:
        """Look at the threads where something came, and at those that are due, until the budget says no.

        Raises:
            ConnectorError: when the account could not be read.
        """
        now, gathered = self.clock().timestamp(), Gathered()
        position, begun = news.heard(self.api, Position.parse(cursor))
        gathered.posts |= {view.id: view.as_post(self.page) for view in begun}
        position = self._listed(position, now, gathered)
        for key in self._order(position, now):
            if len(gathered.comments) >= _AT_ONCE:
                gathered.more = True
                break
            try:
                position = position.moved(key, self.look(key, position.threads[key], now, gathered))
            except BudgetSpentError:
                break
        return gathered.batch(str(position))

    def look(self, key: str, reading: Reading, now: float, gathered: Gathered) -> Reading | None:
        """Read one thread; None when its post is not there any more.

        Raises:
            ConnectorError: when it could not be read.
        """
        try:
            _, below = self.api.around(key)
        except GoneError:
            return None
        shown = {view.id: view for view in below if view.public}
        alone = self._alone(reading, shown, now) if len(below) < MOST_SHOWN else {}
        lost = [each for each, view in alone.items() if view is None]
        found = [*shown.values(), *(view for view in alone.values() if view is not None and view.public)]
        page = self.page
        gathered.comments.extend(view.as_comment(page, key) for view in found)
        gathered.gone.extend(lost)
        seen = {**dict.fromkeys(alone, now), **dict.fromkeys(shown, 0.0)}
        unseen = {each: when for each, when in reading.known.items() if each not in seen}
        known = {each: when for each, when in {**unseen, **seen}.items() if each not in lost}
        thread = reading.thread.looked_at(now, sum(each not in reading.known for each in shown))
        return Reading(thread, reading.count, known)

    def _listed(self, position: Position, now: float, gathered: Gathered) -> Position:
        """List the posts when it is time; what their counts betray is looked at next."""
        readings = {key: Reading(Thread(now)) for key in position.wanted} | dict(position.threads)
        if position.listed is None or not 0 <= now - position.listed < self.habits.listing:
            views = list(news.newest(self.api, self.habits.posts))
            gathered.posts |= {view.id: view.as_post(self.page) for view in views}
            moved = [view.id for view in views if _moved(view, readings)]
            readings |= {view.id: _counted(view, readings) for view in views}
            position = replace(position, listed=now).want(*moved)
        newest = sorted(readings, key=lambda key: (key not in position.wanted, -readings[key].thread.created))
        kept = newest[: max(self.habits.posts, len(position.wanted))]
        return replace(position, threads={key: readings[key] for key in kept})

    def _order(self, position: Position, now: float) -> list[str]:
        others = {key: reading.thread for key, reading in position.threads.items() if key not in position.wanted}
        return [*position.wanted, *due(others, now, pace=self.pace(), shortest=max(0.001, self.habits.shortest))]

    def _alone(self, reading: Reading, shown: Collection[str], now: float) -> dict[str, View | None]:
        """Ask for answers that were known and are not shown: perhaps only what stood above them is gone."""
        late = [each for each, when in reading.known.items() if each not in shown and not 0 < now - when < _ALONE_AGAIN]
        found: dict[str, View | None] = {}
        for each in late[:_ALONE_AT_MOST]:
            try:
                found[each] = self.api.one(each)
            except UnshownError:
                continue
        return found


def _moved(view: View, readings: Mapping[str, Reading]) -> bool:
    """Whether a post that was looked at before has another number of answers now."""
    reading = readings.get(view.id)
    return reading is not None and reading.count is not None and reading.count != view.replies


def _counted(view: View, readings: Mapping[str, Reading]) -> Reading:
    """How far a post has been read, with the number of answers that Mastodon counts now."""
    known = readings.get(view.id) or Reading(Thread(view.created.timestamp()))
    return replace(known, count=view.replies)
