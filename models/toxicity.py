"""The trained model: how likely a comment is obscene, and how likely it attacks somebody.

Logistic regression over words and character n-grams, in plain Python. It never reaches the value at which a rule may
hide: only the approved word list does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from models import lexicon, weights
from models.ngrams import Word, words_of
from models.regression import Regression
from models.score import Category, Item, Score, Target
from models.target import target_of
from models.text import Normal, normalise

WEIGHTS_FILE = weights.DATA / "toxicity.bin"
CEILING = 0.96
"""The most that the model alone says of obscenity: below the default hide threshold of 0.97."""
_INNOCENT_FACTOR = 0.5
"""For a name, and for a listed word in its innocent sense: below every threshold, and still above nothing."""
_WINDOW = 100
"""Words looked at together. A longer comment is looked at in stretches, and the worst one counts."""
_EVIDENCE_FROM = 0.5
_REACH = 3
"""How many words on either side of the strongest one may belong to the evidence."""
_CAPITALISED = re.compile(r"[A-Z][a-z]+")
_TARGETS = {
    Target.COMMENTER: "another commenter",
    Target.PRIVATE_PERSON: "a private person",
    Target.GROUP: "a group of people",
    Target.OFFICIAL: "police, an official or government, whom anybody may criticise",
    Target.NOBODY: "nobody in particular",
    Target.UNKNOWN: "somebody, it is not clear whom",
}


class Toxicity:
    """Scores obscenity and personal attack for every comment, with the words that weighed most."""

    name = "toxicity"

    def __init__(self, path: Path = WEIGHTS_FILE) -> None:
        """Load the weights.

        Raises:
            ScoringError: when the file is missing, damaged, or not the one that was shipped.
        """
        loaded = weights.read(path)
        self._model = Regression(loaded)
        self._words = lexicon.load()
        self.version = f"1+{loaded.version}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give two scores an item, obscenity and personal attack; none for a text without words."""
        return [self._score(item) for item in items]

    def _score(self, item: Item) -> list[Score]:
        normal = normalise(item.text)
        words = words_of(normal.text)
        if not words:
            return []
        windows = [words[at : at + _WINDOW] for at in range(0, len(words), _WINDOW)]
        found = [self._model.probabilities([word.text for word in window]) for window in windows]
        worst = {head: max(range(len(found)), key=lambda at: found[at][head]) for head in ("obscenity", "attack")}
        obscenity, attack = worst["obscenity"], worst["attack"]
        return [
            self._obscenity(found[obscenity]["obscenity"], windows[obscenity], normal),
            self._attack(found[attack]["attack"], windows[attack], normal, item),
        ]

    def _obscenity(self, probability: float, window: list[Word], normal: Normal) -> Score:
        if probability < _EVIDENCE_FROM:
            why = "The trained model finds no obscene wording."
            return Score(Category.OBSCENITY, round(probability, 4), "toxicity.obscenity", why)
        evidence = self._evidence(window, "obscenity")
        span = normal.span(evidence[0].start, evidence[-1].end)
        if self._is_name(normal, evidence) or self._is_innocent(window, evidence):
            probability *= _INNOCENT_FACTOR
        value = round(min(probability, CEILING), 4)
        why = f"The trained model finds the wording obscene ({value:.0%} likely)."
        return Score(Category.OBSCENITY, value, "toxicity.obscenity", why, span)

    def _attack(self, probability: float, window: list[Word], normal: Normal, item: Item) -> Score:
        value = round(probability, 4)
        if value < _EVIDENCE_FROM:
            why = "The trained model finds no personal attack."
            return Score(Category.PERSONAL_ATTACK, value, "toxicity.attack", why)
        evidence = self._evidence(window, "attack")
        span = normal.span(evidence[0].start, evidence[-1].end)
        target = target_of(normal, item, span)
        why = f"The trained model finds insulting wording ({value:.0%} likely), aimed at {_TARGETS[target]}."
        return Score(Category.PERSONAL_ATTACK, value, "toxicity.attack", why, span, target)

    def _evidence(self, window: list[Word], head: str) -> list[Word]:
        """The strongest word with those of its neighbours that also weigh in."""
        parts = self._model.parts([word.text for word in window], head)
        first = last = max(range(len(parts)), key=parts.__getitem__)
        floor = parts[first] / 10
        while first > 0 and last - first < _REACH and parts[first - 1] > floor:
            first -= 1
        while last + 1 < len(parts) and last - first < 2 * _REACH and parts[last + 1] > floor:
            last += 1
        return window[first : last + 1]

    def _is_innocent(self, window: list[Word], evidence: list[Word]) -> bool:
        present = {word.text for word in window}
        return any(self._words.is_innocent(word.text, present) for word in evidence)

    def _is_name(self, normal: Normal, evidence: list[Word]) -> bool:
        """Whether the evidence is a mild word written as a name is: Dick, not dick, beside other small letters."""
        mild = [word for word in evidence if self._words.tier(word.text) is lexicon.Tier.MILD]
        written = [normal.original[slice(*normal.span(word.start, word.end))] for word in mild]
        return bool(written) and all(_CAPITALISED.fullmatch(each) for each in written) and _small(normal.original)


def _small(text: str) -> bool:
    """Whether most of the words are written small, so that a capital means something."""
    words = text.split()
    return sum(word[:1].isupper() for word in words) * 2 <= max(len(words), 4)
