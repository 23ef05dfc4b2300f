"""One writer at a time, among programs and among the threads of one.

SQLite before 3.51.3 can damage a database when one connection's checkpoint meets another's write. So one operating
system lock on one file covers each write transaction, each checkpoint, and the opening and closing of a connection
(closing checkpoints too). Readers need no lock.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.records.errors import BusyError, ReadOnlyError, StoreError

PATIENCE = 30.0
"""Seconds to wait for the lock before giving up; a write transaction takes milliseconds."""
_LONGEST_NAP = 0.02


class FileLock:
    """A lock file of one Records object. The system frees it when the process dies, however it dies."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        self.path = path
        self.patience = patience
        self._held = False
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ReadOnlyError(
                f"The lock file {path} cannot be opened ({error.strerror}). Check the folder's owner and that its "
                "file system is mounted read-write."
            ) from error

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock inside the block.

        Raises:
            BusyError: when another program or thread does not let go of it in time.
            StoreError: when this object holds it already, which would wait for itself.
        """
        if self._held:
            raise StoreError("This store is already in a write transaction; finish it before the next one.")
        self._acquire()
        self._held = True
        try:
            yield
        finally:
            self._held = False
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def _acquire(self) -> None:
        if self._try():
            return
        deadline = time.monotonic() + self.patience
        nap = 0.0005
        while not self._try():
            if time.monotonic() > deadline:
                raise BusyError(
                    f"Another program has kept {self.path} for over {self.patience:g} seconds. See with "
                    f"`fuser {self.path}` which, and stop it if it hangs."
                )
            time.sleep(nap)
            nap = min(nap * 1.5, _LONGEST_NAP)

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
