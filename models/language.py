"""Which language a comment is in, as far as it matters: whether the classifiers were tested on it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from copy import copy
from functools import cache, lru_cache
from typing import Protocol

from models.folding import fold
from models.ngrams import words_of

TRAINED = frozenset({"en"})
"""What the trained model learned; for any other language only lists and rules can be held to account."""
_FEWEST_LETTERS = 20
"""Shorter texts count as the Department's language."""
_READ = 1_000
_SURE = 0.95
"""The probability from which a text in Latin letters is called another language."""
_LIKELY_HERE = frozenset(
    {
        "en",
        "es",
        "fr",
        "de",
        "pt",
        "it",
        "nl",
        "pl",
        "ro",
        "sv",
        "da",
        "no",
        "fi",
        "cs",
        "hu",
        "tr",
        "vi",
        "tl",
        "id",
        "ms",
        "ht",
        "sw",
        "so",
        "hr",
        "sq",
        "lt",
        "eu",
        "ca",
        "ga",
        "cy",
        "is",
        "af",
    }
)
"""Languages in Latin letters that are told apart; each one more makes odd English likelier to be taken for it."""


class _Identifier(Protocol):
    labels: list[str]

    def classify(self, text: str) -> tuple[str, float]: ...

    def rank(self, text: str) -> list[tuple[str, float]]: ...

    def set_languages(self, langs: list[str]) -> None: ...


def untested(text: str, languages: Collection[str]) -> bool:
    """Whether `text` is in none of the `languages` (ISO 639-1 codes) that the Department named.

    Under 20 letters it never is. Letters of another script decide by themselves, unless one of the languages is
    written in it; a text in Latin letters must be another language with high probability.
    """
    found = _likely(text)
    return bool(found) and 1.0 - sum(found.get(code, 0.0) for code in languages) >= _SURE


def language_of(text: str) -> str | None:
    """Give the likeliest language of `text` (an ISO 639-1 code); None under 20 letters, where nobody could tell."""
    found = _likely(text)
    return max(found, key=found.__getitem__) if found else None


def only_lists_know(text: str, languages: Collection[str]) -> bool:
    """Whether `text` is in a language that the trained model never learned, so that only a listed word may hide.

    Under 20 letters it is taken for the likeliest of the Department's own `languages`.
    """
    found = _likely(text)
    if not found and not TRAINED.issuperset(languages):
        ranked = dict(_identifier(restricted=True).rank(_compatible(text)))
        found = {code: ranked.get(code, 0.0) for code in languages}
    return bool(found) and max(found, key=found.__getitem__) not in TRAINED


def _likely(text: str) -> Mapping[str, float]:
    """How likely a text is in each language; empty where it has too few letters to tell."""
    return _ranked(text[:_READ])


@lru_cache(maxsize=1024)
def _ranked(text: str) -> Mapping[str, float]:
    """Several classifiers, and the policy, ask about the same comment one after another."""
    plain = " ".join(filter(_tells, (word.text for word in words_of(_compatible(text)))))
    letters = [char for char in plain if char.isalpha()]
    if len(letters) < _FEWEST_LETTERS:
        return {}
    latin = sum(map(_is_latin, letters))
    if latin * 2 < len(letters):
        return {_identifier(restricted=False).classify(plain)[0]: 1.0}
    if latin < len(letters):
        plain = fold(plain).text  # look-alike letters of another script are a disguise, not a language
    return dict(_identifier(restricted=True).rank(plain))


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _tells(word: str) -> bool:
    """Whether a word says anything about the language, as hahaha does not."""
    return len(word) < 4 or len(set(word)) > 2


def _is_latin(char: str) -> bool:
    return char < "\u0250" or "\u1e00" <= char <= "\u1eff"


@cache
def _identifier(*, restricted: bool) -> _Identifier:
    """Load the model on first use: most commands never need it. Restricted or not, its 90 MB are there once."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    if not restricted:
        whole: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        return whole
    some = copy(_identifier(restricted=False))
    some.set_languages(sorted(_LIKELY_HERE & set(some.labels)))
    return some
