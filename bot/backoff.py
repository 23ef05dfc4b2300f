"""How long to wait after a failure."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_LONGEST = 15 * 60.0


@dataclass(slots=True)
class Backoff:
    """Doubles with every failure in a row, with jitter; a platform's own Retry-After wins when it is longer."""

    first: float = 5.0
    failures: int = 0
    _random: random.Random = field(default_factory=random.Random)

    def failed(self, retry_after: float | None = None) -> float:
        """Count a failure and give the seconds to wait."""
        self.failures += 1
        longest = min(self.first * 2 ** min(self.failures - 1, 16), _LONGEST)
        return max(self._random.uniform(longest / 2, longest), retry_after or 0.0)

    def succeeded(self) -> bool:
        """Start anew. Returns whether this ends a row of failures."""
        recovered = self.failures > 0
        self.failures = 0
        return recovered
