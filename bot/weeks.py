"""Weeks as the summary counts them: ISO weeks, Monday to Sunday, in the Department's time zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(r"([12]\d{3})-W(\d{2})", re.ASCII)


class WeekError(ValueError):
    """A text names no week."""


@dataclass(frozen=True, order=True, slots=True)
class Week:
    """A week by its ISO year and number: the year is that of its Thursday."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a week such as ``2026-W47``.

        Raises:
            WeekError: when it is none.
        """
        match = _WRITTEN.fullmatch(text)
        year, number = (int(match[1]), int(match[2])) if match else (0, 0)
        try:
            date.fromisocalendar(year, number, 1)
        except ValueError:
            raise WeekError(f'"{text[:20]}" is no week; give one such as 2026-W47') from None
        return cls(year, number)

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> Self:
        """The week in which a moment lies."""
        year, number, _ = moment.astimezone(zone).isocalendar()
        return cls(year, number)

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"

    @property
    def monday(self) -> date:
        """Its first day."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def sunday(self) -> date:
        """Its last day."""
        return self.monday + timedelta(days=6)

    @property
    def before(self) -> Week:
        """The week before it."""
        year, number, _ = (self.monday - timedelta(days=7)).isocalendar()
        return Week(year, number)

    @property
    def after(self) -> Week:
        """The week after it."""
        year, number, _ = (self.monday + timedelta(days=7)).isocalendar()
        return Week(year, number)

    def start(self, zone: ZoneInfo) -> datetime:
        """When its Monday begins there (UTC): a week is 167, 168 or 169 hours long where clocks change."""
        return datetime.combine(self.monday, time(), zone).astimezone(UTC)

    def end(self, zone: ZoneInfo) -> datetime:
        """When the week after it begins (UTC)."""
        return self.after.start(zone)

    @property
    def days(self) -> str:
        """Its days, short: ``16-22 Nov``, ``30 Nov-6 Dec``, ``28 Dec 2026-3 Jan 2027``."""
        first, last = self.monday, self.sunday
        if first.year != last.year:
            return f"{first.day} {first:%b %Y}-{last.day} {last:%b %Y}"
        if first.month != last.month:
            return f"{first.day} {first:%b}-{last.day} {last:%b}"
        return f"{first.day}-{last.day} {last:%b}"

    @property
    def dates(self) -> str:
        """The same with the year: ``16-22 Nov 2026``."""
        crosses = self.monday.year != self.sunday.year
        return self.days if crosses else f"{self.days} {self.sunday.year}"
