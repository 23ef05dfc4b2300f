"""A platform that hides and never says whether a comment is hidden: its answer to the call is the proof."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

import pytest

from bot.records import Records
from bot.review import LEAVE_UP, decide
from connectors.base import Batch, Capability, Observed, Outcome, Result
from models.comment import State
from tests.bot.conftest import MODERATOR, Work, live_page
from tests.fakes import FakeClock, FakeConnector, comment, rulebook


class Silent(FakeConnector):
    """Lists every comment as visible, and reads each as unknown."""

    capability: ClassVar[Capability] = dataclasses.replace(
        FakeConnector.capability, lists_hidden=False, tells_hidden=False
    )

    def fetch(self, cursor: str | None) -> Batch:
        batch = super().fetch(cursor)
        shown = tuple(dataclasses.replace(each, state=State.VISIBLE) for each in batch.comments)
        return dataclasses.replace(batch, comments=shown)

    def state(self, platform_id: str) -> Observed:
        observed = super().state(platform_id)
        return observed if observed.state is State.GONE else Observed(State.UNKNOWN, observed.digest)


@pytest.fixture
def asked(records: Records, clock: FakeClock) -> Work:
    """A page with one comment that the bot has asked to hide."""
    work = Work(records, Silent(), clock, live_page(), rulebook())
    work.connector.show(comment("1", "This is filth."))
    work.poll()
    return work


def test_what_the_platform_answers_to_a_hide_is_its_outcome(asked: Work) -> None:
    asked.perform()
    assert asked.last("1", "action.hidden").pub["via"] == "response"
    assert asked.state("1").state == State.HIDDEN


def test_a_hide_without_an_answer_is_not_confirmed(asked: Work) -> None:
    asked.connector.answers = [Outcome(Result.UNKNOWN)]
    asked.perform()
    assert asked.types("1")[-1] == "action.unconfirmed"


def test_a_hidden_comment_that_is_listed_again_is_no_change_by_somebody_else(asked: Work) -> None:
    asked.perform()
    before = asked.types("1")
    asked.poll()
    assert asked.types("1") == before


def test_an_edit_of_a_hidden_comment_leaves_it_hidden_in_the_log(asked: Work) -> None:
    asked.perform()
    asked.connector.edit("1", "Thank you all.")
    asked.poll()
    assert asked.state("1").state == State.HIDDEN
    assert "action.unexplained" not in asked.types("1")


def test_what_the_bot_hid_before_can_be_restored(asked: Work) -> None:
    asked.perform()
    state = asked.state("1")
    decide(asked.records, ref=state.ref, user=MODERATOR, decision=LEAVE_UP, seen_seq=state.last_seq, policy="2010-08")
    asked.perform()
    assert asked.connector.calls == [("hide", "1"), ("unhide", "1")]
    assert asked.state("1").state == State.VISIBLE


def test_an_edit_before_the_act_supersedes_it_all_the_same(asked: Work) -> None:
    asked.connector.edit("1", "Sorry.")
    asked.perform()
    assert asked.last("1", "action.superseded").pub["why"] == "edited"
    assert asked.connector.calls == []
