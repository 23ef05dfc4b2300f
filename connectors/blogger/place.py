"""What is known of a blog between two fetches, as text. Moments are Unix times."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from connectors.blogger.rows import Known

_KEPT = 5000
"""So many comments are remembered, those that were seen last; and so many posts."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known."""

    looked: float | None = None
    """When the blog was looked at last."""
    cost: int = 0
    """Requests that it took."""
    profile: str = ""
    """The profile of the authorisation; empty before it was proved to be an administrator's."""
    seen: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """When each comment was written, and when it was seen last, by id."""
    posts: Mapping[str, Known] = field(default_factory=dict)
    """The posts that are captured already."""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            stored = json.loads(text or "{}")
            seen = {str(each): (float(created), float(last)) for each, (created, last) in stored["seen"].items()}
            posts = {str(each): Known(str(url), str(author)) for each, (url, author) in stored["posts"].items()}
            return cls(stored["looked"], int(stored["cost"]), str(stored["profile"]), seen, posts)
        except (ValueError, TypeError, AttributeError, KeyError):
            return cls()

    def __str__(self) -> str:
        """Give it as JSON."""
        seen = dict(sorted(self.seen.items(), key=lambda each: (-each[1][1], each[0]))[:_KEPT])
        posts = {each: (known.url, known.author) for each, known in list(self.posts.items())[-_KEPT:]}
        kept = {"looked": self.looked, "cost": self.cost, "profile": self.profile, "seen": seen, "posts": posts}
        return json.dumps(kept, separators=(",", ":"))
