"""The board tells how the pages do and how much waits, and shows no comment."""

from __future__ import annotations

import re

from bot.events import LOG, SystemHeartbeat
from bot.notice import Named, note
from models.comment import State
from tests.bot.web.conftest import BOT, Desk, text_of
from tests.fakes import comment


def count(page: str, tile: str) -> int:
    found = re.search(rf'id="tile-{tile}"[^>]*><span class="count">(\d+)<', page)
    assert found, tile
    return int(found[1])


def test_the_tiles_count_what_waits(desk: Desk) -> None:
    desk.watch(comment("1", "filth"), comment("2", "a threat"), comment("3", "fine"))
    page = text_of(desk.client().get("/"))
    assert [count(page, tile) for tile in ("urgent", "hidden", "visible", "stuck")] == [1, 0, 2, 0]
    assert "2 comments wait for a person" in page


def test_a_hide_by_the_bot_shows_when_it_is_restored(desk: Desk) -> None:
    desk.hidden_by_bot()
    page = text_of(desk.client().get("/"))
    assert count(page, "hidden") == 1
    assert "The oldest is restored 19 Nov 10:00" in page


def test_a_hide_that_nobody_here_made_is_counted_until_somebody_decides(desk: Desk) -> None:
    desk.watch(comment("1", "fine"))
    desk.connector.set_state("1", State.HIDDEN)
    desk.watch()
    client = desk.client()
    assert count(text_of(client.get("/")), "elsewhere") == 1
    desk.decide(client, desk.ref("1"), "leave_up")
    assert count(text_of(client.get("/")), "elsewhere") == 0


def test_a_failing_page_says_why_and_since_when(desk: Desk) -> None:
    desk.describe(health="failing", problem="No answer from <page.example.gov>.")
    page = text_of(desk.client().get("/"))
    assert "Failing, tried again by itself" in page
    assert "No answer from &lt;page.example.gov&gt;." in page


def test_what_a_pages_notice_lacks_is_told_and_what_it_has_is_not(desk: Desk) -> None:
    client = desk.client()
    assert "asks more of its notice" not in text_of(client.get("/"))
    note(desk.records, BOT, "page", "Comments are monitored.", Named("Jackson PD"))
    page = text_of(client.get("/"))
    assert "the page does not say that it is maintained by the Department, how to contact" in page
    assert "and that whatever is posted is subject to public disclosure." in page
    assert "that posted comments are monitored" not in page


def test_a_page_in_shadow_is_announced_at_the_top(desk: Desk) -> None:
    assert "Shadow: nothing is being hidden by itself on quiet." in text_of(desk.client().get("/"))


def test_a_paused_page_is_announced_at_the_top(desk: Desk) -> None:
    desk.describe(mode="paused")
    assert "Paused: nothing is being hidden by itself on page for now." in text_of(desk.client().get("/"))


def test_a_silent_bot_is_noticed(desk: Desk) -> None:
    desk.records.append(SystemHeartbeat(actor=BOT, subject=LOG))
    client = desk.client()
    assert "has been silent" not in text_of(client.get("/"))
    desk.clock.forward(minutes=26)
    assert "The bot has been silent for 26 minutes." in text_of(client.get("/"))


def test_no_page_reads_working_while_the_bot_is_silent(desk: Desk) -> None:
    desk.describe()
    client = desk.client()
    assert "Working" in text_of(client.get("/"))
    desk.clock.forward(minutes=26)
    page = text_of(client.get("/"))
    assert "Not known while the bot is silent" in page
    assert "Working" not in page
    assert "light-ok" not in page


def test_looking_at_the_board_is_not_written_down(desk: Desk) -> None:
    desk.flagged()
    before = desk.records.size()
    desk.client().get("/")
    assert desk.records.size() == before


def test_the_board_refreshing_itself_does_not_swallow_what_is_to_be_told(desk: Desk) -> None:
    ref, client = desk.flagged(), desk.client()
    desk.decide(client, ref, "leave_up")
    client.get("/", headers={"HX-Request": "true"})
    assert "Left up." in text_of(client.get("/"))


def test_start_serves_the_most_urgent(desk: Desk) -> None:
    desk.watch(comment("1", "filth"), comment("2", "a threat"))
    assert desk.client().post("/next/")["Location"] == f"/comment/{desk.ref('2')}/"
