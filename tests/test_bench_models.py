"""The comparison of classifiers: its figures, its table, and one small run of ours."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.classifiers.__main__ import main
from benchmarks.classifiers.accuracy import Area, area
from benchmarks.classifiers.comparison import Measured
from benchmarks.classifiers.plot import draw
from benchmarks.classifiers.sets import labelled
from benchmarks.classifiers.table import as_markdown, rows
from benchmarks.machine import Machine

MACHINE = Machine("A processor", 2, 24, "ext4", "Linux 6", "3.11.7", "3.40.1", "0.1.0", "2026-11-22", 0.0)
OURS = Measured("ofrecord", 0.5, 400.0, 800.0, 90.0, {("tweets", "attack"): Area(0.95, 0.01)}, 0.004)
PEER = Measured("detoxify-architecture", 3.0, 5.0, 10.0, 900.0, {}, None)


def test_the_area_is_the_share_of_pairs_in_the_right_order_ties_counting_half() -> None:
    labels = [1] * 10 + [0] * 10
    found = area(labels, [0.9] * 9 + [0.5] + [0.1] * 9 + [0.5])
    assert found is not None
    assert found.value == pytest.approx((99 + 0.5) / 100)


def test_the_interval_is_hanley_and_mcneils() -> None:
    # A = 0.5, 10 of each: q1 = 1/3, q2 = 1/3, variance = (1/4 + 9/12 + 9/12) / 100.
    found = area([1, 0] * 10, [0.5] * 20)
    assert found is not None
    assert found.value == 0.5
    assert found.within == pytest.approx(1.96 * 0.0175**0.5)


def test_too_few_of_either_kind_give_no_area() -> None:
    assert area([1] * 9 + [0] * 50, [0.5] * 59) is None


def test_the_table_sets_the_speed_against_that_of_detoxifys_architecture() -> None:
    found = {row[0]: row[1:] for row in rows([OURS, PEER])}
    assert found["times Detoxify's architecture, one by one"] == ("80.0", "1.0")
    assert found["AUC, attack: tweets"] == ("0.950 ± 0.010", "-")
    assert found["clean civic remarks flagged"] == ("0.4%", "-")


def test_the_card_says_that_the_peers_weights_are_random() -> None:
    assert "random weights" in as_markdown([OURS, PEER], MACHINE)


def test_the_picture_is_a_png(tmp_path: Path) -> None:
    draw([OURS, PEER], tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


def test_only_the_dev_split_is_asked_of_what_was_trained_on(tmp_path: Path) -> None:
    raws = [
        {"source": "davidson", "text": "learnt", "obscene": 0, "attack": 0, "split": "train"},
        {"source": "davidson", "text": "kept apart", "obscene": 0, "attack": None, "split": "dev"},
        {"source": "impermium", "text": "never learnt", "obscene": "", "attack": 1, "split": "train"},
    ]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "train.jsonl").write_text("".join(json.dumps(raw) + "\n" for raw in raws))
    found = [(each.text, each.obscenity, each.attack) for each in labelled(tmp_path, 10)]
    assert found == [("kept apart", 0, None), ("never learnt", None, 1)]


def test_without_outside_material_the_speeds_are_measured_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OFRECORD_MATERIAL", raising=False)
    said = io.StringIO()
    target = tmp_path / "figures.json"
    assert main(["--timed", "10", "--json", str(target)], Console(file=said, width=200)) == 0
    contenders = json.loads(target.read_text())["contenders"]
    assert [each["name"] for each in contenders] == ["ofrecord", "ofrecord-ngrams"]
    assert all(each["single_per_second"] > 0 and each["auc"] == [] for each in contenders)
    assert "OFRECORD_MATERIAL" in said.getvalue()
