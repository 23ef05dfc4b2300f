"""Which comments are known already, and where reading them again goes on, as text between two fetches."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Self

_KEPT = 2000
"""So many comments are remembered, the newest ones; a listing of Reddit holds 1000."""
_AGAIN = 100
"""Known comments that each fetch reads again: one request."""


def number(name: str) -> int:
    """The place of ``t1_…`` among all comments: Reddit counts them up, in base 36."""
    return int(name.partition("_")[2], 36)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is known."""

    known: tuple[str, ...] = ()
    """Fullnames (``t1_…``), the newest first."""
    turn: int | None = None
    """The number of the comment that was read again last; None when the next turn begins with the newest."""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            stored = json.loads(text or "{}")
            known = tuple(str(name) for name in stored.get("known", ()))
            [number(name) for name in known]
            return cls(known, stored.get("turn"))
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        """Give the cursor as JSON."""
        return json.dumps({"known": self.known, "turn": self.turn}, separators=(",", ":"))

    def has(self, name: str) -> bool:
        """Whether a comment is known, or older than all that is remembered: then it was known once."""
        return name in self.known or (len(self.known) == _KEPT and number(name) < number(self.known[-1]))

    def knows(self, names: Iterable[str]) -> Cursor:
        """Remember more; of too many, the newest."""
        every = sorted({*self.known, *names}, key=number, reverse=True)
        return replace(self, known=tuple(every[:_KEPT]))

    def forgets(self, names: Collection[str]) -> Cursor:
        """Forget what is gone."""
        return replace(self, known=tuple(name for name in self.known if name not in names))

    def turned(self, seen: Collection[str]) -> tuple[list[str], Cursor]:
        """Say which comments, other than those just seen, to read again now: older ones each time, then from the top.

        An edit, a removal, or a change by another moderator, may leave no trace at the top of any listing.
        """
        unseen = [name for name in self.known if name not in seen]
        older = [name for name in unseen if self.turn is None or number(name) < self.turn]
        chosen = older[:_AGAIN]
        if len(chosen) == len(older):
            chosen += [name for name in unseen if name not in older][: _AGAIN - len(chosen)]
        last = number(chosen[-1]) if len(unseen) > _AGAIN else None
        return chosen, replace(self, turn=last)
