"""Where things lie in a store folder, and how its files are made."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from bot.records.errors import KeyFileError


@dataclass(frozen=True, slots=True)
class Layout:
    """The files of one store folder."""

    folder: Path

    @property
    def database(self) -> Path:
        """The log and the tables derived from it."""
        return self.folder / "records.sqlite3"

    @property
    def wal(self) -> Path:
        """SQLite's write-ahead log: the newest commits are here alone."""
        return self.folder / "records.sqlite3-wal"

    @property
    def lock(self) -> Path:
        """The lock that writers take turns by."""
        return self.folder / "records.lock"

    @property
    def witness(self) -> Path:
        """How long the log is known to have been."""
        return self.folder / "size.witness"

    @property
    def verifier_key(self) -> Path:
        """The public keys of the log, for whoever checks it."""
        return self.folder / "log.vkey"

    @property
    def secrets(self) -> Path:
        """Generated keys; part of every backup."""
        return self.folder / "secrets"

    @property
    def media(self) -> Path:
        """Captured attachments."""
        return self.folder / "media"

    def make_folders(self) -> None:
        """Make the folders that are missing, for this user alone."""
        for each in (self.folder, self.secrets, self.media):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that after a crash it is there whole, or is as it was before."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    try:
        os.write(file, content)
        os.fsync(file)
    finally:
        os.close(file)
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_secret(path: Path) -> bytes:
    """Read a key file.

    Raises:
        KeyFileError: when it is missing or others than its owner may read it.
    """
    try:
        mode = path.stat().st_mode
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise KeyFileError(f"The key {path} is missing. Put it back from the backup of the store.") from error
    except OSError as error:
        raise KeyFileError(f"The key {path} cannot be read ({error.strerror}). Check the folder's owner.") from error
    if mode & 0o077:
        raise KeyFileError(f"Others may read the key {path}. Run `chmod 600 {path}`, and consider who has seen it.")
    return content
