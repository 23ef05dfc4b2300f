"""How far the comments of a site have been read, as text between two fetches."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the walk through each status stands, and when the recent past was last read again."""

    marks: Mapping[str, datetime] = field(default_factory=dict)
    """By status: when the newest comment seen was posted, by the site's wall clock (naive)."""
    scanned: datetime | None = None
    """When the last rescan began, by the server's clock (UTC)."""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            stored = json.loads(text or "{}")
            marks = {str(status): datetime.fromisoformat(mark) for status, mark in stored.get("marks", {}).items()}
            scanned = stored.get("scanned")
            return cls(marks, datetime.fromisoformat(scanned) if scanned else None)
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        """Give the cursor as JSON."""
        marks = {status: mark.isoformat() for status, mark in sorted(self.marks.items())}
        return json.dumps({"marks": marks, "scanned": self.scanned.isoformat() if self.scanned else None})

    def mark(self, status: str) -> datetime | None:
        """Where the walk through `status` stands, or None at the beginning."""
        return self.marks.get(status)

    def moved(self, status: str, newest: datetime | None) -> Cursor:
        """Move on to the newest comment of a walk; never back."""
        marks = [mark for mark in (self.mark(status), newest) if mark is not None]
        return replace(self, marks={**self.marks, status: max(marks)}) if marks else self

    def due(self, now: datetime, every: timedelta) -> bool:
        """Whether it is time to read the recent past again, or the server's clock was set back."""
        return self.scanned is None or not timedelta(0) <= now - self.scanned < every

    def rescanned(self, now: datetime) -> Cursor:
        """Remember that a rescan began."""
        return replace(self, scanned=now)
