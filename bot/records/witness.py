"""How long the log is known to have been, kept outside the database.

After every commit one short line (size, root, check) is written over one of two slots of `store/size.witness`. A
database that is shorter than that, or has another root at that size, is an older copy that was put back or one whose
-wal file was lost. The line is written only after the commit is on disk, so the witness is never ahead of the
database; a line that a power cut tore fails its check and is passed over, so it never raises a false alarm. It guards
against accidents: whoever may write the folder may write the witness too, and only a checkpoint kept elsewhere helps.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_SLOT = 128
_SLOTS = 2


@dataclass(frozen=True, slots=True)
class Witnessed:
    """A size that the log has durably had, and its root."""

    size: int
    root: bytes


class Witness:
    """The open witness file of one Records object."""

    def __init__(self, path: Path, origin: str) -> None:
        self._origin = origin
        self._next = 0
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, size: int, root: bytes, *, durably: bool = False) -> None:
        """Note the size and root of a commit that is on disk. The caller holds the store's lock."""
        os.pwrite(self._file, _line(self._origin, size, root), _SLOT * self._next)
        self._next = (self._next + 1) % _SLOTS
        if durably:
            os.fsync(self._file)

    def close(self) -> None:
        """Let go of the file."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def read_witness(path: Path, origin: str) -> Witnessed | None:
    """The largest size that the file vouches for, or None when it vouches for nothing."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    slots = (content[i * _SLOT : (i + 1) * _SLOT] for i in range(_SLOTS))
    known = [witnessed for slot in slots if (witnessed := _read_line(origin, slot)) is not None]
    return max(known, key=lambda each: each.size, default=None)


def _line(origin: str, size: int, root: bytes) -> bytes:
    words = f"{size} {root.hex()}"
    return f"{words} {_check(origin, words)}".ljust(_SLOT - 1).encode() + b"\n"


def _read_line(origin: str, slot: bytes) -> Witnessed | None:
    try:
        size, root, check = slot.decode("ascii").split()
        witnessed = Witnessed(int(size), bytes.fromhex(root))
    except ValueError:
        return None
    return witnessed if check == _check(origin, f"{size} {root}") else None


def _check(origin: str, words: str) -> str:
    return sha256(f"{origin}\n{words}".encode()).hexdigest()[:16]
