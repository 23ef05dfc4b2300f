"""What is done on one blog."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from connectors._google import due
from connectors._google_acting import Units, Wanted, act
from connectors.base import Batch, Checked, ForbiddenError, Observed, Outcome, Result
from connectors.blogger import SCOPE
from connectors.blogger.api import Api
from connectors.blogger.finding import OUT_OF_SIGHT, find
from connectors.blogger.place import Place
from connectors.blogger.reading import Look, month
from connectors.blogger.rows import Known, comment_of, parts
from models.comment import State

_MONTH = timedelta(days=30)
_ACT = Units(read=1, change=1)


class Moderator:
    """Reads and acts on one blog."""

    def __init__(self, api: Api, own: Sequence[str], clock: Callable[[], datetime]) -> None:
        self._api = api
        self._own = frozenset(own)
        self._clock = clock

    def fetch(self, cursor: str | None, watched: timedelta, shortest: float) -> Batch:
        """Read what was written in the time `watched`, `shortest` seconds after the last look or later."""
        place, now = Place.parse(cursor), self._clock()
        if not due(place.looked, place.cost, now.timestamp(), self._api.pace, shortest):
            return Batch((), (), cursor or "")
        look = Look(self._api, place, self._own, now - watched)
        return look.batch(now.timestamp(), lambda comment: find(self._api, comment))

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """One month for each batch, the newest first."""
        until = datetime.fromisoformat(json.loads(cursor)["until"]) if cursor else None
        end = until or self._clock()
        begin = max(since, end - _MONTH)
        if begin >= end:
            return Batch((), (), cursor or "")
        look = month(self._api, self._own, begin, until)
        following = json.dumps({"until": begin.isoformat()})
        return Batch(tuple(look.posts.values()), look.comments(), following, gap=look.gap, more=begin > since)

    def state(self, comment: str) -> Observed:
        """Read one comment."""
        row = find(self._api, comment, act=True)
        if row is None:
            return Observed(State.GONE)
        found = comment_of(self._api.page, row, Known(), ())
        return Observed(found.state, found.digest)

    def hide(self, comment: str) -> Outcome:
        """Mark a comment as spam."""
        return self._mark(comment, "SPAM", (State.HIDDEN, State.HELD))

    def unhide(self, comment: str) -> Outcome:
        """Approve a comment."""
        return self._mark(comment, "LIVE", (State.VISIBLE,))

    def check(self) -> Checked:
        """Prove what is needed: another access token that may change the blog, its role, and what only that sees."""
        granted = self._api.wire.renew().parts.get("scope", "").split()
        if granted and SCOPE not in granted:
            raise ForbiddenError(
                f"Page {self._api.page}: a permission is missing from the authorisation; run: ofrecord connect"
                f" {self._api.page}"
            )
        owner = self._api.administrator()
        for status in OUT_OF_SIGHT:
            self._api.comments(status, self._clock() - _MONTH, None, None)
        return Checked(self._api.wire.ends, self._api.warnings(), owner.about)

    def _mark(self, comment: str, status: Literal["SPAM", "LIVE"], already: tuple[State, ...]) -> Outcome:
        numbers = parts(comment)
        if numbers is None:
            return Outcome(Result.GONE, "it is no comment of Blogger's")
        wanted = Wanted(send=lambda: self._api.mark(*numbers, status), says=status, already=already)
        return act(self._api, _ACT, lambda: self._state(comment), wanted)

    def _state(self, comment: str) -> State:
        row = find(self._api, comment, paid=True, act=True)
        return (row.state or State.UNKNOWN) if row else State.GONE
