"""What is done on one channel."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from connectors._google import due
from connectors._google_acting import Units, Wanted, act
from connectors._google_errors import RefusedError
from connectors._json import members
from connectors.base import Batch, Checked, Observed, Outcome, UnavailableError
from connectors.youtube.api import CHANGE, READ, Api, Status
from connectors.youtube.place import Place
from connectors.youtube.reading import Look, older
from connectors.youtube.rows import STATES, Reader
from models.comment import Comment, State

_ID = re.compile(r"[A-Za-z0-9_-]{4,80}(\.[A-Za-z0-9_-]{4,80})?")
_OUT_OF_SIGHT: tuple[Status, ...] = ("heldForReview", "likelySpam", "rejected")
_PAGES = 5
_TOO_MANY = "too many comments are held to tell whether one of them is still there; decide on them in YouTube Studio."
_ACT = Units(READ, CHANGE)
_FINAL = {State.HIDDEN: "it was rejected, and YouTube never publishes a rejected comment again"}


class Moderator:
    """Reads and acts on one channel."""

    def __init__(self, api: Api, clock: Callable[[], datetime]) -> None:
        self._api = api
        self._clock = clock
        self._reader = Reader(api.page, api.channel)

    def fetch(self, cursor: str | None, most: int, shortest: float) -> Batch:
        """Look at the newest `most` threads, `shortest` seconds after the last look or later."""
        place, now = Place.parse(cursor), self._clock().timestamp()
        if not due(place.looked, place.cost, now, self._api.pace, shortest):
            return Batch((), (), cursor or "")
        return Look(self._api, self._reader, place, most).batch(now)

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        """One page of threads for each batch, to the end: a reply can be younger than its thread."""
        onward: str | None = json.loads(cursor)["onward"] if cursor else None
        try:
            look, following = older(self._api, self._reader, onward)
        except RefusedError:
            if onward is None:
                raise
            look, following = older(self._api, self._reader, None)  # a place does not last: from the beginning
        found = tuple(each for each in look.comments.values() if each.created >= since)
        more = following is not None
        return Batch(tuple(look.posts.values()), found, json.dumps({"onward": following}), more=more)

    def state(self, comment: str) -> Observed:
        """Read one comment."""
        self._api.spend(READ, act=True)
        found = self._find(comment)
        return Observed(found.state, found.digest) if found else Observed(State.GONE)

    def hide(self, comment: str) -> Outcome:
        """Hold a comment for review."""
        held = Wanted(
            send=lambda: self._api.moderate(comment, "heldForReview"),
            says="heldForReview",
            already=(State.HELD, State.HIDDEN, State.SPAM),
        )
        return act(self._api, _ACT, lambda: self._state(comment), held)

    def unhide(self, comment: str) -> Outcome:
        """Publish a comment."""
        published = Wanted(
            send=lambda: self._api.moderate(comment, "published"),
            says="published",
            already=(State.VISIBLE,),
            final=_FINAL,
        )
        return act(self._api, _ACT, lambda: self._state(comment), published)

    def check(self) -> Checked:
        """Prove what is needed: another access token, the channel, and what only its owner sees."""
        self._api.wire.renew()
        channel = self._api.own_channel()
        self._api.threads("heldForReview", None)
        about = json.loads(members(channel).get("snippet", "{}")).get("description")
        return Checked(self._api.wire.ends, self._api.warnings(), about if isinstance(about, str) else None)

    def _state(self, comment: str) -> State:
        found = self._find(comment)
        return found.state if found else State.GONE

    def _find(self, comment: str) -> Comment | None:
        """One comment, its first requests counted already; None only when it is certain that it is gone.

        By its id YouTube says whether it is there, and not how it stands: that is what the listings say.
        """
        if not _ID.fullmatch(comment):
            return None
        found = next((self._reader.comment(each) for each in self._api.comments([comment], paid=True)), None)
        ends = True
        for status in _OUT_OF_SIGHT:
            hidden, ended = self._among(status, comment)
            if hidden:
                return hidden
            ends &= ended
        if found is None and ends:
            self._api.own_channel(act=True)
            return None
        if found is None:
            raise UnavailableError(f"Page {self._api.page}: {_TOO_MANY}")
        return replace(found, state=State.VISIBLE if ends else State.UNKNOWN)

    def _among(self, status: Status, comment: str) -> tuple[Comment | None, bool]:
        """A comment among those of a status, and whether these were listed to their end."""
        onward: str | None = None
        for _ in range(_PAGES):
            page = self._api.threads(status, onward, paid=onward is None, act=True)
            if page is None:
                return None, True
            for thread in (self._reader.thread(each, STATES[status]) for each in page.items):
                for each in (thread.top, *thread.replies):
                    if each.platform_id == comment:
                        return each, True
            onward = page.onward
            if onward is None:
                return None, True
        return None, False
