"""What comments are judged by: the classifiers in use, and what follows when one cannot be loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.judgement import InPlace, judge
from bot.rulebook import rulebook
from models.policy import Cap, Verdict
from models.score import Item, Score, ScoringError
from tests.bot.test_config import loaded
from tests.fakes import FakeClassifier


class Damaged:
    """A classifier whose weights were damaged."""

    name = "damaged"
    version = "1"

    def __init__(self) -> None:
        raise ScoringError("weights.bin is damaged; install OfRecord again.")

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        raise NotImplementedError


def test_every_classifier_is_in_use_unless_switched_off(tmp_path: Path) -> None:
    book = rulebook(loaded(tmp_path, "[classifiers.spam]\nenabled = false\n"))
    assert {"wordlist", "toxicity"} <= set(book.models)
    assert "spam" not in book.models


def test_an_unknown_classifier_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"classifiers\.magic: is not known; known are .*wordlist"):
        rulebook(loaded(tmp_path, "[classifiers.magic]\n"))


def test_a_classifier_that_cannot_be_loaded_is_named_with_its_reason(tmp_path: Path) -> None:
    book = rulebook(loaded(tmp_path), (FakeClassifier, Damaged))
    assert book.unusable == {"damaged": "weights.bin is damaged; install OfRecord again."}


def test_without_one_of_its_classifiers_everything_is_queued_and_nothing_hidden(tmp_path: Path) -> None:
    book = rulebook(loaded(tmp_path), (FakeClassifier, Damaged))
    found = judge([InPlace("This is filth."), InPlace("Thank you.")], book)
    assert {each.decision.verdict for each in found} == {Verdict.QUEUE}
    assert all(Cap.SCORING_FAILED in each.decision.caps for each in found)


def test_a_rule_for_several_classifiers_stands_in_the_log_beside_their_versions(tmp_path: Path) -> None:
    book = rulebook(loaded(tmp_path, '[combine.obscenity]\nrule = "mean"\nof = ["toxicity", "wordlist"]\n'))
    assert book.models["combine"] == "1+obscenity = mean(toxicity, wordlist)"
    assert "combine" not in rulebook(loaded(tmp_path)).models


def test_a_rule_changes_what_is_judged(tmp_path: Path) -> None:
    text = InPlace("This is fucking bullshit.")
    every = rulebook(loaded(tmp_path))
    only = rulebook(loaded(tmp_path, '[combine.obscenity]\nrule = "only"\nof = ["toxicity"]\n'))
    assert judge([text], every)[0].scores_bp["obscenity"] == 10_000
    assert judge([text], only)[0].scores_bp["obscenity"] <= 9_600


def test_a_rule_names_classifiers_that_are_in_use(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"combine\.obscenity\.of: detoxify is not in use; in use are .*wordlist"):
        rulebook(loaded(tmp_path, '[combine.obscenity]\nrule = "max"\nof = ["detoxify"]\n'))


def test_a_rule_does_not_count_in_a_classifier_that_never_finds_the_category(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"combine\.threat\.of: toxicity never finds threat; those that do: .*urgent"):
        rulebook(loaded(tmp_path, '[combine.threat]\nrule = "mean"\nof = ["toxicity", "urgent"]\n'))


@pytest.mark.parametrize("table", ['rule = "median"\nof = ["spam"]', 'rule = "max"', 'rule = "max"\nof = []', "x = 1"])
def test_a_rule_that_is_none_is_refused(tmp_path: Path, table: str) -> None:
    with pytest.raises(ConfigError, match=r"combine\.obscenity\."):
        loaded(tmp_path, f"[combine.obscenity]\n{table}\n")


def test_a_rule_for_what_is_no_category_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"combine\.rudeness"):
        loaded(tmp_path, '[combine.rudeness]\nrule = "max"\nof = ["spam"]\n')


def test_no_rule_lowers_what_protects_criticism(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"combine\.criticism: criticism is protected"):
        rulebook(loaded(tmp_path, '[combine.criticism]\nrule = "all"\nof = ["criticism", "wordlist"]\n'))
