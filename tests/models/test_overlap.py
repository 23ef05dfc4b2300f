from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.overlap import load, shared, stem
from models.score import ScoringError

OVERLAP = load()


@pytest.mark.parametrize(
    ("word", "cut"), [("closing", "clos"), ("closed", "clos"), ("parades", "parad"), ("bus", "bus")]
)
def test_the_commonest_endings_are_cut(word: str, cut: str) -> None:
    assert stem(word) == cut


def test_common_words_tell_nothing() -> None:
    assert OVERLAP.telling("and this is what you have") == {}


def test_rare_words_in_common_count_more_than_frequent_ones() -> None:
    post = OVERLAP.telling("The tulips at the library")
    assert shared(OVERLAP.telling("more tulips"), post) > shared(OVERLAP.telling("more library"), post)


@settings(max_examples=40)
@given(st.text(), st.text())
def test_the_share_is_between_nothing_and_everything_and_the_same_from_both_sides(one: str, other: str) -> None:
    first, second = OVERLAP.telling(one), OVERLAP.telling(other)
    assert 0.0 <= shared(first, second) < 1.0
    assert shared(first, second) == pytest.approx(shared(second, first))


def test_missing_word_frequencies_are_named(tmp_path: Path) -> None:
    with pytest.raises(ScoringError, match=str(tmp_path)):
        load(tmp_path)


def test_damaged_word_frequencies_are_named(tmp_path: Path) -> None:
    tmp_path.joinpath("idf.txt").write_text("tulip\n")
    with pytest.raises(ScoringError, match=str(tmp_path)):
        load(tmp_path)
