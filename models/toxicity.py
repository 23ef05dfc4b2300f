"""The trained model: how likely a comment is obscene, and how likely it attacks somebody.

Logistic regression over words and character n-grams, in plain Python, and a small transformer for what it is not sure
of (`models.cascade`). It never reaches the value at which a rule may hide: only the approved word list does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

from models import blend, encoder, lexicon, shipped, weights
from models.cascade import Cascade, Stretch
from models.encoder import Encoder
from models.ngrams import Word, words_of
from models.regression import Regression
from models.score import Category, Item, Score
from models.target import IN_WORDS, target_of
from models.text import Normal, normalise

WEIGHTS, BLEND = "toxicity.bin", "blend.json"
WEIGHTS_FILE = shipped.DATA / WEIGHTS
CEILING = 0.96
"""The most that the model alone says: below the default hide threshold of 0.97."""
_PRESSED = 0.95
_INNOCENT_FACTOR = 0.5
"""For a name, and for a listed word in its innocent sense: below every threshold, and still above nothing."""
_STRETCH = 60
"""Words looked at together. A longer comment is looked at in stretches, and the worst one counts."""
_EVIDENCE_FROM = 0.5
_ALONE = 2
"""Words of evidence, such as *an ass*, of which an innocent one may excuse an attack; of more, others weigh in too."""
_REACH = 3
"""How many words on either side of the strongest one may belong to the evidence."""
_CAPITALISED = re.compile(r"[A-Z][a-z]+")


class Toxicity:
    """Scores obscenity and personal attack for every comment, with the words that weighed most."""

    name = "toxicity"
    categories = (Category.OBSCENITY, Category.PERSONAL_ATTACK)
    files = tuple(shipped.DATA / name for name in (WEIGHTS, BLEND, encoder.TOKENIZER, encoder.SHARED, encoder.JUDGE))

    def __init__(self, folder: Path = shipped.DATA, load: Callable[[Path], Encoder | None] = encoder.load) -> None:
        """Load the model; `load` gives the transformer, or None where it cannot run and the n-grams answer alone.

        Raises:
            ScoringError: when a file is missing, damaged, or not the one that was shipped.
        """
        loaded = weights.read(folder / WEIGHTS)
        transformer = load(folder)
        self._model = Cascade(Regression(loaded), blend.read(folder / BLEND), transformer)
        self._words = lexicon.load()
        self.files = tuple(folder / path.name for path in self.files if transformer or path.name in (WEIGHTS, BLEND))
        self.version = f"2+{loaded.version}" + (f".{transformer.version}" if transformer else "")

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give two scores an item, obscenity and personal attack; none for a text without words."""
        return [self._score(item) for item in items]

    def _score(self, item: Item) -> list[Score]:
        normal = normalise(item.text)
        stretches = stretches_of(normal.text)
        if not stretches:
            return []
        found = self._model.answers(stretches)
        worst = {head: max(range(len(found)), key=lambda at: found[at][head]) for head in ("obscenity", "attack")}
        obscenity, attack = worst["obscenity"], worst["attack"]
        return [
            self._obscenity(found[obscenity]["obscenity"], stretches[obscenity], normal),
            self._attack(found[attack]["attack"], stretches[attack], normal, item),
        ]

    def _obscenity(self, probability: float, stretch: Stretch, normal: Normal) -> Score:
        if probability < _EVIDENCE_FROM:
            why = "The trained model finds no obscene wording."
            return Score(Category.OBSCENITY, round(probability, 4), "toxicity.obscenity", why)
        evidence = self._evidence(stretch, "obscenity")
        span = normal.span(evidence[0].start, evidence[-1].end)
        if self._is_name(normal, evidence) or self._is_innocent(stretch, evidence):
            probability *= _INNOCENT_FACTOR
        value = _below_ceiling(probability)
        why = f"The trained model finds the wording obscene ({value:.0%} likely)."
        return Score(Category.OBSCENITY, value, "toxicity.obscenity", why, span)

    def _attack(self, probability: float, stretch: Stretch, normal: Normal, item: Item) -> Score:
        value = _below_ceiling(probability)
        if value < _EVIDENCE_FROM:
            why = "The trained model finds no personal attack."
            return Score(Category.PERSONAL_ATTACK, value, "toxicity.attack", why)
        evidence = self._evidence(stretch, "attack")
        span = normal.span(evidence[0].start, evidence[-1].end)
        if len(evidence) <= _ALONE and self._is_innocent(stretch, evidence):
            value = _below_ceiling(probability * _INNOCENT_FACTOR)
        target = target_of(normal, item, span)
        why = f"The trained model finds insulting wording ({value:.0%} likely), aimed at {IN_WORDS[target]}."
        return Score(Category.PERSONAL_ATTACK, value, "toxicity.attack", why, span, target)

    def _evidence(self, stretch: Stretch, head: str) -> list[Word]:
        """The strongest word with those of its neighbours that also weigh in."""
        parts = self._model.parts(stretch, head)
        first = last = max(range(len(parts)), key=parts.__getitem__)
        floor = parts[first] / 10
        while first > 0 and last - first < _REACH and parts[first - 1] > floor:
            first -= 1
        while last + 1 < len(parts) and last - first < 2 * _REACH and parts[last + 1] > floor:
            last += 1
        return stretch.words[first : last + 1]

    def _is_innocent(self, stretch: Stretch, evidence: list[Word]) -> bool:
        present = {word.text for word in stretch.words}
        return any(self._words.is_innocent(word.text, present) for word in evidence)

    def _is_name(self, normal: Normal, evidence: list[Word]) -> bool:
        """Whether the evidence is a mild word written as a name is: Dick, not dick, beside other small letters."""
        mild = [word for word in evidence if self._words.tier(word.text) is lexicon.Tier.MILD]
        written = [normal.original[slice(*normal.span(word.start, word.end))] for word in mild]
        return bool(written) and all(_CAPITALISED.fullmatch(each) for each in written) and _small(normal.original)


def _below_ceiling(probability: float) -> float:
    """Press what is above 0.95 together below the ceiling, so that the surest findings still rank."""
    return round(min(probability, _PRESSED + (probability - _PRESSED) * (CEILING - _PRESSED) / (1 - _PRESSED)), 4)


def stretches_of(text: str) -> list[Stretch]:
    """Cut a normalised text before every sixtieth word."""
    words = words_of(text)
    first = [words[at].start if at else 0 for at in range(0, len(words), _STRETCH)]
    return [
        Stretch(words[at * _STRETCH : (at + 1) * _STRETCH], text[start:end], start)
        for at, (start, end) in enumerate(pairwise([*first, len(text)]))
    ]


def _small(text: str) -> bool:
    """Whether most of the words are written small, so that a capital means something."""
    words = text.split()
    return sum(word[:1].isupper() for word in words) * 2 <= max(len(words), 4)
