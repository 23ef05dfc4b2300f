"""Twins of real comments: the same comment with the praise, the office, the party or the cause exchanged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from models.language import language_of
from models.people import speaks_of
from models.score import Category, Classifier, Item
from models.spam import Spam
from models.text import normalise
from models.twins import Catalogue, Dimension, Twins, with_article
from models.urgent import Urgent
from models.wordlist import Wordlist

_STANCE = "stance"
_REASON_FROM = 0.5
"""The value from which a listed word or a rule is a reason to flag, whoever is meant."""


@dataclass(frozen=True, slots=True)
class Swapper:
    """Finds in a comment the words that twins exchange, and exchanges them."""

    catalogue: Catalogue
    judges: tuple[Classifier, ...]
    """What says whether a comment is clean."""

    @classmethod
    def of(cls, catalogue: Catalogue) -> Swapper:
        """Take the shipped word list and rules to say what is clean, whatever classifiers are judged later.

        Raises:
            ScoringError: when one of their files is missing or damaged.
        """
        return cls(catalogue, (Wordlist(), Urgent(), Spam()))

    def twins(self, name: str, item: Item) -> Iterator[Twins]:
        """Give a set of twins for each dimension of which the comment has exactly one side.

        Stance is exchanged only where the comment speaks of an official and of no commenter: praise and insult of a
        private person are not viewpoints.
        """
        language = language_of(item.text) or "en"
        for dimension in self.catalogue.dimensions:
            if dimension.language != language or (dimension.name == _STANCE and not _about_officials(item)):
                continue
            texts = exchanged(item.text, dimension)
            if texts:
                sides = tuple((side, replace(item, text=text)) for side, text in texts.items())
                yield Twins(name, dimension.name, language, self._clean(item, sides), sides)

    def _clean(self, original: Item, sides: Sequence[tuple[str, Item]]) -> bool:
        """Whether the comment as it was written gives no reason to flag it, and no twin has a listed word."""
        wordlist, *rules = self.judges
        found = [*wordlist.score([item for _, item in sides]), *(each.score([original])[0] for each in rules)]
        scores = (score for row in found for score in row if score.category is not Category.CRITICISM)
        return not any(score.value >= _REASON_FROM for score in scores)


def exchanged(text: str, dimension: Dimension) -> dict[str, str]:
    """Give the text for each side, the original among them; nothing where it has words of no side or of several."""
    places = _places(dimension)
    if not places:
        return {}
    pattern = re.compile(rf"(?:\b(an?) )?(?<!\w)({'|'.join(map(re.escape, places))})(?!\w)", re.IGNORECASE)
    found = {places[match[2].lower()][0] for match in pattern.finditer(text)}
    if len(found) != 1:
        return {}
    (own,) = found
    texts = {}
    for at, side in enumerate(dimension.sides):
        texts[side] = text if at == own else pattern.sub(lambda match, at=at: _other(match, places, at), text)  # type: ignore[misc]
    return texts


def _places(dimension: Dimension) -> Mapping[str, tuple[int, tuple[str, ...]]]:
    """By phrase: its side, and its row; the longest phrases first, so that they are found before their parts."""
    rows = [row for slot in dimension.swap for row in dimension.slots[slot]]
    found = {phrase.lower(): (at, row) for row in rows for at, phrase in enumerate(row)}
    return dict(sorted(found.items(), key=lambda each: -len(each[0])))


def _other(match: re.Match[str], places: Mapping[str, tuple[int, tuple[str, ...]]], at: int) -> str:
    was, phrase = match[2], places[match[2].lower()][1][at]
    if was.isupper() and len(was) > 1:
        phrase = phrase.upper()
    elif was[:1].isupper():
        phrase = phrase[:1].upper() + phrase[1:]
    return with_article(match[1] or "", phrase)


def _about_officials(item: Item) -> bool:
    text = normalise(item.text).text
    return not item.ancestors and speaks_of("official", text) and not speaks_of("commenter_addressed", text)
