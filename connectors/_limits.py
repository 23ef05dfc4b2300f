"""What a platform allows in a time, as data: a connector names its limits, the budget keeps to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a limit counts over. Make one with `rolling`, `fixed`, `daily` or `monthly`."""

    kind: Literal["rolling", "fixed", "daily", "monthly"]
    length: timedelta = timedelta(0)
    """Of a rolling or a fixed window."""
    zone: str = "UTC"
    """IANA time zone whose midnight ends a day or a month."""


def rolling(length: timedelta) -> Window:
    """The time just past, at any moment: 3600 calls in the last hour."""
    return Window("rolling", length)


def fixed(length: timedelta) -> Window:
    """A time that begins with the first call and then starts anew with the next one: 50 calls in 15 minutes."""
    return Window("fixed", length)


def daily(zone: str) -> Window:
    """A calendar day: YouTube's units come back at midnight in America/Los_Angeles."""
    return Window("daily", zone=zone)


def monthly(zone: str = "UTC") -> Window:
    """A calendar month: what is paid for."""
    return Window("monthly", zone=zone)


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units in a window."""

    kind: str
    """Its name: the key in ``[pages.NAME.budget]``, and what `Budget.spend` is called with."""
    most: int
    """Units in a window, unless the configuration says less. For money, in micro-dollars."""
    window: Window
    meaning: str
    """What is counted, in one plain sentence that an operator reads."""
    reserved: int = 0
    """Units that reading leaves alone, so that a hide is never turned away because polling used everything up."""
    money: bool = False
    """Counted in micro-dollars; the configuration gives dollars."""
