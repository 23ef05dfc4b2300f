"""How much of Meta's limits is used, as the headers of each answer tell in percent.

https://developers.facebook.com/docs/graph-api/overview/rate-limiting: at 100 percent calls are refused. A Page has
4800 calls in 24 hours for each person who engaged with it, so a small Page has few, and their number is not known.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectors._limits import Limit, fixed, rolling
from connectors.base import Budget

_HEADERS = ("X-Business-Use-Case-Usage", "X-App-Usage", "X-Page-Usage")
_SHARES = ("call_count", "total_time", "total_cputime")
_REGAIN = "estimated_time_to_regain_access"
_MOST_PERCENT = 95
_FOR_ACTS = 20
_ABSURD = 1_000_000

limits = (
    Limit("calls", 600, rolling(timedelta(hours=1)), "Calls to the Graph API.", reserved=60),
    Limit(
        "usage",
        _MOST_PERCENT,
        fixed(timedelta(hours=1)),
        "Percent of what Meta allows the app on this page, as Meta itself tells.",
        reserved=_FOR_ACTS,
    ),
)
"""Reading stops at 75 percent of what Meta allows, acting at 95."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer says about the limits."""

    percent: int | None
    """The largest share in use; None when nothing is told."""
    regain: float | None
    """Seconds until calls are allowed again, where they are not."""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> Usage:
        """Read the headers of an answer; what is not understood is as if it were not there."""
        rows = [row for name in _HEADERS for row in _rows(headers.get(name, ""))]
        shares = [each for row in rows for name in _SHARES if (each := _number(row.get(name))) is not None]
        minutes = max((_number(row.get(_REGAIN)) or 0.0 for row in rows), default=0.0)
        return cls(round(max(shares)) if shares else None, minutes * 60 or None)


def pace(budget: Budget) -> float:
    """Calls a second that reading may make: fewer, the more of Meta's own limit is used.

    The share in use then settles by itself where as much comes back as is taken: with 600 calls an hour, and 4800 in
    24 hours allowed, at some 60 percent.
    """
    readable = _MOST_PERCENT - _FOR_ACTS
    return budget.pace("calls") * min(1.0, budget.left("usage") / readable)


def learn(budget: Budget, usage: Usage) -> None:
    """Take over what an answer said."""
    if usage.percent is not None:
        budget.learn("usage", remaining=max(0, _MOST_PERCENT - usage.percent))


def _rows(text: str) -> Iterator[dict[str, Any]]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    if not isinstance(said, dict):
        return
    if any(name in said for name in _SHARES):
        yield said
    for listed in said.values():
        yield from (row for row in listed if isinstance(row, dict)) if isinstance(listed, list) else ()


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _ABSURD else None
