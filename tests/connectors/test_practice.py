"""What the practice connector promises beyond the contract of every connector."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors.base import GoneError, Result, UnavailableError
from connectors.practice import Practice, Settings, connect
from connectors.practice.page import Draft, MissingError, Page
from models.comment import Media, State
from tests.connectors.means import means

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def page(tmp_path: Path) -> Page:
    page = Page.create(tmp_path, clock=lambda: NOON, synced=False)
    page.publish("The bridge is closed.")
    return page


@pytest.fixture
def connector(page: Page) -> Practice:
    return Practice("bridge-page", page, url="http://127.0.0.1:8000/", at_once=3)


def write(page: Page, text: str = "Which bridge?", **more: object) -> str:
    return page.comment(Draft("p1", text, "Pat", **more))  # type: ignore[arg-type]


def test_an_unchanged_page_brings_nothing_again(page: Page, connector: Practice) -> None:
    write(page)
    batch = connector.fetch(connector.fetch(None).cursor)
    assert (batch.posts, batch.comments, batch.gone, batch.more) == ((), (), (), False)


def test_batches_are_bounded_and_say_that_there_is_more(page: Page, connector: Practice) -> None:
    for number in range(5):
        write(page, str(number))
    first = connector.fetch(None)
    second = connector.fetch(first.cursor)
    assert [len(first.comments), first.more] == [2, True]
    assert [len(second.comments), second.more] == [3, False]


def test_a_comment_comes_in_its_present_state_even_from_an_early_batch(page: Page, connector: Practice) -> None:
    first = write(page, "before")
    write(page), write(page)
    page.edit(first, "after")
    assert connector.fetch(None).comments[0].text == "after"


def test_a_comment_that_changed_often_comes_once(page: Page) -> None:
    first = write(page)
    for number in range(10):
        page.edit(first, f"version {number}")
    comments = Practice("p", page).fetch(None).comments
    assert [comment.text for comment in comments] == ["version 9"]


def test_raw_is_the_line_of_the_journal(page: Page, connector: Practice) -> None:
    write(page, "caf\u00e9 \ud800")
    raw = connector.fetch(None).comments[0].raw
    assert raw in (page.folder / "journal.jsonl").read_bytes().splitlines()
    assert b"caf\\u00e9 \\ud800" in raw


def test_the_departments_own_comment_is_marked(page: Page, connector: Practice) -> None:
    answer = page.reply(write(page), "The one by the mill.", author="The Department", by_page=True)
    own = {comment.platform_id: comment.by_page for comment in connector.fetch(None).comments}
    assert own == {"c2": False, answer: True}


def test_attachments_come_with_the_comment(page: Page, connector: Practice) -> None:
    write(page, "", media=(Media("m1", "image", "http://127.0.0.1/m1"),))
    assert connector.fetch(None).comments[0].media == (Media("m1", "image", "http://127.0.0.1/m1"),)


def test_links_lead_to_the_comment_on_the_public_site(page: Page, connector: Practice) -> None:
    write(page)
    batch = connector.fetch(None)
    assert batch.posts[0].permalink == "http://127.0.0.1:8000/posts/p1"
    assert batch.comments[0].permalink == "http://127.0.0.1:8000/posts/p1#c2"


def test_a_removed_comment_leaves_no_text_behind_it(page: Page, connector: Practice) -> None:
    comment_id = write(page, "regretted")
    page.remove(comment_id)
    batch = connector.fetch(None)
    assert (batch.comments, batch.gone) == ((), (comment_id,))
    assert connector.unhide(comment_id).result is Result.GONE


def test_an_edit_of_a_hidden_comment_leaves_it_hidden(page: Page, connector: Practice) -> None:
    comment_id = write(page)
    connector.hide(comment_id)
    page.edit(comment_id, "edited while hidden")
    assert connector.state(comment_id).state is State.HIDDEN
    assert page.visible_to_visitors() == []


def test_a_held_comment_can_be_hidden_and_shown(page: Page, connector: Practice) -> None:
    comment_id = write(page, state=State.HELD)
    assert connector.hide(comment_id).result is Result.DONE
    assert connector.unhide(comment_id).result is Result.DONE
    assert [entry.id for entry in page.visible_to_visitors()] == [comment_id]


def test_a_post_is_not_a_comment_to_be_hidden(connector: Practice) -> None:
    assert connector.hide("p1").result is Result.GONE
    assert connector.state("p1").state is State.GONE


def test_a_page_cannot_make_a_comment_gone_by_moving_it(page: Page) -> None:
    comment_id = write(page)
    with pytest.raises(ValueError, match="gone"):
        page.move(comment_id, State.GONE)


def test_an_answer_must_be_under_the_post_of_what_it_answers(page: Page) -> None:
    page.publish("Another post.")
    with pytest.raises(MissingError, match="no comment under p2"):
        page.comment(Draft("p2", "lost", "Pat", parent=write(page)))


def test_a_missing_folder_is_told_by_the_check(tmp_path: Path) -> None:
    connector = Practice("lost-page", Page(tmp_path / "nowhere"))
    with pytest.raises(GoneError, match=r"Page lost-page: the folder .*nowhere does not exist; make it with"):
        connector.check()


def test_a_foreign_cursor_is_refused(connector: Practice) -> None:
    with pytest.raises(UnavailableError, match=r"Page bridge-page: 'abc' is no position"):
        connector.fetch("abc")


def test_a_folder_is_beside_the_configuration(tmp_path: Path) -> None:
    settings = Settings.model_validate({"folder": "page"}, context={"folder": tmp_path})
    assert settings.folder == tmp_path / "page"


def test_the_settings_have_no_other_keys() -> None:
    with pytest.raises(ValidationError, match="fodler"):
        Settings.model_validate({"folder": "page", "fodler": "x"})


def test_settings_make_the_connector(tmp_path: Path) -> None:
    Page.create(tmp_path / "page")
    connector = connect("a-page", Settings(folder=tmp_path / "page"), means())
    connector.check()
    assert connector.fetch(None).cursor == "0"


def test_the_how_to_names_every_key_of_the_page() -> None:
    text = (Path(__file__).parents[2] / "docs/how-to/practice.md").read_text(encoding="utf-8")
    assert [name for name in Settings.model_fields if f"| `{name}` |" not in text] == []
