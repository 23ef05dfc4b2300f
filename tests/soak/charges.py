"""What platforms count, by what reached them: nothing in here asks the product what it thinks that it used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from connectors._limits import Limit, Window
from tests.soak.doorman import Received

Price = Callable[[Received], Mapping[str, int]]


@dataclass(frozen=True)
class Charge:
    """Something that counts."""

    at: datetime
    kind: str
    units: int


def _all(kind: str) -> Price:
    return lambda asked: {kind: 1}


def _bluesky(asked: Received) -> Mapping[str, int]:
    """A record that is put takes two points; a new session counts for itself (docs.bsky.app, rate limits)."""
    found = {"requests": 1}
    if asked.path.endswith("putRecord"):
        found |= {"writes": 2, "writes_a_day": 2}
    if asked.path.endswith("createSession"):
        found |= {"sessions": 1}
    return found


def _youtube(asked: Received) -> Mapping[str, int]:
    """Quota costs: 1 for a list, 50 for a change; the token endpoint is another service."""
    if asked.path.endswith("/token"):
        return {}
    return {"units": 50 if asked.method == "POST" else 1}


_X_ROUTES = (
    ("/hidden", "hides"),
    ("/mentions", "mentions"),
    ("/search/recent", "searches"),
    ("/users/me", "account"),
)


def _x(asked: Received) -> Mapping[str, int]:
    found = next((kind for part, kind in _X_ROUTES if asked.path.endswith(part)), None)
    if found is None and asked.path.startswith("/2/users/"):
        found = "timeline"
    if found is None and asked.path == "/2/tweets":
        found = "lookups"
    return {found: 1} if found else {}


PRICES: dict[str, Price] = {
    "facebook": _all("calls"),
    "instagram": _all("calls"),
    "threads": _all("calls"),
    "reddit": _all("requests"),
    "wikipedia": _all("reads"),
    "bluesky": _bluesky,
    "youtube": _youtube,
    "x": _x,
}
"""By platform. Of one that is not here every request counts, where it has one limit; else nothing is checked."""


def charges(platform: str, received: Sequence[Received], limits: Sequence[Limit]) -> list[Charge]:
    """What the platform counted."""
    price = PRICES.get(platform) or (_all(limits[0].kind) if len(limits) == 1 else None)
    if price is None:
        return []
    return [Charge(each.at, kind, units) for each in received for kind, units in price(each).items()]


def most_used(window: Window, counted: Sequence[Charge]) -> int:
    """The most units in any window."""
    if window.kind in ("daily", "monthly"):
        days = Counter[str]()
        for each in counted:
            day = each.at.astimezone(ZoneInfo(window.zone)).date().isoformat()
            days[day if window.kind == "daily" else day[:7]] += each.units
        return max(days.values(), default=0)
    return max(_windows(window, counted), default=0)


def _windows(window: Window, counted: Sequence[Charge]) -> Iterator[int]:
    """What windows hold: those that end with each call, or those that one after the other begin with a call."""
    inside: list[Charge] = []
    began: datetime | None = None
    for each in counted:
        if window.kind == "rolling":
            inside = [old for old in inside if old.at > each.at - window.length]
        elif began is None or each.at >= began + window.length:
            began, inside = each.at, []
        inside.append(each)
        yield sum(charge.units for charge in inside)
