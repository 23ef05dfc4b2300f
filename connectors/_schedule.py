"""When to look at which post: often where comments come, rarely where none do, within what the platform allows.

Comments on post i arrive at random at a rate λᵢ (a Poisson process). Looked at every Tᵢ seconds, one waits Tᵢ/2 on
average until it is seen, so that all comments together wait Σ λᵢTᵢ/2 a second, and the looks cost Σ cᵢ/Tᵢ units a
second, which may be at most the budget B. With a multiplier μ the least waiting has λᵢ/2 = μcᵢ/Tᵢ², that is

    Tᵢ = k·√(cᵢ/λᵢ),    k = Σ √(cⱼλⱼ) / B.

It is the square-root rule of K. C. Sia, J. Cho and H.-K. Cho, "Efficient monitoring algorithm for fast news alerts",
IEEE Transactions on Knowledge and Data Engineering 19(7), 2007, with a cost for each look. Where Tᵢ would leave its
bounds it stays at the bound, and k is found for the others: the problem is convex, so this is still the least.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Self

HALF_LIFE = 6 * 3600.0
"""Seconds after which what came counts half: a post's rate follows the day."""
_SUPPOSED_COMMENTS = 1.0
_SUPPOSED_SECONDS = 600.0
"""What is supposed of a post before anything is known (a Gamma prior): a comment in ten minutes."""
_ROUNDS = 60
"""Halvings in the search for k: more than a float can tell apart."""


@dataclass(frozen=True, slots=True)
class Thread:
    """One post, as far as looking at it goes. Moments are Unix times in seconds."""

    created: float
    """When the post was published."""
    looked: float | None = None
    """When it was looked at last; None before the first time."""
    came: float = 0.0
    """Comments that came, older ones counting less."""
    over: float = 0.0
    """Seconds that they came in, discounted alike."""
    cost: int = 1
    """Units of the budget that a look takes."""

    @property
    def rate(self) -> float:
        """Comments a second to be expected: the mean of the Gamma posterior."""
        return (self.came + _SUPPOSED_COMMENTS) / (self.over + _SUPPOSED_SECONDS)

    def looked_at(self, now: float, fresh: int, cost: int | None = None) -> Thread:
        """What is known after a look that found `fresh` new comments and took `cost` units (None: as before)."""
        since = max(0.0, now - (self.created if self.looked is None else self.looked))
        kept = 0.5 ** (since / HALF_LIFE)
        came, over = self.came * kept + fresh, self.over * kept + since
        return Thread(self.created, now, came, over, self.cost if cost is None else max(1, cost))

    def as_row(self) -> list[float | None]:
        """The form to keep in a cursor, short because there is one for each post."""
        return [round(self.created), self.looked, round(self.came, 3), round(self.over), self.cost]

    @classmethod
    def of_row(cls, row: Sequence[float | None]) -> Self:
        """Read what `as_row` gave."""
        created, looked, came, over, cost = row
        return cls(created or 0.0, looked, came or 0.0, over or 0.0, int(cost or 1))


def intervals(threads: Sequence[Thread], pace: float, *, shortest: float, longest: float) -> list[float]:
    """How often to look at each post: seconds between two looks, in the order of `threads`.

    Args:
        threads: the posts.
        pace: B, units a second that looking may use in all.
        shortest: no post is looked at more often, in seconds.
        longest: every post is looked at as often as this, as long as the budget allows it.

    Returns:
        The intervals; infinite ones where there is no budget at all.
    """
    if pace <= 0:
        return [inf] * len(threads)
    weights = [sqrt(thread.cost / thread.rate) for thread in threads]

    def at(k: float) -> list[float]:
        return [min(longest, max(shortest, k * weight)) for weight in weights]

    def price(found: Sequence[float]) -> float:
        return sum(thread.cost / each for thread, each in zip(threads, found, strict=True))

    scarce = price(at(inf)) / pace
    if scarce > 1:
        return [longest * scarce] * len(threads)
    low, high = 0.0, longest / min(weights, default=1.0)
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        low, high = (low, middle) if price(at(middle)) <= pace else (middle, high)
    return at(0.0) if price(at(0.0)) <= pace else at(high)


def due(
    threads: Mapping[str, Thread], now: float, *, pace: float, shortest: float = 60.0, longest: float = 86_400.0
) -> list[str]:
    """Which posts to look at now: those never looked at first, the newest of them first, then the most overdue.

    Args:
        threads: the posts, by id.
        now: the present moment (Unix time, seconds).
        pace: units a second that looking may use (`Budget.pace`).
        shortest: no post is looked at more often, in seconds.
        longest: every post is looked at as often as this, as long as the budget allows it.
    """
    every = intervals(list(threads.values()), pace, shortest=shortest, longest=longest)
    waited = {
        name: inf if thread.looked is None else (now - thread.looked) / interval
        for (name, thread), interval in zip(threads.items(), every, strict=True)
    }
    return sorted(
        (name for name, ratio in waited.items() if ratio >= 1), key=lambda name: (-waited[name], -threads[name].created)
    )
