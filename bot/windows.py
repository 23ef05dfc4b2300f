"""The windows that limits count over: when the present one began, when it ends, and what it holds. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.records.questions.budget import Used
from connectors._limits import Window

_PARTS = 60
"""Into so many parts a rolling window is counted."""


@dataclass(frozen=True, slots=True)
class Present:
    """The window that a moment lies in."""

    began: datetime
    """Under which moment a use now is counted."""
    ends: datetime
    """When units come back: all of them, or with a rolling window the oldest."""
    used: int


def reach(window: Window, now: datetime) -> datetime:
    """The oldest moment under which a use could still count."""
    if window.kind == "rolling":
        return now - window.length - window.length / _PARTS
    if window.kind == "fixed":
        return now - window.length
    return _calendar(window, now)[0]


def present(window: Window, now: datetime, rows: Sequence[Used], until: datetime | None = None) -> Present:
    """The present window.

    Args:
        window: the kind of window.
        now: the present moment.
        rows: what was used since `reach`, the oldest first.
        until: when the platform said that the window ends; of no meaning for a rolling one.
    """
    if window.kind == "rolling":
        return _rolling(window, now, rows)
    if window.kind == "fixed":
        return _fixed(window, now, rows, until)
    began, ends = _calendar(window, now)
    return Present(began, ends, sum(row.units for row in rows if row.began == began))


def _rolling(window: Window, now: datetime, rows: Sequence[Used]) -> Present:
    """Every part counts until its youngest use is out of the window: rather too long than too short."""
    part = window.length / _PARTS
    counting = [row for row in rows if row.began + part + window.length > now]
    began = datetime.fromtimestamp(now.timestamp() // part.total_seconds() * part.total_seconds(), now.tzinfo)
    oldest = counting[0].began if counting else began
    return Present(began, oldest + part + window.length, sum(row.units for row in counting))


def _fixed(window: Window, now: datetime, rows: Sequence[Used], until: datetime | None) -> Present:
    newest = rows[-1] if rows else None
    if newest is None:
        return Present(now, now + window.length, 0)
    told = until if until is not None and newest.began < until <= newest.began + 2 * window.length else None
    ends = told or newest.began + window.length
    return Present(newest.began, ends, newest.units) if now < ends else Present(now, now + window.length, 0)


def _calendar(window: Window, now: datetime) -> tuple[datetime, datetime]:
    """Midnight in the window's own zone, whatever daylight saving time makes of the day's length."""
    local = now.astimezone(ZoneInfo(window.zone))
    first = local.date().replace(day=1) if window.kind == "monthly" else local.date()
    after = first + timedelta(days=1) if window.kind == "daily" else (first + timedelta(days=32)).replace(day=1)
    began, ends = (
        datetime(day.year, day.month, day.day, tzinfo=local.tzinfo).astimezone(now.tzinfo) for day in (first, after)
    )
    return began, ends
