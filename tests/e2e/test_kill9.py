"""Daemon, review application and another writer killed at random: nothing is lost, done twice or overridden."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from datetime import timedelta

import pytest

import bot.records.standalone
from bot.records import Records
from connectors.practice.page import Page
from models.comment import State
from tests.e2e.crash_rules import (
    OUTCOMES,
    RULES,
    Rule,
    Story,
    acts_without_intent,
    asked_for,
    forgotten_answers,
    lost_comments,
    overridden_answers,
    overridden_on_the_page,
    told_twice,
    unnoticed_ends,
    untidy_actions,
)
from tests.e2e.crash_world import World

KILLS = 220
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A Department after the last restart."""
    world = World(tmp_path_factory.mktemp("crashes"), seed=1)
    world.live_through(KILLS)
    world.recover()
    sys.stdout.write(f"{world.figures()}\n")
    return world


@pytest.fixture(scope="module")
def story(world: World) -> Story:
    return world.story()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_promise_survives_the_kills(story: Story, rule: Rule) -> None:
    assert list(rule(story)) == []


def test_the_kills_hit_the_work_and_not_only_the_pauses(world: World, story: Story) -> None:
    assert world.kills >= 200
    assert sum(entry.pub.get("via") == "reconcile" for entry in story.of(*OUTCOMES)) > 5
    assert len(story.moves) > 50
    assert len(story.unhidden_by_hand) > 20
    assert world.browser.answered > 10


def test_page_and_log_agree_in_the_end(world: World, story: Story) -> None:
    with Records.open(world.config.store_dir, None, readonly=True) as records:
        refs = {comment_id: ref for ref, comment_id in story.comment_of.items()}
        shown = {each: line.state for each, line in story.newest.items() if each in refs}
        logged = {each: records.comment(refs[each]) for each in shown}
    assert {each: state.state for each, state in logged.items() if state} == {
        each: state.value for each, state in shown.items()
    }


def test_the_log_verifies_and_a_stranger_agrees(world: World) -> None:
    told = world.command("records", "verify")
    assert told.returncode == 0, told.stdout
    script = next(iter(bot.records.standalone.__path__)) + "/verify.py"
    command = [sys.executable, script, str(world.config.store_dir)]
    alone = subprocess.run(command, check=False, capture_output=True, text=True)
    assert alone.returncode == 0, alone.stdout


def test_a_letter_goes_out_twice_only_where_the_kill_came_between_the_mail_and_its_entry(
    world: World, story: Story
) -> None:
    recorded = {entry.pub["message_id"] for entry in story.of("alert.raised", "summary.sent")}
    sent = world.letters()
    assert recorded - {""} <= set(sent)
    assert sum(sent.values()) - len(recorded & set(sent)) <= world.daemon.kills


def test_a_forged_act_is_found(story: Story) -> None:
    shown = next(line for line in story.newest.values() if line.post and line.state is State.VISIBLE)
    forged = dataclasses.replace(shown, change="moved", state=State.HIDDEN, at=shown.at + timedelta(days=1))
    assert list(acts_without_intent(dataclasses.replace(story, lines=(*story.lines, forged))))


def test_an_act_that_came_before_its_intent_is_found(story: Story) -> None:
    move, intent = asked_for(story)[0][0]
    early = dataclasses.replace(move, at=intent.entry.ts - timedelta(milliseconds=5))
    lines = tuple(early if line is move else line for line in story.lines)
    assert list(acts_without_intent(dataclasses.replace(story, lines=lines)))


def test_a_second_outcome_is_found(story: Story) -> None:
    again = dataclasses.replace(story.of(*OUTCOMES)[0], seq=len(story.entries))
    assert list(untidy_actions(dataclasses.replace(story, entries=(*story.entries, again))))


def test_a_missing_outcome_is_found(story: Story) -> None:
    hidden = story.of("action.hidden")[0]
    assert list(untidy_actions(without(story, hidden.seq)))


def test_a_lost_comment_is_found(story: Story) -> None:
    captured = {entry.opened["comment.platform_id"]: entry for entry in story.of("comment.seen", "comment.edited")}
    kept = next(entry for each, entry in captured.items() if story.newest[each].state is State.VISIBLE)
    assert list(lost_comments(without(story, kept.seq)))


def test_a_comment_captured_twice_is_found(story: Story) -> None:
    again = dataclasses.replace(story.of("comment.seen")[0], seq=len(story.entries))
    assert list(lost_comments(dataclasses.replace(story, entries=(*story.entries, again))))


def test_an_unnoticed_end_is_found(story: Story) -> None:
    assert list(unnoticed_ends(without(story, story.of("comment.gone")[0].seq)))


def test_a_comment_hidden_again_after_a_colleague_showed_it_is_found(story: Story) -> None:
    hide = next(
        move
        for move, intent in asked_for(story)[0]
        if move.state is State.HIDDEN and intent.request.actor.kind == "bot"
    )
    at = hide.at - timedelta(microseconds=1)
    shown = dataclasses.replace(hide, state=State.VISIBLE, at=at)
    forged = dataclasses.replace(story, lines=(shown, *story.lines), foreign=story.foreign | {at})
    assert list(overridden_on_the_page(forged))


def test_a_bot_that_acts_against_an_answer_is_found(story: Story) -> None:
    bots = {entry.corr for entry in story.of("action.requested") if entry.actor.kind == "bot"}
    intent = next(entry for entry in story.of("action.intent") if entry.corr in bots)
    answer = next(entry for entry in story.of("review.decided") if entry.pub["decision"] == "leave_up")
    forged = dataclasses.replace(answer, subject=intent.subject)
    assert list(overridden_answers(dataclasses.replace(story, entries=(forged, *story.entries))))


def test_an_answer_that_was_never_carried_out_is_found(story: Story) -> None:
    hidden = next(line for line in story.newest.values() if line.state is State.HIDDEN)
    ref = next(ref for ref, comment_id in story.comment_of.items() if comment_id == hidden.id)
    answer = next(entry for entry in story.of("review.decided") if entry.pub["decision"] == "leave_up")
    forged = dataclasses.replace(answer, seq=len(story.entries), subject=dataclasses.replace(answer.subject, ref=ref))
    assert list(forgotten_answers(dataclasses.replace(story, entries=(*story.entries, forged))))


def test_a_double_alert_is_found(story: Story) -> None:
    raised = story.of("alert.raised")[0]
    assert list(told_twice(dataclasses.replace(story, entries=(*story.entries, raised))))


def without(story: Story, seq: int) -> Story:
    """The story with one entry left out."""
    return dataclasses.replace(story, entries=tuple(entry for entry in story.entries if entry.seq != seq))


def test_the_page_itself_can_be_read_by_anybody_afterwards(world: World) -> None:
    assert Page(world.page.folder).visible_to_visitors()
