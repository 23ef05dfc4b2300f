"""The file's rules, with what a supervisor decided in the log laid over them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bot.check import check
from bot.config import ConfigError
from bot.events import Actor, RuleChanged
from bot.once import once
from bot.policy_command import as_json, rows
from bot.records import Entry, Records
from bot.rules_in_force import disputes, in_force, shown, subject_of
from bot.startup import open_store
from models.policy import DEFAULT_RULES, Policy, Rule
from models.score import Category
from tests.bot.conftest import Work
from tests.bot.town import ALERTED, log_of, page_of, page_table, town
from tests.fakes import FakeClassifier, comment

SUPERVISOR = Actor("human", "u_2", role="supervisor")
POLICY = Policy("2010-08", DEFAULT_RULES)
RULES = """[[rules]]
name = "strong-language"
category = "obscenity"
at_least = {}
verdict = "hide"
clause = "5.04 A.3.d(1)"
"""


def moved(records: Records, rule: str, at_least_bp: int, *, was: int = 9_700, file: int = 9_700) -> Entry:
    """A supervisor moves a threshold."""
    return records.append(
        RuleChanged(
            actor=SUPERVISOR,
            subject=subject_of(rule),
            rule=rule,
            at_least_bp=at_least_bp,
            was_bp=was,
            file_bp=file,
            decisions=120,
        )
    )


def threshold(policy: Policy, name: str) -> float:
    return next(rule.at_least for rule in policy.rules if rule.name == name)


def test_the_newest_change_of_each_rule_lies_over_the_file(records: Records) -> None:
    moved(records, "strong-language", 9_800)
    moved(records, "likely-obscene", 8_500, was=8_000, file=8_000)
    moved(records, "strong-language", 9_900, was=9_800)
    policy = in_force(POLICY, records.rule_changes())
    assert [threshold(policy, name) for name in ("strong-language", "likely-obscene", "spam")] == [0.99, 0.85, 0.8]


def test_only_the_threshold_moves(records: Records) -> None:
    moved(records, "strong-language", 9_800)
    policy = in_force(POLICY, records.rule_changes())
    as_before = [dataclasses.replace(rule, at_least=0.97) for rule in policy.rules if rule.name == "strong-language"]
    assert as_before == [rule for rule in POLICY.rules if rule.name == "strong-language"]
    assert policy.digest != POLICY.digest


def test_no_entry_of_the_log_lets_a_rule_hide_more_than_the_file(records: Records) -> None:
    moved(records, "strong-language", 9_000)
    assert threshold(in_force(POLICY, records.rule_changes()), "strong-language") == 0.97


def test_without_a_change_the_policy_is_the_file_s(records: Records) -> None:
    assert in_force(POLICY, records.rule_changes()) is POLICY


def test_a_file_that_changes_a_moved_threshold_is_refused_by_naming_the_entry(records: Records) -> None:
    entry = moved(records, "strong-language", 9_800)
    [problem] = disputes(Policy("2", (Rule("strong-language", Category.OBSCENITY, 0.95, *_HIDES),)), [entry])
    assert f"entry {entry.seq} (rule.changed)" in problem
    assert "over the file's 0.97" in problem
    assert "the file now says 0.95" in problem


def test_a_file_that_drops_a_moved_rule_is_refused(records: Records) -> None:
    [problem] = disputes(Policy("2", ()), [moved(records, "strong-language", 9_800)])
    assert "no longer has the rule" in problem


def test_a_change_that_was_taken_back_leaves_the_file_free(records: Records) -> None:
    moved(records, "strong-language", 9_800)
    moved(records, "strong-language", 9_700, was=9_800)
    changed = Policy("2", (Rule("strong-language", Category.OBSCENITY, 0.99, *_HIDES),))
    assert list(disputes(changed, records.rule_changes())) == []
    assert in_force(changed, records.rule_changes()) is changed


def test_nothing_starts_under_a_disputed_file_and_check_says_so(tmp_path: Path) -> None:
    with open_store(town(tmp_path, RULES.format(0.97))) as records:
        moved(records, "strong-language", 9_800)
    config = town(tmp_path, RULES.format(0.96))
    with pytest.raises(ConfigError, match=r"config.toml: rules.strong-language.at_least: entry 0 "):
        once(config)
    assert [each.level for each in check(config, offline=True) if each.where == "rules"] == ["error"]


def test_what_starts_logs_the_table_in_force(tmp_path: Path) -> None:
    config = town(tmp_path, ALERTED, RULES.format(0.97))
    with open_store(config) as records:
        moved(records, "strong-language", 9_800)
    once(config)
    [entry] = log_of(config, "config.loaded")
    assert [rule["at_least_bp"] for rule in entry.pub["rules"]] == [9_800]


def test_the_next_poll_judges_by_a_moved_threshold_without_a_restart(work: Work) -> None:
    words = FakeClassifier({"filth": (Category.OBSCENITY, 0.975)})
    work.book = dataclasses.replace(work.book, classifiers=(words,))
    work.connector.show(comment("1", "filth"))
    work.poll()
    moved(work.records, "strong-language", 9_800)
    work.connector.show(comment("2", "more filth"))
    work.poll()
    verdicts = [work.last(each, "comment.classified").pub["verdict"] for each in ("1", "2")]
    assert verdicts == ["hide", "queue"]


def test_a_hide_that_was_asked_for_before_its_rule_was_made_stricter_is_not_carried_out(work: Work) -> None:
    work.connector.show(comment("1", "filth"))
    work.poll()
    moved(work.records, "strong-language", 9_900)
    work.perform()
    assert work.connector.calls == []
    assert work.last("1", "action.superseded").pub["why"] == "not_allowed"
    assert work.records.open_flag(work.state("1").ref) is not None


def test_a_hide_that_was_asked_for_before_its_rule_was_put_back_is_carried_out(work: Work) -> None:
    moved(work.records, "strong-language", 9_900)
    work.connector.show(comment("1", "filth"))
    work.poll()
    moved(work.records, "strong-language", 9_700, was=9_900)
    work.perform()
    assert work.connector.calls == [("hide", "1")]


def test_policy_show_tells_where_each_threshold_comes_from(tmp_path: Path) -> None:
    config = town(tmp_path, RULES.format(0.97))
    assert as_json(config)["rules"][0]["at_least_from"] == "config.toml"
    with open_store(config) as records:
        moved(records, "strong-language", 9_850)
    assert as_json(config)["rules"][0]["at_least_from"] == "entry 0"
    assert "from 0.985: hide" in list(rows(config))[1]
    assert "0.985 is from entry 0, over 0.97" in list(rows(config))[1]


def test_a_page_with_the_name_of_a_rule_is_not_taken_for_it(tmp_path: Path) -> None:
    config = town(tmp_path, ALERTED, page_table("spam"))
    page_of(config, "spam", "Thank you.")
    once(config)
    with open_store(config) as records:
        moved(records, "spam", 8_500, was=8_000, file=8_000)
        assert [entry.type for entry in records.case(subject_of("spam").ref)] == ["rule.changed"]


def test_a_threshold_is_shown_with_two_digits_or_as_many_as_it_has() -> None:
    assert [shown(each) for each in (9_700, 9_750, 5_000, 10_000, 0)] == ["0.97", "0.975", "0.50", "1.00", "0.00"]


_HIDES = (DEFAULT_RULES[3].verdict, "5.04 A.3.d(1)")
