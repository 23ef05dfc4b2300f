"""How far a page on X has been read, as text between two fetches."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Self

from connectors._schedule import Thread
from connectors.x.rows import born

_FOREIGN_AT_MOST = 200
_KNOWN_AT_MOST = 3000
"""Replies that are looked at again: some 120 kB of cursor."""


@dataclass(slots=True)
class Walk:
    """How far a list has been read that comes newest first: an interrupted walk goes on where it stopped."""

    since: str = ""
    """Everything up to this id is read; empty at the beginning."""
    top: str = ""
    """The newest id of the walk under way; empty between two walks."""
    below: str = ""
    """The walk goes on below this id."""


@dataclass(slots=True)
class Place:
    """Everything that is remembered between two fetches. It moves on while a fetch goes on, step by step."""

    own: Walk = field(default_factory=Walk)
    mentions: Walk = field(default_factory=Walk)
    threads: dict[str, Thread] = field(default_factory=dict)
    """The Department's posts, by id."""
    foreign: list[str] = field(default_factory=list)
    """Conversations that others began: what mentions the Department there is not on its page."""
    known: dict[str, str] = field(default_factory=dict)
    """Replies: the id of the newest version by that of the first."""
    scanned: float | None = None
    """When the known replies were read again last (Unix time); None before the first time."""
    scan: str = ""
    """In a reading again that was interrupted: where it goes on."""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote. What cannot be read starts from the beginning: that repeats, and loses nothing."""
        try:
            stored = json.loads(text or "{}")
            threads = {each: Thread.of_row(row) for each, row in stored.pop("threads", {}).items()}
            own, mentions = (Walk(**stored.pop(name, {})) for name in ("own", "mentions"))
            return cls(own, mentions, threads, **stored)
        except (ValueError, TypeError, AttributeError):
            return cls()

    def __str__(self) -> str:
        """Give it as JSON."""
        threads = {each: thread.as_row() for each, thread in self.threads.items()}
        walks = {"own": asdict(self.own), "mentions": asdict(self.mentions)}
        rest = {"foreign": self.foreign, "known": self.known, "scanned": self.scanned, "scan": self.scan}
        return json.dumps({**walks, "threads": threads, **rest}, separators=(",", ":"))

    def owns(self, post_id: str) -> None:
        """Remember a post of the Department."""
        self.threads.setdefault(post_id, Thread(born(post_id).timestamp()))

    def is_foreign(self, conversation: str) -> None:
        """Remember a conversation that somebody else began."""
        self.foreign = [*self.foreign, conversation][-_FOREIGN_AT_MOST:]

    def knows(self, first: str, newest: str) -> None:
        """Remember a reply; the oldest ones are forgotten when there are too many."""
        self.known[first] = newest
        if len(self.known) > _KNOWN_AT_MOST:
            del self.known[min(self.known, key=int)]

    def watch(self, most: int) -> None:
        """Keep the newest posts alone."""
        kept = sorted(self.threads, key=int)[-most:]
        self.threads = {each: self.threads[each] for each in kept}
