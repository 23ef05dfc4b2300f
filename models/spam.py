"""Scams, adverts and floods, by the rules of ``data/spam.toml``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from models import rules
from models.rules import Finding
from models.score import Category, Item, Score
from models.text import Normal, normalise

_URL = re.compile(r"(?:https?://|www\.)[^\s]{1,200}")
_WORD = re.compile(r"[^\W_]{2,}")
_CONTACT = re.compile(r"(?<![\w.])\+?[0-9][0-9 ().-]{8,16}[0-9](?!\w)|[\w.+-]{1,40}@[\w-]{1,40}\.[a-z]{2,8}")
_SELLS = frozenset({"spam.selling"})
_REACHES = frozenset({"spam.contact", "spam.short_link"})
_SURE, _LIKELY, _UNLIKELY = 0.9, 0.85, 0.3
_SAME_LINKS = 3
_SAME_PHRASE = 4
_MOST_READ = 2_000


class Spam:
    """Finds scams and adverts. One weak sign is not enough: it takes a promise, or selling with a way to reply."""

    name = "spam"
    categories = (Category.SPAM,)
    files = rules.files("spam")

    def __init__(self) -> None:
        self._rules = rules.load("spam")
        self.version = f"1+{self._rules.version}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give one score an item where there is a sign of an advert, and none elsewhere."""
        return [self._score(normalise(item.text)) for item in items]

    def _score(self, normal: Normal) -> list[Score]:
        found = list(self._rules.findings(normal.text[:_MOST_READ]))
        flood = _flood(normal.text[:_MOST_READ])
        if flood:
            return [Score(Category.SPAM, _LIKELY, "spam.repeated", flood)]
        if found:
            best = max(found, key=lambda each: each.value)
            return [self._combined(found, best, normal)]
        return []

    def _combined(self, found: list[Finding], best: Finding, normal: Normal) -> Score:
        names = {each.rule.name for each in found}
        value, why = best.value, best.rule.why
        reachable = bool(names & _REACHES) or bool(_URL.search(normal.text) or _CONTACT.search(normal.text))
        if names & _SELLS and reachable:
            value, why = max(value, _SURE), "Advertises something, with a link or an address to reply to."
        elif len(names) > 1:
            value = max(value, _LIKELY)
        if self._rules.lists["civic"].search(normal.text):
            value, why = min(value, _UNLIKELY), "Selling words, in a warning or a local event."
        return Score(Category.SPAM, value, best.rule.name, why, normal.span(best.start, best.end))


def _flood(text: str) -> str:
    """Why the text is a flood, or an empty string."""
    links = Counter(_URL.findall(text))
    if links and max(links.values()) >= _SAME_LINKS:
        return "Repeats one link."
    words = _WORD.findall(text)
    phrases = Counter(zip(words, words[1:], words[2:], strict=False))
    repeated = (times for phrase, times in phrases.items() if len(set(phrase)) == len(phrase))
    often = max(repeated, default=0) >= _SAME_PHRASE
    return "Repeats one phrase." if often and len(set(words)) * 3 < len(words) else ""
