from __future__ import annotations

from pathlib import Path

import pytest

from models import weights
from models.regression import Regression
from models.score import ScoringError
from models.weights import Head

HEADS = {"obscenity": Head([2.0, 0.5, 4.0], -1.0, 1.5, 0.25), "attack": Head([0.0, -0.5, 1.0], -2.0, 1.0, 0.0)}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.bin"
    weights.write(path, [" b", "ba"], ["bad"], [1.0, 4.0, 2.25], HEADS)
    return path


def test_what_was_written_is_read(small: Path) -> None:
    read = weights.read(small)
    assert read.characters == {" b": 0, "ba": 1}
    assert read.words == {"bad": 2}
    assert list(read.squares) == [1.0, 4.0, 2.25]
    assert read.heads["obscenity"].weights == (2.0, 0.5, 4.0)


def test_the_log_odds_are_the_documented_formula(small: Path) -> None:
    model = Regression(weights.read(small))
    # characters: (2 + 0.5) / sqrt(1 + 4); words: 4 / sqrt(2.25); then 1.5 * (sum - 1) + 0.25
    assert model.log_odds(["bad"])["obscenity"] == pytest.approx(4.4271, abs=1e-4)


def test_the_parts_of_the_words_add_up(small: Path) -> None:
    parts = Regression(weights.read(small)).parts(["bad", "zz"], "obscenity")
    assert parts == pytest.approx([2.5 / 5**0.5 + 4 / 1.5, 0.0])


def test_a_damaged_file_is_refused_by_name(small: Path) -> None:
    small.write_bytes(small.read_bytes()[:-3])
    with pytest.raises(ScoringError, match=r"small\.bin is not the file that was shipped"):
        weights.read(small)


def test_a_swapped_file_is_refused_by_name(small: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "small.bin"
    weights.write(other, [" b", "ba"], ["bad"], [1.0, 4.0, 2.25], {"obscenity": HEADS["obscenity"]})
    small.write_bytes(other.read_bytes())
    with pytest.raises(ScoringError, match=r"small\.bin is not the file"):
        weights.read(small)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScoringError, match=r"none\.bin cannot be read"):
        weights.read(tmp_path / "none.bin")


def test_a_file_without_a_sum_is_refused(small: Path) -> None:
    small.with_name("SHA256SUMS").write_text("")
    with pytest.raises(ScoringError, match=r"small\.bin cannot be read"):
        weights.read(small)
