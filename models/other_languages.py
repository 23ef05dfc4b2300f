"""Strong profanity in languages that have no full word list here. It only queues."""

from __future__ import annotations

from collections.abc import Sequence

from models import rules
from models.score import Category, Item, Score
from models.text import Normal, normalise

_MOST_READ = 20_000


class OtherLanguages:
    """Finds the words of ``data/other_languages.toml``, each with the confidence that its rule states."""

    name = "other_languages"
    categories = (Category.OBSCENITY,)
    files = rules.files("other_languages")

    def __init__(self) -> None:
        self._rules = rules.load("other_languages")
        self.version = f"1+{self._rules.version}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give one score an item and language, for the first word of it; none where there is none."""
        return [self._score(normalise(item.text)) for item in items]

    def _score(self, normal: Normal) -> list[Score]:
        return [
            Score(each.rule.category, each.value, each.rule.name, each.rule.why, normal.span(each.start, each.end))
            for each in self._rules.findings(normal.text[:_MOST_READ])
        ]
