"""A damaged or swapped weight file, on a real copy of the shipped ones: no start without it, no hide without it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import models
from bot.judgement import InPlace, judge
from bot.once import once
from bot.rulebook import rulebook
from bot.unchanged import Unchanged
from models.default import CLASSIFIERS
from models.policy import Cap, Verdict
from models.score import Category, Item, Score, ScoringError
from tests.bot.test_config import loaded
from tests.bot.town import ALERTED, log_of, page_of, page_table, town
from tests.fakes import FakeClock
from tests.fakes import rulebook as fake_rulebook

ROOT = Path(models.__file__).parent.parent


def flip(path: Path) -> None:
    """One bit is another one."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def swap(path: Path) -> None:
    """Another file of the same length takes its place."""
    other = path.with_name("other")
    other.write_bytes(bytes(path.stat().st_size))
    other.replace(path)


def cut(path: Path) -> None:
    """The disk was full."""
    path.write_bytes(path.read_bytes()[:1000])


DAMAGES = [flip, swap, cut, Path.unlink]


class Reading:
    """A classifier that was loaded from a file and finds something in every comment."""

    name = "reading"
    version = "1"

    def __init__(self, path: Path) -> None:
        self.files = (path,)

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        return [[Score(Category.OBSCENITY, 0.1, "reading", "A word.")] for _ in items]


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A copy of the shipped weights."""
    return Path(shutil.copy(ROOT / "models" / "data" / "toxicity.bin", tmp_path))


@pytest.fixture(scope="module")
def damaged_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole program with a damaged weight file."""
    copy = tmp_path_factory.mktemp("copy")
    for package in ("bot", "connectors", "models"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__", "training"))
    flip(copy / "models" / "data" / "toxicity.bin")
    return copy


@pytest.mark.parametrize(
    "command",
    [["run", "-c", "config.toml"], ["check", "--offline", "-c", "config.toml"], ["classify"]],
    ids=lambda it: it[0],
)
def test_a_command_refuses_a_damaged_file_by_name_with_the_next_step(
    damaged_copy: Path, tmp_path: Path, command: list[str]
) -> None:
    page_of(town(tmp_path, page_table("a", mode="live"), ALERTED), "a", "Thank you.")
    done = subprocess.run(
        [sys.executable, "-m", "bot", *command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(damaged_copy)},
        input='{"id": 1, "text": "Thank you."}\n',
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert f"{damaged_copy}/models/data/toxicity.bin" in said
    assert "Install OfRecord again." in said
    assert "Traceback" not in said


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_classifier_at_work_gives_no_answers_from_the_moment_its_file_changes(
    weights: Path, damage: Callable[[Path], object]
) -> None:
    classifier = Unchanged(Reading(weights))
    assert classifier.score([Item("Thank you.")])[0]
    damage(weights)
    with capture_logs() as logs:
        for _ in range(2):
            with pytest.raises(ScoringError, match=r"toxicity\.bin"):
                classifier.score([Item("Thank you.")])
    assert [each["log_level"] for each in logs] == ["error"]


def test_it_answers_again_when_the_file_is_back(weights: Path) -> None:
    classifier, good = Unchanged(Reading(weights)), weights.read_bytes()
    flip(weights)
    with pytest.raises(ScoringError):
        classifier.score([Item("Thank you.")])
    weights.write_bytes(good)
    assert classifier.score([Item("Thank you.")])[0]


def test_a_file_that_was_only_touched_is_the_same(weights: Path) -> None:
    classifier = Unchanged(Reading(weights))
    os.utime(weights, (1, 1))
    assert classifier.score([Item("Thank you.")])[0]


def test_what_would_be_hidden_is_queued(weights: Path) -> None:
    book = replace(fake_rulebook(), classifiers=(*fake_rulebook().classifiers, Unchanged(Reading(weights))))
    filth = InPlace("This is filth.")
    assert judge([filth], book)[0].decision.verdict is Verdict.HIDE
    flip(weights)
    (found,) = judge([filth], book)
    assert found.decision.verdict is Verdict.QUEUE
    assert Cap.SCORING_FAILED in found.decision.caps


def test_captures_go_on_and_nothing_is_hidden(weights: Path, tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", 'poll_every = "0s"', mode="live"), ALERTED)
    page_of(config, "a", "This is filth.", "Thank you.")
    book = replace(fake_rulebook(), classifiers=(*fake_rulebook().classifiers, Unchanged(Reading(weights))))
    flip(weights)
    once(config, clock, book)
    assert len(log_of(config, "comment.seen")) == 2
    assert len(log_of(config, "comment.flagged")) == 2
    assert log_of(config, "action.requested") == []


def test_every_classifier_of_a_rulebook_is_watched(tmp_path: Path) -> None:
    assert {type(each) for each in rulebook(loaded(tmp_path)).classifiers} == {Unchanged}


def test_a_model_without_files_is_asked_as_ever() -> None:
    (fake,) = fake_rulebook(approved=False).classifiers
    assert Unchanged(fake).score([Item("This is filth.")]) == fake.score([Item("This is filth.")])


def test_every_file_that_was_shipped_with_a_sum_is_watched() -> None:
    shipped = (ROOT / "models" / "data" / "SHA256SUMS").read_text(encoding="utf-8").split()[1::2]
    watched = {path.name for kind in CLASSIFIERS for path in getattr(kind, "files", ())}
    assert set(shipped) <= watched
