"""Testing a comment and moving a threshold, in a real browser: by keys, without JavaScript, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.bot.decisions import decided_in
from tests.e2e.browser import chromium, screenshot, violations
from tests.e2e.review_desk import Served, served
from tests.e2e.test_review_app import signed_in

TEXT = "You are full of shit, Dave. \u202eThis runs backwards\u202c. Call his wife at 307-555-0142."
SMALL = """() => [...document.querySelectorAll('button, summary, nav a, textarea, input:not([type=hidden])')]
    .filter((each) => each.getClientRects().length)
    .map((each) => [each.innerText || each.name, each.getBoundingClientRect()])
    .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    """A Department whose people have decided 130 flags of one rule, 20 of them wrong."""
    with served(tmp_path) as at_work:
        with at_work.records.writing() as writing:
            for number in range(130):
                wrong = number < 20
                decision, value = ("leave_up", 8_200) if wrong else ("hide", 9_500)
                decided_in(writing, number, decision, value_bp=value, page="page", ground="obscenity")
        yield at_work


def try_out(tab: Page, desk: Served, text: str = TEXT) -> None:
    tab.goto(f"{desk.url}try/")
    tab.get_by_label("The comment", exact=True).fill(text)
    tab.get_by_role("button", name="Test it").click()


def show_plots(tab: Page) -> None:
    """Scroll to every plot, so that the browser loads it."""
    for picture in tab.locator(".plots img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True, timeout=30_000)  # the first one loads the library
        expect(picture).not_to_have_js_property("naturalWidth", 0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_has_a_barrier(browser: Browser, desk: Served, scheme: Literal["light", "dark"]) -> None:
    found = {}
    with signed_in(browser, desk, "sam", color_scheme=scheme, viewport={"width": 1280, "height": 900}) as tab:
        tab.goto(f"{desk.url}try/")
        show_plots(tab)
        screenshot(tab, f"try-empty-{scheme}")
        found["form"] = violations(tab)
        try_out(tab, desk)
        expect(tab.locator("#verdict")).to_contain_text("asked, and somebody told at once")
        show_plots(tab)
        screenshot(tab, f"try-tested-{scheme}")
        found["tested"] = violations(tab)
        tab.goto(f"{desk.url}thresholds/")
        screenshot(tab, f"thresholds-{scheme}")
        found["thresholds"] = violations(tab)
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


def test_the_plots_follow_the_colours_of_the_screen(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk, "sam", color_scheme="dark") as tab:
        tab.goto(f"{desk.url}try/")
        show_plots(tab)
        sources = tab.evaluate("[...document.querySelectorAll('.plots img')].map((each) => each.currentSrc)")
    assert len(sources) == 3
    assert all(each.endswith("/dark.png") for each in sources)


def test_a_comment_is_tested_and_a_threshold_moved_by_keys_alone(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk, "sam") as tab:
        tab.goto(f"{desk.url}try/")
        expect(tab.get_by_label("The comment", exact=True)).to_be_focused()
        tab.keyboard.type("You are full of shit.")
        for _ in range(2):
            tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        expect(tab.locator("#verdict")).to_have_text("A person would be asked")
        tab.goto(f"{desk.url}thresholds/")
        tab.get_by_role("radio", name="0.85").focus()
        tab.keyboard.press("Space")
        tab.keyboard.press("Tab")
        tab.keyboard.type("Too eager.")
        tab.keyboard.press("Tab")
        tab.keyboard.press("Enter")
        expect(tab.locator(".said")).to_contain_text("Accepted: likely-obscene counts from 0.85 on")
        tab.get_by_role("button", name="Undo: put 0.80 back").press("Enter")
        expect(tab.locator(".said")).to_contain_text("Taken back: likely-obscene counts from 0.80 on")
    assert [entry.pub["at_least_bp"] for entry in desk.records.entries(types=["rule.changed"])] == [8_500, 8_000]


def test_both_pages_work_without_javascript(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk, "sam", java_script_enabled=False) as tab:
        try_out(tab, desk)
        expect(tab.locator(".trial mark", has_text="shit")).to_have_count(1)
        tab.get_by_role("link", name="Thresholds").click()
        tab.get_by_role("radio", name="0.85").check()
        tab.get_by_role("button", name="Move the threshold of likely-obscene").click()
        expect(tab.locator(".said")).to_contain_text("Accepted")


def test_hostile_text_runs_nothing(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as tab:
        problems: list[str] = []
        tab.on("console", lambda message: problems.append(message.text))
        tab.on("pageerror", lambda error: problems.append(str(error)))
        try_out(tab, desk, "</textarea><img src=x onerror=\"document.title='taken'\"><script>1</script> you fool")
        show_plots(tab)
        expect(tab.locator(".trial .words")).to_contain_text("<img src=x onerror=")
        assert "taken" not in tab.title()
        assert problems == []


def test_nothing_is_wider_than_a_small_screen_and_every_target_is_large_enough(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk, "sam", viewport={"width": 320, "height": 640}) as tab:
        for name in ("try", "thresholds"):
            if name == "try":
                try_out(tab, desk, "shit " * 30 + "w" * 300)
                expect(tab.locator("#verdict")).to_be_visible()
            else:
                tab.goto(f"{desk.url}thresholds/")
            screenshot(tab, f"{name}-small")
            assert tab.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
            assert tab.evaluate(SMALL) == [], name


def test_a_moderator_sees_the_thresholds_and_has_nothing_to_press(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as tab:
        tab.goto(f"{desk.url}thresholds/")
        expect(tab.get_by_text("20 fewer wrong, 0 more missed").first).to_be_visible()
        expect(tab.get_by_role("radio")).to_have_count(0)
