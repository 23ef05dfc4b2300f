"""The files of captured attachments: ``media/`` beside the database, one file for each content, named by its SHA-256.

A file gets its name inside the transaction that records it, when all of it is on disk; so no entry speaks of a file
that is not there, and a file that no entry speaks of is what a crash left. The names come from the bytes alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from bot.records.layout import Layout, sync_folder

NAME = "media.file"
"""The committed name of what a captured file is: its ``sha256``, ``size`` and ``type``."""
_SHA256 = re.compile(r"[0-9a-f]{64}")
_INCOMING = ".incoming-"


@dataclass(slots=True)
class Incoming:
    """A file that is being written and has no name of its own yet."""

    path: Path
    file: IO[bytes]

    def settle(self) -> None:
        """Make its bytes durable, which may take a while.

        Raises:
            OSError: when the disk cannot take them.
        """
        self.file.flush()
        os.fsync(self.file.fileno())

    def keep(self, sha256: str) -> None:
        """Give the settled file its name. Call it inside the transaction that records it.

        Raises:
            OSError: when the disk cannot take it.
        """
        if not _SHA256.fullmatch(sha256):
            raise ValueError("a file of the store is named by its SHA-256")
        self.path.replace(self.path.with_name(sha256))
        sync_folder(self.path.parent)


@contextmanager
def incoming(layout: Layout) -> Iterator[Incoming]:
    """Make a file that is gone when the block ends, unless it was kept.

    Raises:
        OSError: when it cannot be made.
    """
    layout.make_folders()
    path = layout.media / f"{_INCOMING}{secrets.token_hex(8)}"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield Incoming(path, file)
    finally:
        path.unlink(missing_ok=True)


def opened(layout: Layout, sha256: str) -> IO[bytes] | None:
    """A captured file, open at its beginning; None when it is not there, or is not what was captured."""
    path = _path(layout.media, {"sha256": sha256})
    if path is None:
        return None
    try:
        file = path.open("rb")
    except OSError:
        return None
    if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
        file.close()
        return None
    file.seek(0)
    return file


class Files:
    """Checks captured files against what the record says, each of them once."""

    def __init__(self, folder: Path) -> None:
        """Read nothing yet; `folder` is where they lie."""
        self._folder = folder
        self._found: dict[str, str] = {}

    def problem(self, value_json: str) -> str:
        """What is wrong with the file that a committed value speaks of, in words; empty when nothing is."""
        try:
            said = json.loads(value_json)
            path = _path(self._folder, said)
        except (ValueError, AttributeError):
            path = None
        if path is None:
            return "it does not say which file was captured"
        if path.name not in self._found:
            self._found[path.name] = _problem(path)
        return self._found[path.name]


def _problem(path: Path) -> str:
    name = f"the captured file media/{path.name}"
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except FileNotFoundError:
        return f"{name} is missing"
    except OSError as error:
        return f"{name} cannot be read ({error.strerror})"
    return "" if digest.hexdigest() == path.name else f"{name} is not what was captured"


def _path(folder: Path, said: Mapping[str, Any]) -> Path | None:
    name = said.get("sha256")
    return folder / name if isinstance(name, str) and _SHA256.fullmatch(name) else None


def used(layout: Layout) -> int:
    """How many bytes the captured files take."""
    total = 0
    with suppress(FileNotFoundError), os.scandir(layout.media) as found:
        for each in found:
            with suppress(FileNotFoundError):
                total += each.stat(follow_symlinks=False).st_size
    return total


def sweep(layout: Layout, wanted: set[str]) -> int:
    """Remove the files that no entry speaks of: what a crash left, and what retention has destroyed.

    Call it inside a write transaction, so that no file gets its name meanwhile.

    Args:
        layout: the store.
        wanted: the SHA-256 of every file that an entry still speaks of.

    Returns:
        How many captured files were removed.
    """
    removed = 0
    with suppress(FileNotFoundError):
        for path in list(layout.media.iterdir()):
            if _SHA256.fullmatch(path.name) and path.name not in wanted:
                path.unlink(missing_ok=True)
                removed += 1
        if removed:
            sync_folder(layout.media)
    return removed


def clear_incoming(layout: Layout) -> None:
    """Remove the beginnings of files that a crash left. Only for the one program that fetches, when it begins."""
    for path in layout.media.glob(f"{_INCOMING}*"):
        path.unlink(missing_ok=True)
