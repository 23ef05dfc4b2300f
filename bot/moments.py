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


def timestamp(moment: datetime) -> str:
    """Write a moment as the log does: UTC, ISO 8601, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def same_state(logged: str, observed: State) -> bool:
    """Whether the platform shows what the log expects. Some platforms call what we hid *held*."""
    return logged == observed or (State(logged) in _OUT_OF_SIGHT and observed in _OUT_OF_SIGHT)
