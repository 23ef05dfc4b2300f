"""What the n-gram model computes for a text: log-odds a head, and what each word adds to them.

Both blocks of features (character n-grams; words and pairs) are set on distinct words, weighted by inverse document
frequency and scaled to unit length by block. So each word's part of the sum is known, and kept from one comment to
the next.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from models.ngrams import characters_of, pairs_of
from models.weights import Weights

_WORDS_KEPT = 30_000


class _Measured(NamedTuple):
    """A word's (or pair's) squared lengths and its sums of weights, one a head, for either block."""

    character_square: float
    own_square: float
    characters: tuple[float, ...]
    own: tuple[float, ...]


class Regression:
    """Logistic regression over the n-grams of a text, one answer a head."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._heads = [head.weights for head in weights.heads.values()]
        self._word = lru_cache(maxsize=_WORDS_KEPT)(self._measure_word)

    def log_odds(self, words: list[str]) -> dict[str, float]:
        """Give each head's calibrated log-odds for a text given as its words in order."""
        measured = [self._word(word) for word in dict.fromkeys(words)]
        pairs = self._pairs(words)
        characters, whole = _scales(measured, pairs)
        found = {}
        for at, (name, head) in enumerate(self._weights.heads.items()):
            raw = characters * sum(each.characters[at] for each in measured)
            raw += whole * (sum(each.own[at] for each in measured) + sum(each.own[at] for each in pairs.values()))
            found[name] = head.slope * (raw + head.intercept) + head.offset
        return found

    def parts(self, words: list[str], name: str) -> list[float]:
        """Give what each word in order adds to the head `name`; a pair's part goes half to either word."""
        at = list(self._weights.heads).index(name)
        measured = {word: self._word(word) for word in words}
        pairs = self._pairs(words)
        characters, whole = _scales(measured.values(), pairs)
        paired = [whole * pairs[pair].own[at] / 2 if pair in pairs else 0.0 for pair in pairs_of(words)]
        own = [characters * measured[word].characters[at] + whole * measured[word].own[at] for word in words]
        return [sum(three) for three in zip(own, [0.0, *paired], [*paired, 0.0], strict=True)]

    def _measure_word(self, word: str) -> _Measured:
        places = [place for gram in characters_of(word) if (place := self._weights.characters.get(gram)) is not None]
        own = self._weights.words.get(word)
        squares = self._weights.squares
        return _Measured(
            sum([squares[place] for place in places]),
            0.0 if own is None else squares[own],
            tuple([sum([row[place] for place in places]) for row in self._heads]),
            tuple([0.0 if own is None else row[own] for row in self._heads]),
        )

    def _pairs(self, words: list[str]) -> dict[str, _Measured]:
        found = {}
        for pair in pairs_of(words):
            place = self._weights.words.get(pair)
            if place is not None:
                own = tuple([row[place] for row in self._heads])
                found[pair] = _Measured(0.0, self._weights.squares[place], (), own)
        return found


def _scales(measured: Collection[_Measured], pairs: Mapping[str, _Measured]) -> tuple[float, float]:
    """The factors that give either block unit length."""
    own = sum([each.own_square for each in measured]) + sum([each.own_square for each in pairs.values()])
    return _inverse_root(sum([each.character_square for each in measured])), _inverse_root(own)


def _inverse_root(squared: float) -> float:
    return 1.0 / math.sqrt(squared) if squared > 0 else 0.0
