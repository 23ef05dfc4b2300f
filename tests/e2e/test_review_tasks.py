"""Doing a task by hand in a real browser: found from the board, done with one's name, seen by the next poll."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.block_list import read_list
from bot.blocks import import_blocks
from connectors.base import Outcome, Result
from models.comment import State
from tests.e2e.browser import chromium, screenshot, violations
from tests.e2e.review_desk import BOT, Served, served
from tests.e2e.test_review_app import signed_in


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as at_work:
        yield at_work


def test_what_the_platform_cannot_hide_is_done_by_hand_and_verified(browser: Browser, desk: Served) -> None:
    desk.connector.answers = [
        Outcome(Result.UNSUPPORTED, "It answers another comment, which this platform hides as a whole.")
    ]
    with signed_in(browser, desk) as tab:
        tab.goto(desk.address("attack"))
        tab.keyboard.press("h")
        tab.keyboard.press("3")
        expect(tab.locator(".said")).to_contain_text("Hidden as personal attacks")
        desk.poll()
        tab.goto(desk.url)
        tab.locator("#tile-tasks").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("1 thing has to be done by hand")
        expect(tab.get_by_role("link", name="the place on the platform")).to_have_attribute(
            "href", "https://page.example.gov/p#attack"
        )
        assert violations(tab) == []
        screenshot(tab, "review-tasks")
        tab.get_by_label("Note").fill("Hidden in the app.")
        tab.get_by_role("button", name="Done by hand, by kim").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Nothing has to be done by hand")
        expect(tab.get_by_role("heading", name="Done by hand, not seen on the platform yet")).to_be_visible()
        desk.connector.set_state("attack", State.HIDDEN)
        desk.poll()
        tab.reload()
        expect(tab.get_by_role("heading", name="Done by hand, not seen on the platform yet")).to_have_count(0)
    assert [each for each in desk.types("attack") if each.startswith("task.")] == [
        "task.opened",
        "task.done",
        "task.verified",
    ]


def test_a_blocked_account_is_reviewed_and_kept_only_with_a_reason(browser: Browser, desk: Served) -> None:
    listed = "name,account,link,note\n\u202ePat Visitor,@pat,https://page.example.gov/pat,\n" + "W" * 200 + ",,,\n"
    import_blocks(desk.records, "page", read_list(listed.encode()), BOT)
    with signed_in(browser, desk) as tab:
        tab.goto(f"{desk.url}tasks/")
        expect(tab.get_by_role("heading", name="2 blocked accounts to review")).to_be_visible()
        assert violations(tab) == []
        screenshot(tab, "review-blocks")
        tab.set_viewport_size({"width": 320, "height": 900})
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320
        tab.get_by_role("button", name="Kept, because of the note, by kim").first.click()
        expect(tab.locator(".said")).to_contain_text("say in the note why the block is kept")
        tab.get_by_label("Note").first.fill("A court order of 3 March.")
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("heading", name="2 blocked accounts to review")).to_be_visible()
        assert desk.records.count_blocks() == {"waiting": 2}
        tab.get_by_role("button", name="Kept, because of the note, by kim").first.click()
        expect(tab.get_by_role("heading", name="1 blocked account to review")).to_be_visible()
        expect(tab.get_by_text("0 unblocked, 1 kept so far.")).to_be_visible()
