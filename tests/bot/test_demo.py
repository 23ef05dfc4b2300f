"""``ofrecord demo --once``: the whole way of every comment, against the known truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.check import check
from bot.config import load
from bot.demo import headless
from bot.demo_store import DemoError, prepare
from bot.once import once
from bot.policy_command import rows
from bot.records_command import tail_entries, verify_store
from models.policy import DEFAULT_RULES

KEYS = ["dir", "seen", "flagged", "hidden", "queued", "restored", "wrong_hides", "missed", "verified"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_seed_verifies_without_a_wrong_hide_and_shows_every_step(tmp_path: Path, seed: int) -> None:
    counts = headless(tmp_path / "demo", seed, quiet=True).as_json()
    assert list(counts) == KEYS
    assert (counts["verified"], counts["wrong_hides"]) == (True, 0)
    assert min(counts[name] for name in ("seen", "hidden", "queued", "restored")) > 0
    assert {"obscenity", "personal_attack", "threat"} <= counts["flagged"].keys()


def test_every_other_command_works_on_what_it_leaves(tmp_path: Path) -> None:
    headless(tmp_path / "demo", 1, quiet=True)
    config = load(tmp_path / "demo" / "config.toml")
    assert [finding for finding in check(config) if finding.level == "error"] == []
    assert [result.health for result in once(config)] == ["ok"]
    assert verify_store(config, full=True, progress=False).ok
    assert len(tail_entries(config, 5, as_json=False)) == 5
    assert len(list(rows(config))) > len(DEFAULT_RULES)


def test_the_counts_say_that_they_are_no_accuracy(tmp_path: Path) -> None:
    words = headless(tmp_path / "demo", 1, quiet=True).in_words()
    assert "not how accurate a classifier is" in words
    assert "The log verifies." in words


def test_the_configuration_is_that_of_the_default_policy_with_its_hiding_rules_approved(tmp_path: Path) -> None:
    config, _ = prepare(tmp_path / "demo")
    assert [rule.name for rule in config.policy.rules] == [rule.name for rule in DEFAULT_RULES]
    assert all(rule.effective is rule.verdict for rule in config.policy.rules)


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(DemoError, match="is not empty; give --dir a new folder"):
        prepare(tmp_path)


def test_nothing_of_a_refused_demonstration_is_left(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(DemoError):
        headless(tmp_path, 1, quiet=True)
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]
