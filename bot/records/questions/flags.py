"""The queue: comments that await a moderator, and the answers given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bot.records.moments import maybe_from_ms, to_ms
from bot.records.questions.entries import Entry, EntryQuestions
from bot.records.questions.reader import Row, adapted

FLAG = (
    "f.seq,f.ref,f.page,f.version,f.verdict,f.act,f.urgency,f.categories,f.rule,f.clause,f.reason,f.raised,f.since,"
    "f.stuck,f.lapsed,f.closed_seq,f.closed_by"
)
MOST_URGENT_FIRST = "ORDER BY f.urgency DESC,f.since,f.seq LIMIT ? OFFSET ?"
_NOT_HELD = "AND NOT EXISTS(SELECT 1 FROM claim c WHERE c.ref=f.ref AND c.user<>? AND c.until>?)"


@dataclass(frozen=True, slots=True)
class Flag:
    """A comment that awaits, or awaited, a moderator."""

    seq: int
    ref: str
    page: str
    version: int
    verdict: str
    act: str
    urgency: int
    categories: tuple[str, ...]
    rule: str | None
    clause: str | None
    reason: str
    raised: datetime
    since: datetime
    """Since when the comment awaits an answer: an edit does not cost it its place."""
    stuck: bool
    """A moderator could not decide; it is for a supervisor."""
    lapsed: bool
    """The bot's hide of it lapsed unconfirmed."""
    closed_seq: int | None
    closed_by: str | None
    """leave_up, hide, gone or newer; None while it is open."""


@dataclass(frozen=True, slots=True)
class FlagCounts:
    """How long the queue is."""

    open: int
    urgent: int
    stuck: int
    hidden_unconfirmed: int
    """Comments that the bot has hidden and no person has confirmed."""
    by_page: dict[str, int]
    oldest: datetime | None
    """Since when the oldest open flag waits."""


class FlagQuestions(EntryQuestions):
    """Questions about flags and answers."""

    def open_flags(
        self,
        page: str | None = None,
        limit: int = 50,
        offset: int = 0,
        exclude_claimed_by_others_than: str | None = None,
    ) -> list[Flag]:
        """Open flags of a page or of all, most urgent first, then the longest waiting."""
        where, values = "f.closed_seq IS NULL", list[object]()
        if page is not None:
            where, values = f"{where} AND f.page=?", [page]
        if exclude_claimed_by_others_than is not None:
            where = f"{where} {_NOT_HELD}"
            values += [exclude_claimed_by_others_than, to_ms(self._clock())]
        rows = self._rows(f"SELECT {FLAG} FROM flag f WHERE {where} {MOST_URGENT_FIRST}", [*values, limit, offset])  # noqa: S608
        return [flag(row) for row in rows]

    def open_flag(self, ref: str) -> Flag | None:
        """The open flag of a comment, if it has one."""
        row = self._row(f"SELECT {FLAG} FROM flag f WHERE f.ref=? AND f.closed_seq IS NULL", [ref])  # noqa: S608
        return None if row is None else flag(row)

    def flag_counts(self) -> FlagCounts:
        """How long the queue is, in all and for each page."""
        rows = self._rows(
            "SELECT page,count(*),sum(urgency>=2),sum(stuck),min(since) FROM flag WHERE closed_seq IS NULL "
            "GROUP BY page"
        )
        provisional = self._row("SELECT count(*) FROM comment_state WHERE provisional_until IS NOT NULL")
        return FlagCounts(
            open=sum(row[1] for row in rows),
            urgent=sum(row[2] for row in rows),
            stuck=sum(row[3] for row in rows),
            hidden_unconfirmed=provisional[0] if provisional else 0,
            by_page={row[0]: row[1] for row in rows},
            oldest=maybe_from_ms(min((row[4] for row in rows), default=None)),
        )

    def answer_to_undo(self, ref: str) -> Entry | None:
        """The newest answer about a comment that was not taken back."""
        row = self._row("SELECT max(seq) FROM review WHERE ref=? AND decision<>'undo' AND undone_seq IS NULL", [ref])
        return None if row is None or row[0] is None else self.entry(row[0])

    def unsent_alerts(self, limit: int = 200) -> list[Entry]:
        """The entries that call for an e-mail to a person and have had none, oldest first.

        They are urgent flags, referrals, restores of which nobody knows whether they took effect, credentials that end,
        and that there is no room for attachments.
        """
        rows = self._rows("SELECT seq FROM alert_due ORDER BY seq LIMIT ?", [limit])
        return self.entries_of(seq for (seq,) in rows)


def flag(row: Row) -> Flag:
    """Read a row of the columns `FLAG`."""
    values = list(adapted(row, moments=(11, 12), truths=(13, 14)))
    values[7] = tuple(json.loads(row[7]))
    return Flag(*values)
