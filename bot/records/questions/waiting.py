"""What waits for a person now, and how long comments had been hidden that were restored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.records.moments import maybe_from_ms, to_ms
from bot.records.questions.entries import EntryQuestions

_WAITING = """SELECT coalesce(sum(urgency>=2),0),min(iif(urgency>=2,since,NULL)),coalesce(sum(stuck),0),
  min(iif(stuck,since,NULL)),count(*),min(since) FROM flag WHERE closed_seq IS NULL"""
_UNCONFIRMED = "SELECT count(*),min(provisional_until) FROM comment_state WHERE provisional_until IS NOT NULL"
_RESTORED = """SELECT a.page,a.reason,a.settled-(SELECT max(h.settled) FROM action h
  WHERE h.ref=a.ref AND h.outcome='hidden' AND h.outcome_seq<a.outcome_seq)
FROM action a WHERE a.settled>=? AND a.settled<? AND a.outcome='restored' ORDER BY a.outcome_seq"""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many wait, and since when the longest of them does."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person. A comment may stand in several of these queues."""

    urgent: Queue
    stuck: Queue
    """A moderator could not decide: it is for a supervisor."""
    open: Queue
    """All open flags."""
    unconfirmed: int
    """Comments that the bot has hidden and no person has confirmed."""
    first_lapse: datetime | None
    """When the first of them is restored unless somebody confirms it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A comment was made visible again."""

    page: str
    reason: str
    """review, undo or lapse."""
    hidden_for: timedelta | None
    """Since the hide that it reverses; None when that was made elsewhere."""


class WaitingQuestions(EntryQuestions):
    """Questions about what waits, and about hides that did not last."""

    def waiting(self) -> Waiting:
        """What waits for a person now."""
        flags, hides = self._row(_WAITING) or (0, None) * 3, self._row(_UNCONFIRMED) or (0, None)
        urgent, stuck, waiting = (Queue(flags[i], maybe_from_ms(flags[i + 1])) for i in (0, 2, 4))
        return Waiting(urgent, stuck, waiting, hides[0], maybe_from_ms(hides[1]))

    def restored(self, start: datetime, end: datetime) -> list[Restored]:
        """The comments restored from `start` until before `end`, in order."""
        rows = self._rows(_RESTORED, [to_ms(start), to_ms(end)])
        return [Restored(page, reason, None if ms is None else timedelta(milliseconds=ms)) for page, reason, ms in rows]
