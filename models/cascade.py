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
_MOST_LEFT_OUT = 12
"""How often a stretch is read again, each time without some of its words, to find the evidence."""


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
        the word is left out; of many words, some at once.
        """
        words = _plain(stretch)
        if self._encoder is None or self._ngrams.log_odds(words)[name] >= 0:
            return self._ngrams.parts(words, name)
        size = -(-len(words) // _MOST_LEFT_OUT)
        groups = [range(at, min(at + size, len(words))) for at in range(0, len(words), size)]
        texts = [stretch.text, *(_without(stretch, group) for group in groups)]
        weights = self._blend[name].judged
        whole, *rest = (self._encoder.judge(texts) @ weights).tolist()
        return [whole - fallen for fallen, group in zip(rest, groups, strict=True) for _ in group]

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


def _without(stretch: Stretch, left_out: range) -> str:
    first, last = stretch.words[left_out[0]], stretch.words[left_out[-1]]
    return stretch.text[: first.start - stretch.start] + stretch.text[last.end - stretch.start :]
