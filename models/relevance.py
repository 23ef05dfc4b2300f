"""How far a comment is from what it stands under: the post, the comments between, the Department's written scope.

A hint for a person and never a reason to hide. What is about the subject is told by these texts alone: there is no
list of words that would make a comment on-topic anywhere.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from models import encoder, overlap, shipped
from models.language import untested
from models.ngrams import words_of
from models.score import Category, Item, Score, ScoringError
from models.sentences import sentences_of
from models.text import normalise

if TYPE_CHECKING:
    import numpy as np

HEADS = "relevance.json"
DOUBTED = 0.85
"""The highest value, below the default threshold, of a comment whose meaning could not be compared or is too short."""
SHORT = 4
"""Comments with fewer telling words (*prayers*, *great job*) are never flagged."""
_PLAIN = 0.15
"""From this share of words on, the words alone tell that a comment is about the subject."""
_MOST_MEANT = 500
"""Characters that are read for the meaning; as many as most comments have."""
_LONGEST_WORD = 40
"""Longer strings (links, encoded data) have no meaning, and cost as much as pages of words."""
_NEAREST_COMMENTS = 3
_KEPT = 2_048
_QUOTED = 80


@dataclass(frozen=True, slots=True)
class Head:
    """A logistic regression over three numbers, fitted by ``python -m models.training.relevance``."""

    start: float
    nearest: float
    shared: float
    length: float

    def value(self, nearest: float, shared: float, length: float) -> float:
        """Give 0 to 1 for the cosine of the nearest text, the greatest share of words, and ``ln(1 + words)``."""
        logit = self.start + self.nearest * nearest + self.shared * shared + self.length * length
        return 1.0 / (1.0 + math.exp(-logit))


class Relevance:
    """Scores off-topic against the post, the comments between, and the Department's scope; nothing without a post.

    Where the encoder is installed it compares meanings, and words beside them; where words already tell that a comment
    is about the subject it is not asked. Without it, and for other languages than English, words alone are compared,
    and no value reaches the default threshold.
    """

    name = "relevance"
    categories = (Category.OFF_TOPIC,)
    files = tuple(
        shipped.DATA / name for name in (overlap.FREQUENCIES, HEADS, encoder.TOKENIZER, encoder.SHARED, encoder.MEANING)
    )

    def __init__(
        self, folder: Path = shipped.DATA, load: Callable[[Path], encoder.Encoder | None] = encoder.load
    ) -> None:
        """Read the word frequencies, the fitted numbers and, where it can be run, the encoder.

        Raises:
            ScoringError: when a file is missing, damaged, or not the one that was shipped.
        """
        self.overlap = overlap.load(folder)
        self._heads, digest = read_heads(folder / HEADS)
        found = load(folder)
        self._meaning = Meaning(found) if found else None
        self.version = f"2+{self.overlap.version[:4]}{digest[:4]}{found.version if found else ''}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give one score for each item under a post that has text, and none for the others."""
        return [[self._score(item)] if item.post and item.post.strip() else [] for item in items]

    def _score(self, item: Item) -> Score:
        words, contexts = self.overlap.telling(item.text), contexts_of(item)
        shared = max(overlap.shared(words, self.overlap.telling(text)) for text in contexts)
        length = length_of(item.text)
        if self._meaning is None or shared >= _PLAIN or not is_readable(item.text):
            value = min(self._heads["words"].value(0.0, shared, length), DOUBTED)
            return Score(Category.OFF_TOPIC, round(value, 4), "relevance.words", _why(value, item))
        value = self._heads["meaning"].value(self._meaning.nearest(item.text, contexts), shared, length)
        if value <= DOUBTED:
            return Score(Category.OFF_TOPIC, round(value, 4), "relevance.meaning", _why(value, item))
        if len(words) < SHORT or any(untested(text, ("en",)) for text in (item.text, item.post or "")):
            value = DOUBTED
        why = f"{_why(value, item)} {self._meaning.closest(item)}"
        return Score(Category.OFF_TOPIC, round(value, 4), "relevance.meaning", why)


class Meaning:
    """Compares texts by the encoder's vectors, and keeps the latest, as many comments stand under one post."""

    def __init__(self, found: encoder.Encoder) -> None:
        self._of: Callable[[str], np.ndarray] = lru_cache(maxsize=_KEPT)(lambda text: found.meanings([text])[0])

    def nearest(self, text: str, contexts: Sequence[str]) -> float:
        """The cosine (-1 to 1) of `text` with the nearest of the others."""
        own = self._of(meant(text))
        return max(float(own @ self._of(meant(each))) for each in contexts)

    def closest(self, item: Item) -> str:
        """Tell which sentence of the post is nearest."""
        sentences = [each.text.strip() for each in sentences_of((item.post or "")[:_MOST_MEANT])]
        found = max(sentences, key=lambda each: self.nearest(item.text, [each]))
        cut = found if len(found) <= _QUOTED else f"{found[:_QUOTED].rstrip()}…"
        return f"The post's nearest sentence: “{cut}”"


def contexts_of(item: Item) -> list[str]:
    """The texts that say what the subject is: the post, the nearest comments above, the scope."""
    texts = (item.post, *item.ancestors[-_NEAREST_COMMENTS:], item.scope)
    return [text for text in texts if text and text.strip()]


def length_of(text: str) -> float:
    """The number of words as the heads count it: ``ln(1 + words)`` of what is read for the meaning."""
    return math.log1p(len(words_of(meant(text))))


@lru_cache(maxsize=512)
def meant(text: str) -> str:
    """What of a text is read for its meaning: normalised, its beginning, without links and endless strings."""
    plain = normalise(text[: 2 * _MOST_MEANT]).text
    return " ".join(word for word in plain.split() if len(word) <= _LONGEST_WORD)[:_MOST_MEANT]


def is_readable(text: str) -> bool:
    """Whether there is anything in `text` that the encoder, which knows English, could read."""
    plain = meant(text)
    return sum(map(str.isascii, plain)) * 2 > len(plain)


def read_heads(path: Path) -> tuple[Mapping[str, Head], str]:
    """Read the fitted numbers, by head, and the SHA-256 (hex) of their file.

    Raises:
        ScoringError: when the file is missing, damaged, or not the one that was shipped.
    """
    content = shipped.read(path)
    try:
        heads = {name: Head(**numbers) for name, numbers in json.loads(content).items()}
    except (ValueError, TypeError) as error:
        raise ScoringError(f"{path} cannot be read ({error}). Install OfRecord again.") from error
    return heads, shipped.sums_of(path.parent)[path.name]


def _why(value: float, item: Item) -> str:
    names = ["the post"]
    names += ["the comments above"] if item.ancestors else []
    names += ["the Department's scope"] if item.scope and item.scope.strip() else []
    compared = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    if value < 0.5:
        return f"Has to do with {compared}, or is too short to tell."
    return f"Seems to be about something else than {compared}."
