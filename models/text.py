"""Normalisation: the text as a reader takes it, with the way back to the original.

Two steps: folding makes plain letters (`models.folding`), and disguised words of the approved list are written
out (`models.disguise`).
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from models import lexicon
from models.disguise import Reading, readings
from models.folding import Folded, fold
from models.lexicon import Lexicon

_SHORT, _LONG = 4_000, 70_000
"""Many short texts are kept, few long ones, and none beyond: within some tens of megabytes in all."""


@dataclass(frozen=True, slots=True)
class Normal:
    """A comment's text normalised. Positions are those of `text`; `span` leads back to the original."""

    text: str
    original: str
    starts: array[int] | None
    """For each character the code point of the original where it begins; None when nothing moved."""
    ends: array[int] | None
    """For each character the code point of the original before which it ends; None when nothing moved."""
    disguises: tuple[Reading, ...] = ()
    """The listed words that were written out, placed in `text`."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The start and end (exclusive) in the original of the normalised characters `start` to `end`.

        Raises:
            ValueError: when the stretch is empty or not within the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"No stretch of the normalised text runs from {start} to {end}.")
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], max(self.ends[start:end])

    def disguise_at(self, start: int, end: int) -> Reading | None:
        """The disguised word that touches the stretch, if any."""
        return next((each for each in self.disguises if each.start < end and start < each.end), None)


def normalise(text: str) -> Normal:
    """Normalise `text`. Takes any string, lone surrogates included, in time proportional to its length."""
    if len(text) <= _SHORT:
        return _kept(text)
    return _kept_long(text) if len(text) <= _LONG else _normalise(text)


@lru_cache(maxsize=1024)
def _kept(text: str) -> Normal:
    """Several classifiers read the same comment one after another."""
    return _normalise(text)


@lru_cache(maxsize=4)
def _kept_long(text: str) -> Normal:
    return _normalise(text)


def _normalise(text: str) -> Normal:
    return normalise_by(text, lexicon.load())


def normalise_by(text: str, words: Lexicon) -> Normal:
    """Normalise `text` with the disguised words of another list than the shipped one."""
    folded = fold(text)
    found = readings(folded.text, words)
    if not found and folded.sources is None:
        return Normal(folded.text, text, None, None)
    return _write_out(folded, text, found)


def _write_out(folded: Folded, original: str, found: list[Reading]) -> Normal:
    pieces: list[str] = []
    starts, ends = array("L"), array("L")
    disguises = []
    stops = [Reading(0, 0, ""), *found, Reading(len(folded.text), len(folded.text), "")]
    for before, reading in pairwise(stops):
        places = range(before.end, reading.start)
        pieces += [folded.text[before.end : reading.start], reading.word]
        starts.extend(map(folded.source, places))
        ends.extend(folded.source(place) + 1 for place in places)
        if reading.word:
            disguises.append(Reading(len(starts), len(starts) + len(reading.word), reading.word, reading.doubtful))
            starts.extend([folded.source(reading.start)] * len(reading.word))
            ends.extend([folded.source(reading.end - 1) + 1] * len(reading.word))
    return Normal("".join(pieces), original, starts, ends, tuple(disguises))
