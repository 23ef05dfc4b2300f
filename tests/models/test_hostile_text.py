from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify import answers, default_rulebook
from bot.judgement import InPlace, Judgement, judge
from models.comment import safe_text
from tests.hostile import PIECES, encoded, repeated

RULEBOOK = default_rulebook()
HOSTILE = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=12).flatmap(
    lambda pieces: st.integers(1, 40).map(lambda times: "".join(pieces) * times)
)

# Found by the fuzz run or by measuring, and kept: each took seconds a kilobyte, or many times its neighbours' time.
REGRESSIONS = (
    "a " * 8_000,  # every listed phrase was looked for at a word that began only one of them
    "f*x " * 4_000,  # the same masked word was read anew each time, and the text folded by every classifier
    "You are Ab, " * 1_000,
    "@a" * 8_000,
    "a$$" * 5_000,
)


def judged(text: str, post: str | None = None, ancestors: tuple[str, ...] = ()) -> Judgement:
    return judge([InPlace(safe_text(text), post, ancestors)], RULEBOOK)[0]


def assert_sound(judgement: Judgement, text: str) -> None:
    assert "scoring failed" not in judgement.decision.caps
    for score in judgement.scores:
        assert score.span is None or 0 <= score.span[0] < score.span[1] <= len(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00" * 4_000,
        "\ud800" * 4_000,
        "\u202e" + "fuck" * 1_000,
        "😀" * 4_000,
        encoded(3_000),
        "fuck " * 10_000,
        "аbсδ漢字ع " * 500,
        "\u0301" * 100_000,
    ],
    ids=["empty", "blank", "nul", "surrogates", "right-to-left", "emoji", "base64", "repeats", "scripts", "marks"],
)
def test_every_kind_of_bad_input_is_judged(text: str) -> None:
    assert_sound(judged(text, post=text[:5_000], ancestors=(text[:100],)), text)


@pytest.mark.parametrize("text", REGRESSIONS, ids=lambda text: repr(text[:12]))
def test_what_was_once_slow_is_judged(text: str) -> None:
    assert_sound(judged(text), text)


def test_every_hostile_piece_is_judged_again_and_again() -> None:
    for piece in PIECES:
        text = repeated(piece, 1_000)
        assert_sound(judged(text), text)


@settings(deadline=None, max_examples=60)
@given(HOSTILE, st.none() | HOSTILE, st.lists(HOSTILE, max_size=2))
def test_any_hostile_text_is_judged(text: str, post: str | None, ancestors: list[str]) -> None:
    assert_sound(judged(text, post, tuple(ancestors)), text)


@settings(deadline=None, max_examples=30)
@given(st.lists(HOSTILE, min_size=1, max_size=4))
def test_classify_answers_every_line_with_text_that_can_be_written(texts: list[str]) -> None:
    lines = [json.dumps({"id": at, "text": text, "post": text}) for at, text in enumerate(texts)]
    given_back = list(answers(lines, RULEBOOK))
    assert [answer["id"] for answer in given_back] == list(range(len(texts)))
    json.dumps(given_back, ensure_ascii=False).encode()


def test_memory_stays_within_some_hundred_bytes_a_character() -> None:
    text = "e" + "\u0301" * 20_000 + "f*ck " * 2_000
    tracemalloc.start()
    try:
        judged(text)
        assert tracemalloc.get_traced_memory()[1] < 500 * len(text)
    finally:
        tracemalloc.stop()
