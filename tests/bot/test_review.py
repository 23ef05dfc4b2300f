"""What people decide: one answer at a time, on what they have seen, always reversible."""

from __future__ import annotations

from typing import Any

import pytest

from bot.events import Actor
from bot.records import StaleError
from bot.review import CANNOT_DECIDE, HIDE, LEAVE_UP, Answer, HeldError, ReviewError, decide, open_flag, refer, undo
from models.comment import State
from models.policy import Ground
from tests.bot.conftest import MODERATOR, Work
from tests.fakes import comment

OTHER = Actor("human", "u_2", role="moderator")


@pytest.fixture
def queued(work: Work) -> Work:
    """A page with one flagged, visible comment."""
    work.connector.show(comment("1", "A threat maybe."))
    work.poll()
    return work


@pytest.fixture
def hidden(work: Work) -> Work:
    """A page with one comment that the bot has hidden."""
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    work.perform()
    return work


def answer(work: Work, decision: str, user: Actor = MODERATOR, **more: Any) -> Answer:
    state = work.state("1")
    more.setdefault("seen_seq", state.last_seq)
    return decide(work.records, ref=state.ref, user=user, decision=decision, policy="2010-08", **more)


def flag_is_open(work: Work) -> bool:
    return work.records.open_flag(work.state("1").ref) is not None


def test_leaving_up_closes_the_flag_and_asks_nothing_of_the_platform(queued: Work) -> None:
    assert answer(queued, LEAVE_UP).requested is None
    assert not flag_is_open(queued)


def test_hiding_needs_a_ground_of_the_policy(queued: Work) -> None:
    with pytest.raises(ReviewError, match="ground"):
        answer(queued, HIDE)


def test_hiding_on_a_ground_is_carried_out_by_the_daemon(queued: Work) -> None:
    assert answer(queued, HIDE, ground=Ground.PERSONAL_ATTACK).requested == "hide"
    queued.perform()
    assert queued.connector.comments["1"].state is State.HIDDEN
    assert queued.last("1", "action.requested").pub["clause"] == "5.04 A.3.d(1) personal attacks"


def test_a_persons_hide_does_not_lapse(queued: Work) -> None:
    answer(queued, HIDE, ground=Ground.OBSCENITY)
    queued.perform()
    queued.clock.forward(days=30)
    assert queued.records.lapsed_hides(queued.clock()) == []


def test_leaving_up_what_the_platform_took_for_spam_shows_it(work: Work) -> None:
    work.connector.show(comment("1", "A threat maybe.", state=State.SPAM))
    work.poll()
    assert answer(work, LEAVE_UP).requested == "unhide"
    work.perform()
    assert work.connector.comments["1"].state is State.VISIBLE


def test_leaving_up_what_the_bot_hid_restores_it(hidden: Work) -> None:
    assert answer(hidden, LEAVE_UP).requested == "unhide"
    hidden.perform()
    assert hidden.connector.comments["1"].state is State.VISIBLE


def test_hiding_what_the_bot_hid_confirms_it_without_a_call(hidden: Work) -> None:
    assert answer(hidden, HIDE, ground=Ground.OBSCENITY).requested is None
    hidden.perform()
    assert hidden.connector.calls == [("hide", "1")]


def test_who_cannot_decide_leaves_the_flag_for_a_supervisor(queued: Work) -> None:
    answer(queued, CANNOT_DECIDE)
    flag = queued.records.open_flag(queued.state("1").ref)
    assert flag is not None
    assert flag.stuck


def test_an_answer_on_older_knowledge_is_refused_with_what_changed(queued: Work) -> None:
    seen = queued.state("1").last_seq
    queued.connector.edit("1", "Another threat.")
    queued.poll()
    with pytest.raises(StaleError) as caught:
        answer(queued, LEAVE_UP, seen_seq=seen)
    assert "comment.edited" in [entry.type for entry in caught.value.since]


def test_two_moderators_cannot_both_decide(queued: Work) -> None:
    seen = queued.state("1").last_seq
    answer(queued, LEAVE_UP, seen_seq=seen)
    with pytest.raises(StaleError):
        answer(queued, HIDE, OTHER, seen_seq=seen, ground=Ground.OBSCENITY)


def test_what_another_moderator_holds_cannot_be_decided(queued: Work) -> None:
    open_flag(queued.records, ref=queued.state("1").ref, user=OTHER, now=queued.clock())
    with pytest.raises(HeldError):
        answer(queued, LEAVE_UP)


def test_a_claim_ends_after_ten_minutes(queued: Work) -> None:
    open_flag(queued.records, ref=queued.state("1").ref, user=OTHER, now=queued.clock())
    queued.clock.forward(minutes=11)
    assert answer(queued, LEAVE_UP).entry.type == "review.decided"


def test_renewing_a_claim_is_logged_once(queued: Work) -> None:
    for _ in range(3):
        open_flag(queued.records, ref=queued.state("1").ref, user=MODERATOR, now=queued.clock())
    assert queued.types("1").count("review.opened") == 1


def test_a_claim_can_be_taken_over(queued: Work) -> None:
    ref = queued.state("1").ref
    open_flag(queued.records, ref=ref, user=OTHER, now=queued.clock())
    assert open_flag(queued.records, ref=ref, user=MODERATOR, now=queued.clock(), take_over=True).user == "u_1"


def test_opening_does_not_make_answers_stale(queued: Work) -> None:
    seen = queued.state("1").last_seq
    open_flag(queued.records, ref=queued.state("1").ref, user=MODERATOR, now=queued.clock())
    assert answer(queued, LEAVE_UP, seen_seq=seen).requested is None


def test_undoing_opens_the_flag_again(queued: Work) -> None:
    answer(queued, LEAVE_UP)
    undo(queued.records, ref=queued.state("1").ref, user=MODERATOR)
    assert flag_is_open(queued)


def test_undoing_before_the_platform_was_called_calls_nobody(queued: Work) -> None:
    answer(queued, HIDE, ground=Ground.OBSCENITY)
    undo(queued.records, ref=queued.state("1").ref, user=MODERATOR)
    queued.perform()
    assert queued.connector.calls == []


def test_undoing_a_hide_restores_the_comment(queued: Work) -> None:
    answer(queued, HIDE, ground=Ground.OBSCENITY)
    queued.perform()
    undo(queued.records, ref=queued.state("1").ref, user=MODERATOR)
    queued.perform()
    assert queued.connector.comments["1"].state is State.VISIBLE


def test_undoing_a_restore_hides_the_comment_on_its_earlier_basis(hidden: Work) -> None:
    answer(hidden, LEAVE_UP)
    hidden.perform()
    undo(hidden.records, ref=hidden.state("1").ref, user=MODERATOR)
    hidden.perform()
    assert hidden.connector.comments["1"].state is State.HIDDEN
    assert hidden.last("1", "action.requested").pub["clause"] == "5.04 A.3.d(1) obscenities"


def test_undoing_a_confirmation_makes_the_hide_provisional_again(hidden: Work) -> None:
    answer(hidden, HIDE, ground=Ground.OBSCENITY)
    undo(hidden.records, ref=hidden.state("1").ref, user=MODERATOR)
    hidden.clock.forward(hours=73)
    assert [each.ref for each in hidden.records.lapsed_hides(hidden.clock())] == [hidden.state("1").ref]


def test_another_persons_answer_is_undone_by_a_supervisor_only(queued: Work) -> None:
    answer(queued, LEAVE_UP)
    ref = queued.state("1").ref
    with pytest.raises(ReviewError, match="supervisor"):
        undo(queued.records, ref=ref, user=OTHER)
    assert undo(queued.records, ref=ref, user=OTHER, anyone=True).entry.pub["decision"] == "undo"


def test_there_is_nothing_to_undo_before_an_answer(queued: Work) -> None:
    with pytest.raises(ReviewError, match="no answer"):
        undo(queued.records, ref=queued.state("1").ref, user=MODERATOR)


def test_referring_leaves_the_flag_as_it_is_and_calls_for_a_mail(queued: Work) -> None:
    entry = refer(
        queued.records, ref=queued.state("1").ref, user=MODERATOR, matter="tip", role="Detectives", note="A plate."
    )
    assert flag_is_open(queued)
    assert entry.seq in [each.seq for each in queued.records.unsent_alerts()]
    assert entry.opened["review.note"] == "A plate."


def test_a_comment_that_does_not_exist_cannot_be_decided(queued: Work) -> None:
    with pytest.raises(ReviewError, match="no such comment"):
        decide(
            queued.records,
            ref="c_none",
            user=MODERATOR,
            decision=LEAVE_UP,
            seen_seq=0,
            policy="2010-08",
        )


def test_the_bots_hide_is_provisional_again_when_the_answer_that_restored_it_is_undone(hidden: Work) -> None:
    deadline = hidden.state("1").provisional_until
    answer(hidden, LEAVE_UP)
    hidden.perform()
    undo(hidden.records, ref=hidden.state("1").ref, user=MODERATOR)
    hidden.perform()
    assert hidden.connector.comments["1"].state is State.HIDDEN
    assert hidden.state("1").provisional_until == deadline


def test_a_hide_that_a_person_made_is_not_provisional_when_its_restore_is_undone(queued: Work) -> None:
    answer(queued, HIDE, ground=Ground.OBSCENITY)
    queued.perform()
    answer(queued, LEAVE_UP)
    queued.perform()
    undo(queued.records, ref=queued.state("1").ref, user=MODERATOR)
    queued.perform()
    assert queued.state("1").state == State.HIDDEN
    assert queued.state("1").provisional_until is None


def test_undoing_twice_does_not_take_back_an_earlier_answer(queued: Work) -> None:
    answer(queued, CANNOT_DECIDE)
    given = answer(queued, LEAVE_UP).entry.seq
    ref = queued.state("1").ref
    undo(queued.records, ref=ref, user=MODERATOR, given=given)
    with pytest.raises(ReviewError, match="taken back already"):
        undo(queued.records, ref=ref, user=MODERATOR, given=given)
    left = queued.records.answer_to_undo(ref)
    assert left is not None
    assert left.pub["decision"] == CANNOT_DECIDE


def test_hiding_what_lies_in_the_spam_folder_asks_nothing_of_the_platform(work: Work) -> None:
    work.connector.show(comment("1", "This is filth.", state=State.SPAM))
    work.poll()
    assert answer(work, HIDE, ground=Ground.OBSCENITY).requested is None
    work.perform()
    assert not flag_is_open(work)
