"""Small agreements on how moments and states are written and compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from models.comment import State

CLOCK_STEP = timedelta(seconds=2)
"""A difference between clocks that is worth an entry."""
_OUT_OF_SIGHT = {State.HIDDEN, State.HELD}


def utc_now() -> datetime:
    """The machine's clock, as an aware UTC moment."""
    return datetime.now(UTC)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: when the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"the moment {moment.isoformat()} does not say its time zone")
    return moment.astimezone(UTC)


def timestamp(moment: datetime) -> str:
    """Write a moment as the log does, for example ``2026-11-22T13:04:05.155Z``.

    Raises:
        ValueError: when the moment has no time zone.
    """
    return utc(moment).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def same_state(logged: str, observed: State) -> bool:
    """Whether the platform shows what the log expects. Some platforms call what we hid *held*."""
    return logged == observed or (State(logged) in _OUT_OF_SIGHT and observed in _OUT_OF_SIGHT)
