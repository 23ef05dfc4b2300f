"""What pages used of what their platforms allow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.records.moments import from_ms, maybe_from_ms, to_ms
from bot.records.questions.entries import EntryQuestions


@dataclass(frozen=True, slots=True)
class Used:
    """What was used in a window, or a part of one."""

    began: datetime
    units: int


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the platform said about a limit."""

    most: int | None
    until: datetime | None
    """When it said that the window ends."""


class BudgetQuestions(EntryQuestions):
    """Questions about budgets."""

    def budget_used(self, account: str, kind: str, since: datetime) -> list[Used]:
        """What was used in windows that began at a moment or later, the oldest first."""
        rows = self._rows(
            "SELECT began,units FROM budget WHERE account=? AND kind=? AND began>=? ORDER BY began",
            [account, kind, to_ms(since)],
        )
        return [Used(from_ms(began), units) for began, units in rows]

    def allowance(self, account: str, kind: str) -> Allowance:
        """What the platform said about a limit."""
        row = self._row("SELECT most,until FROM allowance WHERE account=? AND kind=?", [account, kind])
        return Allowance(row[0], maybe_from_ms(row[1])) if row else Allowance(None, None)
