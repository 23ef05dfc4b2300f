"""A fuzz run over the default classifiers and the policy, by hand: ``python -m tests.fuzz MINUTES [SEED]``.

It ends with what it found: a failure, a span outside its text, or an answer that took more than 50 ms of processor
time a kilobyte. What it finds is fixed, and its text goes into ``tests/models/test_hostile_text.py``.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator

from bot.classify import default_rulebook
from bot.judgement import InPlace, Judgement, Rulebook, judge
from models.comment import safe_text
from tests.hostile import KILOBYTE, mixture

SLOWEST = 0.050
"""Seconds of processor time a kilobyte of text (UTF-8); a text under one kilobyte counts as one."""
SIZES = (20, 200, 2_000, 20_000, 65_536)


def findings(rulebook: Rulebook, minutes: float, seed: int) -> Iterator[str]:
    """Score random hostile texts for so many minutes, and tell what goes wrong."""
    chance = random.Random(seed)
    end, tried, slowest = time.monotonic() + 60 * minutes, 0, 0.0
    while time.monotonic() < end:
        text = mixture(chance, chance.choice(SIZES))
        place = InPlace(safe_text(text), chance.choice((None, text[:200])), chance.choice(((), (text[:50],))))
        found, seconds = _timed(place, rulebook)
        if seconds > SLOWEST:
            found, again = _timed(place, rulebook)
            seconds = min(seconds, again)
        tried, slowest = tried + 1, max(slowest, seconds)
        if wrong := _wrong(found, text, seconds):
            yield f"{wrong}: {text[:120]!r} … ({len(text)} characters)"
    print(f"{tried} texts, the slowest {1000 * slowest:.1f} ms a kilobyte")  # noqa: T201


def _timed(place: InPlace, rulebook: Rulebook) -> tuple[Judgement, float]:
    start = time.process_time()
    judgement = judge([place], rulebook)[0]
    kilobytes = max(1.0, len(place.text.encode()) / KILOBYTE)
    return judgement, (time.process_time() - start) / kilobytes


def _wrong(found: Judgement, text: str, seconds: float) -> str:
    if "scoring failed" in found.decision.caps:
        return "a classifier failed"
    if any(score.span and not 0 <= score.span[0] < score.span[1] <= len(text) for score in found.scores):
        return "a span outside the text"
    return f"{1000 * seconds:.0f} ms a kilobyte" if seconds > SLOWEST else ""


if __name__ == "__main__":
    book = default_rulebook()
    for each in findings(book, float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(each, flush=True)  # noqa: T201
