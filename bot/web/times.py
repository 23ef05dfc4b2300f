"""Times as the Department reads them: in its own zone, with how long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.words import how_long


@dataclass(frozen=True, slots=True)
class When:
    """A moment, ready for a page: machine-readable, in words, and how far from now."""

    iso: str
    words: str
    distance: str
    """For example ``3 hours``; ``under a minute`` for less than a minute."""
    past: bool

    @property
    def relative(self) -> str:
        """For example ``3 hours ago`` or ``in 2 days``."""
        return f"{self.distance} ago" if self.past else f"in {self.distance}"


@dataclass(frozen=True, slots=True)
class Clock:
    """The Department's zone and the time now."""

    zone: ZoneInfo
    now: datetime

    def when(self, moment: datetime) -> When:
        """Put an aware moment into the Department's words."""
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone).date()
        clock = f"{local:%H:%M}"
        if local.date() == today:
            words = clock
        elif local.year == today.year:
            words = f"{local.day} {local:%b} {clock}"
        else:
            words = f"{local.day} {local:%b %Y} {clock}"
        return When(moment.isoformat(), words, how_long(moment - self.now), moment <= self.now)

    def read(self, text: str) -> When:
        """The same for a moment that an event holds as ISO 8601 text."""
        return self.when(datetime.fromisoformat(text))
