"""Each rule of the soak fires when what it forbids has happened, and only then."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.records import Entry
from connectors._limits import Limit, daily, fixed, rolling
from tests.soak import rules
from tests.soak.charges import Charge
from tests.soak.rules import Story, Told
from tests.soak.texts import CLEAN, OBSCENE
from tests.soak.world import BEGAN, opened


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """A good story: a practice page for some hours."""
    with opened(tmp_path_factory.mktemp("soak"), 3, ["practice"]) as world:
        world.live(0.7)
        world.settle()
        yield world.story()


@pytest.fixture
def story(lived: Story) -> Story:
    return copy.deepcopy(lived)


def page(story: Story, **changed: Any) -> Story:
    """The story with something else about its page."""
    return replace(story, pages=(replace(story.pages[0], **changed),))


def without(story: Story, *gone: Entry) -> Story:
    return replace(story, entries=tuple(each for each in story.entries if each not in gone))


def fired(rule: rules.Rule, story: Story) -> int:
    return len(list(rule(story)))


def first_due(told: Told) -> tuple[str, str]:
    """A comment that was visible for two polls, and what it said."""
    return next((each.id, v.text) for each in told.ledger.comments.values() for v in each.versions if v.polls >= 2)


def capture_of(story: Story, comment_id: str, text: str) -> Entry:
    return next(each for each in story.captures("practice")[comment_id] if each.opened["comment.text"] == text)


def test_a_good_story_breaks_no_rule(story: Story) -> None:
    assert [each for rule in rules.RULES for each in rule(story)] == []
    assert story.of("action.hidden")
    assert story.pages[0].sightings or story.pages[0].visible


def test_a_version_that_was_there_for_two_polls_and_is_not_in_the_log(story: Story) -> None:
    entry = capture_of(story, *first_due(story.pages[0]))
    assert fired(rules.uncaptured, without(story, entry)) == 1


def test_a_version_that_is_in_the_log_twice(story: Story) -> None:
    entry = capture_of(story, *first_due(story.pages[0]))
    assert fired(rules.uncaptured, replace(story, entries=(*story.entries, entry))) == 1


def test_a_capture_of_what_nobody_said(story: Story) -> None:
    entry = capture_of(story, *first_due(story.pages[0]))
    forged = replace(entry, opened={**entry.opened, "comment.text": "Never said."})
    assert fired(rules.uncaptured, replace(story, entries=(*story.entries, forged))) == 1


def test_a_capture_of_a_comment_that_nobody_wrote(story: Story) -> None:
    entry = capture_of(story, *first_due(story.pages[0]))
    forged = replace(entry, opened={**entry.opened, "comment.platform_id": "c999"})
    assert fired(rules.uncaptured, replace(story, entries=(*story.entries, forged))) == 1


def test_a_request_without_an_outcome(story: Story) -> None:
    assert fired(rules.without_outcome, without(story, story.of("action.hidden")[0])) == 1


def test_a_request_with_two_outcomes(story: Story) -> None:
    again = story.of("action.hidden")[0]
    assert fired(rules.without_outcome, replace(story, entries=(*story.entries, again))) == 1


def test_an_unsupported_act_that_nobody_was_asked_to_do_by_hand(story: Story) -> None:
    hidden = story.of("action.hidden")[0]
    refused = replace(hidden, type="action.refused", pub={**hidden.pub, "problem": "unsupported"})
    assert (
        fired(
            rules.without_outcome, replace(without(story, hidden), entries=(*without(story, hidden).entries, refused))
        )
        == 1
    )


@pytest.mark.parametrize("window", [rolling(timedelta(hours=1)), fixed(timedelta(hours=1)), daily("UTC")])
def test_a_window_with_more_than_its_limit(story: Story, window: Any) -> None:
    limit = Limit("calls", 3, window, "Calls.")
    spent = [Charge(BEGAN + timedelta(minutes=each), "calls", 1) for each in range(4)]
    assert fired(rules.over_budget, page(story, limits=(limit,), charges=spent)) == 1
    assert fired(rules.over_budget, page(story, limits=(limit,), charges=spent[:3])) == 0


def test_a_window_with_more_than_the_department_allows(story: Story) -> None:
    limit = Limit("calls", 30, rolling(timedelta(hours=1)), "Calls.")
    spent = [Charge(BEGAN, "calls", 1)] * 3
    assert fired(rules.over_budget, page(story, limits=(limit,), charges=spent, caps={"calls": 2})) == 1


def test_as_many_again_in_the_next_window_are_no_matter(story: Story) -> None:
    limit = Limit("calls", 2, rolling(timedelta(hours=1)), "Calls.")
    spent = [Charge(BEGAN + timedelta(hours=each // 2), "calls", 1) for each in range(8)]
    assert fired(rules.over_budget, page(story, limits=(limit,), charges=spent)) == 0


def test_a_comment_that_disappears_without_an_intent(story: Story) -> None:
    comment_id = next(each.id for each in story.pages[0].ledger.there if story.pages[0].visible[each.id])
    story.pages[0].ledger.moved.clear()
    story = replace(story, entries=tuple(each for each in story.entries if each.type != "action.intent"))
    assert fired(rules.without_intent, page(story, sightings=[(comment_id, 10_000, False)])) == 1
    assert fired(rules.without_intent, page(story, sightings=[(comment_id, 10_000, True)])) == 0


def test_an_act_of_the_bot_that_the_log_calls_somebody_elses(story: Story) -> None:
    story.pages[0].ledger.moved.clear()
    hidden = next(each for each in story.of("action.hidden") if not _answers(story, each))
    forged = replace(hidden, type="action.unexplained")
    good = without(story, *story.of("action.unexplained"))
    assert fired(rules.disowned, good) == 0
    assert fired(rules.disowned, replace(good, entries=(*good.entries, forged))) == 1


def _answers(story: Story, entry: Entry) -> bool:
    """Whether a comment answers another one."""
    return story.pages[0].ledger.comments[story.comment_of[entry.subject.ref][1]].parent is not None


def test_the_bot_hides_what_is_clean(story: Story) -> None:
    for written in story.pages[0].ledger.comments.values():
        for version in written.versions:
            version.kind = CLEAN if version.kind == OBSCENE else version.kind
    assert fired(rules.not_allowed, story) > 0


def test_a_hide_for_another_reason_that_no_person_asked_for(story: Story) -> None:
    entry = next(each for each in story.of("action.requested") if each.pub["reason"] == "rule")
    forged = replace(entry, pub={**entry.pub, "reason": "review"})
    assert (
        fired(rules.not_allowed, replace(without(story, entry), entries=(*without(story, entry).entries, forged))) == 1
    )


def test_what_verifying_finds_and_errors_that_nobody_foresaw(story: Story) -> None:
    assert fired(rules.unproved, replace(story, problems=("entry 7 was changed",))) == 1
    assert fired(rules.unproved, replace(story, unforeseen=("KeyError",))) == 1


@pytest.mark.parametrize("says", ["hidden", "gone"])
def test_a_platform_that_shows_something_else_than_the_log_says(story: Story, says: str) -> None:
    told = story.pages[0]
    comment_id = next(each.id for each in told.ledger.there if told.visible[each.id])
    assert fired(rules.another_state, page(story, logged={**told.logged, comment_id: says})) == 1


def test_a_comment_that_is_not_in_the_log_at_all(story: Story) -> None:
    told = story.pages[0]
    comment_id = next(each.id for each in told.ledger.there if told.visible[each.id])
    logged = {each: state for each, state in told.logged.items() if each != comment_id}
    assert fired(rules.another_state, page(story, logged=logged)) == 1
