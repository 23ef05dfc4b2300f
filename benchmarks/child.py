"""Programs of their own, as a Department starts them: how long they take and how much memory they need."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

_ROOT = Path(__file__).resolve().parent.parent
_LOOK_EVERY = 0.02


class ChildError(Exception):
    """A command that was to be measured failed. The message has what it said."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command took."""

    seconds: float
    peak_mib: float
    """The largest resident memory that was seen, looking fifty times a second; 0 when it was never seen."""
    out: str


def command(*words: str) -> list[str]:
    """The command ``ofrecord``: the installed one beside this Python, else the module."""
    installed = Path(sys.executable).with_name("ofrecord")
    start = [str(installed)] if installed.is_file() else [sys.executable, "-m", "bot"]
    return [*start, *words]


def run(words: Sequence[str], *, watched: bool = False) -> Ran:
    """Run a command to its end. Watching its memory costs it a little time.

    Raises:
        ChildError: when it fails.
    """
    began, peak = time.perf_counter(), 0.0
    with started(words) as child:
        while watched and child.poll() is None:
            peak = max(peak, resident_mib(child))
            time.sleep(_LOOK_EVERY)
        out, err = child.communicate()
        seconds = time.perf_counter() - began
    if child.returncode:
        raise ChildError(f"{' '.join(words)} failed: {err.strip()[-500:] or out.strip()[-500:]}")
    return Ran(seconds, peak, out)


@contextmanager
def started(words: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    """Start a command; it is ended, at the latest, with the block."""
    child = subprocess.Popen(words, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield child
    finally:
        if child.poll() is None:
            child.terminate()
            child.communicate(timeout=60)


def resident_mib(child: subprocess.Popen[str]) -> float:
    """The resident memory of a running command, in MiB; 0 when it has just ended."""
    with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):
        return float(psutil.Process(child.pid).memory_info().rss) / 2**20
    return 0.0
