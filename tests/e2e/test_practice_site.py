"""The practice page's public site in a real browser: a visitor writes, reads, and meets no barrier."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from connectors.practice.page import Draft, Page
from connectors.practice.visitors import Visitors, replay
from models.comment import State
from tests.e2e.browser import chromium, screenshot, violations


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    page = Page.create(tmp_path_factory.mktemp("practice"))
    replay(page, islice(Visitors(3).steps(), 250))
    return page


@pytest.fixture(scope="module")
def site(page: Page) -> Iterator[str]:
    command = [sys.executable, "-m", "connectors.practice.site", str(page.folder), "--flood-seconds", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().rstrip("/")
        server.terminate()
        assert server.wait(10) == 0


def test_a_visitor_writes_a_comment_and_stands_before_it(browser: Browser, site: str, page: Page) -> None:
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{site}/posts/p1")
        tab.get_by_label("Your name").fill("Rosa <b>Blanchard</b>")
        tab.get_by_label("Your comment").fill("Is it open?\n<script>document.title = 'taken'</script>")
        tab.get_by_role("button", name="Post the comment").click()
        written = page.visible_to_visitors()[-1]
        expect(tab.locator(f"#{written.id}")).to_contain_text("<script>document.title = 'taken'</script>")
        assert tab.url.endswith(f"#{written.id}")
        assert "taken" not in tab.title()


def test_a_hidden_comment_leaves_the_page_and_comes_back(browser: Browser, site: str, page: Page) -> None:
    comment_id = page.comment(Draft("p1", "Now you see me.", "Pat"))
    with browser.new_context() as context:
        tab = context.new_page()
        for state, shown in [(State.HIDDEN, 0), (State.VISIBLE, 1)]:
            page.move(comment_id, state)
            tab.goto(f"{site}/posts/p1")
            expect(tab.get_by_text("Now you see me.")).to_have_count(shown)


def test_the_page_works_without_script_and_asks_nobody_else(browser: Browser, site: str) -> None:
    asked: list[str] = []
    with browser.new_context(java_script_enabled=False) as context:
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(site)
        tab.get_by_role("link", name="comments").first.click()
        tab.get_by_role("link", name="Reply").first.click()
        expect(tab.get_by_role("heading", name="Answer")).to_be_visible()
    assert {address.startswith(site) for address in asked} == {True}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/posts/p1", "/posts/p1?reply=c2#write", "/nowhere"])
def test_axe_finds_nothing(browser: Browser, site: str, path: str, scheme: Literal["light", "dark"]) -> None:
    with browser.new_context(color_scheme=scheme, bypass_csp=True) as context:  # axe is a script
        tab = context.new_page()
        tab.goto(site + path)
        screenshot(tab, f"practice{path.partition('?')[0].replace('/', '-')}-{scheme}")
        assert violations(tab) == []


def test_a_narrow_screen_does_not_scroll_sideways(browser: Browser, site: str, page: Page) -> None:
    page.comment(Draft("p1", "w" * 500, "n" * 80))
    with browser.new_context(viewport={"width": 320, "height": 640}) as context:
        tab = context.new_page()
        tab.goto(f"{site}/posts/p1")
        screenshot(tab, "practice-narrow")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_wrong_form_is_told_to_the_visitor(browser: Browser, site: str) -> None:
    with browser.new_context() as context:
        tab = context.new_page()
        tab.goto(f"{site}/posts/p1")
        tab.get_by_label("Your name").fill("Rosa")
        tab.get_by_label("Your comment").fill("   ")
        tab.get_by_role("button", name="Post the comment").click()
        expect(tab.get_by_role("alert")).to_contain_text("Write something")
