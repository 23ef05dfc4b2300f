"""Reading an account: which threads to look at now, what is new in them, and what is not there any more.

Three things lead to a thread. Bluesky notifies the account of most replies, and one call brings them all. The list of
the account's own posts counts the replies to each. And every thread is looked at from time to time, as often as
`connectors._schedule` finds best: nobody is notified of a reply deeper than five levels, of one below a hidden reply,
or of an edit or a removal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from connectors._schedule import Thread, due
from connectors._threads import Position, Reading
from connectors.base import Batch, BudgetSpentError, GoneError
from connectors.bluesky import gate, news, threads
from connectors.bluesky.api import Api
from connectors.bluesky.rows import Place, View
from models.comment import Comment, Post

_AT_ONCE = 500
"""Comments in one batch, about."""
_ALONE_AGAIN = 3600.0
"""Seconds until a reply that its thread does not show is asked for by itself again."""
_ALONE_AT_MOST = 25
"""Replies of one thread that are asked for one by one in a look."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How an account is read."""

    posts: int
    """So many posts are looked at by themselves, the newest ones."""
    listing: float
    """Seconds between two listings of the posts."""
    shortest: float
    """No thread is looked at more often, in seconds, unless something came there."""


@dataclass
class Gathered:
    """A batch in the making."""

    posts: dict[str, Post] = field(default_factory=dict)
    comments: list[Comment] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    gaps: dict[str, str] = field(default_factory=dict)
    more: bool = False

    def batch(self, cursor: str) -> Batch:
        """Give what was gathered."""
        gap = " ".join(self.gaps.values())
        return Batch(
            tuple(self.posts.values()), tuple(self.comments), cursor, gone=tuple(self.gone), gap=gap, more=self.more
        )


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one account."""

    api: Api
    habits: Habits
    pace: Callable[[], float]
    """Requests a second that reading may use."""
    clock: Callable[[], datetime]

    def fetch(self, cursor: str | None) -> Batch:
        """Look at the threads where something came, and at those that are due, until the budget says no.

        Raises:
            ConnectorError: when the account could not be read.
        """
        now, gathered = self.clock().timestamp(), Gathered()
        position = self._listed(news.heard(self.api, Position.parse(cursor)), now, gathered)
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
        """Read one thread, hidden replies and all; None when its post is not there any more.

        Raises:
            ConnectorError: when it could not be read.
        """
        root = Place(self.api.did, key)
        try:
            tree = threads.read(self.api, root)
        except GoneError:
            return reading if self._published(root) else None
        hidden = frozenset(gate.read(self.api, root).hidden)
        alone = self._alone(reading, tree, now)
        lost = [uri for uri, node in alone.items() if node is None]
        found = [*tree.replies.values(), *(node.view for node in alone.values() if node and node.view)]
        gathered.posts[root.uri] = tree.root.as_post(self.api.page)
        gathered.comments.extend(view.as_comment(self.api.page, self.api.did, hidden) for view in found)
        gathered.gone.extend(lost)
        gathered.gaps |= _gaps(tree)
        seen = {**dict.fromkeys(alone, now), **dict.fromkeys(tree.replies, 0.0)}
        unseen = {uri: when for uri, when in reading.known.items() if uri not in seen}
        known = {uri: when for uri, when in {**unseen, **seen}.items() if uri not in lost}
        fresh = sum(uri not in reading.known for uri in tree.replies)
        thread = reading.thread.looked_at(now, fresh, cost=tree.calls + 1)
        return Reading(thread, tree.root.replies, known)

    def _listed(self, position: Position, now: float, gathered: Gathered) -> Position:
        """List the posts when it is time; what their counts betray is looked at next."""
        readings = {key: Reading(Thread(now)) for key in position.wanted} | dict(position.threads)
        if position.listed is None or not 0 <= now - position.listed < self.habits.listing:
            views = list(news.newest(self.api, self.habits.posts))
            gathered.posts |= {view.uri: view.as_post(self.api.page) for view in views}
            position = replace(position, listed=now).want(*(view.place.key for view in views if _moved(view, readings)))
            readings = {view.place.key: Reading(Thread(view.created.timestamp())) for view in views} | readings
        newest = sorted(readings, key=lambda key: (key not in position.wanted, -readings[key].thread.created))
        kept = newest[: max(self.habits.posts, len(position.wanted))]
        return replace(position, threads={key: readings[key] for key in kept})

    def _order(self, position: Position, now: float) -> list[str]:
        others = {key: reading.thread for key, reading in position.threads.items() if key not in position.wanted}
        return [*position.wanted, *due(others, now, pace=self.pace(), shortest=max(0.001, self.habits.shortest))]

    def _alone(self, reading: Reading, tree: threads.Tree, now: float) -> dict[str, threads.Node | None]:
        """Ask for replies that were known and are not in the tree: perhaps only what stood above them is gone."""
        if not tree.whole:
            return {}
        missing = [uri for uri in reading.known if uri not in tree.replies and uri not in tree.blocked]
        late = [uri for uri in missing if not 0 < now - reading.known[uri] < _ALONE_AGAIN]
        places = [place for uri in late[:_ALONE_AT_MOST] if (place := Place.of(uri))]
        return {place.uri: threads.one(self.api, place) for place in places}

    def _published(self, post: Place) -> bool:
        """Whether a post that Bluesky does not show is in the account's own repository: then Bluesky lags behind."""
        asked = {"repo": post.did, "collection": "app.bsky.feed.post", "rkey": post.key}
        try:
            self.api.query("com.atproto.repo.getRecord", asked)
        except GoneError:
            return False
        return True


def _moved(view: View, readings: dict[str, Reading]) -> bool:
    """Whether a post that was looked at before has another number of replies now."""
    reading = readings.get(view.place.key)
    return reading is not None and reading.count is not None and reading.count != view.replies


def _gaps(tree: threads.Tree) -> dict[str, str]:
    gaps = {}
    if tree.blocked:
        gaps["blocked"] = (
            "Some replies cannot be read because their authors and the Department's account block each other; look at"
            " the thread signed out."
        )
    if not tree.whole:
        gaps["deep"] = "A thread goes on below what was read; look at it in Bluesky."
    return gaps
