"""The review application in a real browser: by keys, without JavaScript, on a small screen, for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import chromium, screenshot, violations
from tests.e2e.review_desk import PASSWORD, Served, served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as at_work:
        yield at_work


@contextmanager
def signed_in(browser: Browser, desk: Served, name: str = "kim", **context: Any) -> Iterator[Page]:
    """A browser window in which somebody has signed in."""
    with browser.new_context(**context) as window:
        tab = window.new_page()
        tab.goto(desk.url)
        tab.get_by_label("Name").fill(name)
        tab.get_by_label("Password").fill(PASSWORD)
        tab.get_by_role("button", name="Sign in").click()
        expect(tab.get_by_role("heading", level=1)).to_contain_text("wait for a person")
        yield tab


def screens(desk: Served) -> dict[str, str]:
    comments = ("threat", "obscene", "critic", "attack", "edited", "answer")
    return {
        "board": desk.url,
        "queue": f"{desk.url}queue/",
        "help": f"{desk.url}help/",
        "password": f"{desk.url}account/password/",
        "not-found": f"{desk.url}nowhere/",
        "history": f"{desk.address('attack')}history/",
        "proof": f"{desk.address('attack')}history/{desk.records.case(desk.ref('attack'))[0].seq}/",
        **{name: desk.address(name) for name in comments},
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_screen_has_a_barrier(browser: Browser, desk: Served, scheme: Literal["light", "dark"]) -> None:
    desk.records.checkpoint()
    found = {}
    with browser.new_context(color_scheme=scheme) as stranger:
        tab = stranger.new_page()
        tab.goto(desk.url)
        screenshot(tab, f"review-sign-in-{scheme}")
        found["sign-in"] = violations(tab)
    with signed_in(browser, desk, color_scheme=scheme, viewport={"width": 1440, "height": 900}) as tab:
        for name, address in screens(desk).items():
            tab.goto(address)
            screenshot(tab, f"review-{name}-{scheme}")
            found[name] = violations(tab)
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_captured_picture_is_shown_to_whoever_asks_for_it(
    browser: Browser, desk: Served, scheme: Literal["light", "dark"]
) -> None:
    picture = desk.attach("attack")
    with signed_in(browser, desk, color_scheme=scheme, java_script_enabled=False) as tab:
        tab.goto(desk.address("attack"))
        loaded: list[str] = []
        tab.on("request", lambda request: loaded.append(request.url))
        expect(tab.locator(".media")).to_contain_text("captured: PNG picture")
        assert tab.locator("img").count() == 0
        tab.get_by_role("link", name="show picture").click()
        expect(tab.get_by_role("img")).to_be_visible()
        assert tab.get_by_role("img").evaluate("(img) => [img.naturalWidth, img.naturalHeight]") == [3, 2]
        assert sum(url.endswith(f"/media/{picture}/content/") for url in loaded) == 1
    with signed_in(browser, desk, color_scheme=scheme, viewport={"width": 320, "height": 640}) as tab:
        found = {}
        for name, more in (("comment", ""), ("attachment", f"media/{picture}/")):
            tab.goto(desk.address("attack") + more)
            screenshot(tab, f"review-attached-{name}-{scheme}")
            found[name] = violations(tab)
            assert tab.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert {name: barriers for name, barriers in found.items() if barriers} == {}
    assert "attachment" in [entry.pub["screen"] for entry in desk.records.entries(types=["record.viewed"])]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_that_opens_on_a_screen_is_a_barrier(
    browser: Browser, desk: Served, scheme: Literal["light", "dark"]
) -> None:
    with signed_in(browser, desk, color_scheme=scheme, viewport={"width": 1440, "height": 900}) as tab:
        tab.goto(desk.address("attack"))
        found = {}
        for key in ("h", "r", "?"):
            tab.keyboard.press(key)
            expect(tab.locator("dialog[open]" if key == "?" else "details.strip[open]")).to_have_count(1)
            screenshot(tab, f"review-open-{ord(key)}-{scheme}")
            found[key] = violations(tab)
        tab.keyboard.press("Escape")
        tab.keyboard.press("l")
        expect(tab.locator(".said")).to_contain_text("Left up.")
        screenshot(tab, f"review-undo-bar-{scheme}")
        found["undo bar"] = violations(tab)
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


def test_a_round_by_keys_alone(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as tab:
        tab.keyboard.press("Enter")
        expect(tab.get_by_role("heading", level=1)).to_have_text("Flagged for threat")
        expect(tab.get_by_role("heading", level=1)).to_be_focused()
        for keys, words in (
            ("r1", "Referred to Detectives"),
            ("e", "Left to a supervisor."),
            ("h1", "Hidden as obscenities"),
            ("l", "Left up."),
        ):
            for key in keys:
                tab.keyboard.press(key)
            expect(tab.locator(".said")).to_contain_text(words)
            expect(tab.get_by_role("heading", level=1)).to_be_focused()
        expect(tab.locator("#live")).to_contain_text("Left up.")
        tab.keyboard.press("u")
        expect(tab.locator(".said")).to_contain_text("The answer was taken back.")
    answers = [entry.pub["decision"] for entry in desk.records.entries(types=["review.decided"])]
    assert answers == ["cannot_decide", "hide", "leave_up", "undo"]
    assert [entry.pub["matter"] for entry in desk.records.entries(types=["review.referred"])] == ["tip"]


def test_hiding_takes_a_ground_and_the_number_is_enough(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as tab:
        tab.goto(desk.address("attack"))
        tab.keyboard.press("h")
        expect(tab.get_by_role("button", name="Personal attacks")).to_be_focused()
        tab.keyboard.press("Escape")
        assert "review.decided" not in desk.types("attack")
        tab.keyboard.press("h")
        tab.keyboard.press("3")
        expect(tab.locator(".said")).to_contain_text("Hidden as personal attacks")
    desk.poll()
    assert desk.types("attack")[-1] == "action.hidden"


def test_keys_do_nothing_while_a_note_is_written_and_when_switched_off(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as tab:
        tab.goto(desk.address("attack"))
        tab.get_by_label("Note").type("hello, let us see")
        tab.get_by_role("button", name="Single-key shortcuts are on").click()
        tab.locator("h1").press("l")
        expect(tab.get_by_role("button", name="Single-key shortcuts are off")).to_be_visible()
    assert "review.decided" not in desk.types("attack")


def test_the_sheet_of_keys_does_not_lose_a_note(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as tab:
        tab.goto(desk.address("attack"))
        tab.get_by_label("Note").fill("Half a thought")
        tab.locator("h1").press("?")
        expect(tab.get_by_role("dialog")).to_contain_text("Cannot decide: a supervisor is asked")
        tab.keyboard.press("Escape")
        expect(tab.get_by_role("dialog")).to_be_hidden()
        expect(tab.get_by_label("Note")).to_have_value("Half a thought")


def test_everything_works_without_javascript(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk, java_script_enabled=False) as tab:
        tab.get_by_role("button", name="Start").click()
        tab.get_by_text("Refer…").click()
        tab.get_by_role("button", name="A tip about a crime").click()
        expect(tab.locator(".said")).to_contain_text("Referred to Detectives")
        tab.get_by_text("Hide it…").click()
        tab.get_by_label("Note").fill("A plain threat.")
        tab.get_by_role("button", name="Personal attacks").click()
        expect(tab.locator(".said")).to_contain_text("Hidden as personal attacks")
        tab.get_by_role("button", name="Undo").click()
        expect(tab.locator(".said")).to_contain_text("The answer was taken back.")
        tab.get_by_role("button", name="Skip to the next").click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Flagged for strong language")
    answers = [entry.pub["decision"] for entry in desk.records.entries(types=["review.decided"])]
    assert answers == ["hide", "undo"]


def test_nothing_scrolls_sideways_on_a_small_screen(browser: Browser, desk: Served) -> None:
    wide = {}
    with signed_in(browser, desk, viewport={"width": 320, "height": 640}) as tab:
        for name, address in screens(desk).items():
            tab.goto(address)
            screenshot(tab, f"review-{name}-320")
            wide[name] = tab.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert {name: pixels for name, pixels in wide.items() if pixels > 0} == {}


def test_every_target_is_large_enough(browser: Browser, desk: Served) -> None:
    small = """() => [...document.querySelectorAll('button, summary, nav a, textarea, input')]
        .filter((each) => each.getClientRects().length)
        .map((each) => [each.innerText || each.name, each.getBoundingClientRect()])
        .filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name)"""
    with signed_in(browser, desk) as tab:
        for address in screens(desk).values():
            tab.goto(address)
            assert tab.evaluate(small) == []


def test_a_stale_answer_keeps_the_note_and_shows_what_happened(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as tab:
        tab.goto(desk.address("attack"))
        tab.get_by_label("Note").fill("Mild enough.")
        desk.connector.edit("attack", "Of course it will, you idiot. And worse.")
        desk.poll()
        tab.get_by_role("button", name="Leave it up").click()
        expect(tab.get_by_role("alert")).to_contain_text("The author edited it.")
        expect(tab.get_by_label("Note")).to_have_value("Mild enough.")
        screenshot(tab, "review-stale")
        tab.get_by_role("button", name="Leave it up").click()
        expect(tab.locator(".said")).to_contain_text("Left up.")
    assert desk.types("attack").count("review.decided") == 1


def test_a_supervisor_takes_over_what_a_moderator_holds(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as kim, signed_in(browser, desk, "sam") as sam:
        kim.goto(desk.address("attack"))
        sam.goto(desk.address("attack"))
        expect(sam.get_by_text("Held by kim")).to_be_visible()
        screenshot(sam, "review-held")
        sam.get_by_role("button", name="Take it over").click()
        expect(sam.get_by_role("button", name="Leave it up")).to_be_visible()
        kim.get_by_role("button", name="Leave it up").click()
        expect(kim.get_by_role("alert")).to_contain_text("Another moderator is working on this comment.")


def test_an_auditor_sees_and_has_nothing_to_press(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk, "ada") as tab:
        tab.goto(desk.address("attack"))
        expect(tab.get_by_text("Your role lets you look and not decide.")).to_be_visible()
        expect(tab.locator("[name=decision]")).to_have_count(0)


def test_hostile_text_runs_nothing(browser: Browser, desk: Served) -> None:
    desk.connector.edit("attack", "you idiot <img src=x onerror=\"document.title='taken'\"><script>1</script>")
    desk.poll()
    with signed_in(browser, desk) as tab:
        problems: list[str] = []
        tab.on("console", lambda message: problems.append(message.text))
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.goto(desk.address("attack"))
        expect(tab.locator(".quoted .words")).to_contain_text("<img src=x onerror=")
        assert "taken" not in tab.title()
        assert problems == []


def test_the_board_keeps_itself_fresh(browser: Browser, desk: Served) -> None:
    with signed_in(browser, desk) as tab:
        expect(tab.locator("#tile-urgent .count")).to_have_text("1")
        desk.connector.edit("spam", "I will find you")
        desk.poll()
        expect(tab.get_by_role("heading", level=1)).to_have_text("6 comments wait for a person")
        desk.connector.edit("thanks", "Thanks, you idiot.")
        desk.poll()
        tab.locator("#tile-hidden").focus()
        tab.evaluate("htmx.trigger('#live-board', 'refresh')")
        expect(tab.get_by_role("heading", level=1)).to_have_text("7 comments wait for a person")
        expect(tab.locator("#tile-hidden")).to_be_focused()
        expect(tab.locator("#tile-urgent .count")).to_have_text("2")
        expect(tab.locator("#live")).to_have_text("2 urgent on the board.")
