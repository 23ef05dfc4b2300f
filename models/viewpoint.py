"""The linter of the word list: which entries name a stance, a person, a party, a cause or a group of people.

A page's filter on such a word takes a side. The names stand in ``data/viewpoint.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from models import rules
from models.disguise import LETTERS
from models.folding import fold
from models.lexicon import Lexicon, Tier, single_letters

IN_WORDS = {
    "stance": "a stance on police or government",
    "person": "a person",
    "party": "a party or political camp",
    "cause": "a cause or slogan",
    "people": "a group of people or an office",
}
_APART = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Named:
    """What an entry of the word list names."""

    kind: str
    """A key of `IN_WORDS`."""
    word: str
    """The part of the entry that names it, in plain letters."""


def named(entry: str, names: Collection[str] = ()) -> Named | None:
    """Give what `entry` names, however it is spelt; None where it names nothing of the kind.

    Args:
        entry: a word or phrase.
        names: lower-case words of names that count as a person's, such as those of the configuration.
    """
    for text in _readings(entry):
        for kind in IN_WORDS:
            match = rules.load("viewpoint").lists[kind].search(text)
            if match:
                return Named(kind, match[0])
        if found := next((word for word in text.split() if word in names), None):
            return Named("person", found)
    return None


def refused(words: Lexicon) -> dict[str, Named]:
    """Every entry of a list that names something of the kind, other spellings and stems included.

    A phrase that is a slur as a whole may have the plain name of a people in it.
    """
    phrases = {" ".join(phrase): tier for phrase, tier in words.phrases.items()}
    slurs = {phrase for phrase, tier in phrases.items() if tier is Tier.SLUR}
    entries = dict.fromkeys([*words.tiers, *phrases, *words.spellings, *words.anywhere])
    found = {entry: what for entry in entries if (what := named(entry))}
    return {entry: what for entry, what in found.items() if entry not in slurs or what.kind != "people"}


def _readings(entry: str) -> Iterator[str]:
    """The entry in plain letters, with digits for letters read, joined, and with stretched letters cut."""
    plain = fold(entry).text
    for text in dict.fromkeys((plain, *(plain.translate(table) for table in LETTERS))):
        apart = _APART.sub(" ", text).strip()
        yield apart
        yield apart.replace(" ", "")
        yield " ".join(map(single_letters, apart.split()))
