"""What goes wrong between OfRecord and a platform, and on the platform: drawn by lot, and only what it can do."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.simulators import loopback
from tests.simulators.loopback import Fault
from tests.soak.place import Place


@dataclass(frozen=True)
class Switch:
    """An attribute of a simulator that somebody turns for a while."""

    name: str
    value: Callable[[random.Random, Place], Any]
    blinds: bool = False
    """While it is on, the platform shows less than there is."""


def _some_comments(dice: random.Random, place: Place) -> set[str]:
    there = [each.id for each in place.ledger.there]
    return set(dice.sample(there, min(len(there), 3)))


SWITCHES = (
    Switch("skew", lambda dice, _: timedelta(seconds=dice.randint(-300, 300))),
    Switch("lag", lambda dice, _: timedelta(minutes=dice.randint(1, 40)), blinds=True),
    Switch("overlap", lambda dice, _: dice.randint(1, 4)),
    Switch("page_size", lambda dice, _: dice.randint(5, 12)),
    Switch("omitted", _some_comments, blinds=True),
    Switch("ignores_order", lambda *_: True),
    Switch("throttled", lambda dice, _: dice.choice([(80001, 0), (32, 0), (4, 0)]), blinds=True),
    Switch("refused", lambda dice, _: dice.choice([(190, 463), (190, 460)]), blinds=True),
    Switch("usage", lambda dice, _: dice.choice([60, 80, 97]), blinds=True),
    Switch("lists_hidden", lambda *_: False),
    Switch("tells_time", lambda *_: False),
    Switch("tells_window", lambda *_: False),
    Switch("tells_limits", lambda *_: True),
    Switch("ineffective", lambda *_: True),
    Switch("credits", lambda *_: False, blinds=True),
    Switch("lazy_tokens", lambda *_: True),
    Switch("rotates", lambda *_: True),
    Switch("read_only", lambda *_: True),
    Switch("null_author", lambda *_: True),
    Switch("remaining", lambda *_: 3.0, blinds=True),
)
EXPIRING = ("expire", "expire_tokens", "end_access", "renumber")
"""What simulators call the end of every session, or of what readers know the place by."""

RENEWED = (("remaining", 600.0, 600.0), ("counts_new_sessions", 0, 86_400.0))
"""What simulators count without a clock: the attribute, what it is when a window begins, and the window's seconds."""


def _refusals(dice: random.Random) -> Sequence[tuple[str, Fault]]:
    return (
        ("too many", loopback.too_many(dice.choice([None, "30", "600"]))),
        ("server error", loopback.broken(dice.choice([500, 502, 503, 504]))),
        ("lost after doing", loopback.lost_after_doing()),
        ("cut off", loopback.truncated(length_tells=dice.random() < 0.5)),
        ("web page", loopback.web_page(dice.choice([200, 502, 503]))),
    )


@dataclass
class Trouble:
    """The faults of one page, from its own dice."""

    place: Place
    dice: random.Random
    meddle: Callable[[], object]
    """What somebody does on the page at the very moment that a request is answered."""
    often: float = 1.0
    """How often things go wrong, beside what is usual here."""
    _on: dict[str, tuple[Any, float, bool]] = field(default_factory=dict)
    """The switches that are on: the value before, until when, whether it blinds."""
    _windows: dict[str, float] = field(default_factory=dict)

    def brew(self) -> None:
        """Let something go wrong during the next step, or for some hours, or not at all."""
        self._end(self.place.clock().timestamp())
        self.renew()
        if self.dice.random() < 0.12 * self.often:
            self._on_the_way()
        if self.dice.random() < 0.02 * self.often:
            self._turn()
        if self.dice.random() < 0.01 * self.often:
            self._expire()

    def renew(self) -> None:
        """Begin the windows anew that have ended."""
        now = self.place.clock().timestamp()
        for name, whole, seconds in RENEWED:
            if hasattr(self.place.simulator, name) and now >= self._windows.setdefault(name, now + seconds):
                self._windows[name] = now + seconds
                if name not in self._on:
                    setattr(self.place.simulator, name, whole)

    def cease(self) -> None:
        """Put everything back as it was."""
        self._end(float("inf"))
        if self.place.wire is not None:
            self.place.wire.calm()

    def _on_the_way(self) -> None:
        wire = self.place.wire
        if wire is None:
            return
        name, fault = self.dice.choice([*_refusals(self.dice), ("meanwhile", self._meddling())])
        times = self.dice.choice([1, 1, 1, 2, 4]) if name != "meanwhile" else 1
        wire.next(fault, self.dice.choice(["*", "*", "GET", "POST"]), times)
        self.place.counts["faults"] += times

    def _meddling(self) -> Fault:
        """Only the next answer: whatever comes later finds nobody at it."""
        return loopback.meanwhile(self.meddle)

    def _turn(self) -> None:
        found = [each for each in SWITCHES if hasattr(self.place.simulator, each.name) and each.name not in self._on]
        if not found:
            return
        switch = self.dice.choice(found)
        until = self.place.clock().timestamp() + self.dice.uniform(600, 4 * 3600)
        self._on[switch.name] = (getattr(self.place.simulator, switch.name), until, switch.blinds)
        setattr(self.place.simulator, switch.name, switch.value(self.dice, self.place))
        self.place.blind += switch.blinds
        self.place.counts["faults"] += 1

    def _end(self, now: float) -> None:
        for name, (before, until, blinds) in list(self._on.items()):
            if until <= now:
                setattr(self.place.simulator, name, before)
                self.place.blind -= blinds
                del self._on[name]

    def _expire(self) -> None:
        for name in EXPIRING:
            end = getattr(self.place.simulator, name, None) or getattr(self.place.host, name, None)
            if end is not None:
                end()
                self.place.counts["faults"] += 1
