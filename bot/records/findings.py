"""What a verification finds."""

from __future__ import annotations

from dataclasses import dataclass, field

_MOST = 200


@dataclass(frozen=True, slots=True)
class VerifyResult:
    """The outcome of a verification."""

    ok: bool
    size: int
    """How many entries the log has."""
    root: str
    """The root of the tree over them (hex)."""
    first_bad: int | None
    """The sequence number of the first entry that is not as it was written; None when no entry can be named."""
    problems: list[str]
    """What is wrong, in plain words, in the order in which it was found."""
    checkpoints_checked: int
    notes: list[str]
    """What could not be checked, and why."""
    seconds: float


@dataclass(slots=True)
class Findings:
    """Problems as they come up; more than 200 are counted and not kept."""

    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    first_bad: int | None = None
    count: int = 0

    def entry(self, seq: int, what: str) -> None:
        """Something is wrong with one entry."""
        self.first_bad = seq if self.first_bad is None else min(self.first_bad, seq)
        self._keep(f"entry {seq}: {what}")

    def other(self, what: str) -> None:
        """Something is wrong that is not one entry's."""
        self._keep(what)

    def _keep(self, text: str) -> None:
        self.count += 1
        if self.count <= _MOST:
            self.problems.append(text)
        elif self.count == _MOST + 1:
            self.problems.append(f"more than {_MOST} problems; the rest is not listed")

    def doubt(self, start: int, end: int, what: str) -> None:
        """Blame the first of the entries [start, end), unless one that is bad was found before the end."""
        if self.first_bad is None or self.first_bad >= end:
            self.entry(start, what)
