"""Learning from decisions: what leaves as labelled data, what is written down, and moving a threshold by it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot import models_evaluate
from bot.classify import LineError
from bot.cli import app
from bot.config import Loaded
from bot.decided_examples import from_log
from bot.events import RuleChanged, Subject
from bot.label_export import export_labels
from bot.labelled import read_labelled
from bot.models_evaluate import evaluate_log
from bot.parity_sources import catalogue
from bot.records import Records
from bot.records_command import OPERATOR
from bot.rules_in_force import current_policy
from bot.threshold_changes import Movable, ThresholdError, accept, movable, undo
from models.policy import DEFAULT_RULES
from models.twins import written
from tests.bot.decisions import LONG, decided_in
from tests.bot.department import PERSON, answered, configuration, log
from tests.fakes import FakeClock

SUPERVISOR = dataclasses.replace(PERSON, id="u_2", role="supervisor")


@pytest.fixture
def config(tmp_path: Path) -> Loaded:
    return configuration(tmp_path)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    with log(tmp_path, FakeClock()) as opened:
        yield opened


def decided(records: Records, number: int, decision: str, **more: Any) -> str:
    """A comment is captured, scored, flagged and decided; gives its reference."""
    with records.writing() as writing:
        return decided_in(writing, number, decision, **more)


def exported(records: Records, config: Loaded, page: str | None = None) -> list[dict[str, object]]:
    content = export_labels(records, config, OPERATOR, page).content
    return [json.loads(line) for line in content.splitlines()]


def test_an_exported_line_has_the_text_the_labels_the_answer_and_the_versions(records: Records, config: Loaded) -> None:
    decided(records, 1, "hide")
    [row] = exported(records, config)
    assert row["text"] == LONG.format(1)
    assert (row["page"], row["language"], row["flagged"], row["verdict"]) == ("blog", "en", True, "queue")
    assert (row["decision"], row["ground"], row["labels"]) == ("hide", "personal_attack", {"personal_attack": True})
    assert (row["models"], row["policy"], row["scores_bp"]) == ({"fake": "1"}, "2026-01", {"obscenity": 8_500})
    assert row["decided"] == "2026-11-16T17:00:00.000Z"


def test_a_comment_that_was_left_up_is_on_none_of_the_three_grounds(records: Records, config: Loaded) -> None:
    decided(records, 1, "leave_up")
    [row] = exported(records, config)
    assert row["labels"] == {"obscenity": False, "off_topic": False, "personal_attack": False}


def test_of_what_was_urgent_nothing_is_said_about_an_attack(records: Records, config: Loaded) -> None:
    decided(records, 1, "leave_up", category="threat", urgency=2)
    [row] = exported(records, config)
    assert row["labels"] == {"obscenity": False, "off_topic": False}


def test_an_export_is_written_down_before_it_leaves(records: Records, config: Loaded) -> None:
    decided(records, 1, "hide")
    found = export_labels(records, config, OPERATOR)
    entry = records.entry(found.seq)
    assert entry is not None
    assert (entry.type, entry.actor.id, entry.pub["count"], entry.pub["what"]) == (
        "access.exported",
        OPERATOR.id,
        1,
        "labels",
    )
    assert entry.pub["sha256"] == hashlib.sha256(found.content.encode()).hexdigest()


def test_no_entry_about_an_export_holds_a_text(records: Records, config: Loaded) -> None:
    decided(records, 1, "hide")
    entry = records.entry(export_labels(records, config, OPERATOR).seq)
    assert entry is not None
    assert (entry.opened, entry.withheld) == ({}, ())


@pytest.mark.parametrize("part", ["comment.seen", "comment.classified", "review.decided"])
def test_held_content_never_leaves(part: str, records: Records, config: Loaded) -> None:
    ref = decided(records, 1, "hide")
    decided(records, 2, "hide")
    _hold(records, next(entry.seq for entry in records.case(ref) if entry.type == part))
    assert [row["text"] for row in exported(records, config)] == [LONG.format(2)]
    [entry] = records.entries(types=["access.exported"])
    assert (entry.pub["count"], entry.pub["held_back"]) == (1, 1)


def test_released_content_leaves_again(records: Records, config: Loaded) -> None:
    ref = decided(records, 1, "hide")
    _hold(records, records.case(ref)[0].seq, released=True)
    assert len(exported(records, config)) == 1


def test_destroyed_content_never_leaves(records: Records, config: Loaded) -> None:
    ref = decided(records, 1, "hide")
    _destroy(records, records.case(ref)[0].seq)
    assert exported(records, config) == []
    assert from_log(records, ("en",)) == []


def test_the_newest_answer_that_stands_counts(records: Records, config: Loaded) -> None:
    ref = decided(records, 1, "hide")
    answered(records, ref, "leave_up")
    assert [row["decision"] for row in exported(records, config)] == ["leave_up"]


def test_one_page_alone_can_leave(records: Records, config: Loaded) -> None:
    decided(records, 1, "hide")
    decided(records, 2, "hide", page="street-team")
    assert [row["page"] for row in exported(records, config, "street-team")] == ["street-team"]


def test_an_export_can_be_evaluated(records: Records, config: Loaded) -> None:
    decided(records, 1, "hide")
    decided(records, 2, "leave_up")
    content = export_labels(records, config, OPERATOR).content
    assert read_labelled(content.splitlines()) == from_log(records, config.department.languages)


def test_the_command_writes_a_new_file_for_this_user_alone(records: Records, config: Loaded, tmp_path: Path) -> None:
    decided(records, 1, "hide")
    out = _with_file(config, tmp_path) / "labels.jsonl"
    command = ["models", "export-labels", "-c", str(tmp_path / "town.toml"), "--out", str(out)]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert (result.exit_code, result.stdout) == (0, "")
    assert (len(out.read_text().splitlines()), out.stat().st_mode & 0o777) == (1, 0o600)


def test_the_commands_evaluate_and_propose(
    records: Records, config: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = list(islice(written(catalogue(None)), 12))  # of thousands, which tests/bot/test_parity.py compares
    monkeypatch.setattr(models_evaluate, "written", lambda _catalogue: some)
    decided(records, 1, "hide")
    configured = ["-c", str(_with_file(config, tmp_path) / "town.toml"), "--json"]
    found = CliRunner().invoke(app, ["models", "evaluate", "--from-log", *configured], catch_exceptions=False)
    evaluation = json.loads(found.stdout)
    assert evaluation["labels"]["personal_attack"]["all"]["positive"] == 1
    assert evaluation["parity"]["clean"]["different"] == 0
    proposed = CliRunner().invoke(app, ["models", "propose-thresholds", *configured], catch_exceptions=False)
    assert "likely-obscene" in [each["rule"] for each in json.loads(proposed.stdout)["rules"]]


def test_a_page_of_which_nothing_was_decided_is_named(records: Records, config: Loaded) -> None:
    decided(records, 1, "hide")
    with pytest.raises(LineError, match=r'^nobody has decided a comment of the page "other" yet; '):
        evaluate_log(config, "other")


def test_evaluate_takes_a_file_or_the_log_and_not_both() -> None:
    assert CliRunner().invoke(app, ["models", "evaluate"]).exit_code == 2
    assert CliRunner().invoke(app, ["models", "evaluate", "labels.jsonl", "--from-log"]).exit_code == 2


# --- moving a threshold ----------------------------------------------------------------------------------------------


def likely_obscene(records: Records, config: Loaded) -> Movable:
    return next(each for each in movable(records, config) if each.proposal.rule.name == "likely-obscene")


def enough(records: Records) -> None:
    """135 decided flags of the rule likely-obscene: 20 wrong at .82, 5 wrong at .88, and the others right, at .95."""
    with records.writing() as writing:
        for number in range(135):
            wrong = number < 25
            value = 9_500 if not wrong else 8_200 if number < 20 else 8_800
            decided_in(writing, number, "leave_up" if wrong else "hide", value_bp=value)


def move(records: Records, config: Loaded, to: int = 8_500, rule: str = "likely-obscene", seen: int = -1) -> int:
    return accept(records, config, rule=rule, at_least_bp=to, user=SUPERVISOR, seen=seen, note="Too eager.").seq


def in_force(records: Records, config: Loaded) -> float:
    return next(each.at_least for each in current_policy(config, records).rules if each.name == "likely-obscene")


def test_a_supervisor_accepts_a_candidate_and_it_is_in_force(records: Records, config: Loaded) -> None:
    enough(records)
    assert in_force(records, config) == 0.8
    entry = records.entry(move(records, config))
    assert in_force(records, config) == 0.85
    assert entry is not None
    assert entry.pub == {
        "rule": "likely-obscene",
        "at_least_bp": 8_500,
        "was_bp": 8_000,
        "file_bp": 8_000,
        "decisions": 135,
    }
    assert (entry.actor, entry.opened) == (SUPERVISOR, {"rule.note": "Too eager."})


def test_nothing_moves_by_itself(records: Records, config: Loaded) -> None:
    enough(records)
    movable(records, config)
    assert records.entries(types=["rule.changed"]) == []


@pytest.mark.parametrize(
    ("rule", "to"), [("likely-obscene", 7_500), ("likely-obscene", 8_510), ("threat", 9_000), ("none", 1)]
)
def test_only_a_candidate_of_a_rule_that_may_move_is_accepted(
    rule: str, to: int, records: Records, config: Loaded
) -> None:
    enough(records)
    with pytest.raises(ThresholdError):
        move(records, config, to, rule)
    assert records.entries(types=["rule.changed"]) == []


def test_with_too_few_decisions_nothing_is_accepted(records: Records, config: Loaded) -> None:
    decided(records, 1, "leave_up")
    with pytest.raises(ThresholdError, match="99 more decided flags of this rule are needed"):
        move(records, config)


def test_two_supervisors_cannot_both_move_one_rule(records: Records, config: Loaded) -> None:
    enough(records)
    move(records, config)
    with pytest.raises(ThresholdError, match="Somebody changed this rule meanwhile"):
        move(records, config, 9_000)


def test_an_undo_puts_the_former_threshold_back_and_is_itself_a_change(records: Records, config: Loaded) -> None:
    enough(records)
    first = move(records, config)
    second = move(records, config, 9_000, seen=first)
    entry = undo(records, config, rule="likely-obscene", user=SUPERVISOR, seen=second)
    assert (entry.type, entry.pub["undoes"], in_force(records, config)) == ("rule.changed", second, 0.85)
    undo(records, config, rule="likely-obscene", user=SUPERVISOR, seen=entry.seq)
    assert in_force(records, config) == 0.8
    assert likely_obscene(records, config).to_undo is None


def test_without_a_change_there_is_nothing_to_undo(records: Records, config: Loaded) -> None:
    with pytest.raises(ThresholdError, match="There is no change of this rule to take back"):
        undo(records, config, rule="likely-obscene", user=SUPERVISOR, seen=-1)


def test_an_undo_never_lets_a_rule_hide_more_than_the_file_approves_now(records: Records, config: Loaded) -> None:
    name = "strong-language"
    # 0.98, then back at the file's 0.97, which leaves the file free to change.
    for at, was in ((9_800, 9_700), (9_700, 9_800)):
        change = RuleChanged(
            actor=SUPERVISOR,
            subject=Subject("rule", f"rule:{name}"),
            rule=name,
            at_least_bp=at,
            was_bp=was,
            file_bp=9_700,
            decisions=100,
        )
        seen_seq = records.append(change).seq
    stricter = [_row(rule) | ({"at_least": 0.99} if rule.name == name else {}) for rule in DEFAULT_RULES]
    changed = configuration(config.path.parent, rules=stricter)
    with pytest.raises(ThresholdError, match="approves no threshold as low"):
        undo(records, changed, rule=name, user=SUPERVISOR, seen=seen_seq)


def test_answers_about_urgent_comments_do_not_count_for_other_rules(records: Records, config: Loaded) -> None:
    decided(records, 1, "leave_up", urgency=2)
    assert likely_obscene(records, config).proposal.decided == 0


def test_answers_about_what_other_classifiers_scored_do_not_count(records: Records, config: Loaded) -> None:
    decided(records, 1, "leave_up", models="1")
    decided(records, 2, "leave_up", models="2")
    assert likely_obscene(records, config).proposal.decided == 1


def _row(rule: object) -> dict[str, object]:
    row = {
        name: getattr(rule, name) for name in ("name", "category", "at_least", "verdict", "clause", "targets", "waives")
    }
    return {**row, "life": "automatic"}


def _with_file(config: Loaded, folder: Path) -> Path:
    """Write the configuration down, for commands; gives the folder."""
    table = config.department
    (folder / "town.toml").write_text(
        f'[department]\nname = "{table.name}"\ntimezone = "{table.timezone}"\n'
        f'policy_version = "{table.policy_version}"\norigin = "{table.origin}"\n[store]\ndir = "store"\n'
    )
    return folder


def _hold(records: Records, seq: int, *, released: bool = False) -> None:
    """What the command of an order will do; there is none yet."""
    with records.writing() as writing:
        writing._db.execute("INSERT INTO hold VALUES('h_1',?,0,?)", (seq, 0 if released else None))


def _destroy(records: Records, seq: int) -> None:
    """What a disposal leaves behind; there is no command for it yet, and the store refuses any other way."""
    with records.writing() as writing:
        writing._db.execute("DROP TRIGGER payload_delete")
        writing._db.execute("DELETE FROM payload WHERE seq=?", (seq,))
