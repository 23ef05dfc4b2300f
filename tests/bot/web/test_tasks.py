"""Tasks in the review application: what to do by hand, in which steps, and who says that it is done."""

from __future__ import annotations

import dataclasses

import pytest

from bot.block_list import BlockList, Listed, read_list
from bot.blocks import import_blocks
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


@pytest.fixture
def block(desk: Desk) -> str:
    """A blocked account that was imported, with a name that a stranger chose; gives what names its task."""
    listed = "name,link,note\n\u202e<b>Pat</b>,https://page.example.gov/pat,said <i>lies</i>\nRosa,,\n"
    import_blocks(desk.records, "page", read_list(listed.encode()), BOT)
    return desk.records.waiting_blocks(1)[0].corr


def test_a_blocked_account_is_shown_with_what_to_do_and_nothing_of_its_name_acts(desk: Desk, block: str) -> None:
    page = text_of(desk.client().get("/tasks/"))
    assert "2 blocked accounts to review" in page
    assert "&lt;b&gt;Pat&lt;/b&gt;" in page
    assert "<b>Pat" not in page
    assert "\u202e" not in page
    assert "⟦U+202E⟧" in page
    assert "said &lt;i&gt;lies&lt;/i&gt;" in page
    assert 'href="https://page.example.gov/pat"' in page
    assert "A block is kept only with a written reason." in page
    assert "The list gives no reason." in page


def test_an_accounts_link_that_is_no_web_address_is_not_shown(desk: Desk) -> None:
    found = BlockList("Pat", (Listed(1, "Pat", link="javascript:alert(1)"),))
    import_blocks(desk.records, "page", found, BOT)
    page = text_of(desk.client().get("/tasks/"))
    assert "Pat" in page
    assert "javascript:" not in page


def test_whoever_sees_blocked_accounts_by_name_is_written_down(desk: Desk, block: str) -> None:
    desk.client("kim").get("/tasks/")
    seen = desk.last("record.viewed")
    assert (seen.pub["screen"], seen.pub["count"], seen.actor.id) == ("blocks", 2, desk.people["kim"].ref)


def test_unblocked_by_hand_is_recorded_with_the_person_and_counted(desk: Desk, block: str) -> None:
    client = desk.client("kim")
    page = text_of(client.post(f"/tasks/{block}/done/", {"answer": "unblocked"}, follow=True))
    assert "1 blocked account to review" in page
    assert "1 unblocked, 0 kept so far" in page
    assert "not seen on the platform yet" not in page
    done = desk.last("task.done")
    assert (done.actor.id, done.pub["outcome"]) == (desk.people["kim"].ref, "unblocked")


def test_a_block_that_is_kept_needs_its_reason(desk: Desk, block: str) -> None:
    client = desk.client("kim")
    assert "say in the note why" in text_of(client.post(f"/tasks/{block}/done/", {"answer": "kept"}, follow=True))
    assert desk.records.last("task.done") is None
    client.post(f"/tasks/{block}/done/", {"answer": "kept", "note": "A court order."})
    done = desk.last("task.done")
    assert (done.pub["outcome"], done.opened["review.note"]) == ("kept", "A court order.")


def test_another_task_cannot_be_kept(desk: Desk, task: str) -> None:
    client = desk.client()
    answer = client.post(f"/tasks/{task}/done/", {"answer": "kept", "note": "No."}, follow=True)
    assert "Only a block can be kept." in text_of(answer)
    assert desk.records.task(task).waits  # type: ignore[union-attr]


def test_an_auditor_sees_blocked_accounts_and_answers_none(desk: Desk, block: str) -> None:
    client = desk.client("ada", "auditor")
    page = text_of(client.get("/tasks/"))
    assert "2 blocked accounts to review" in page
    assert "Unblocked by hand, by" not in page
    assert client.post(f"/tasks/{block}/done/", {"answer": "unblocked"}).status_code == 403


def test_a_long_list_is_shown_in_parts_below_the_other_tasks(desk: Desk, task: str) -> None:
    listed = "\n".join(f"Visitor {number}" for number in range(40))
    import_blocks(desk.records, "page", read_list(listed.encode()), BOT)
    page = text_of(desk.client().get("/tasks/"))
    assert "41 things have to be done by hand" in page
    assert page.index("Take it out of sight") < page.index("40 blocked accounts to review")
    assert page.count("Review and unblock") == 25
    assert page.count("A block is kept only with a written reason.") == 1
    assert "15 more come when these are answered." in page
    assert count(text_of(desk.client().get("/")), "tasks") == 41


def test_nothing_is_said_of_blocks_where_no_list_was_ever_imported(desk: Desk, task: str) -> None:
    assert "blocked account" not in text_of(desk.client().get("/tasks/"))
