"""The system's Chromium for the browser tests, and what an accessibility checker says of a page in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

_PLACES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
_PATIENCE = 20_000  # milliseconds; a busy machine is slow, not wrong

expect.set_options(timeout=_PATIENCE)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium without a window; Playwright's own is not downloaded."""
    found = next((path for path in map(shutil.which, _PLACES) if path), None)
    assert found, "install Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 AA on the page as it stands, one line for each element."""
    response = Axe().run(page, options={"runOnly": {"type": "tag", "values": _RULES}}).response
    return [f"{found['id']}: {node['html']}" for found in response["violations"] for node in found["nodes"]]


def screenshot(page: Page, name: str) -> None:
    """Keep a picture for a person to look at, in the folder that OFRECORD_SCREENSHOTS names, if it does."""
    folder = os.environ.get("OFRECORD_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
