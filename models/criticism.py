"""Recognises criticism of police, officials, government or policy, so that it is protected. It is never flagged."""

from __future__ import annotations

from collections.abc import Sequence

from models import lexicon, rules
from models.lexicon import Tier
from models.people import speaks_of
from models.score import Category, Item, Score, Target
from models.text import Normal, normalise
from models.wordlist import matches

_SLOGAN, _JUDGED, _ADDRESSED = 0.9, 0.85, 0.6
_MOST_READ = 5_000


class Criticism:
    """Finds criticism, harsh and profane included.

    Values: 0.9 for a slogan or demand, 0.85 where an official or public body is named and judged, 0.6 where the
    Department is addressed and judged without being named.
    """

    name = "criticism"
    categories = (Category.CRITICISM,)
    files = rules.files("criticism", "people")

    def __init__(self) -> None:
        self._rules = rules.load("criticism")
        self._words = lexicon.load()
        self.version = f"1+{self._rules.version}{rules.load('people').version}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give one score an item that criticises, and none elsewhere."""
        return [self._score(normalise(item.text), item) for item in items]

    def _score(self, normal: Normal, item: Item) -> list[Score]:
        text = normal.text[:_MOST_READ]
        official = speaks_of("official", text)
        judged = self._judged(normal, text)
        if self._rules.lists["slogan"].search(text):
            return [_protected(_SLOGAN, "A slogan or demand about police or government.")]
        if official and judged:
            return [_protected(_JUDGED, "Criticises police, an official or government.")]
        if judged and not item.ancestors and speaks_of("official_addressed", text):
            return [_protected(_ADDRESSED, "Criticises the Department, addressed as you.")]
        return []

    def _judged(self, normal: Normal, text: str) -> bool:
        strong = (match.tier is not Tier.SLUR for match in matches(normal, self._words))
        return any(strong) or self._rules.lists["judgement"].search(text) is not None


def _protected(value: float, why: str) -> Score:
    return Score(Category.CRITICISM, value, "criticism", f"{why} It is protected.", target=Target.OFFICIAL)
