"""One fetch: the cheap feed first, then the searches that find what it leaves out, then what became of what is known.

X gives mentions at a fifth of the price of a search, and most replies name whom they answer. Whoever takes the name out
of a reply is found by the search of the conversation, which reaches back seven days. An edit, or a reply that is gone,
shows only when it is read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

from connectors._schedule import due
from connectors.base import Batch, BudgetSpentError, UnavailableError
from connectors.x.api import at
from connectors.x.place import Place, Walk
from connectors.x.rows import Listed, Row, comment_of, id_at, post_of
from connectors.x.source import POST, USER, Source
from models.comment import Comment, Post

HORIZON = timedelta(days=7) - timedelta(hours=1)
"""How far back recent search reaches, less what clocks may differ: an older ``since_id`` is refused (400)."""
_LATE = timedelta(minutes=2)
"""So late something may still turn up in a list, between what was there before."""
_ALL_MENTIONS = 790
"""X lists the newest 800."""
_AT_ONCE = 1000
_TOGETHER = 100
_UNITS = 100
"""Units that a post in a search counts for the schedule; a search that finds nothing is one unit, and costs nothing."""
_SHARE = 0.5
"""Searches, and reading again, may each use this part of the money a second that would last the month."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a page is read."""

    posts: int
    """So many of the Department's posts are watched, the newest."""
    look: float
    """No conversation is searched more often than this, in seconds."""
    rescan: float
    """How often known replies are read again, in seconds."""
    rescan_back: timedelta
    """How far back."""


@dataclass
class _Gathered:
    posts: dict[str, Post] = field(default_factory=dict)
    comments: dict[str, Comment] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    more: bool = False

    def batch(self, place: Place) -> Batch:
        comments = tuple(each for each in self.comments.values() if each.platform_id not in self.gone)
        gone, gap = tuple(self.gone), " ".join(dict.fromkeys(self.gaps))
        return Batch(tuple(self.posts.values()), comments, str(place), gone=gone, gap=gap, more=self.more)


class Reading:
    """One fetch of one page."""

    def __init__(self, source: Source, habits: Habits, place: Place) -> None:
        self._source = source
        self._habits = habits
        self._place = place
        self._found = _Gathered()

    def fetch(self) -> Batch:
        """Read what is new and due, until the budget says no.

        Raises:
            ConnectorError: when the page could not be read.
        """
        try:
            for step in (self._own, self._mentions, self._conversations, self._rescan):
                step()
        except BudgetSpentError:
            if not (self._found.posts or self._found.comments or self._found.gone):
                raise
        return self._found.batch(self._place)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """Read one page of mentions since a moment, below the one that came before; its cursor is an id.

        Raises:
            ConnectorError: when the page could not be read.
        """
        page = self._source.mentions(id_at(since), cursor or "")
        self._take(page)
        batch = self._found.batch(self._place)
        return Batch(batch.posts, batch.comments, page.oldest if page.rows else "", more=page.onward)

    @property
    def _now(self) -> datetime:
        return self._source.api.now

    def _own(self) -> None:
        """What the Department itself wrote, so that its conversations are known."""
        walk = self._place.own
        for page in _pages(walk, self._floor(walk, far=True), self._source.own):
            self._take(page)
            if len(self._place.threads) >= self._habits.posts and not walk.since:
                walk.since, walk.top, walk.below = walk.top or page.top, "", ""
                break
        self._place.watch(self._habits.posts)

    def _mentions(self) -> None:
        walk, count = self._place.mentions, 0
        for page in _pages(walk, self._floor(walk), self._source.mentions):
            self._take(page)
            count += len(page.rows)
        if count >= _ALL_MENTIONS:
            self._found.gaps.append("X lists only the newest 800 mentions: replies before them may have been missed.")

    def _floor(self, walk: Walk, *, far: bool = False) -> str:
        """Where to begin: where the last walk ended, or a little earlier as long as something may turn up late."""
        if not walk.since:
            return "" if far else id_at(self._now - HORIZON)
        return min(walk.since, id_at(self._now - _LATE), key=int)

    def _conversations(self) -> None:
        """Search the conversations that are due, the most overdue first."""
        now, budget = self._now.timestamp(), self._source.api.budget
        pace = min(budget.pace("searches"), _SHARE * budget.pace("money") / (POST + USER) * _UNITS)
        for post_id in due(self._place.threads, now, pace=pace, shortest=max(0.001, self._habits.look)):
            if len(self._found.comments) >= _AT_ONCE:
                self._found.more = True
                return
            self._search(post_id, now)

    def _search(self, post_id: str, now: float) -> None:
        thread = self._place.threads[post_id]
        known, horizon = set(self._place.known), at(now) - HORIZON
        since = horizon
        if thread.looked is not None:
            since = max(horizon, at(thread.looked) - _LATE)
            if at(thread.looked) < horizon:
                self._found.gaps.append(
                    "X's search goes back seven days, and the last look was longer ago: replies without the account's"
                    " name from before may have been missed."
                )
        pages = _pages(Walk(), id_at(since), lambda since, below: self._source.conversation(post_id, since, below))
        cost = 1
        for page in pages:
            self._take(page)
            cost += _UNITS * len(page.rows)
        fresh = len(set(self._place.known) - known)
        self._place.threads[post_id] = thread.looked_at(now, fresh, cost)

    def _rescan(self) -> None:
        """Read known replies again, by their ids: what is gone, and what is edited."""
        place, now = self._place, self._now
        if place.scanned is None:
            place.scanned = now.timestamp()
        begin = max(int(place.scan or 0), int(id_at(now - self._habits.rescan_back)))
        ids = sorted((each for each in place.known if int(each) > begin), key=int)
        if not place.scan and 0 <= now.timestamp() - place.scanned < self._scan_every(len(ids)):
            return
        for start in range(0, len(ids), _TOGETHER):
            self._again(ids[start : start + _TOGETHER])
            place.scan = ids[min(start + _TOGETHER, len(ids)) - 1]
        place.scanned, place.scan = now.timestamp(), ""

    def _scan_every(self, replies: int) -> float:
        """Seconds between two readings again: as set, or as long as they take to be paid for; 0: at each fetch."""
        if not self._habits.rescan:
            return 0.0
        pace = _SHARE * self._source.api.budget.pace("money")
        return max(self._habits.rescan, replies * POST / pace if pace else inf)

    def _again(self, firsts: list[str]) -> None:
        place = self._place
        asked = {place.known[first]: first for first in firsts}
        page = self._source.lookup(list(asked), named=False)
        edited = [row.newest for row in page.rows if row.newest != row.id]
        if edited:
            self._take(self._source.lookup(edited, named=True))
        for gone in page.missing & asked.keys():
            self._found.gone.append(asked[gone])
            del place.known[asked[gone]]

    def _take(self, page: Listed) -> None:
        """Keep what stands in the Department's conversations; nothing of what was said elsewhere."""
        begun = self._roots(page)
        for row in page.rows:
            if row.author == self._source.me() and row.is_root:
                self._publish(row)
            elif post_id := begun.get(row.conversation):
                self._found.comments[row.first] = comment_of(self._source.page, row, post_id, page, self._source.me())
                self._place.knows(row.first, row.newest)

    def _publish(self, row: Row) -> None:
        self._found.posts[row.first] = post_of(self._source.page, row)
        self._place.owns(row.first)

    def _roots(self, page: Listed) -> dict[str, str]:
        """The Department's posts that the conversations on a page began with; unknown ones are looked up once."""
        place, me = self._place, self._source.me()
        asked = {row.conversation for row in page.rows}
        own = {each: row.first for row in page.rows if row.author == me and row.is_root for each in row.versions}
        found = {each: own.get(each, each) for each in asked if each in own or each in place.threads}
        unknown = sorted(asked - found.keys() - set(place.foreign))
        if not unknown:
            return found
        looked_up = self._source.lookup(unknown, named=False)
        for row in looked_up.rows:
            if row.author == me and row.is_root:
                self._publish(row)
                found |= dict.fromkeys(row.versions, row.first)
        for each in unknown:
            if each not in found:
                place.is_foreign(each)
        return found


def _pages(walk: Walk, floor: str, list_page: Callable[[str, str], Listed]) -> Iterator[Listed]:
    """The pages of a list, newest first. The walk moves on only when a page has been dealt with."""
    while True:
        page = list_page(floor, walk.below)
        if page.rows and walk.below and int(page.oldest) >= int(walk.below):
            raise UnavailableError("X ignores how far down it was asked to list; it is tried again.")
        yield page
        if page.rows:
            walk.top, walk.below = walk.top or page.top, page.oldest
        if not page.onward:
            walk.since = max(walk.since, walk.top, key=lambda each: int(each or 0))
            walk.top = walk.below = ""
            return
