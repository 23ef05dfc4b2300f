"""``ofrecord demo``: practice page, visitors, daemon and review application, each a process, in one terminal."""

from __future__ import annotations

import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from itertools import islice
from pathlib import Path

import typer

from bot.config import Loaded
from bot.demo_store import DemoError, practice_page, prepare
from connectors.practice.page import Page
from connectors.practice.visitors import Visitors, replay

_FIRST_STEPS = 60
"""Steps that have happened before the demonstration opens, so that there is something to see at once."""
_PACE = "3"
_READY_WITHIN = 60.0
_STOP_WITHIN = 20.0
_USER = "demo"


def interactive(folder: Path | None, seed: int) -> None:
    """Run the demonstration until Ctrl-C.

    Raises:
        DemoError: when a part does not start, or ends by itself.
    """
    stopped = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stopped.set())
    site_port, web_port = _free_port(), _free_port()
    site = f"http://127.0.0.1:{site_port}/"
    config, base = prepare(folder, port=web_port, site=site)
    replay(Page.create(practice_page(base)), islice(Visitors(seed).steps(), _FIRST_STEPS))
    password = _make_account(config)
    parts = Parts()
    try:
        page = str(practice_page(base))
        parts.start("practice page", "connectors.practice.site", page, "--port", str(site_port))
        parts.start("review application", "bot", "web", "-c", str(config.path))
        parts.start("daemon", "bot", "run", "-c", str(config.path))
        _wait_for(site, parts, stopped)
        _wait_for(f"{config.web.url}/healthz", parts, stopped)
        if not stopped.is_set():
            typer.echo(_WELCOME.format(site=site, web=config.web.url, user=_USER, password=password, base=base))
            parts.start("visitors", "connectors.practice.visitors", page, "--seed", str(seed + 1), "--pace", _PACE)
        while not stopped.wait(0.5):
            parts.require_alive()
    finally:
        parts.stop()
    typer.echo(f"Stopped. What happened lies in {base}; prove it with: ofrecord records verify -c {config.path}")


_WELCOME = """
  The public page, as a visitor sees it:   {site}
  The review application:                  {web}
      sign in as {user} with the password  {password}

  Visitors go on commenting. Comments are captured, judged, and hidden or queued; each line below is one thing done.
  Try it: write a comment on the public page, then open the review queue. Everything lies in {base}
  Ctrl-C stops it all.
"""


class Parts:
    """The processes of the demonstration."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []

    def start(self, name: str, module: str, *arguments: str) -> None:
        """Start one part. It gets no Ctrl-C of its own: `stop` ends the parts in order."""
        command = [sys.executable, "-m", module, *arguments]
        quiet = subprocess.DEVNULL if name == "practice page" else None
        self._running.append((name, subprocess.Popen(command, stdout=quiet, process_group=0)))  # noqa: S603

    def require_alive(self) -> None:
        """Make sure that every part still runs.

        Raises:
            DemoError: naming the one that does not.
        """
        for name, process in self._running:
            if process.poll() is not None:
                raise DemoError(f"The {name} ended by itself (exit code {process.returncode}); see its lines above.")

    def stop(self) -> None:
        """End the parts, the last started first; kill what does not end in time."""
        for _, process in reversed(self._running):
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _STOP_WITHIN
        for _, process in reversed(self._running):
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _make_account(config: Loaded) -> str:
    from bot.web.accounts import add_user

    password = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
    add_user(config, _USER, password, ["moderator", "supervisor"])
    return password


def _wait_for(address: str, parts: Parts, stopped: threading.Event) -> None:
    deadline = time.monotonic() + _READY_WITHIN
    while not stopped.is_set():
        parts.require_alive()
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise DemoError(f"{address} does not answer after {_READY_WITHIN:.0f} s.") from None
        stopped.wait(0.2)
