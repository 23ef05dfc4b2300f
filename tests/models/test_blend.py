from __future__ import annotations

from pathlib import Path

import pytest

from models import blend, shipped
from models.blend import Question
from models.score import ScoringError

BLEND = {"attack": Question(1.0, [0.5, 1.0], 0.5, 0.25, 2.0, 1.0, -4.0)}


def test_what_was_written_is_read(tmp_path: Path) -> None:
    blend.write(tmp_path / "blend.json", BLEND)
    assert blend.read(tmp_path / "blend.json") == BLEND


def test_a_damaged_file_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "blend.json"
    blend.write(path, BLEND)
    path.write_text(path.read_text().replace("-4.0", "-9.0"))
    with pytest.raises(ScoringError, match=r"blend\.json is not the file that was shipped"):
        blend.read(path)


def test_a_file_with_other_keys_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "blend.json"
    path.write_text('{"attack": {"slope": 1.0}}')
    shipped.record(path)
    with pytest.raises(ScoringError, match=r"blend\.json is damaged"):
        blend.read(path)


def test_log_odds_of_any_size_are_a_probability() -> None:
    assert blend.probability(-1e9) == pytest.approx(0.0, abs=1e-12)
    assert blend.probability(1e9) == pytest.approx(1.0)
    assert blend.probability(0.0) == 0.5
