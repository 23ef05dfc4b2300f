"""The one road to a platform: intent before act, read back, one outcome, no human decision overridden."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.action_requests import Basis, NoBasisError, request
from bot.actions import Performer, lapse
from bot.events import Actor
from bot.records import LeaseLostError, Writing
from bot.review import HIDE, LEAVE_UP, decide
from connectors.base import Outcome, Result, UnavailableError
from models.comment import State
from models.policy import Ground, Urgency
from tests.bot.conftest import BOT, MODERATOR, Work
from tests.fakes import comment


@pytest.fixture
def asked(work: Work) -> Work:
    """A page with one comment that the bot has asked to hide."""
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    return work


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


def test_a_hide_is_intended_carried_out_read_back_and_recorded(asked: Work) -> None:
    asked.perform()
    assert asked.types("1")[-3:] == ["action.requested", "action.intent", "action.hidden"]
    assert asked.connector.comments["1"].state is State.HIDDEN


def test_the_intent_is_in_the_log_before_the_platform_is_called(asked: Work) -> None:
    seen: list[str] = []
    asked.connector.before_act = lambda: seen.extend(asked.types("1"))
    asked.perform()
    assert seen[-1] == "action.intent"


def test_nothing_is_carried_out_twice(asked: Work) -> None:
    asked.perform()
    asked.perform()
    assert asked.connector.calls == [("hide", "1")]


def test_request_intent_and_outcome_share_one_correlation(asked: Work) -> None:
    asked.perform()
    assert len({entry.corr for entry in asked.case("1")[-3:]}) == 1


def test_an_edit_before_the_act_supersedes_it_and_queues_the_comment(asked: Work) -> None:
    asked.connector.edit("1", "Sorry.")
    asked.perform()
    assert asked.last("1", "action.superseded").pub["why"] == "edited"
    assert asked.connector.calls == []


def test_a_state_changed_by_somebody_else_supersedes_the_act(asked: Work) -> None:
    asked.connector.set_state("1", State.HIDDEN)
    asked.perform()
    assert asked.last("1", "action.superseded").pub["why"] == "state_changed"
    assert asked.connector.calls == []


def test_a_comment_that_is_gone_supersedes_the_act(asked: Work) -> None:
    asked.connector.remove("1")
    asked.perform()
    assert asked.last("1", "action.superseded").pub["why"] == "gone"


def test_a_lost_answer_is_settled_by_reading_and_not_by_repeating(asked: Work) -> None:
    asked.connector.loses_the_answer = True
    asked.perform()
    assert asked.last("1", "action.hidden").pub["via"] == "reconcile"
    assert asked.connector.calls == [("hide", "1")]


def test_a_call_that_left_no_trace_goes_to_a_person(asked: Work) -> None:
    asked.connector.answers = [Outcome(Result.UNKNOWN)]
    asked.perform()
    assert "action.unconfirmed" in asked.types("1")
    assert asked.connector.calls == [("hide", "1")]
    assert asked.records.open_flag(asked.state("1").ref) is not None


def test_after_a_crash_between_act_and_record_the_state_is_read(asked: Work) -> None:
    asked.connector.before_act = _crash
    with pytest.raises(KeyboardInterrupt):
        asked.perform()
    asked.connector.set_state("1", State.HIDDEN)
    asked.connector.before_act = lambda: None
    asked.perform()
    assert asked.last("1", "action.hidden").pub["via"] == "reconcile"
    assert asked.connector.calls == [("hide", "1")]


def test_a_person_who_unhides_while_the_bot_is_dead_is_never_overridden(asked: Work) -> None:
    asked.connector.before_act = _crash
    with pytest.raises(KeyboardInterrupt):
        asked.perform()
    asked.connector.before_act = lambda: None
    asked.perform()
    asked.poll()
    asked.perform()
    assert "action.unconfirmed" in asked.types("1")
    assert asked.connector.calls == [("hide", "1")]


def _taken_over(_: Writing) -> None:
    raise LeaseLostError("Another daemon took over.")


def _crash() -> None:
    raise KeyboardInterrupt


def test_what_a_person_unhid_while_the_bot_was_dead_is_not_hidden_when_it_is_edited_later(asked: Work) -> None:
    asked.connector.before_act = _crash
    with pytest.raises(KeyboardInterrupt):
        asked.perform()
    asked.connector.before_act = lambda: None
    asked.perform()
    asked.connector.edit("1", "More filth.")
    asked.poll()
    asked.perform()
    assert asked.last("1", "comment.flagged").pub["act"] == "queue"
    assert asked.connector.comments["1"].state is State.VISIBLE


def test_an_unreadable_platform_leaves_the_intent_open(asked: Work) -> None:
    asked.connector.before_act = lambda: asked.connector.fails.append(UnavailableError("Page page is down."))
    with pytest.raises(UnavailableError):
        asked.perform()
    assert asked.types("1")[-1] == "action.intent"


def test_a_call_that_provably_did_not_apply_is_tried_three_times(asked: Work) -> None:
    asked.connector.answers = [Outcome(Result.RETRY, retry_after=60)] * 3
    for _ in range(6):
        asked.perform()
        asked.clock.forward(seconds=61)
    assert asked.last("1", "action.refused").pub["problem"] == "exhausted"
    assert len(asked.connector.calls) == 3


def test_a_retry_waits_as_long_as_the_platform_asks(asked: Work) -> None:
    asked.connector.answers = [Outcome(Result.RETRY, retry_after=600)]
    asked.perform()
    asked.clock.forward(seconds=300)
    asked.perform()
    assert len(asked.connector.calls) == 1
    asked.clock.forward(seconds=301)
    asked.perform()
    assert asked.types("1")[-1] == "action.hidden"


@pytest.mark.parametrize("result", [Result.DENIED, Result.UNSUPPORTED])
def test_a_refusal_is_recorded_and_changes_nothing(asked: Work, result: Result) -> None:
    asked.connector.answers = [Outcome(result, "not allowed")]
    asked.perform()
    refused = asked.last("1", "action.refused")
    assert (refused.pub["problem"], refused.opened["platform.answer"]) == (result.value, "not allowed")
    assert asked.state("1").state == "visible"


def test_a_restore_that_fails_is_urgent(asked: Work) -> None:
    asked.perform()
    answer(asked, LEAVE_UP)
    asked.connector.answers = [Outcome(Result.UNKNOWN)]
    asked.perform()
    flag = asked.records.open_flag(asked.state("1").ref)
    assert flag is not None
    assert flag.urgency == 2


def test_a_hide_that_nobody_confirms_is_restored_and_stays_in_the_queue(asked: Work) -> None:
    asked.perform()
    asked.clock.forward(hours=73)
    assert lapse(asked.records, BOT, asked.clock()) == 1
    asked.perform()
    assert asked.connector.comments["1"].state is State.VISIBLE
    assert asked.records.open_flag(asked.state("1").ref) is not None


def test_a_lapse_is_asked_for_once(asked: Work) -> None:
    asked.perform()
    asked.clock.forward(hours=73)
    assert [lapse(asked.records, BOT, asked.clock()) for _ in range(3)] == [1, 0, 0]


def test_a_hide_that_a_person_confirms_does_not_lapse(asked: Work) -> None:
    asked.perform()
    answer(asked, HIDE, Ground.OBSCENITY)
    asked.clock.forward(hours=73)
    assert lapse(asked.records, BOT, asked.clock()) == 0


def test_after_a_lapse_an_edit_is_only_queued(asked: Work) -> None:
    asked.perform()
    asked.clock.forward(hours=73)
    lapse(asked.records, BOT, asked.clock())
    asked.perform()
    asked.connector.edit("1", "More filth.")
    asked.poll()
    assert asked.last("1", "comment.flagged").pub["act"] == "queue"


def test_a_daemon_that_lost_its_lease_writes_no_intent_and_calls_nobody(asked: Work) -> None:
    fenced = Performer("page", asked.connector, BOT, asked.clock, _taken_over)
    with pytest.raises(LeaseLostError):
        fenced.perform(asked.records)
    assert asked.connector.calls == []
    assert "action.intent" not in asked.types("1")


FULL = Basis("5.04", "2010-08", "strong-language", {"fake": "1"}, [0, 4])


@pytest.mark.parametrize(
    ("actor", "basis"),
    [
        (BOT, None),
        (BOT, Basis("", "2010-08", "r", {"fake": "1"}, [0, 4])),
        (BOT, Basis("5.04", "", "r", {"fake": "1"}, [0, 4])),
        (BOT, Basis("5.04", "2010-08", None, {"fake": "1"}, [0, 4])),
        (BOT, Basis("5.04", "2010-08", "r", None, [0, 4])),
        (BOT, Basis("5.04", "2010-08", "r", {"fake": "1"}, None)),
        (MODERATOR, None),
        (Actor("human", ""), FULL),
    ],
)
def test_no_basis_no_hide(asked: Work, actor: Actor, basis: Basis | None) -> None:
    with asked.records.writing() as writing:
        state = asked.state("1")
        with pytest.raises(NoBasisError):
            request(writing, state, "hide", actor=actor, reason="review", cause=(), basis=basis)


def test_a_request_that_a_person_overtakes_is_withdrawn_before_it_reaches_the_platform(asked: Work) -> None:
    answer(asked, LEAVE_UP)
    asked.perform()
    assert asked.last("1", "action.superseded").pub["via"] == "withdrawn"
    assert asked.connector.calls == []


def test_requests_wait_out_a_platform_that_is_down(asked: Work) -> None:
    asked.connector.fails = [UnavailableError("Page page is down.")]
    with pytest.raises(UnavailableError):
        asked.perform()
    asked.clock.forward(minutes=5)
    asked.perform()
    assert asked.types("1")[-1] == "action.hidden"
    assert asked.clock() > asked.last("1", "comment.seen").ts + timedelta(minutes=4)


def test_an_answer_takes_back_a_hide_that_waits_to_be_tried_again(asked: Work) -> None:
    asked.connector.answers = [Outcome(Result.RETRY, "429", retry_after=60)]
    asked.perform()
    answer(asked, LEAVE_UP)
    asked.clock.forward(minutes=5)
    asked.perform()
    assert asked.connector.calls == [("hide", "1")]
    assert asked.connector.comments["1"].state is State.VISIBLE


def test_a_rule_that_may_not_hide_any_more_does_not_carry_out_what_it_asked_for(asked: Work) -> None:
    replace(asked.performer, hiding_rules=frozenset({"slur"})).perform(asked.records)
    assert asked.last("1", "action.superseded").pub["why"] == "not_allowed"
    assert asked.connector.calls == []


def test_what_a_person_asked_for_is_carried_out_where_no_rule_may_hide(asked: Work) -> None:
    answer(asked, HIDE, Ground.OBSCENITY)
    replace(asked.performer, hiding_rules=frozenset()).perform(asked.records)
    assert asked.types("1")[-1] == "action.hidden"


def test_a_lapsed_hide_that_somebody_undid_on_the_platform_is_asked_for_no_more(asked: Work) -> None:
    asked.perform()
    asked.connector.set_state("1", State.VISIBLE)
    asked.clock.forward(hours=73)
    lapse(asked.records, BOT, asked.clock())
    asked.perform()
    assert asked.last("1", "action.unexplained").pub["observed"] == "visible"
    assert lapse(asked.records, BOT, asked.clock()) == 0


def test_a_restore_that_somebody_else_has_made_already_is_not_urgent(asked: Work) -> None:
    asked.perform()
    answer(asked, LEAVE_UP)
    asked.connector.set_state("1", State.VISIBLE)
    asked.perform()
    assert asked.last("1", "comment.flagged").pub["urgency"] == Urgency.NORMAL


def test_a_comment_that_cannot_be_read_does_not_keep_the_others_waiting(asked: Work) -> None:
    asked.connector.show(comment("2", "More filth."), comment("3", "And filth."))
    asked.poll()
    asked.connector.fails = [UnavailableError("Page page: status 500.")]
    with pytest.raises(UnavailableError):
        asked.perform()
    assert asked.connector.calls == [("hide", "2"), ("hide", "3")]


def test_two_comments_in_a_row_that_cannot_be_read_mean_that_the_page_cannot(asked: Work) -> None:
    asked.connector.show(comment("2", "More filth."), comment("3", "And filth."))
    asked.poll()
    asked.connector.fails = [UnavailableError("first"), UnavailableError("second")]
    with pytest.raises(UnavailableError, match="first"):
        asked.perform()
    assert asked.connector.calls == []


def test_an_edit_of_a_comment_whose_act_is_under_way_is_no_change_by_somebody_else(asked: Work) -> None:
    asked.connector.before_act = lambda: asked.connector.fails.append(UnavailableError("no read-back"))
    with pytest.raises(UnavailableError):
        asked.perform()
    asked.connector.edit("1", "Filth and more.")
    assert (asked.poll().edited, asked.types("1").count("action.unexplained")) == (1, 0)
    asked.perform()
    assert (asked.state("1").hidden_by, asked.state("1").provisional_until is None) == ("bot", False)
