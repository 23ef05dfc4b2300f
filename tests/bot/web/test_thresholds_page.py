"""The page of thresholds: everybody may look, a supervisor moves one, and it is in the log."""

from __future__ import annotations

from typing import Any

import pytest

from bot.events import Actor, RuleChanged
from bot.rules_in_force import subject_of
from tests.bot.web.conftest import Desk, text_of


def post(desk: Desk, to: int = 8_500, role: str = "supervisor", **more: Any) -> Any:
    return desk.client("sam", role).post("/thresholds/likely-obscene/", {"at_least_bp": to, "seen": -1, **more})


def changes(desk: Desk) -> list[int]:
    return [entry.pub["at_least_bp"] for entry in desk.records.entries(types=["rule.changed"])]


def test_too_few_decisions_say_how_many_are_missing(desk: Desk) -> None:
    page = text_of(desk.client("sam", "supervisor").get("/thresholds/"))
    assert "100 more decided flags of this rule are needed; it has 0 of 100." in page
    assert "Move the threshold" not in page


def test_the_table_shows_wrong_flags_against_misses_with_ranges(desk: Desk) -> None:
    desk.decided(120, wrong=20)
    page = text_of(desk.client("sam", "supervisor").get("/thresholds/"))
    assert "20 of 120" in page
    assert "20 fewer wrong, 0 more missed" in page
    assert "11.1 to 24.3 %" in page


def test_a_supervisor_moves_a_threshold_and_the_log_says_so(desk: Desk) -> None:
    desk.decided(120, wrong=20)
    answer = post(desk, note="Too eager.")
    assert (answer.status_code, answer["Location"]) == (302, "/thresholds/")
    entry = desk.last("rule.changed")
    assert (entry.pub["at_least_bp"], entry.pub["was_bp"], entry.opened["rule.note"]) == (8_500, 8_000, "Too eager.")
    assert (entry.actor.id, entry.actor.role) == (desk.people["sam"].ref, "supervisor")
    page = text_of(desk.client("sam").get("/thresholds/"))
    assert "Accepted: likely-obscene counts from 0.85 on (it was 0.80)." in page


def test_what_was_tried_is_judged_by_the_moved_threshold(desk: Desk) -> None:
    desk.decided(120, wrong=20)
    post(desk)
    page = text_of(desk.client("sam").post("/try/", {"text": "Thank you all."}))
    assert '<th scope="row">likely-obscene</th><td>strong language</td><td>0.85</td>' in page


@pytest.mark.parametrize("role", ["moderator", "records_clerk", "auditor", "administrator"])
def test_nobody_else_may_move_one(role: str, desk: Desk) -> None:
    desk.decided(120, wrong=20)
    assert post(desk, role=role).status_code == 403
    assert changes(desk) == []
    assert "Move the threshold" not in text_of(desk.client("sam").get("/thresholds/"))


@pytest.mark.parametrize("to", [7_900, 8_001, 0])
def test_no_other_threshold_is_taken(to: int, desk: Desk) -> None:
    desk.decided(120, wrong=20)
    answer = post(desk, to)
    assert (answer.status_code, changes(desk)) == (409, [])
    assert "Choose one of the thresholds of the table." in text_of(answer)


def test_an_answer_on_older_knowledge_is_not_taken(desk: Desk) -> None:
    desk.decided(140, wrong=20)
    post(desk)
    answer = post(desk, 9_000)
    assert (answer.status_code, changes(desk)) == (409, [8_500])
    assert "Somebody changed this rule meanwhile" in text_of(answer)


def test_an_undo_puts_the_threshold_back(desk: Desk) -> None:
    desk.decided(120, wrong=20)
    post(desk)
    client = desk.client("sam")
    assert "Undo: put 0.80 back" in text_of(client.get("/thresholds/"))
    client.post("/thresholds/likely-obscene/undo/", {"seen": desk.last("rule.changed").seq})
    assert changes(desk) == [8_500, 8_000]
    assert "Taken back: likely-obscene counts from 0.80 on (it was 0.85)." in text_of(client.get("/thresholds/"))


def test_a_file_that_disputes_a_change_is_told_with_the_entry(desk: Desk) -> None:
    entry = desk.records.append(
        RuleChanged(
            actor=Actor("human", "u_2", role="supervisor"),
            subject=subject_of("spam"),
            rule="spam",
            at_least_bp=9_000,
            was_bp=8_500,
            file_bp=8_500,
            decisions=120,
        )
    )
    answer = desk.client("sam", "supervisor").get("/thresholds/")
    assert answer.status_code == 409
    assert f"entry {entry.seq} (rule.changed) set it to 0.90" in text_of(answer)


def test_a_number_that_is_none_makes_no_sense(desk: Desk) -> None:
    assert post(desk, "much").status_code == 400  # type: ignore[arg-type]
    assert post(desk, seen="").status_code == 400


def test_only_a_post_changes_anything(desk: Desk) -> None:
    assert desk.client("sam", "supervisor").get("/thresholds/likely-obscene/").status_code == 405
