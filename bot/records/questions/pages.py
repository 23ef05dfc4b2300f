"""Pages and the working state: cursors, claims, leases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.records.moments import from_ms, maybe_from_ms, to_ms
from bot.records.questions.entries import Entry, EntryQuestions


@dataclass(frozen=True, slots=True)
class Claim:
    """A moderator has a comment open; others see it held until then."""

    ref: str
    user: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class BackfillState:
    """How far the backfill of a page has come."""

    since: datetime
    """The oldest comments that it asks for."""
    cursor: str | None
    """Where it goes on; None at the beginning."""
    recorded: int
    """Comments that it has recorded."""
    finished: datetime | None
    """When it came to the end; None while something is left."""


class PageQuestions(EntryQuestions):
    """Questions about pages and about who is at work."""

    def pages(self) -> list[str]:
        """The names of all pages that the log has described or captured from."""
        rows = self._rows(
            "SELECT DISTINCT subject FROM log INDEXED BY log_type WHERE type='page.described' "
            "UNION SELECT page FROM cursor ORDER BY 1"
        )
        return [name for (name,) in rows]

    def mode_of(self, page: str) -> Entry | None:
        """The newest change of a page's mode (`pub["mode"]`), or None when it never had one."""
        return self.last("page.mode_changed", page)

    def page_described(self, page: str) -> Entry | None:
        """The newest description of a page, with its health."""
        return self.last("page.described", page)

    def cursor(self, page: str) -> str | None:
        """Where the last fetch of a page ended."""
        row = self._row("SELECT cursor FROM cursor WHERE page=?", [page])
        return None if row is None else str(row[0])

    def polled_at(self, page: str) -> datetime | None:
        """When the last fetch of a page was stored; None when there was none."""
        row = self._row("SELECT stored FROM cursor WHERE page=?", [page])
        return None if row is None else from_ms(row[0])

    def checked_at(self, page: str) -> datetime | None:
        """When a page was last checked; None when it never was."""
        row = self._row("SELECT at FROM checked WHERE page=?", [page])
        return None if row is None else from_ms(row[0])

    def backfill_of(self, page: str) -> BackfillState | None:
        """How far the newest backfill of a page has come; None when there was none."""
        row = self._row("SELECT since,cursor,recorded,finished FROM backfill WHERE page=?", [page])
        return None if row is None else BackfillState(from_ms(row[0]), row[1], row[2], maybe_from_ms(row[3]))

    def claims(self) -> list[Claim]:
        """The claims that hold now."""
        rows = self._rows("SELECT ref,user,since,until FROM claim WHERE until>?", [to_ms(self._clock())])
        return [Claim(ref, user, from_ms(since), from_ms(until)) for ref, user, since, until in rows]

    def claim_of(self, ref: str) -> Claim | None:
        """Who holds a comment now."""
        row = self._row("SELECT ref,user,since,until FROM claim WHERE ref=? AND until>?", [ref, to_ms(self._clock())])
        return None if row is None else Claim(row[0], row[1], from_ms(row[2]), from_ms(row[3]))

    def lease_token(self, name: str) -> int | None:
        """The fencing token of whoever last took a lease; None when nobody ever did."""
        row = self._row("SELECT token FROM lease WHERE name=?", [name])
        return None if row is None else int(row[0])

    def lease_holder(self, name: str) -> str | None:
        """Who holds a lease now."""
        row = self._row("SELECT holder FROM lease WHERE name=? AND until>?", [name, to_ms(self._clock())])
        return None if row is None else str(row[0])
