"""Reading the comments of talk pages: those that some revisions touched, those since a moment, a single one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from connectors.base import UnsupportedError
from connectors.mediawiki.api import Api
from connectors.mediawiki.authorship import Authorship, Remark
from connectors.mediawiki.comments import comment_of, speakers
from connectors.mediawiki.history import BACK, MOST, History, Revision, place_of, read
from models.comment import Comment, State

_FOR_ONE = 4 * MOST
"""So many revisions back a single comment is looked for."""


@dataclass(frozen=True, slots=True)
class Found:
    """A comment with the page that it stands on."""

    history: History
    remark: Remark


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one wiki."""

    api: Api
    state_of: Callable[[Remark], State]
    """How a comment stands, as far as this wiki's visitors can read it."""
    own_users: Collection[str] = ()
    """Accounts that speak for the Department."""
    own_groups: Collection[str] = ()
    """Groups whose members do."""

    def touched(self, page_id: int, revisions: Collection[int]) -> list[Found]:
        """The comments that some revisions of a talk page wrote, changed, took away or brought back."""
        oldest = min(revisions, default=0)
        return self._remarks(read(self.api, page_id, lambda each: each.id < oldest), lambda each: each.id in revisions)

    def newer(self, page_id: int, known: int, most: int) -> tuple[History | None, list[Found]]:
        """What was touched on a talk page after a known revision; with 0, all that `most` revisions hold."""
        history = read(self.api, page_id, lambda each: each.id <= known, most=most)
        # Of a page that is read for the first time, the oldest revisions only show what stood there before.
        start = history.revisions[BACK].id if history and not known and len(history.revisions) == most else known
        return history, self._remarks(history, lambda each: each.id > start)

    def since(self, page_id: int, moment: datetime) -> list[Found]:
        """The comments that were written on a talk page since a moment."""
        history = read(self.api, page_id, lambda each: each.created < moment, most=_FOR_ONE)
        found = self._remarks(history, lambda each: each.created >= moment)
        return [each for each in found if each.remark.first.created >= moment]

    def one(self, platform_id: str) -> Found | None:
        """A single comment; None when the wiki no longer has it, or it cannot be read.

        Raises:
            UnsupportedError: when it lies too many revisions back.
            ConnectorError: when the wiki could not be read.
        """
        first = int(platform_id) if platform_id.isascii() and platform_id.isdigit() else 0
        page_id = place_of(self.api, first) if first else None
        history = read(self.api, page_id, lambda each: each.id < first, most=_FOR_ONE) if page_id else None
        if history is None:
            return None
        if history.index(first) is None:
            raise UnsupportedError(f"The page was edited more than {_FOR_ONE} times since; look at it by hand.")
        remark = Authorship(history, self.api.account).remark(first)
        return Found(history, remark) if remark else None

    def comments(self, found: Iterable[Found]) -> tuple[Comment, ...]:
        """What was found, as comments."""
        listed = list(found)
        own = {self.api.account, *self.own_users}
        if self.own_groups:
            own |= speakers(self.api, {each.remark.first.user for each in listed}, self.own_groups)
        own.discard("")
        return tuple(
            comment_of(self.api, each.history, each.remark, self.state_of(each.remark), own) for each in listed
        )

    def _remarks(self, history: History | None, wanted: Callable[[Revision], bool]) -> list[Found]:
        if history is None:
            return []
        authorship = Authorship(history, self.api.account)
        firsts = {
            first
            for at, revision in enumerate(history.revisions)
            if wanted(revision)
            for first in authorship.touched(at)
        }
        remarks = (authorship.remark(first) for first in sorted(firsts))
        return [Found(history, remark) for remark in remarks if remark is not None]
