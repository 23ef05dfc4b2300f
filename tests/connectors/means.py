"""What a connector is given in tests: a secret in memory, and a budget that counts what it is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from connectors.base import BudgetSpentError, Means


class MemorySecret:
    """A secret that remembers every value it had."""

    def __init__(self, secret: str = "") -> None:
        self.saved: list[str] = []
        self._secret = secret

    def read(self) -> str:
        return self._secret

    def save(self, secret: str) -> None:
        self._secret = secret
        self.saved.append(secret)


class UnreadSecret(MemorySecret):
    """A secret that must not be asked for."""

    def read(self) -> str:
        raise AssertionError("the secret was read before it was needed")


class Purse:
    """A budget: `spent` says what was counted, `learned` what the platform said; `most` holds the caps."""

    def __init__(self, most: Mapping[str, int] | None = None, *, wait: float = 900.0, pace: float = 1.0) -> None:
        self.most = dict(most or {})
        self.spent: Counter[str] = Counter()
        self.acts: Counter[str] = Counter()
        self.learned: list[tuple[str, int | None, int | None, datetime | None]] = []
        self._wait = wait
        self._pace = pace

    def spend(self, kind: str, units: int = 1, *, act: bool = False) -> None:
        if self.left(kind) < max(units, 1):
            raise BudgetSpentError(f"The budget of {kind} is used up.", self._wait)
        self.spent[kind] += units
        self.acts[kind] += units if act else 0

    def left(self, kind: str) -> int:
        return self.most.get(kind, 10**9) - self.spent[kind]

    def pace(self, kind: str) -> float:
        return self._pace if self.left(kind) > 0 else 0.0

    def learn(
        self, kind: str, *, limit: int | None = None, remaining: int | None = None, reset: datetime | None = None
    ) -> None:
        self.learned.append((kind, limit, remaining, reset))


def means(secret: str | MemorySecret = "", budget: Purse | None = None) -> Means:
    """Give a connector what it works with; pass the parts in to look at them afterwards."""
    return Means(MemorySecret(secret) if isinstance(secret, str) else secret, budget or Purse())
