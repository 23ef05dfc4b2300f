"""The list shows every flag with what a moderator needs to choose, and its filters are links."""

from __future__ import annotations

import re

import pytest

from tests.bot.web.conftest import Desk, text_of
from tests.fakes import comment


def refs(page: str) -> list[str]:
    return re.findall(r'class="row-link" href="/comment/(\w+)/"', page)


@pytest.fixture
def three(desk: Desk) -> Desk:
    """One urgent, one hidden by the bot, one visible."""
    desk.hidden_by_bot("1")
    desk.clock.forward(minutes=1)
    desk.watch(comment("2", "a threat"))
    desk.clock.forward(minutes=1)
    desk.watch(comment("3", "filth, again"))
    return desk


def test_the_most_urgent_comes_first_then_the_oldest(three: Desk) -> None:
    assert refs(text_of(three.client().get("/queue/"))) == [three.ref("2"), three.ref("1"), three.ref("3")]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind=urgent", ["2"]),
        ("kind=hidden", ["1"]),
        ("kind=visible", ["2", "3"]),
        ("kind=stuck", []),
        ("kind=elsewhere", []),
        ("page=page", ["2", "1", "3"]),
        ("page=quiet", []),
        ("kind=nonsense&page=nowhere&start=-3", ["2", "1", "3"]),
        ("start=1", ["1", "3"]),
    ],
)
def test_a_filter_shows_its_part(three: Desk, query: str, shown: list[str]) -> None:
    assert refs(text_of(three.client().get(f"/queue/?{query}"))) == [three.ref(each) for each in shown]


def test_the_list_is_written_down_as_one_event(three: Desk) -> None:
    three.client().get("/queue/")
    viewed = three.records.entries(types=["record.viewed"])
    assert [(entry.subject.ref, entry.pub) for entry in viewed] == [("log", {"screen": "queue", "count": 3})]


def test_an_empty_list_says_so_and_writes_nothing(desk: Desk) -> None:
    before = desk.records.size()
    assert "Nothing here waits for a person." in text_of(desk.client().get("/queue/"))
    assert desk.records.size() == before


def test_a_held_comment_names_its_holder(three: Desk) -> None:
    three.client("kim").get(f"/comment/{three.ref('2')}/")
    assert "held by kim until 10:12" in text_of(three.client("lee").get("/queue/"))


def test_a_comment_without_text_says_what_is_attached(desk: Desk) -> None:
    from models.comment import Media

    desk.watch(comment("1", "", media=(Media("m1", "image", "https://cdn.example.com/x.jpg"),)))
    page = text_of(desk.client().get("/queue/"))
    assert "No text, image" in page
    assert "cdn.example.com" not in page
