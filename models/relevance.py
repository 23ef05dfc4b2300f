"""How far a comment is from its post, by the words that they share.

A hint for a person and never a reason to hide: shared words say little about shared subjects.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

from models.ngrams import words_of
from models.score import Category, Item, Score, ScoringError
from models.text import normalise
from models.weights import DATA

_COMMON = 2.5
"""Words below this inverse document frequency (the, about, people) say nothing about the subject."""
_MOST_READ = 4_000
_FEW = 2.0
"""Half the certainty at this many telling words: short reactions are not off-topic."""
_HIGHEST = 0.95
_SHARED, _CIVIC = 4.0, 2.0
"""How strongly shared words, and words of the scope, speak against off-topic."""
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "ers", "er", "ly", "s")


class Relevance:
    """Scores off-topic against the post, the comments between, and the Department's scope; nothing without a post.

    The value is ``0.95 * n / (n + 2) * exp(-4 * shared - 2 * civic)``: `n` telling words in the comment, `shared` the
    cosine of its words and those of the nearest of post and comments, weighted by inverse document frequency, and
    `civic` the share of its weight in words of the scope or of police work.
    """

    name = "relevance"

    def __init__(self, folder: Path = DATA) -> None:
        """Read the word frequencies and the list of civic words.

        Raises:
            ScoringError: when one of the files is missing or damaged.
        """
        self._idf, self._civic, self.version = _load(folder)
        self._rarest = max(self._idf.values())

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give one score for each item under a post that has text, and none for the others."""
        return [[self._score(item)] if item.post and item.post.strip() else [] for item in items]

    def _score(self, item: Item) -> Score:
        words = self._telling(item.text)
        contexts = [self._telling(text) for text in (item.post or "", *item.ancestors[-3:])]
        shared = max(_cosine(words, context) for context in contexts)
        scope = self._telling(item.scope or "")
        whole = sum(words.values())
        ours = sum(weight for stem, weight in words.items() if stem in self._civic or stem in scope)
        civic = ours / whole if whole else 0.0
        value = _HIGHEST * len(words) / (len(words) + _FEW) * math.exp(-_SHARED * shared - _CIVIC * civic)
        return Score(Category.OFF_TOPIC, round(value, 4), "relevance.words", _why(value))

    def _telling(self, text: str) -> dict[str, float]:
        """The stems in `text` that are not among the commonest, with their weight."""
        stems = stems_of(text[:_MOST_READ])
        return {stem: idf for stem in stems if (idf := self._idf.get(stem, self._rarest)) > _COMMON}


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


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    both = sum(weight for word, weight in one.items() if word in other)
    return both / math.sqrt((sum(one.values()) + 1) * (sum(other.values()) + 1))


def _why(value: float) -> str:
    if value < 0.5:
        return "Shares words with the post, or is too short to tell."
    return "Shares few words with the post, its thread or the Department's scope."


@cache
def _load(folder: Path) -> tuple[Mapping[str, float], frozenset[str], str]:
    frequencies, civic = folder / "idf.txt", folder / "civic.txt"
    try:
        contents = [path.read_bytes() for path in (frequencies, civic)]
        idf = dict(_pairs(contents[0].decode().splitlines()))
        words = [line.split() for line in contents[1].decode().splitlines() if not line.startswith("#")]
    except (OSError, ValueError) as error:
        raise ScoringError(f"The word files in {folder} cannot be read ({error}). Install OfRecord again.") from error
    digest = hashlib.sha256(b"".join(contents)).hexdigest()[:8]
    return idf, frozenset(stem(word) for line in words for word in line), f"1+{digest}"


def _pairs(lines: Iterable[str]) -> Iterable[tuple[str, float]]:
    for line in lines:
        if not line.startswith("#"):
            word, idf = line.split(" ")
            yield word, float(idf)
