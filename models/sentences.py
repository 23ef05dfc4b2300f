"""Sentences of a normalised text, for rules that must not look past a full stop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_STOPS = re.compile(r"(?<![.!?])[.!?]+(?=\s|$)|\n+")
_LONGEST = 600


class Sentence(NamedTuple):
    """A sentence and where it begins in the text."""

    text: str
    start: int


def sentences_of(text: str) -> Iterator[Sentence]:
    """Give the sentences in order, cut at 600 characters where somebody writes without full stops."""
    begin = 0
    for end in [*(match.end() for match in _STOPS.finditer(text)), len(text)]:
        for at in range(begin, end, _LONGEST):
            piece = text[at : min(at + _LONGEST, end)]
            if piece.strip():
                yield Sentence(piece, at)
        begin = end
