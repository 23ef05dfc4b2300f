"""What two texts share word for word: stems, weighted by how rare they are."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from models.ngrams import words_of
from models.score import ScoringError
from models.shipped import DATA
from models.text import normalise

FREQUENCIES = "idf.txt"
_COMMON = 2.5
"""Words below this inverse document frequency (the, about, people) say nothing about the subject."""
_MOST_READ = 4_000
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "ers", "er", "ly", "s")


class Overlap(NamedTuple):
    """The inverse document frequency of the commonest stems, and how much two texts share by it."""

    idf: Mapping[str, float]
    rarest: float
    """The weight of a stem that is not among them."""
    version: str

    def telling(self, text: str) -> dict[str, float]:
        """The stems in `text` that are not among the commonest, with their weight."""
        stems = stems_of(text[:_MOST_READ])
        return {stem: idf for stem in stems if (idf := self.idf.get(stem, self.rarest)) > _COMMON}


@cache
def load(folder: Path = DATA) -> Overlap:
    """Read the word frequencies.

    Raises:
        ScoringError: when the file is missing or damaged.
    """
    path = folder / FREQUENCIES
    try:
        content = path.read_bytes()
        idf = dict(_pairs(content.decode().splitlines()))
        return Overlap(idf, max(idf.values()), hashlib.sha256(content).hexdigest()[:8])
    except (OSError, ValueError) as error:
        raise ScoringError(f"{path} cannot be read ({error}). Install OfRecord again.") from error


def shared(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How much of two texts' telling words is the same: 0 to nearly 1, the cosine by inverse document frequency."""
    both = sum(weight for word, weight in one.items() if word in other)
    return both / math.sqrt((sum(one.values()) + 1) * (sum(other.values()) + 1))


@lru_cache(maxsize=512)
def stems_of(text: str) -> frozenset[str]:
    """The distinct stems of the words of `text`; kept, as many comments stand under one post."""
    return frozenset(stem(word.text) for word in words_of(normalise(text).text) if len(word.text) > 1)


@lru_cache(maxsize=30_000)
def stem(word: str) -> str:
    """Cut the commonest English endings: ``closed``, ``closing`` and ``closes`` become ``clos``."""
    for ending in _ENDINGS:
        if len(word) >= len(ending) + 3 and word.endswith(ending):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word[-1] in "ey" else word


def _pairs(lines: Iterable[str]) -> Iterable[tuple[str, float]]:
    for line in lines:
        if not line.startswith("#"):
            word, idf = line.split(" ")
            yield word, float(idf)
