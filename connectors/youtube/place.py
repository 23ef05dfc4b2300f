"""Which comments are known, and when each was seen last, as text between two fetches. Moments are Unix times."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

_KEPT = 5000
"""So many comments are remembered, those that were seen last."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known."""

    looked: float | None = None
    """When the threads were listed last."""
    cost: int = 0
    """Units that it took."""
    seen: Mapping[str, float] = field(default_factory=dict)
    """When each comment was seen last, by id."""
    threads: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """The video of each thread, and how many replies it had when they were read; -1 before that."""
    videos: tuple[str, ...] = ()
    """Whose posts are captured."""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            stored = json.loads(text or "{}")
            seen = {str(each): float(when) for each, when in stored.get("seen", {}).items()}
            threads = {
                str(each): (str(video), int(count)) for each, (video, count) in stored.get("threads", {}).items()
            }
            videos = tuple(str(each) for each in stored.get("videos", ()))
            return cls(stored.get("looked"), int(stored.get("cost", 0)), seen, threads, videos)
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        """Give it as JSON."""
        ranked = sorted(self.seen.items(), key=lambda each: (-each[1], each[0]))[:_KEPT]
        seen = dict(ranked)
        threads = {each: known for each, known in self.threads.items() if each in seen}
        kept = {"looked": self.looked, "cost": self.cost, "seen": seen, "threads": threads, "videos": self.videos}
        return json.dumps(kept, separators=(",", ":"))

    def doubtful(self, found: Iterable[str], relisted: Iterable[str]) -> list[str]:
        """Known comments that were not found now, those first that should have been.

        A thread that was listed the last time should be; so should the replies of a thread whose replies were read.
        The others, replies in threads where nothing came, take turns: an edit leaves no trace anywhere else.
        """
        there, read = set(found), set(relisted)

        def missed(each: str) -> bool:
            parent, _, reply = each.partition(".")
            return parent in read if reply else self.seen[each] == self.looked

        unseen = (each for each in self.seen if each not in there)
        return sorted(unseen, key=lambda each: (not missed(each), self.seen[each]))
