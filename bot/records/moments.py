"""Moments as the store keeps them: UTC, in whole milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.moments import utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def parse(text: str) -> datetime:
    """Read an ISO 8601 moment that names its zone.

    Raises:
        ValueError: when it is no such moment.
    """
    return utc(datetime.fromisoformat(text))


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970, as the tables keep a moment."""
    return (utc(moment) - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """The moment that `to_ms` wrote."""
    return _EPOCH + timedelta(milliseconds=ms)


def maybe_from_ms(ms: int | None) -> datetime | None:
    """As `from_ms`, keeping None."""
    return None if ms is None else from_ms(ms)


def parse_ms(text: str | None) -> int | None:
    """Milliseconds of an ISO 8601 moment, keeping None."""
    return None if text is None else to_ms(parse(text))
