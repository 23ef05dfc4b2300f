"""The approved word list, as read from ``data/words.toml``."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from models.score import ScoringError

WORDS_FILE = Path(__file__).with_name("data") / "words.toml"
_SHORTEST_INSIDE = 4
"""A phrase or a disguise is looked for only from this many letters on."""


class Tier(StrEnum):
    """The three parts of the list."""

    STRONG = "strong"
    SLUR = "slur"
    MILD = "mild"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The list with the tables that reading disguised words needs."""

    tiers: Mapping[str, Tier]
    anywhere: tuple[str, ...]
    """Stems that count as strong inside any longer word."""
    phrases: Mapping[tuple[str, ...], Tier]
    """Phrases as their words in order."""
    by_first_word: Mapping[str, tuple[tuple[str, ...], ...]]
    """The phrases by their first word, longest first."""
    spellings: Mapping[str, str]
    """Other spelling -> the listed word."""
    inside: Mapping[str, str]
    """Other spelling of a stem that counts anywhere -> the stem."""
    doubtful: frozenset[str]
    """Words and spellings that may be something else."""
    meant: frozenset[str]
    """Mild words that count as doubtful, not as mild, where somebody disguises them."""
    innocent: Mapping[str, frozenset[str]]
    """Listed word -> words beside which it has an innocent sense."""
    by_first_letter: Mapping[str, tuple[str, ...]]
    """Strong words, slurs and `meant` words by first letter, longest first: what a masked word may stand for."""
    skeletons: Mapping[str, str]
    """A listed word or spelling without doubled letters -> the word or spelling."""
    version: str
    """The first 8 digits of the SHA-256 of the file."""

    def tier(self, word: str) -> Tier | None:
        """The tier of a plain lower-case word, or None when it is not listed."""
        tier = self.tiers.get(word)
        if tier is None and len(word) > _SHORTEST_INSIDE and any(stem in word for stem in self.anywhere):
            return Tier.STRONG
        return tier

    def is_innocent(self, word: str, present: Collection[str]) -> bool:
        """Whether a listed word stands among words that give it an innocent sense."""
        return any(beside in present for beside in self.innocent.get(word, ()))

    def plain(self, word: str) -> str | None:
        """The listed word behind `word`: itself, or what it is another spelling of. Few mild words are ever meant."""
        word = self.spellings.get(word, word)
        return word if self.tier(word) in (Tier.STRONG, Tier.SLUR) or word in self.meant else None


def single_letters(word: str) -> str:
    """Give `word` with every repeated letter once: ``shiiit`` and ``shit`` become ``shit``."""
    return word[:1] + "".join(after for before, after in pairwise(word) if before != after)


@cache
def load(path: Path = WORDS_FILE) -> Lexicon:
    """Read the list.

    Raises:
        ScoringError: when the file is missing or damaged.
    """
    try:
        content = path.read_bytes()
        return _parse(tomllib.loads(content.decode()), hashlib.sha256(content).hexdigest()[:8])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ScoringError(f"The word list {path} cannot be read ({error}). Install OfRecord again.") from error


def changed(words: Lexicon, add: Mapping[str, Tier], remove: Collection[str]) -> Lexicon:
    """Give the list with a Department's own words and phrases, and without those that it removed.

    A removed word takes its other spellings with it. What was changed is part of the version.
    """
    if not add and not remove:
        return words
    listed = {" ".join(phrase): tier for phrase, tier in words.phrases.items()} | dict(words.tiers) | dict(add)
    kept = {text: tier for text, tier in listed.items() if text not in remove}
    said = json.dumps([sorted(add.items()), sorted(remove)], ensure_ascii=False).encode()
    return _lexicon(
        tiers={text: tier for text, tier in kept.items() if " " not in text},
        phrases={tuple(text.split()): tier for text, tier in kept.items() if " " in text},
        anywhere=tuple(stem for stem in words.anywhere if stem not in remove),
        spellings={other: plain for other, plain in words.spellings.items() if plain not in remove},
        inside={other: stem for other, stem in words.inside.items() if stem not in remove},
        doubtful=words.doubtful,
        meant=frozenset(word for word in words.meant if word in kept),
        innocent=words.innocent,
        version=f"{words.version}.{hashlib.sha256(said).hexdigest()[:8]}",
    )


def _parse(data: Mapping[str, Mapping[str, list[str]]], version: str) -> Lexicon:
    tiers = {word: tier for tier in Tier for word in data[tier]["words"]}
    anywhere = tuple(data["strong"]["anywhere"])
    return _lexicon(
        tiers=tiers,
        phrases={tuple(text.split()): tier for tier in Tier for text in data[tier].get("phrases", ())},
        anywhere=anywhere,
        spellings=_variants(tiers, data["variants"])
        | {str(word): str(plain) for word, plain in data["spellings"].items()},
        inside={other: stem for stem, others in data["variants"].items() if stem in anywhere for other in others},
        doubtful=frozenset(data["doubtful"]["words"]),
        meant=frozenset(data["meant"]["words"]),
        innocent={word: frozenset(beside) for word, beside in data["innocent"].items()},
        version=version,
    )


def _variants(tiers: Mapping[str, Tier], variants: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Write every strong word and slur with the other spellings of its stem."""
    return {
        word.replace(stem, other): word
        for stem, others in variants.items()
        for other in others
        for word, tier in tiers.items()
        if stem in word and tier is not Tier.MILD
    }


def _lexicon(
    *,
    tiers: Mapping[str, Tier],
    phrases: Mapping[tuple[str, ...], Tier],
    anywhere: tuple[str, ...],
    spellings: Mapping[str, str],
    inside: Mapping[str, str],
    doubtful: frozenset[str],
    meant: frozenset[str],
    innocent: Mapping[str, frozenset[str]],
    version: str,
) -> Lexicon:
    """Put the list together with the tables that follow from it."""
    weighty = sorted((word for word, tier in tiers.items() if tier is not Tier.MILD), key=_longest_first)
    masked = sorted({*weighty, *(word for word in meant if len(word) >= _SHORTEST_INSIDE)}, key=_longest_first)
    return Lexicon(
        tiers=tiers,
        anywhere=anywhere,
        phrases=phrases,
        by_first_word={
            first: tuple(sorted((each for each in phrases if each[0] == first), key=len, reverse=True))
            for first in {phrase[0] for phrase in phrases}
        },
        spellings=spellings,
        inside=inside,
        doubtful=doubtful,
        meant=meant,
        innocent=innocent,
        by_first_letter={first: tuple(w for w in masked if w[0] == first) for first in {w[0] for w in masked}},
        skeletons={single_letters(word): word for word in [*spellings, *reversed(weighty)]},
        version=version,
    )


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word
