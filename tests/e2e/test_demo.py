"""``ofrecord demo`` in a terminal: everything opens, a person can sign in, and Ctrl-C leaves nothing running."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import requests

from tests.e2e.programs import run, wait_until

WITHIN = 20.0
"""Seconds in which everything must have ended after Ctrl-C."""
_TAKE_TERMINAL = "import os, sys; os.login_tty(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])"
pytestmark = pytest.mark.timeout(240)


@dataclass
class Terminal:
    """A pseudo-terminal with a program in its foreground."""

    process: subprocess.Popen[bytes]
    descriptor: int
    shown: bytearray = field(default_factory=bytearray)

    @classmethod
    def open(cls, *command: str) -> Terminal:
        """Start a program whose controlling terminal this is."""
        ours, theirs = os.openpty()
        process = subprocess.Popen([sys.executable, "-c", _TAKE_TERMINAL, str(theirs), *command], pass_fds=[theirs])
        os.close(theirs)
        terminal = cls(process, ours)
        threading.Thread(target=terminal._read, daemon=True).start()
        return terminal

    def _read(self) -> None:
        with suppress(OSError):  # the terminal ends when nobody has it open any more
            while some := os.read(self.descriptor, 4096):
                self.shown.extend(some)

    @property
    def text(self) -> str:
        """What a person reads on it, without the colours."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.shown.decode(errors="replace"))

    def press_ctrl_c(self) -> None:
        os.write(self.descriptor, b"\x03")

    def close(self) -> None:
        """Leave nothing behind, whatever the test found."""
        family = (
            [psutil.Process(self.process.pid), *descendants(self.process.pid)] if self.process.poll() is None else []
        )
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()
        os.close(self.descriptor)


def descendants(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Terminal]:
    """The demonstration, once it has said where everything is."""
    terminal = Terminal.open(sys.executable, "-m", "bot", "demo", "--dir", str(tmp_path / "demo"))
    try:
        wait_until(lambda: "Ctrl-C stops it all" in terminal.text or terminal.process.poll() is not None, "the welcome")
        assert terminal.process.poll() is None, terminal.text
        yield terminal
    finally:
        terminal.close()


def told(terminal: Terminal, words: str) -> str:
    """What the demonstration printed after some words."""
    found = re.search(rf"{words}\s+(\S+)", terminal.text)
    assert found, terminal.text
    return found[1]


def sign_in(url: str, name: str, password: str) -> requests.Response:
    """Sign in to the review application as a browser without JavaScript does."""
    session = requests.Session()
    form = session.get(f"{url}/account/login/", timeout=30).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token, form
    fields = {"login": name, "password": password, "csrfmiddlewaretoken": token[1]}
    return session.post(f"{url}/account/login/", data=fields, headers={"Referer": url}, timeout=30)


def test_everything_opens_works_and_ends(demo: Terminal, tmp_path: Path) -> None:
    site, web = told(demo, "as a visitor sees it:"), told(demo, "The review application:")
    assert "Posts" in requests.get(site, timeout=30).text
    board = sign_in(web, told(demo, "sign in as"), told(demo, "with the password"))
    assert (board.status_code, "Sign out" in board.text) == (200, True)
    wait_until(lambda: len(re.findall(r"activity .*page=practice.* seen=", demo.text)) > 1, "lines of activity")

    parts = descendants(demo.process.pid)
    assert len(parts) >= 4
    begun = time.monotonic()
    demo.press_ctrl_c()
    assert demo.process.wait(WITHIN) == 0
    assert time.monotonic() - begun < WITHIN
    assert [part for part in parts if part.is_running() and part.status() != psutil.STATUS_ZOMBIE] == []
    assert "Traceback" not in demo.text
    _left_in_order(tmp_path / "demo" / "config.toml", demo)


def _left_in_order(config: Path, demo: Terminal) -> None:
    wait_until(lambda: "ofrecord records verify -c" in demo.text, "the last line")
    verified = run("records", "verify", "-c", str(config))
    assert verified.returncode == 0, verified.stdout
    tail = run("records", "tail", "-n", "3", "-c", str(config))
    assert "system.stopped" in tail.stdout


def test_it_listens_on_this_machine_alone(demo: Terminal) -> None:
    parts = [demo.process.pid, *(part.pid for part in descendants(demo.process.pid))]
    listening = [
        each.laddr.ip for pid in parts for each in psutil.Process(pid).net_connections() if each.status == "LISTEN"
    ]
    assert len(listening) >= 2
    assert set(listening) == {"127.0.0.1"}


def test_a_part_that_dies_ends_the_demonstration_and_is_named(demo: Terminal) -> None:
    parts = descendants(demo.process.pid)
    next(part for part in parts if "connectors.practice.site" in part.cmdline()).kill()
    assert demo.process.wait(WITHIN + 5) == 2
    assert "The practice page ended by itself" in demo.text
    assert [part for part in parts if part.is_running() and part.status() != psutil.STATUS_ZOMBIE] == []
