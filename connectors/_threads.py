"""How far the threads of an account have been read, as text between two fetches; a thread goes by its first post."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Self

from connectors._schedule import Thread

_KEPT = 200
"""So many replies of a thread are remembered, the last ones to be seen: of these it is noticed when one is gone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How far one thread has been read."""

    thread: Thread
    count: int | None = None
    """How many direct replies the platform counted at the last look."""
    known: Mapping[str, float] = field(default_factory=dict)
    """Replies that were there, by address, with when each was last asked for by itself (Unix time; 0: never)."""

    def as_row(self) -> list[Any]:
        """The form to keep in a cursor."""
        return [self.thread.as_row(), self.count, dict(list(self.known.items())[-_KEPT:])]

    @classmethod
    def of_row(cls, row: list[Any]) -> Self:
        """Read what `as_row` gave."""
        thread, count, known = row
        return cls(Thread.of_row(thread), count, dict(known))


def in_short(uri: str) -> str:
    """A few characters that stand for an address."""
    return sha256(uri.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Position:
    """How far an account has been read."""

    listed: float | None = None
    """When its posts were last listed (Unix time)."""
    heard: str = ""
    """The moment of the newest notification that was read, as the platform writes it; on Mastodon its id."""
    told: tuple[str, ...] = ()
    """Notifications as new as that, or nearly, that led to a thread already; in short (`in_short`)."""
    wanted: tuple[str, ...] = ()
    """Threads to look at next, because something came there."""
    threads: Mapping[str, Reading] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            stored = json.loads(text or "{}")
            threads = {str(key): Reading.of_row(row) for key, row in stored.get("threads", {}).items()}
            wanted = tuple(str(key) for key in stored.get("wanted", ()))
            told = tuple(str(each) for each in stored.get("told", ()))
            return cls(stored.get("listed"), str(stored.get("heard", "")), told, wanted, threads)
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        """Give the position as JSON."""
        threads = {key: reading.as_row() for key, reading in self.threads.items()}
        heard = {"heard": self.heard, "told": self.told, "wanted": self.wanted}
        stored = {"listed": self.listed, **heard, "threads": threads}
        return json.dumps(stored, separators=(",", ":"))

    def want(self, *keys: str) -> Position:
        """Look at these threads next."""
        return replace(self, wanted=tuple(dict.fromkeys((*self.wanted, *keys))))

    def moved(self, key: str, reading: Reading | None) -> Position:
        """Take over how far one thread has been read; None forgets it."""
        others = {each: known for each, known in self.threads.items() if each != key}
        threads = others if reading is None else {**others, key: reading}
        return replace(self, wanted=tuple(each for each in self.wanted if each != key), threads=threads)
