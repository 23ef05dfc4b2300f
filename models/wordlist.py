"""The approved word list as a classifier: strong words and slurs flag, mild words never do alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from models import lexicon
from models.lexicon import Lexicon, Tier
from models.own_words import Added, OwnWords
from models.people import speaks_of
from models.reported import reports
from models.score import Category, Item, Score
from models.text import Normal, normalise, normalise_by

WORD = re.compile(r"[a-zñ]+|🖕")
_URL = re.compile(r"(?:https?://|www\.)\S+")
_BLOB = re.compile(r"(?<!\S)(?=\S{60})(?:[^\s\d]{0,40}\d){4}\S*")
"""Encoded data, in which four letters may stand beside each other by chance."""
_QUOTED = re.compile(r"\"[^\"\n]{1,80}\"|(?<![a-zñ])'[^'\"\n]{1,80}'(?![a-zñ])")
_MOST = 5
"""More matches than this add nothing for the person who reads them."""
_PLAIN, _DISGUISED, _DOUBTFUL, _MENTIONED, _MILD = 1.0, 0.98, 0.9, 0.85, 0.3
_CATEGORY = {Tier.STRONG: Category.OBSCENITY, Tier.SLUR: Category.SLUR, Tier.MILD: Category.OBSCENITY}
_KIND = {Tier.STRONG: "Strong profanity: a listed word", Tier.SLUR: "Slur: a listed word"}


class Settings(OwnWords):
    """The Department's own words, and words of the shipped list that it does not look for."""


@dataclass(frozen=True, slots=True)
class Match:
    """A listed word or phrase found in the normalised text."""

    start: int
    end: int
    tier: Tier
    disguised: bool = False
    doubtful: bool = False
    mentioned: bool = False
    """It is reported or quoted and spoken about, or stands in a link or encoded data."""


class Wordlist:
    """Finds the words of ``data/words.toml``, disguised ones included.

    Values: 1.0 for a strong word or slur as written, 0.98 when disguised, 0.9 when the spelling may be something
    else or a mild word is disguised, 0.85 when it is reported, or quoted and spoken about (both as obscenity, also of
    a slur), 0.3 for a mild word.
    """

    name = "wordlist"
    categories = (Category.OBSCENITY, Category.SLUR)
    files = (lexicon.WORDS_FILE,)

    def __init__(self, add: Sequence[Added] = (), remove: Sequence[str] = ()) -> None:
        """Read the shipped list and change it.

        Args:
            add: the Department's own words.
            remove: words and phrases of the shipped list that are not looked for.

        Raises:
            ScoringError: when the list is missing or damaged.
        """
        self._words = lexicon.changed(lexicon.load(), {each.word: each.tier for each in add}, remove)
        self._own = bool(add or remove)
        self.version = f"2+{self._words.version}"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give up to five scores an item, the weightiest tier first; none where no listed word stands."""
        return [self._score(self._normal(item.text)) for item in items]

    def _normal(self, text: str) -> Normal:
        return normalise_by(text, self._words) if self._own else normalise(text)

    def _score(self, normal: Normal) -> list[Score]:
        found = matches(normal, self._words)
        weighty = [match for match in found if match.tier is not Tier.MILD]
        return [_as_score(match, normal) for match in (weighty or found[:1])[:_MOST]]


def matches(normal: Normal, words: Lexicon) -> list[Match]:
    """Find the listed words and phrases in the order of the text, at most a hundred of them."""
    stretches = [(match.start(), match.end(), match[0]) for match in WORD.finditer(normal.text)]
    found = list(islice(_raw_matches(stretches, words), 100))
    if any(match.tier is not Tier.MILD for match in found) or normal.disguises:
        present = {word for _, _, word in stretches}
        aside = _set_aside(normal.text)
        found = [_in_context(match, normal, words, present, aside) for match in found]
    return found


def _raw_matches(stretches: list[tuple[int, int, str]], words: Lexicon) -> Iterator[Match]:
    for at, (start, end, word) in enumerate(stretches):
        tier = words.tier(word)
        for phrase in words.by_first_word.get(word, ()):
            after = stretches[at : at + len(phrase)]
            if tuple(stretch[2] for stretch in after) == phrase:
                end, tier = after[-1][1], words.phrases[phrase]  # noqa: PLW2901  the phrase outweighs its first word
                break
        if tier:
            yield Match(start, end, tier)


def _set_aside(text: str) -> list[tuple[int, int]]:
    """Where a word is not the comment's own: in links, encoded data, reports of what was said, quotations spoken of."""
    aside = [match.span() for pattern in (_URL, _BLOB) for match in pattern.finditer(text)]
    aside += reports(text)
    if speaks_of("spoken_about", _QUOTED.sub(" ", text)):
        aside += [match.span() for match in _QUOTED.finditer(text)]
    return aside


def _in_context(match: Match, normal: Normal, words: Lexicon, present: set[str], aside: list[tuple[int, int]]) -> Match:
    word = normal.text[match.start : match.end]
    innocent = words.is_innocent(word, present)
    reading = normal.disguise_at(match.start, match.end)
    meant = reading is not None and word in words.meant
    return Match(
        match.start,
        match.end,
        Tier.MILD if innocent else Tier.STRONG if meant else match.tier,
        disguised=reading is not None,
        doubtful=meant or word in words.doubtful or (reading is not None and reading.doubtful),
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
        return _MENTIONED, ", quoted or reported, or in a link or encoded data"
    if match.doubtful:
        return _DOUBTFUL, ", if the spelling means what it seems to"
    if match.disguised:
        return _DISGUISED, ", disguised"
    return _PLAIN, ""
