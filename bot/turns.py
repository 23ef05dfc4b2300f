"""Taking turns among processes: a lock that the operating system frees when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def take(path: Path) -> int | None:
    """Take the turn that the file at `path` stands for, without waiting.

    Returns:
        A file descriptor; closing it ends the turn. None when another living process has it.
    """
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


@contextmanager
def turn(path: Path) -> Iterator[bool]:
    """Have the turn inside the block, if nobody else has it; the block is told whether."""
    file = take(path)
    try:
        yield file is not None
    finally:
        if file is not None:
            os.close(file)
