"""Insults in Spanish, by the rules of ``data/insults.toml``: the trained model knows English only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from models import rules
from models.rules import Finding
from models.score import Category, Item, Score
from models.sentences import sentences_of
from models.target import target_of
from models.text import Normal, normalise

_MOST = 3


class Insults:
    """Finds insults in Spanish, each with the confidence that its rule states and with its target."""

    name = "insults"
    categories = (Category.PERSONAL_ATTACK,)
    files = rules.files("insults", "people")

    def __init__(self) -> None:
        self._rules = rules.load("insults")
        self.version = f"1+{self._rules.version}{rules.load('people').version}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give up to three scores an item, the surest first; none where nobody is insulted in Spanish."""
        return [self._score(normalise(item.text), item) for item in items]

    def _score(self, normal: Normal, item: Item) -> list[Score]:
        found = sorted(self._findings(normal.text), key=lambda each: -each.value)[:_MOST]
        return [_as_score(each, normal, item) for each in found]

    def _findings(self, text: str) -> Iterator[Finding]:
        for sentence in sentences_of(text):
            if self._rules.lists["told"].search(sentence.text):
                continue
            for found in self._rules.findings(sentence.text):
                yield replace(found, start=sentence.start + found.start, end=sentence.start + found.end)


def _as_score(found: Finding, normal: Normal, item: Item) -> Score:
    span = normal.span(found.start, found.end)
    target = target_of(normal, item, span)
    return Score(found.rule.category, found.value, found.rule.name, found.rule.why, span, target)
