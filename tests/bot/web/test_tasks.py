"""Tasks in the review application: what to do by hand, in which steps, and who says that it is done."""

from __future__ import annotations

import dataclasses

import pytest

from connectors.base import Coverage
from models.comment import State
from tests.bot.web.conftest import BOT, Desk, text_of
from tests.bot.web.test_board import count
from tests.fakes import FakeConnector, comment


@pytest.fixture
def task(desk: Desk) -> str:
    """A hide that the platform cannot do; gives what names the task."""
    from bot.actions import Performer

    class Watched(FakeConnector):
        capability = dataclasses.replace(
            FakeConnector.capability,
            coverage=Coverage.WATCHED,
            can_hide=False,
            can_restore=False,
            hide_steps=("Choose Delete in its menu.",),
        )

    desk.connector = Watched()
    desk.watch(comment("1", "What filth is this?", permalink="https://page.example.gov/p#1"))
    Performer("page", desk.connector, BOT, desk.clock).perform(desk.records)
    (waiting,) = desk.records.waiting_tasks()
    return waiting.corr


def test_a_task_shows_what_to_do_where_and_in_which_steps(desk: Desk, task: str) -> None:
    page = text_of(desk.client().get("/tasks/"))
    assert "Take it out of sight" in page
    assert 'href="https://page.example.gov/p#1"' in page
    assert "Choose Delete in its menu." in page


def test_the_list_shows_no_text_and_is_not_written_down(desk: Desk, task: str) -> None:
    before = desk.records.size()
    assert "filth" not in text_of(desk.client().get("/tasks/"))
    assert desk.records.size() == before


def test_done_by_hand_is_recorded_with_the_person_and_the_note(desk: Desk, task: str) -> None:
    desk.client("kim").post(f"/tasks/{task}/done/", {"note": "Deleted."})
    done = desk.last("task.done")
    assert (done.actor.id, done.opened["review.note"]) == (desk.people["kim"].ref, "Deleted.")


def test_what_was_done_is_told_with_a_name_and_as_not_seen_yet(desk: Desk, task: str) -> None:
    client = desk.client("kim")
    page = text_of(client.post(f"/tasks/{task}/done/", follow=True))
    assert "Nothing has to be done by hand" in page
    assert "not seen on the platform yet" in page
    assert "by kim" in page


def test_what_the_platform_shows_to_be_done_leaves_the_list(desk: Desk, task: str) -> None:
    client = desk.client()
    client.post(f"/tasks/{task}/done/")
    desk.connector.set_state("1", State.HIDDEN)
    desk.watch()
    assert "not seen on the platform yet" not in text_of(client.get("/tasks/"))


def test_a_task_that_is_done_already_says_so(desk: Desk, task: str) -> None:
    client = desk.client()
    client.post(f"/tasks/{task}/done/")
    assert "done already" in text_of(client.post(f"/tasks/{task}/done/", follow=True))
    assert len([each for each in desk.types(desk.ref("1")) if each == "task.done"]) == 1


def test_an_auditor_sees_tasks_and_does_none(desk: Desk, task: str) -> None:
    client = desk.client("ada", "auditor")
    assert "Done by hand, by" not in text_of(client.get("/tasks/"))
    assert client.post(f"/tasks/{task}/done/").status_code == 403


def test_a_stranger_sees_no_task(desk: Desk, task: str) -> None:
    assert desk.stranger().get("/tasks/").status_code == 302


def test_a_link_that_is_no_web_address_is_not_shown(desk: Desk) -> None:
    from bot.events import Subject, TaskOpened

    desk.records.append(
        TaskOpened(
            actor=BOT,
            subject=Subject("page", "page"),
            corr="task_1",
            page="page",
            action="look",
            key="daily",
            steps=["Look."],
            link="javascript:alert(1)",
        )
    )
    page = text_of(desk.client().get("/tasks/"))
    assert "Look at the page" in page
    assert "javascript:" not in page


def test_the_board_counts_what_is_to_be_done_by_hand(desk: Desk, task: str) -> None:
    page = text_of(desk.client().get("/"))
    assert count(page, "tasks") == 1
    assert '<a id="tile-tasks" href="/tasks/"' in page


def test_the_history_tells_it_in_words(desk: Desk, task: str) -> None:
    client = desk.client()
    client.post(f"/tasks/{task}/done/")
    history = text_of(client.get(f"/comment/{desk.ref('1')}/history/"))
    assert "To be done by hand: take it out of sight." in history
    assert "The platform has not shown it yet." in history
