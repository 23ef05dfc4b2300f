"""Takes the README's pictures from a running demonstration: ``python -m docs.screenshots [CHROMIUM]``.

Needs playwright and a Chromium of the system. Everybody on the pictures is invented.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
CHROMIUM = "/usr/bin/chromium"
_ADDRESS = re.compile(r"https?://127\.0\.0\.1:\d+")
_SIGN_IN = re.compile(r"sign in as (\S+) with the password\s+(\S+)")
_SIZE = {"width": 1200, "height": 800}


@dataclass(frozen=True, slots=True)
class Demo:
    """Where a running demonstration is reached, and how to sign in."""

    site: str
    web: str
    user: str
    password: str


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """Start ``ofrecord demo`` in a new folder, give what it prints, and end it with the block."""
    command = [sys.executable, "-u", "-m", "bot", "demo", "--dir", str(folder / "demo"), "--seed", "1"]
    said = folder / "said.txt"
    with said.open("wb") as output, subprocess.Popen(command, stdout=output) as process:  # noqa: S603
        try:
            yield _welcome(process, said)
        finally:
            process.send_signal(signal.SIGINT)


def _welcome(process: subprocess.Popen[bytes], said: Path) -> Demo:
    while process.poll() is None:
        text = said.read_text(encoding="utf-8")
        if entry := _SIGN_IN.search(text):
            site, web = _ADDRESS.findall(text)[:2]
            return Demo(site, web, entry[1], entry[2])
        time.sleep(0.2)
    raise RuntimeError("The demonstration did not start; see its lines above.")


def main() -> None:
    """Take every picture anew."""
    IMAGES.mkdir(exist_ok=True)
    chromium = sys.argv[1] if len(sys.argv) > 1 else CHROMIUM
    with tempfile.TemporaryDirectory() as folder, running_demo(Path(folder)) as demo, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport=_SIZE)  # type: ignore[arg-type]
        _practice(page, demo)
        _review(page, demo)
        browser.close()


def _practice(page: Page, demo: Demo) -> None:
    page.goto(demo.site)
    page.locator("a[href*='/posts/']").last.click()
    page.screenshot(path=IMAGES / "practice.png")


def _review(page: Page, demo: Demo) -> None:
    page.goto(demo.web)
    page.get_by_label("Name").fill(demo.user)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    page.get_by_role("button", name="Start").first.click()
    page.wait_for_load_state()
    page.screenshot(path=IMAGES / "review.png")


if __name__ == "__main__":
    main()
