"""Cuts a comment into pieces for display: where the evidence is, and what an edit changed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_LONGEST_DIFF = 1500


@dataclass(frozen=True, slots=True)
class Span:
    """Evidence in a text: start and end (exclusive) in code points, with its category and the label shown."""

    start: int
    end: int
    category: str
    label: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text with the evidence that covers it. `ends` holds the spans whose last piece this is."""

    text: str
    categories: tuple[str, ...] = ()
    ends: tuple[Span, ...] = ()

    @property
    def css(self) -> str:
        """The class names that draw the underlines."""
        return " ".join(f"hit-{category}" for category in self.categories)


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of an edited text. `kind` is same, added or removed."""

    kind: str
    text: str


def segments(text: str, spans: Iterable[Span]) -> list[Segment]:
    """Cut `text` at every span's edges; spans may overlap, and those outside the text are left out."""
    inside = [span for span in dict.fromkeys(spans) if 0 <= span.start < span.end <= len(text)]
    edges = sorted({0, len(text), *(span.start for span in inside), *(span.end for span in inside)})
    return [_segment(text, start, end, inside) for start, end in pairwise(edges)]


def _segment(text: str, start: int, end: int, spans: list[Span]) -> Segment:
    covering = [span for span in spans if span.start <= start and end <= span.end]
    categories = tuple(dict.fromkeys(span.category for span in covering))
    return Segment(text[start:end], categories, _ending(covering, end))


def _ending(covering: list[Span], end: int) -> tuple[Span, ...]:
    """The spans to label here: each label once, and where several pieces of evidence overlap, after the last."""
    last = {span.label: span for span in sorted(covering, key=lambda span: span.end)}
    return tuple(span for span in last.values() if span.end == end)


def changes(before: str, after: str) -> list[Change]:
    """What an edit changed, word by word; a very long text is given whole, once removed and once added."""
    old, new = re.findall(r"\s+|\S+\s*", before), re.findall(r"\s+|\S+\s*", after)
    if len(old) + len(new) > _LONGEST_DIFF:
        return [Change("removed", before), Change("added", after)]
    found: list[Change] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Change("same", "".join(old[a:b])))
            continue
        pairs = (("removed", old[a:b]), ("added", new[c:d]))
        found.extend(Change(kind, "".join(words)) for kind, words in pairs if words)
    return found
