"""The trained model's two parts at work on a stretch of a comment: n-grams first, the transformer where they doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from models.blend import Blend, probability
from models.encoder import Encoder
from models.ngrams import Word
from models.regression import Regression

_MOST_READ = 8
"""Stretches of one comment that the transformer reads: those that the n-grams find worst."""
_SUSPECTS = 4
"""Words of a stretch that may be the evidence, one of them left out at a time: those that the n-grams find worst. In 64
of 66 labelled comments the word whose absence counts most was among them."""


class Stretch(NamedTuple):
    """Some words of a comment that are looked at together, and the normalised text that they stand in."""

    words: list[Word]
    text: str
    start: int
    """Where `text` begins in the normalised comment."""


class Cascade:
    """Answers both questions, obscenity and attack, for the stretches of a comment."""

    def __init__(self, ngrams: Regression, blend: Blend, encoder: Encoder | None) -> None:
        """Put the parts together; without an encoder the n-grams answer alone."""
        self._ngrams, self._blend, self._encoder = ngrams, blend, encoder

    def answers(self, stretches: Sequence[Stretch]) -> list[dict[str, float]]:
        """Give for each stretch the probability of each question by its name."""
        found = [self._ngrams.log_odds(_plain(each)) for each in stretches]
        encoder = self._encoder
        if encoder is None:
            return [{name: probability(value) for name, value in each.items()} for each in found]
        ranked = sorted(range(len(found)), key=lambda at: -self._doubt(found[at]))
        read = {at for at in ranked[:_MOST_READ] if self._doubt(found[at]) >= 0}
        return [
            self._together(odds, encoder, stretch.text) if at in read else self._alone(odds)
            for at, (odds, stretch) in enumerate(zip(found, stretches, strict=True))
        ]

    def parts(self, stretch: Stretch, name: str) -> list[float]:
        """Give how much each word of a stretch adds to one question's answer.

        The n-grams know it by themselves. Where they find nothing, it is how far the transformer's answer falls when
        the word is left out, for the few words that the n-grams like least; of the others nothing is known.
        """
        words = _plain(stretch)
        known = self._ngrams.parts(words, name)
        if self._encoder is None or self._ngrams.log_odds(words)[name] >= 0:
            return known
        suspects = sorted(range(len(words)), key=lambda at: -known[at])[:_SUSPECTS]
        texts = [stretch.text, *(_without(stretch, stretch.words[at]) for at in suspects)]
        whole, *rest = (self._encoder.judge(texts) @ self._blend[name].judged).tolist()
        fallen = {at: whole - left for at, left in zip(suspects, rest, strict=True)}
        return [fallen.get(at, 0.0) for at in range(len(words))]

    def _doubt(self, log_odds: Mapping[str, float]) -> float:
        """How far a stretch is from being clear; below 0 it is."""
        return max(value - self._blend[name].clear_below for name, value in log_odds.items())

    def _alone(self, log_odds: Mapping[str, float]) -> dict[str, float]:
        return {name: self._blend[name].alone(value) for name, value in log_odds.items()}

    def _together(self, log_odds: Mapping[str, float], encoder: Encoder, text: str) -> dict[str, float]:
        judged = encoder.judge([text])[0].tolist()
        return {name: self._blend[name].together(value, judged) for name, value in log_odds.items()}


def _plain(stretch: Stretch) -> list[str]:
    return [word.text for word in stretch.words]


def _without(stretch: Stretch, word: Word) -> str:
    return stretch.text[: word.start - stretch.start] + stretch.text[word.end - stretch.start :]
