"""The approved word list as a classifier: strong words and slurs flag, mild words never do alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from models import lexicon
from models.lexicon import Lexicon, Tier
from models.people import speaks_of
from models.score import Category, Item, Score
from models.text import Normal, normalise

WORD = re.compile(r"[a-zñ]+|🖕")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_QUOTED = re.compile(r"\"[^\"\n]{1,80}\"|(?<![a-zñ])'[^'\"\n]{1,80}'(?![a-zñ])")
_MOST = 5
"""More matches than this add nothing for the person who reads them."""
_PLAIN, _DISGUISED, _DOUBTFUL, _MENTIONED, _MILD = 1.0, 0.98, 0.9, 0.85, 0.3
_CATEGORY = {Tier.STRONG: Category.OBSCENITY, Tier.SLUR: Category.SLUR, Tier.MILD: Category.OBSCENITY}
_KIND = {Tier.STRONG: "Strong profanity: a listed word", Tier.SLUR: "Slur: a listed word"}


@dataclass(frozen=True, slots=True)
class Match:
    """A listed word or phrase found in the normalised text."""

    start: int
    end: int
    tier: Tier
    disguised: bool = False
    doubtful: bool = False
    mentioned: bool = False
    """It stands in quotation marks and is spoken about, or in a link."""


class Wordlist:
    """Finds the words of ``data/words.toml``, disguised ones included.

    Values: 1.0 for a strong word or slur as written, 0.98 when disguised, 0.9 when the spelling may be something
    else, 0.85 when it is quoted and spoken about (both as obscenity, also of a slur), 0.3 for a mild word.
    """

    name = "wordlist"

    def __init__(self, words: Lexicon | None = None) -> None:
        self._words = words or lexicon.load()
        self.version = f"1+{self._words.version}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give up to five scores an item, the weightiest tier first; none where no listed word stands."""
        return [self._score(normalise(item.text)) for item in items]

    def _score(self, normal: Normal) -> list[Score]:
        found = matches(normal, self._words)
        weighty = [match for match in found if match.tier is not Tier.MILD]
        return [_as_score(match, normal) for match in (weighty or found[:1])[:_MOST]]


def matches(normal: Normal, words: Lexicon) -> list[Match]:
    """Find the listed words and phrases in the order of the text, at most a hundred of them."""
    stretches = [(match.start(), match.end(), match[0]) for match in WORD.finditer(normal.text)]
    found = list(islice(_raw_matches(stretches, words), 100))
    if any(match.tier is not Tier.MILD for match in found):
        present = {word for _, _, word in stretches}
        aside = _set_aside(normal.text)
        found = [_in_context(match, normal, words, present, aside) for match in found]
    return found


def _raw_matches(stretches: list[tuple[int, int, str]], words: Lexicon) -> Iterator[Match]:
    starts = {phrase[0] for phrase in words.phrases}
    for at, (start, end, word) in enumerate(stretches):
        tier = words.tier(word)
        if word in starts:
            for phrase, phrase_tier in words.phrases.items():
                after = stretches[at : at + len(phrase)]
                if tuple(stretch[2] for stretch in after) == phrase:
                    end, tier = after[-1][1], phrase_tier  # noqa: PLW2901  the phrase outweighs its first word
                    break
        if tier:
            yield Match(start, end, tier)


def _set_aside(text: str) -> list[tuple[int, int]]:
    """The stretches in which a word is not the comment's own: links, and quotations that are spoken about."""
    aside = [match.span() for match in _URL.finditer(text)]
    if speaks_of("spoken_about", _QUOTED.sub(" ", text)):
        aside += [match.span() for match in _QUOTED.finditer(text)]
    return aside


def _in_context(match: Match, normal: Normal, words: Lexicon, present: set[str], aside: list[tuple[int, int]]) -> Match:
    word = normal.text[match.start : match.end]
    innocent = words.is_innocent(word, present)
    reading = normal.disguise_at(match.start, match.end)
    return Match(
        match.start,
        match.end,
        Tier.MILD if innocent else match.tier,
        disguised=reading is not None,
        doubtful=reading is not None and reading.doubtful,
        mentioned=any(start <= match.start and match.end <= end for start, end in aside),
    )


def _as_score(match: Match, normal: Normal) -> Score:
    span = normal.span(match.start, match.end)
    if match.tier is Tier.MILD:
        return Score(Category.OBSCENITY, _MILD, "wordlist.mild", "A mild word, which alone is never flagged.", span)
    value, note = _weigh(match)
    category = Category.OBSCENITY if match.mentioned or match.doubtful else _CATEGORY[match.tier]
    return Score(category, value, f"wordlist.{match.tier}", f"{_KIND[match.tier]}{note}.", span)


def _weigh(match: Match) -> tuple[float, str]:
    if match.mentioned:
        return _MENTIONED, ", quoted or in a link"
    if match.doubtful:
        return _DOUBTFUL, ", if the spelling means what it seems to"
    if match.disguised:
        return _DISGUISED, ", disguised"
    return _PLAIN, ""
