"""No pattern's time grows faster than the text: none can be made to search for minutes by a comment."""

from __future__ import annotations

import re
import time

import pytest

from models import broken, disguise, ngrams, rules, sentences, shapes, spam, target, wordlist
from tests.hostile import PIECES, repeated

FILES = ("criticism", "insults", "other_languages", "people", "private", "spam", "threats")
MODULES = (broken, disguise, ngrams, sentences, shapes, spam, target, wordlist)
PATTERNS = {
    **{
        f"{kind.__name__}.{name}": it
        for kind in MODULES
        for name, it in vars(kind).items()
        if isinstance(it, re.Pattern)
    },
    **{f"{file}: {each.name}": each.pattern for file in FILES for each in rules.load(file).rules},
    **{f"{file}: {name}": it for file in FILES for name, it in rules.load(file).lists.items()},
}


def seconds(pattern: re.Pattern[str], text: str) -> float:
    start = time.process_time()
    for _ in pattern.finditer(text):
        pass
    return time.process_time() - start


def grows(pattern: re.Pattern[str], piece: str) -> bool:
    """Whether four times the text takes much more than four times as long; the least of five measurements counts.

    A pattern that looks through the whole text from every place in it takes sixteen times as long.
    """
    short, long = repeated(piece, 3_000), repeated(piece, 12_000)
    return all(seconds(pattern, long) > 10 * seconds(pattern, short) + 0.001 for _ in range(5))


@pytest.mark.parametrize("name", PATTERNS)
def test_time_grows_with_the_length_alone(name: str) -> None:
    pattern = PATTERNS[name]
    hardest = sorted(PIECES, key=lambda piece: -seconds(pattern, repeated(piece, 500)))[:4]
    assert [piece for piece in hardest if grows(pattern, piece)] == []


def test_a_pattern_that_backtracks_is_told() -> None:
    assert grows(re.compile(r"calle[^.!?\n\d]*\d"), "vive en la calle a ")
