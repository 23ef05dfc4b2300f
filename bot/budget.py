"""What pages may use of what their platforms allow: counted before each call, kept across restarts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.moments import utc_now
from bot.records import Questions, Records
from bot.windows import Present, present, reach
from connectors._limits import Limit
from connectors.base import BudgetSpentError

_MICRO = 1_000_000
_FAR_OFF = timedelta(days=1)
"""A window at least as long as this is told of in the page's description."""


@dataclass(frozen=True, slots=True)
class InUse:
    """How much of a limit is used."""

    limit: Limit
    used: int
    most: int
    ends: datetime

    @property
    def words(self) -> str:
        """For people: ``120 of 10000 units``, or dollars where it is money."""
        if self.limit.money:
            return f"{self.used / _MICRO:.2f} of {self.most / _MICRO:.2f} dollars"
        return f"{self.used} of {self.most}"


@dataclass
class Meter:
    """The budget of one page; see `connectors.base.Budget`. Used by one thread at a time, which hands in its store."""

    page: str
    limits: Sequence[Limit] = ()
    caps: Mapping[str, int] = field(default_factory=dict)
    """What the configuration allows, where that is less; money in micro-dollars."""
    account: str = ""
    """Pages with the same account count together; empty: the page alone."""
    now: Callable[[], datetime] = utc_now
    spares: float = 0.0
    """The share of what reading may use that is left to others: to the polls, while older comments are fetched."""
    records: Records | None = None
    """The store of the thread at work; without one nothing is counted or refused."""
    _lately: Counter[str] = field(default_factory=Counter)

    def spend(self, kind: str, units: int = 1, *, act: bool = False) -> None:
        """Count a call before it is made.

        Raises:
            BudgetSpentError: when the budget does not allow it.
        """
        limit = self._limit(kind)
        if self.records is None:
            return
        now = self.now()
        with self.records.writing() as writing:
            use, window = self._use(writing, limit, now)
            if self._room(limit, use, act=act) < max(units, 1):
                raise self._spent(use, now)
            if units:
                writing.count_budget(self._account, kind, window.began, units)
                writing.forget_budget(self._account, kind, reach(limit.window, now))
        self._lately[kind] += 0 if act else units

    def left(self, kind: str) -> int:
        """How many units reading may still use in the present window."""
        limit = self._limit(kind)
        return limit.most if self.records is None else max(0, self._room(limit, self._in_use(limit), act=False))

    def pace(self, kind: str) -> float:
        """Units a second that reading may use from now on without running out."""
        limit = self._limit(kind)
        if limit.window.kind == "rolling":
            most = self._in_use(limit).most if self.records else limit.most
            return (most - self._kept(limit, most)) / limit.window.length.total_seconds() if self.left(kind) else 0.0
        ends = self._in_use(limit).ends if self.records else self.now() + timedelta(days=1)
        return self.left(kind) / max(1.0, (ends - self.now()).total_seconds())

    def learn(
        self, kind: str, *, limit: int | None = None, remaining: int | None = None, reset: datetime | None = None
    ) -> None:
        """Take over what the platform says about its limit."""
        known = self._limit(kind)
        if self.records is None:
            return
        now = self.now()
        with self.records.writing() as writing:
            writing.set_allowance(self._account, kind, limit, reset)
            _, window = self._use(writing, known, now)
            whole = limit or writing.allowance(self._account, kind).most or known.most
            if remaining is None:
                return
            off = whole - remaining - window.used
            if off > 0 or known.window.kind != "rolling":
                writing.count_budget(self._account, kind, window.began, off)

    def pause(self) -> float:
        """Seconds to wait so that polls like those since the last call do not use the budget up before its time."""
        lately, self._lately = self._lately, Counter()
        # A month's money is spread by the connector: what one reading costs must not keep it from looking for hours.
        waits = [self._stretch(kind, units) for kind, units in lately.items() if units and not self._limit(kind).money]
        return max(waits, default=0.0)

    def in_use(self) -> list[InUse]:
        """How much of each limit is used now; nothing where there is no store."""
        return [self._in_use(limit) for limit in self.limits] if self.records is not None else []

    def described(self) -> dict[str, dict[str, int]]:
        """The caps, and for days and months what is used in tenths: it changes seldom enough to be logged."""
        found = {}
        for use in self.in_use():
            window = use.limit.window
            slow = window.kind in ("daily", "monthly") or window.length >= _FAR_OFF
            tenths = {"used_tenths": min(10, 10 * use.used // max(1, use.most))} if slow else {}
            found[use.limit.kind] = {"most": use.most, **tenths}
        return found

    @property
    def _account(self) -> str:
        return self.account or self.page

    def _limit(self, kind: str) -> Limit:
        return next(limit for limit in self.limits if limit.kind == kind)

    def _in_use(self, limit: Limit) -> InUse:
        assert self.records is not None, "asked only where there is a store"
        return self._use(self.records, limit, self.now())[0]

    def _use(self, store: Questions, limit: Limit, now: datetime) -> tuple[InUse, Present]:
        rows = store.budget_used(self._account, limit.kind, reach(limit.window, now))
        told = store.allowance(self._account, limit.kind)
        window = present(limit.window, now, rows, told.until)
        most = min(each for each in (limit.most, told.most, self.caps.get(limit.kind)) if each is not None)
        return InUse(limit, window.used, most, window.ends), window

    def _room(self, limit: Limit, use: InUse, *, act: bool) -> int:
        return use.most - use.used - (0 if act else self._kept(limit, use.most))

    def _kept(self, limit: Limit, most: int) -> int:
        """What reading leaves alone here."""
        reserved = _reserved(limit, most)
        return reserved + int((most - reserved) * self.spares)

    def _stretch(self, kind: str, units: int) -> float:
        pace = self.pace(kind)
        if pace > 0:
            return units / pace
        ends = self._in_use(self._limit(kind)).ends if self.records else self.now()
        return max(0.0, (ends - self.now()).total_seconds())

    def _spent(self, use: InUse, now: datetime) -> BudgetSpentError:
        kind, spared = use.limit.kind, "; the rest is for the polls" if self.spares else ""
        return BudgetSpentError(
            f"Page {self.page}: its budget of {kind} is used up ({use.words}{spared}) until {use.ends:%d %b %H:%M %Z};"
            f" it goes on then. Where the platform allows more, raise pages.{self.page}.budget.{kind}.",
            max(1.0, (use.ends - now).total_seconds()),
        )


def _reserved(limit: Limit, most: int) -> int:
    """What is kept for acts; never more than half of a cap that was set low."""
    return min(limit.reserved, most // 2)
