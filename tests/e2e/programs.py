"""The product's own programs, run as an operator runs them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0
"""Seconds that anything may take, on a machine that has other things to do."""


def run(*words: str, text: str | None = None, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``ofrecord WORDS`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        check=False,
        capture_output=True,
        text=True,
        input=text,
        timeout=120,
        cwd=cwd,
        env=dict(os.environ),
    )


def wait_until(ready: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait for something, and fail naming it when it does not come."""
    until = time.monotonic() + patience
    while not ready():
        assert time.monotonic() < until, f"in {patience:.0f} s it did not come: {what}"
        time.sleep(0.1)


@dataclass
class Program:
    """A program at work."""

    process: subprocess.Popen[bytes]
    output: Path

    def said(self) -> str:
        """Everything that it has said so far, on both outputs."""
        return self.output.read_text(errors="replace")

    def wait_for(self, words: str) -> None:
        """Wait until it has said something."""
        wait_until(lambda: words in self.said() or self.process.poll() is not None, words)
        assert words in self.said(), f"it ended with {self.process.returncode}: {self.said()[-2000:]}"

    def stop(self) -> int:
        """Ask it to end, as systemd does, and give its exit code; it has 20 seconds."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


@contextmanager
def running(output: Path, *words: str) -> Iterator[Program]:
    """Run ``ofrecord WORDS`` while the block lasts."""
    with output.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-m", "bot", *words], stdout=file, stderr=file)
    try:
        yield Program(process, output)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
