"""What can go wrong with the store. Each message says what happened and what to do next, and holds no comment text."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class StoreError(Exception):
    """The store could not be used. The open transaction, if any, was rolled back whole."""


class MissingError(StoreError):
    """There is no store at this place."""


class BusyError(StoreError):
    """Another program kept the store's lock for too long."""


class ReadOnlyError(StoreError):
    """The store may be read and not written: its folder or file system is read-only, or it was opened so."""


class DiskFullError(StoreError):
    """The disk is full. Nothing of the transaction was written."""


class DamagedError(StoreError):
    """The file is damaged, or its parts do not belong together."""


class RolledBackError(DamagedError):
    """The database is older than the log is known to have been: an old copy was put back, or its -wal file is lost."""


class SchemaError(StoreError):
    """The tables or triggers are not those that this version makes: one was dropped, changed, or added."""


class NewerSchemaError(SchemaError):
    """A newer version of OfRecord has upgraded the store."""


class OriginError(StoreError):
    """The store holds the log of another Department."""


class KeyFileError(StoreError):
    """A key of the store is missing, readable by others, or not the one the store was made with."""


class DriverError(StoreError):
    """The wrong SQLite driver is installed."""


class RefusedError(StoreError):
    """The store's own rules refuse the change: the log is append-only, and a request has one outcome."""


class LeaseLostError(StoreError):
    """Another program has taken the lease over; nothing was written."""


class InconsistentError(DamagedError):
    """The log no longer agrees with the newest checkpoint; no new one is signed."""


_ROOM = 64 * 1024
_FULL = "The disk of {} is full, so nothing of this step was recorded. Free some space; the step is then taken again."
_READ_ONLY = "{} cannot be written. Check the folder's owner and that its file system is mounted read-write."
_BUSY = "{} is kept busy by another program. Wait, or see with `fuser` who has it open."
_DAMAGED = (
    "{} is damaged or was taken away while open ({}). Stop all programs, run `ofrecord records verify`, and put the "
    "newest backup beside it if that fails."
)
_REFUSED = "The record refuses this change: {}."
_UNUSABLE = "{} cannot be used: {}. Check that the folder exists, belongs to this user, and lies on a local disk."


def explained(error: sqlite3.Error, file: Path) -> StoreError:
    """Give the store's own error for one of SQLite's, with what to do next."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if isinstance(error, sqlite3.IntegrityError):
        return RefusedError(_REFUSED.format(error))
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _no_room(file)):
        return DiskFullError(_FULL.format(file))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return ReadOnlyError(_READ_ONLY.format(file))
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return BusyError(_BUSY.format(file))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or "decode" in str(error):
        return DamagedError(_DAMAGED.format(file, error))
    return StoreError(_UNUSABLE.format(file, error))


def _no_room(file: Path) -> bool:
    """Whether its disk is full: SQLite calls it an I/O error when it is the index of the -wal file that has no room."""
    try:
        disk = os.statvfs(file.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < _ROOM


@contextmanager
def explaining(file: Path) -> Iterator[None]:
    """Turn SQLite's errors inside the block into the store's own."""
    try:
        yield
    except sqlite3.Error as error:
        raise explained(error, file) from error
