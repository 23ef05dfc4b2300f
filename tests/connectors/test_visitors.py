"""The visitors of the practice page: varied, known, and the same for the same seed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from connectors.practice import Practice
from connectors.practice.page import Page
from connectors.practice.scenes import script
from connectors.practice.truth import read_truth
from connectors.practice.visitors import Step, Visitors, fill_page, replay
from models.comment import State, safe_text
from models.score import Category


@pytest.fixture
def page(tmp_path: Path) -> Page:
    return Page.create(tmp_path, synced=False)


@pytest.fixture(scope="module")
def steps() -> list[Step]:
    return list(Visitors(7).steps())


def kinds(steps: list[Step]) -> set[str]:
    return {step.truth.kind for step in steps if step.truth}


def test_the_same_seed_gives_the_same_stream(steps: list[Step]) -> None:
    assert list(Visitors(7).steps()) == steps
    assert list(Visitors(8).steps()) != steps


def test_the_stream_is_long_and_varied(steps: list[Step]) -> None:
    written = {step.text for step in steps if step.do == "write"}
    posts = [step for step in steps if step.do == "publish"]
    assert len(written) >= 250
    assert len(posts) >= 8


@pytest.mark.parametrize("seed", range(20))
def test_texts_vary_with_the_seed_and_leave_no_word_open(seed: int) -> None:
    for step in Visitors(seed).steps():
        assert "{" not in step.text + step.author


def test_every_case_of_the_policy_comes(steps: list[Step]) -> None:
    truths = Counter(category for step in steps if step.truth for category in step.truth.categories)
    flagged = {each.value for each in Category} - {Category.CRITICISM.value}
    assert set(truths) == flagged
    assert min(truths.values()) >= 3


def test_hard_cases_come_too(steps: list[Step]) -> None:
    assert {
        "criticism",
        "mild profanity",
        "look-alike words",
        "tip",
        "help needed",
        "complaint about an officer",
        "Spanish",
        "emoji",
        "media only",
        "all caps",
        "quote",
        "very long",
        "no text",
        "NUL",
        "bidi override",
        "flood of one author",
        "edited into obscenity",
        "edited clean",
        "removed by its author",
        "held by the platform",
        "spam by the platform's filter",
    } <= kinds(steps)


def test_criticism_is_never_to_be_hidden(steps: list[Step]) -> None:
    criticism = [step.truth for step in steps if step.truth and step.truth.kind == "criticism"]
    assert len(criticism) >= 50
    assert not any(truth.may_hide or truth.categories for truth in criticism)


def test_only_strong_language_may_be_hidden(steps: list[Step]) -> None:
    strong = {Category.OBSCENITY.value, Category.SLUR.value}
    may_hide = [step.truth for step in steps if step.truth and step.truth.may_hide]
    assert all(truth.categories & strong or truth.kind == "borderline profanity" for truth in may_hide)


def test_every_step_speaks_of_what_came_before(steps: list[Step]) -> None:
    seen: set[str] = set()
    for step in steps:
        needed = {step.post, step.parent} if step.do == "write" else {step.label}
        assert step.do == "publish" or needed - {None} <= seen
        seen.add(step.label)


def test_a_flood_is_of_one_author_and_in_one_go(steps: list[Step]) -> None:
    places = [n for n, step in enumerate(steps) if step.truth and step.truth.kind == "flood of one author"]
    assert len(places) == 10
    assert len({steps[n].author for n in places}) == 1
    assert places[-1] - places[0] < 20


def test_a_replay_writes_what_the_steps_say(page: Page, steps: list[Step]) -> None:
    assert replay(page, steps) == len(steps)
    gone = sum(step.do == "remove" for step in steps)
    batch = Practice("practice", page, at_once=10_000).fetch(None)
    assert len(batch.comments) == sum(step.do == "write" for step in steps) - gone
    assert len(batch.gone) == gone
    assert {comment.state for comment in batch.comments} == {State.VISIBLE, State.HELD, State.SPAM}
    assert {comment.text for comment in batch.comments} <= {safe_text(step.text) for step in steps}


def test_the_truth_of_every_visitors_comment_is_known_by_its_version(page: Page, steps: list[Step]) -> None:
    replay(page, steps)
    truths = read_truth(page.folder)
    comments = Practice("practice", page, at_once=10_000).fetch(None).comments
    unknown = [each.text for each in comments if (each.platform_id, each.digest) not in truths]
    assert unknown == [each.text for each in comments if each.by_page]


def test_the_connector_sees_nothing_of_the_truth(page: Page, steps: list[Step]) -> None:
    replay(page, steps)
    assert b"may_hide" not in b"".join(each.raw for each in Practice("p", page).fetch(None).comments)


def test_an_edit_has_another_truth_than_what_it_replaced(page: Page, steps: list[Step]) -> None:
    replay(page, steps)
    edited = Counter(comment_id for (comment_id, _), truth in read_truth(page.folder).items() if "edited" in truth.kind)
    assert set(edited.values()) == {2}


def test_a_replay_keeps_its_pace_and_stops_when_told(page: Page, steps: list[Step]) -> None:
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) == 3

    assert replay(page, steps, 1.5, wait=wait) == 3
    assert waits == [1.5, 1.5, 1.5]


def test_the_visitors_never_run_out() -> None:
    once = len(list(Visitors(1).steps()))
    assert sum(1 for _ in islice(Visitors(1).endless(), 2 * once + 1)) == 2 * once + 1


def test_ordinary_comments_are_many_and_varied(page: Page) -> None:
    post = page.publish("A post.")
    assert fill_page(page, islice(Visitors(1).ordinary(post), 1_200)) == 1_200
    texts = [entry.text for entry in page.visible_to_visitors()]
    assert len(set(texts)) > 600
    assert max(map(len, texts)) < 1_000


def test_everybody_and_every_number_is_invented() -> None:
    words = script().words
    assert all("555" in number for number in words["phone"])
    assert all(site.endswith(".example") for site in words["site"])


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_shows_what_happens_and_ends_cleanly(tmp_path: Path, stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "connectors.practice.visitors", str(tmp_path / "new"), "--pace", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as visitors:
        assert visitors.stdout is not None
        first = visitors.stdout.readline()
        os.kill(visitors.pid, stop)
        rest = visitors.stdout.read()
        assert visitors.wait(10) == 0
    assert "the Department publishes p1" in first
    assert "1 steps; the visitors have gone home." in rest
