"""A case history: entries of the log as lines that a moderator reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.records import Entry
from bot.web.reading.people import names_in
from bot.web.times import Clock, When
from bot.web.words import in_words, who


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the log in words."""

    seq: int
    at: When
    who: str
    words: str
    note: str
    """What the person wrote about it; empty where there is none or it was destroyed."""


def lines(entries: Sequence[Entry], clock: Clock) -> list[Line]:
    """Put entries into words, in the order given."""
    names = names_in(entries)
    return [
        Line(
            seq=entry.seq,
            at=clock.when(entry.ts),
            who=who(entry, names),
            words=in_words(entry, clock),
            note=str(entry.opened.get("review.note") or ""),
        )
        for entry in entries
    ]
