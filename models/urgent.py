"""What a person must see now: threats, self-harm, private information."""

from __future__ import annotations

from collections.abc import Sequence

from models import rules, threats
from models.private import private_information
from models.score import Category, Item, Score
from models.text import Normal, normalise

_MOST = 5


class Urgent:
    """Finds threats, words of self-harm and private information, each with the confidence that its rule states."""

    name = "urgent"
    categories = (Category.THREAT, Category.SELF_HARM, Category.PRIVATE_INFORMATION)
    files = rules.files("threats", "private")

    def __init__(self) -> None:
        self.version = f"1+{rules.load('threats').version}{rules.load('private').version}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give the findings of each item, at most five of either kind; none where nothing is urgent."""
        return [[*_violence(normalise(item.text)), *_private(item.text)] for item in items]


def _violence(normal: Normal) -> list[Score]:
    found = sorted(threats.findings(normal.text), key=lambda each: -each.value)[:_MOST]
    return [
        Score(each.rule.category, each.value, each.rule.name, each.rule.why, normal.span(each.start, each.end))
        for each in found
    ]


def _private(text: str) -> list[Score]:
    found = sorted(private_information(text), key=lambda each: -each.value)[:_MOST]
    return [
        Score(Category.PRIVATE_INFORMATION, each.value, each.rule, each.why, (each.start, each.end)) for each in found
    ]
