"""The features of the trained model: words, word pairs, and the character n-grams within each word."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

_WORD = re.compile(r"(?:https?://|www\.)\S+|@\w+|([^\W_]+(?:'[^\W_]+)?)")
_SHORTEST, _LONGEST = 2, 5
_LONGEST_WORD = 24


class Word(NamedTuple):
    """A word of a normalised text and where it stands there."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The words of a normalised text in order, without links and @names."""
    return [Word(match[1], match.start(), match.end()) for match in _WORD.finditer(text) if match[1]]


def characters_of(word: str) -> list[str]:
    """The character n-grams (2 to 5) of one word with a space at either end; of a very long word, its beginning."""
    padded = f" {word[:_LONGEST_WORD]} "
    last = len(padded) + 1
    return [padded[at : at + size] for size in range(_SHORTEST, _LONGEST + 1) for at in range(last - size)]


def pairs_of(words: list[str]) -> list[str]:
    """The pairs of neighbouring words."""
    return [f"{before} {after}" for before, after in pairwise(words)]
