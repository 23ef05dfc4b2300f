"""A look at the comments of a blog: what is listed by each status, and what is not listed any more.

Each status has a listing of its own, and a comment can go from one to another while they are read, or leave them all:
what is missing is asked for by its number, and only that says whether it is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from connectors._google_errors import RefusedError
from connectors.base import Batch, BudgetSpentError, GoneError
from connectors.blogger.api import AT_ONCE, Api, Status
from connectors.blogger.place import Place
from connectors.blogger.rows import STATES, Known, Row, comment_of, post_of
from models.comment import Comment, Post, State

LISTED: tuple[Status, ...] = ("LIVE", "PENDING", "SPAM", "EMPTIED")
_PAGES = 50
"""Pages of one status in a look."""
_AGAIN = 20
"""Comments that are asked for by their numbers in a look."""


@dataclass
class Look:
    """One look, and what it has brought so far."""

    api: Api
    place: Place
    own: frozenset[str]
    """Profiles that speak for the Department, beside those found."""
    since: datetime
    until: datetime | None = None
    profile: str = ""
    rows: dict[str, Row] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    known: dict[str, Known] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    gap: str = ""
    lost: bool = False
    """A place in a listing did not last."""
    requests: int = 0
    """What every look takes; posts are read when they are new."""

    def read(self) -> None:
        """Read every listing, and the posts."""
        self.known = dict(self.place.posts)
        self.profile = self.place.profile or self.api.administrator().profile
        for status in LISTED:
            self._list(status)
        for post in dict.fromkeys(row.post for row in self.rows.values()):
            if post not in self.known:
                self._post(post)

    def batch(self, now: float, find: Callable[[str], Row | None]) -> Batch:
        """Look, until the budget says no.

        Args:
            now: the present moment (Unix time).
            find: reads one comment by its id, wherever it stands; None when it is gone.

        Raises:
            ConnectorError: when nothing could be read.
        """
        try:
            self.read()
            self._again(find)
        except BudgetSpentError:
            if not self.rows:
                raise
        found, begin = self.comments(), self.since.timestamp()
        before = {each: when for each, when in self.place.seen.items() if each not in self.gone and when[0] >= begin}
        seen = before | {each.platform_id: (each.created.timestamp(), now) for each in found}
        place = Place(now, self.requests, self.profile, seen, self.known)
        return Batch(tuple(self.posts.values()), found, str(place), gone=tuple(sorted(self.gone)), gap=self.gap)

    def comments(self) -> tuple[Comment, ...]:
        """What was read; one whose post was not read any more comes with the next look."""
        own = (self.own | {self.profile} | {known.author for known in self.known.values()}) - {""}
        page, known = self.api.page, self.known
        return tuple(comment_of(page, row, known[row.post], own) for row in self.rows.values() if row.post in known)

    def _list(self, status: Status) -> None:
        onward: str | None = None
        for _ in range(_PAGES):
            self.requests += 1
            try:
                page = self.api.comments(status, self.since, self.until, onward)
            except RefusedError:
                if onward is None:
                    raise
                self.lost = True  # a place does not last: the next look begins anew
                return
            except GoneError:
                self.api.administrator()  # to others the comments of a blog do not exist
                raise
            for text in page.items:
                self._take(row_of(self.api, text, STATES[status]))
            if page.onward is None or page.onward == onward:
                return
            onward = page.onward
        self.gap = (
            f"More than {_PAGES * AT_ONCE:,} comments of one kind came in the time that is read at once; the others are"
            " not read. Lower days_watched."
        )

    def _take(self, row: Row) -> None:
        if row.state is State.GONE:
            self.rows.pop(row.id, None)
            self.gone.add(row.id)
        else:
            self.rows[row.id] = row

    def _post(self, post: str) -> None:
        try:
            text = self.api.post(post)
        except GoneError:
            self.known[post] = Known()
            return
        self.posts[post], self.known[post] = post_of(self.api.page, text)

    def _again(self, find: Callable[[str], Row | None]) -> None:
        """Known comments that are not listed, those first that were seen longest ago."""
        begin = self.since.timestamp()
        missing = [
            (last, each)
            for each, (created, last) in self.place.seen.items()
            if created >= begin and each not in self.rows and each not in self.gone
        ]
        for _, each in sorted(missing)[:_AGAIN]:
            self.requests += 1
            row = find(each)
            if row is None:
                self.gone.add(each)
            else:
                self._take(row)


def month(api: Api, own: frozenset[str], since: datetime, until: datetime | None) -> Look:
    """The comments of a stretch of time, all of them; without `until`, to the end, however the clocks differ.

    Raises:
        UnavailableError: when a place in a listing did not last; it is read again.
        ConnectorError: when it could not be read.
    """
    look = Look(api, Place(), own, since, until)
    look.read()
    if look.lost:
        raise api.wire.nonsense()
    return look


def row_of(api: Api, text: str, otherwise: State | None = None) -> Row:
    """Read a comment.

    Args:
        api: for messages.
        text: the resource.
        otherwise: how it stands where it does not say so.

    Raises:
        UnavailableError: when it is not a comment.
    """
    try:
        return Row.of(text, otherwise)
    except ValueError:
        raise api.wire.nonsense() from None
