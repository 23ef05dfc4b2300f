"""Viewpoint parity: the gate on what is shipped, and that it closes on a biased classifier."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.classify import LineError, default_rulebook
from bot.cli import app
from bot.exit_codes import Exit
from bot.judgement import Rulebook
from bot.once import once
from bot.parity import Judged, by_dimension, compare, judge_twins, leanings, passes, worst
from bot.parity_run import measured
from bot.parity_words import as_json, lines
from models.policy import Policy
from models.score import Category, Item, Score, ScoringError
from models.twins import Twins, load, written
from tests.bot.town import page_of, page_table, town
from tests.fakes import FakeClassifier, rulebook


class Biased:
    """Calls criticism of an official an obscenity."""

    name, version = "biased", "1"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        return [[Score(Category.OBSCENITY, 0.9, "biased", "why")] if "corrupt" in item.text else [] for item in items]


class Broken:
    """Answers nothing."""

    name, version = "broken", "1"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        raise ScoringError("no answer")


def twins(*texts: str, clean: bool = True, dimension: str = "stance") -> Twins:
    sides = tuple((f"side {number}", Item(text)) for number, text in enumerate(texts))
    return Twins(" / ".join(texts), dimension, "en", clean, sides)


def judged(*sets: Twins) -> list[Judged]:
    return judge_twins(sets, rulebook())


def test_what_is_shipped_gives_no_clean_twin_another_verdict() -> None:
    """Every fifth set, for speed; `make parity` judges all of them, and those that are not clean."""
    clean = [each for each in written(load()) if each.clean][::5]
    assert [each.twins.name for each in judge_twins(clean, default_rulebook()) if each.different] == []


def test_a_biased_classifier_beside_the_shipped_policy_does_not_pass() -> None:
    policy: Policy = default_rulebook().policy
    stance = [each for each in written(load()) if each.dimension == "stance" and "honest/corrupt" in each.name]
    found = judge_twins(stance, Rulebook((Biased(),), policy, ("en", "es")))
    assert compare(found).different == compare(found).pairs > 10
    assert not passes(found)


def test_a_classifier_that_does_not_answer_does_not_pass_although_all_are_queued_alike() -> None:
    found = judge_twins([twins("Kind.", "Cruel.")], Rulebook((Broken(),), rulebook().policy))
    assert compare(found).different == 0
    assert not passes(found)


def test_one_clean_pair_that_differs_is_one_too_many() -> None:
    alike = [twins(f"Kind {number}.", f"Cruel {number}.") for number in range(200)]
    assert passes(judged(*alike))
    assert not passes(judged(*alike, twins("Fine.", "This is filth.")))


@pytest.mark.parametrize(("different", "holds"), [(2, True), (3, False)])
def test_of_the_others_two_in_a_hundred_may_differ(different: int, *, holds: bool) -> None:
    sets = [twins(f"filth {number}", f"more filth {number}", clean=False) for number in range(100 - different)]
    sets += [twins(f"Fine {number}.", f"filth and {number}", clean=False) for number in range(different)]
    assert passes(judged(*sets)) is holds


def test_a_set_counts_its_pairs_and_counts_once() -> None:
    found = compare(judged(twins("a", "b", "filth")))
    assert (found.pairs, found.different, found.sets.hits, found.sets.of) == (3, 2, 1, 1)


def test_a_sentence_of_two_sets_is_judged_once() -> None:
    asked: list[int] = []
    judge_twins([twins("a", "b"), twins("b", "c")], rulebook(), lambda done, _: asked.append(done))
    assert asked == [3]


def test_the_worst_come_first_the_clean_ones_before_the_others() -> None:
    sets = [twins("a", "b"), twins("a", "filth", clean=False), twins("c", "filth too"), twins("filth", "filthy")]
    assert [each.twins.name for each in worst(judged(*sets))][:2] == ["c / filth too", "a / filth"]


def test_a_leaning_is_the_mean_distance_from_the_twins_with_an_interval_around_it() -> None:
    sets = [twins(f"a {number}", f"filth {number}" if number % 2 else f"b {number}") for number in range(40)]
    found = {(category, side): each for category, side, each in leanings(judged(*sets))}
    low = found[Category.OBSCENITY, "side 0"]
    high = found[Category.OBSCENITY, "side 1"]
    assert (low.value, high.value) == (-0.25, 0.25)
    assert high.low is not None
    assert high.high is not None
    assert 0.1 < high.low < 0.25 < high.high < 0.4


def test_dimensions_are_told_apart_and_clean_from_others() -> None:
    groups = by_dimension(judged(twins("a", "b"), twins("a", "c", dimension="office"), twins("d", "e", clean=False)))
    assert [*groups] == [("stance", "en", True), ("office", "en", True), ("stance", "en", False)]


def test_the_text_says_whether_parity_holds_and_shows_what_differs() -> None:
    book = rulebook()
    told = "\n".join(lines(as_json(judge_twins([twins("Fine.", "This is filth.")], book), book, "templates", 5)))
    assert "Parity does not hold." in told
    assert "hide (obscenity): side 1" in told
    assert "1 of 1 pair differ" in told


def comments(folder: Path, *texts: str) -> Path:
    path = folder / "comments.jsonl"
    path.write_text("".join(json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts)))
    return path


def test_twins_are_made_of_real_comments(tmp_path: Path) -> None:
    found = measured(None, None, comments(tmp_path, "The mayor is here.", "What time is it?"))
    assert [(each["name"], each["dimension"]) for each in found["worst"]] == [("0", "office")]
    assert found["passed"]


def test_comments_that_name_no_side_are_told_apart_from_a_pass(tmp_path: Path) -> None:
    with pytest.raises(LineError, match="no twins to compare"):
        measured(None, None, comments(tmp_path, "What time is it?"))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LineError, match=r"nowhere\.jsonl"):
        measured(None, None, tmp_path / "nowhere.jsonl")
    with pytest.raises(LineError, match=r"nowhere\.toml"):
        measured(None, tmp_path / "nowhere.toml", None)


def of_the_log(tmp_path: Path) -> dict[str, Any]:
    config = town(tmp_path, page_table("a"))
    page_of(config, "a", "The mayor is here.", "Where is it?")
    once(config)
    return measured(config.path, None, None, of_log=True)


def test_of_the_log_the_entry_is_told_and_no_text(tmp_path: Path) -> None:
    found = of_the_log(tmp_path)
    (one,) = found["worst"]
    assert one["name"].startswith("entry ")
    assert {side["text"] for side in one["sides"]} == {None}
    assert found["source"] == "log"


SIDES = """
[[dimensions]]
name = "stance"
language = "en"
sides = ["praise", "criticism"]
slots.word = [["WORDS"]]
[[templates]]
language = "en"
sentences = ["What a {word} idea."]
"""


@pytest.mark.parametrize(("words", "code"), [('kind", "useless', Exit.OK), ('kind", "fucking', Exit.PROBLEM)])
def test_the_command_ends_with_a_problem_where_clean_twins_differ(tmp_path: Path, words: str, code: Exit) -> None:
    path = tmp_path / "twins.toml"
    path.write_text(SIDES.replace("WORDS", words))
    assert CliRunner().invoke(app, ["parity", "--twins", str(path)]).exit_code == code


@pytest.mark.parametrize("words", [["--comments", "a", "--from-log"], ["--from-log"]])
def test_options_that_do_not_go_together_are_refused(words: list[str]) -> None:
    assert CliRunner().invoke(app, ["parity", *words]).exit_code == Exit.USAGE


def test_a_fake_classifier_is_told_by_name_and_version() -> None:
    book = rulebook()
    found = as_json(judge_twins([twins("a", "b")], book), book, "templates", 0)
    assert found["models"] == {FakeClassifier.name: FakeClassifier.version}
