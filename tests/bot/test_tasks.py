"""What no program can do becomes a task: never a success, done by a named person, verified by reading the platform."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest

from bot.document import plain
from bot.page_tasks import verify
from bot.records import Records, Task
from bot.review import HIDE, LEAVE_UP, decide, undo
from bot.summary import gather
from bot.summary_sections import document
from bot.tasks import TaskError, done_by_hand
from bot.weeks import Week
from connectors.base import Batch, Capability, Coverage, Duty, Observed, Outcome, Result
from models.comment import State
from models.policy import Ground
from tests.bot.conftest import BOT, MODERATOR, Work, live_page
from tests.bot.department import configuration
from tests.fakes import FakeClock, FakeConnector, comment, rulebook

STEPS = ("Open the menu beside the comment.", "Choose Delete.")


class Watched(FakeConnector):
    """A page that can be read, and on which only people can act."""

    capability: ClassVar[Capability] = dataclasses.replace(
        FakeConnector.capability,
        coverage=Coverage.WATCHED,
        can_hide=False,
        can_restore=False,
        hide_is_reversible=False,
        hide_steps=STEPS,
    )


class Unasked(Watched):
    """A page that only mail tells of: nobody can ask about a comment."""

    capability: ClassVar[Capability] = dataclasses.replace(Watched.capability, coverage=Coverage.INTAKE)

    def state(self, platform_id: str) -> Observed:
        return Observed(State.UNKNOWN)


@pytest.fixture
def watched(records: Records, clock: FakeClock) -> Work:
    return Work(records, Watched(), clock, live_page(), rulebook())


def asked(work: Work, text: str = "This is filth.") -> Task:
    """A comment that has to go, as far as the bot gets with it."""
    work.connector.show(comment("1", text, permalink="https://page.example.gov/1"))
    work.poll()
    work.perform()
    return only(work)


def only(work: Work) -> Task:
    (task,) = work.records.waiting_tasks("page")
    return task


def answer(work: Work, decision: str, ground: Ground | None = None) -> None:
    state = work.state("1")
    decide(
        work.records,
        ref=state.ref,
        user=MODERATOR,
        decision=decision,
        seen_seq=state.last_seq,
        policy="2010-08",
        ground=ground,
    )
    work.perform()


def closed_as(work: Work, task: Task) -> str | None:
    found = work.records.task(task.corr)
    assert found is not None
    return found.closed_by


def test_a_hide_that_the_platform_cannot_do_is_refused_and_becomes_a_task(watched: Work) -> None:
    asked(watched)
    assert watched.types("1")[-2:] == ["action.refused", "task.opened"]
    assert watched.last("1", "action.refused").pub["problem"] == "unsupported"
    assert watched.state("1").state == State.VISIBLE


def test_the_platform_is_not_called_for_what_it_cannot_do(watched: Work) -> None:
    asked(watched)
    assert watched.connector.calls == []
    assert "action.intent" not in watched.types("1")


def test_the_task_has_the_steps_the_link_and_the_requests_correlation(watched: Work) -> None:
    task = asked(watched)
    opened = watched.last("1", "task.opened")
    assert opened.pub["steps"] == list(STEPS)
    assert opened.opened["task.link"] == "https://page.example.gov/1"
    assert task.corr == watched.last("1", "action.requested").corr


def test_a_comment_that_one_platform_call_cannot_reach_becomes_a_task_with_the_reason(work: Work) -> None:
    work.connector.answers = [Outcome(Result.UNSUPPORTED, "it answers another comment")]
    asked(work)
    assert work.last("1", "task.opened").opened["platform.answer"] == "it answers another comment"
    assert work.state("1").state == State.VISIBLE


def test_a_page_that_cannot_be_asked_about_a_comment_gets_its_task_all_the_same(
    records: Records, clock: FakeClock
) -> None:
    assert asked(Work(records, Unasked(), clock, live_page(), rulebook())).action == "hide"


def test_a_persons_word_alone_changes_nothing_but_the_task(watched: Work) -> None:
    task = asked(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    assert watched.records.waiting_tasks() == []
    assert [each.done_by for each in watched.records.unverified_tasks()] == [MODERATOR.id]
    assert watched.state("1").state == State.VISIBLE


def test_a_task_is_done_once(watched: Work) -> None:
    task = asked(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    with pytest.raises(TaskError, match="done already"):
        done_by_hand(watched.records, corr=task.corr, user=MODERATOR)


def test_an_unknown_task_cannot_be_done(watched: Work) -> None:
    with pytest.raises(TaskError, match="no such task"):
        done_by_hand(watched.records, corr="op_unknown", user=MODERATOR)


def test_the_next_poll_that_shows_it_hidden_verifies_it_and_calls_nothing_unexplained(watched: Work) -> None:
    task = asked(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    watched.connector.set_state("1", State.HIDDEN)
    assert watched.poll().unexplained == 0
    assert closed_as(watched, task) == "verified"
    assert (watched.state("1").state, watched.state("1").hidden_by) == (State.HIDDEN, "person")


def test_what_was_deleted_by_hand_is_gone_and_verified(watched: Work) -> None:
    task = asked(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    watched.connector.remove("1")
    watched.poll()
    assert watched.types("1")[-2:] == ["comment.gone", "task.verified"]
    assert closed_as(watched, task) == "verified"


def test_what_was_done_without_saying_so_is_seen_too(watched: Work) -> None:
    task = asked(watched)
    watched.connector.set_state("1", State.HIDDEN)
    watched.poll()
    assert closed_as(watched, task) == "verified"


def test_a_comment_that_no_listing_shows_any_more_is_read_to_verify_the_task(watched: Work) -> None:
    task = asked(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    watched.connector.set_state("1", State.HIDDEN)
    assert verify(watched.records, "page", watched.connector, BOT, watched.clock()) == 1
    assert closed_as(watched, task) == "verified"


def test_a_comment_that_still_stands_there_verifies_nothing(watched: Work) -> None:
    task = asked(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    watched.poll()
    assert verify(watched.records, "page", watched.connector, BOT, watched.clock()) == 0
    assert closed_as(watched, task) is None


def test_leaving_it_up_drops_the_task(watched: Work) -> None:
    task = asked(watched)
    answer(watched, LEAVE_UP)
    assert closed_as(watched, task) == "dropped"
    assert watched.records.waiting_tasks() == []


def test_confirming_the_hide_keeps_the_one_task(watched: Work) -> None:
    task = asked(watched)
    answer(watched, HIDE, Ground.OBSCENITY)
    assert only(watched) == task


def test_leaving_up_what_was_hidden_by_hand_asks_for_the_way_back(watched: Work) -> None:
    task = asked(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    watched.connector.set_state("1", State.HIDDEN)
    watched.poll()
    answer(watched, LEAVE_UP)
    assert only(watched).action == "unhide"


def test_where_nothing_can_be_verified_a_persons_word_counts_when_the_answer_changes(
    records: Records, clock: FakeClock
) -> None:
    work = Work(records, Unasked(), clock, live_page(), rulebook())
    task = asked(work)
    done_by_hand(work.records, corr=task.corr, user=MODERATOR)
    answer(work, LEAVE_UP)
    assert only(work).action == "unhide"


def test_undoing_the_answer_drops_the_task_that_it_made(watched: Work) -> None:
    watched.connector.show(comment("1", "A threat."))
    watched.connector.show(comment("1", "This is a threat."))
    watched.poll()
    answer(watched, HIDE, Ground.PERSONAL_ATTACK)
    task = only(watched)
    undo(watched.records, ref=task.ref, user=MODERATOR)
    assert closed_as(watched, task) == "dropped"


def test_an_edit_drops_the_task_and_lets_a_person_look_again(watched: Work) -> None:
    task = asked(watched)
    answer(watched, HIDE, Ground.OBSCENITY)
    watched.connector.edit("1", "I am sorry.")
    watched.poll()
    assert closed_as(watched, task) == "dropped"
    assert watched.records.open_flag(task.ref) is not None


def test_the_derived_table_follows_from_the_log(watched: Work) -> None:
    task = asked(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    before = watched.records.task(task.corr)
    watched.records.rebuild()
    assert watched.records.task(task.corr) == before


def test_a_duty_about_the_page_is_opened_once_until_it_is_done(watched: Work) -> None:
    duty = Duty("daily", ("Open the page and read the newest comments.",), "https://page.example.gov/")

    class Dutiful(Watched):
        def fetch(self, cursor: str | None) -> Batch:
            return dataclasses.replace(super().fetch(cursor), duties=(duty,))

    watched.connector = Dutiful()
    watched.poll()
    watched.poll()
    task = only(watched)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR, note="All quiet.")
    assert closed_as(watched, task) == "done"
    watched.poll()
    assert only(watched).key == "daily"


def test_the_side_effects_are_stored_with_the_act(work: Work) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    work.perform()
    intent = work.last("1", "action.intent")
    assert (intent.pub["hide_scope"], intent.pub["side_effects"]) == ("everywhere", ["Replies stay visible."])


def test_who_removed_a_comment_is_told_where_the_platform_says_so(watched: Work) -> None:
    class Telling(Watched):
        def fetch(self, cursor: str | None) -> Batch:
            return dataclasses.replace(super().fetch(cursor), gone_by={"1": "author"})

    watched.connector = Telling()
    watched.connector.show(comment("1", "Fine."))
    watched.poll()
    watched.connector.remove("1")
    watched.poll()
    assert watched.last("1", "comment.gone").pub["by"] == "author"


def test_the_week_counts_what_became_a_task_was_done_and_was_seen_to_be_done(watched: Work) -> None:
    task = asked(watched)
    start, end = watched.clock() - timedelta(days=1), watched.clock() + timedelta(days=6)
    first = watched.records.week_figures(start, end).pages["page"]
    assert (first.tasks_opened, first.tasks_done, first.tasks_verified, first.tasks_waiting) == (1, 0, 0, 1)
    done_by_hand(watched.records, corr=task.corr, user=MODERATOR)
    watched.connector.set_state("1", State.HIDDEN)
    watched.poll()
    then = watched.records.week_figures(start, end).pages["page"]
    assert (then.tasks_opened, then.tasks_done, then.tasks_verified, then.tasks_waiting) == (1, 1, 1, 0)
    assert then.hidden == 0


def test_the_weekly_summary_tells_what_waits_to_be_done_by_hand(watched: Work, tmp_path: Path) -> None:
    asked(watched)
    config = configuration(tmp_path)
    summary = gather(watched.records, config, Week.of(watched.clock(), config.department.zone), watched.clock())
    said = plain(document(summary, config))
    assert "to be done by hand" in said.lower()
    assert "Open the tasks" in said
