"""The weekly summary through a real mail server: killed on the way, and looked at by its readers."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.mail import mailer
from bot.records import Records
from bot.report import send_due
from bot.weeks import Week
from tests.bot.department import BOT, Clock, configuration, log
from tests.bot.postbox import Postbox, running
from tests.bot.test_report import MONDAY, WEDNESDAY, WEEK, a_busy_week
from tests.e2e.browser import chromium, screenshot, violations

SENDER = """
import sys
from pathlib import Path
from bot.mail import mailer
from bot.report import send_due
from tests.bot.department import BOT, Clock, configuration, log
from tests.bot.test_report import MONDAY
folder, port = Path(sys.argv[1]), int(sys.argv[2])
config = configuration(folder, port)
with log(folder, Clock(MONDAY)) as records:
    print(send_due(records, config, mailer(config), BOT, MONDAY))
"""


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    clock = Clock(WEDNESDAY)
    with log(tmp_path, clock) as opened:
        a_busy_week(opened, clock)
        yield opened


def send(records: Records, folder: Path, port: int, later: timedelta = timedelta()) -> list[Week]:
    config = configuration(folder, port)
    through = mailer(config)
    assert through is not None
    return send_due(records, config, through, BOT, MONDAY + later)


def kill_while_the_server_thinks(folder: Path, postbox: Postbox) -> None:
    """Start a sender of its own, wait until the whole message has arrived, and kill it before it hears the answer."""
    postbox.stall = threading.Event()
    sender = subprocess.Popen([sys.executable, "-c", SENDER, str(folder), str(postbox.port)])
    try:
        assert postbox.reached.wait(60), "the message never arrived"
    finally:
        sender.kill()
    assert sender.wait(10) == -signal.SIGKILL
    postbox.stall.set()
    postbox.stall = None


def test_killed_before_the_server_took_it_exactly_one_mail_arrives(records: Records, tmp_path: Path) -> None:
    with running(Postbox(answer="451 not taken")) as postbox:
        kill_while_the_server_thinks(tmp_path, postbox)
        postbox.answer = "250 taken"
        assert postbox.contents == []
        assert send(records, tmp_path, postbox.port) == [WEEK], "the dead sender's turn ended with it"
        assert send(records, tmp_path, postbox.port, timedelta(hours=2)) == []
        assert len(postbox.contents) == 1
    assert len(records.entries(types=["summary.claimed"])) == 1
    assert len(records.entries(types=["summary.sent"])) == 1


def test_killed_after_the_server_took_it_the_repeat_is_the_same_mail(records: Records, tmp_path: Path) -> None:
    with running(Postbox(keeps_before_it_answers=True)) as postbox:
        kill_while_the_server_thinks(tmp_path, postbox)
        assert send(records, tmp_path, postbox.port) == [WEEK]
        first, second = postbox.contents
        assert first == second
        assert len({message["Message-ID"] for message in postbox.messages}) == 1
    assert len(records.entries(types=["summary.sent"])) == 1


@pytest.fixture
def received(records: Records, tmp_path: Path) -> EmailMessage:
    with running(Postbox()) as postbox:
        send(records, tmp_path, postbox.port)
        return postbox.messages[0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 800])
def test_the_summary_can_be_read_by_everyone(received: EmailMessage, tmp_path: Path, scheme: str, width: int) -> None:
    part = received.get_body(("html",))
    assert part is not None
    (tmp_path / "mail.html").write_text(part.get_content())
    asked: list[str] = []
    with chromium() as browser:
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page.on("request", lambda request: asked.append(request.url))
        page.goto((tmp_path / "mail.html").as_uri())
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert len(asked) == 1, "nothing is loaded from anywhere"
        screenshot(page, f"summary-{scheme}-{width}")
