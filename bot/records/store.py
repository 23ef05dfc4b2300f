"""The store: opening it, writing to it, signing and closing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.events import Event
from bot.records import schema
from bot.records.connection import BUSY_MS, connect, connect_readonly
from bot.records.errors import (
    DamagedError,
    KeyFileError,
    MissingError,
    OriginError,
    ReadOnlyError,
    RolledBackError,
    SchemaError,
    explained,
    explaining,
)
from bot.records.keys import IndexKey, make_index_key, read_index_key
from bot.records.layout import Layout, write_durably
from bot.records.lock import FileLock
from bot.records.moments import utc_now
from bot.records.questions import Entry, Questions
from bot.records.witness import Witness, read_witness
from bot.records.writing import Writing

LONG_WAL = 8 * 1024 * 1024
"""Bytes of write-ahead log after which whoever holds the lock moves them into the database."""


class Records(Questions):
    """An open store. One object for each thread; a context manager that closes it."""

    def __init__(
        self,
        layout: Layout,
        db: sqlite3.Connection,
        key: IndexKey,
        origin: str,
        clock: Callable[[], datetime],
        lock: FileLock | None,
    ) -> None:
        """Use `Records.create` or `Records.open`; `lock` is None for a store that is only read."""
        self.layout = layout
        self.origin = origin
        self._db, self._key, self._clock, self._lock = db, key, clock, lock
        self._file = layout.database
        self._witness = None if lock is None else Witness(layout.witness, origin)
        self._long_wal = LONG_WAL

    @classmethod
    def create(cls, store: Path, origin: str, clock: Callable[[], datetime] = utc_now) -> Self:
        """Make a store with its keys and tables, or open the one that is there.

        Args:
            store: its folder; made, for this user alone, where it is missing.
            origin: the log's name for ever, for example ``ofrecord.example.gov/comments``.
            clock: gives the time of each entry.

        Raises:
            StoreError: as `open`.
        """
        schema.require_plain_driver()
        if not origin or not origin.isascii() or any(each in origin for each in "+ \n\t") or len(origin) > 255:
            raise OriginError(
                f"{origin!r} is no name for a log: use a host name and a path, without spaces or plus signs."
            )
        layout = Layout(store)
        try:
            layout.make_folders()
        except OSError as error:
            raise ReadOnlyError(
                f"The store folder {store} cannot be made ({error.strerror}). Check the owner of the folder above it."
            ) from error
        lock = FileLock(layout.lock)
        try:
            with lock.held():
                _make(layout, origin)
        finally:
            lock.close()
        return cls.open(store, origin, clock)

    @classmethod
    def open(
        cls, store: Path, origin: str | None, clock: Callable[[], datetime] = utc_now, *, readonly: bool = False
    ) -> Self:
        """Open a store, refusing one that is not as it should be.

        Args:
            store: its folder.
            origin: the log's name; None takes the store's own word for it.
            clock: gives the time of each entry.
            readonly: open it for reading, which needs no lock.

        Raises:
            StoreError: one of its subclasses, with what to do next, when the store is missing, damaged, newer than
                this program, another Department's, an older copy, unguarded, or without its keys.
        """
        schema.require_plain_driver()
        layout = Layout(store)
        if not layout.database.is_file():
            raise MissingError(
                f"There is no store at {store}. Check `dir` under [store] in the configuration, or run "
                "`ofrecord run` or `ofrecord once`, which make one."
            )
        if readonly:
            with explaining(layout.database):
                return cls._checked(layout, connect_readonly(layout.database), origin, clock, None)
        lock = FileLock(layout.lock)
        try:
            with lock.held(), explaining(layout.database):
                return cls._checked(layout, connect(layout.database), origin, clock, lock)
        except BaseException:
            lock.close()
            raise

    @classmethod
    def _checked(
        cls,
        layout: Layout,
        db: sqlite3.Connection,
        origin: str | None,
        clock: Callable[[], datetime],
        lock: FileLock | None,
    ) -> Self:
        try:
            found, index_check = _identity(db, layout)
            if lock is not None:
                _upgrade_if_older(db)
            schema.require_shipped_schema(db)
            _require_origin(layout, found, origin)
            records = cls(layout, db, _matching_key(layout, index_check), found, clock, lock)
            _require_not_rolled_back(records)
        except BaseException:
            db.close()
            raise
        return records

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One write transaction: committed to disk when the block ends, undone whole when it raises.

        Raises:
            StoreError: when it cannot be begun or committed; then nothing of it was written.
        """
        if self._lock is None:
            raise ReadOnlyError(f"{self._file} was opened for reading only.")
        with self._lock.held():
            grown = None
            try:
                self._db.execute("BEGIN IMMEDIATE")
                writing = Writing(self._db, self._file, self._key, self._clock, self.origin)
                yield writing
                grown = writing.finish()
                self._db.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                raise explained(error, self._file) from error
            except BaseException:
                self._undo()
                raise
            self._after_commit(grown)

    def _undo(self) -> None:
        if self._db.in_transaction:
            with suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")

    def _after_commit(self, grown: tuple[int, bytes] | None) -> None:
        """What may fail without harm: the commit is on disk, and the next one catches up."""
        if grown is not None and self._witness is not None:
            with suppress(OSError):
                self._witness.write(*grown)
        with suppress(OSError, sqlite3.Error):
            self._shorten_wal()

    def _shorten_wal(self) -> None:
        size = self.layout.wal.stat().st_size
        if size < self._long_wal:
            return
        self._db.execute("PRAGMA busy_timeout=0")  # a reader may keep it from finishing; then it goes on later
        try:
            busy, _, _ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._db.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        self._long_wal = size + LONG_WAL if busy else LONG_WAL

    def append(self, event: Event, expected: int | None = None) -> Entry:
        """Append one event in a transaction of its own; see `Writing.append`."""
        with self.writing() as writing:
            return writing.append(event, expected)

    def checkpoint(self) -> str:
        """Sign the log as it stands (C2SP note), and keep the note; an unchanged log keeps its newest one.

        Raises:
            InconsistentError: when the log does not continue the newest checkpoint: nothing is signed.
            KeyFileError: when the signing key is not there.
        """
        from bot.records import signing
        from bot.records.checkpoint import read_signers, sign

        with self.reading():
            tree = signing.tree_to_sign(self, self.origin)
        note = sign(tree, read_signers(self.layout), int(self._clock().timestamp()))
        with self.writing() as writing:
            kept = signing.store_note(self._db, tree, note)
            size = writing.size()
        if self._witness is not None:
            with suppress(OSError):
                self._witness.write(size, self.root(size), durably=True)
        return kept

    def rebuild(self) -> int:
        """Make the derived tables anew from the log; gives how many entries were replayed.

        It holds the store's lock throughout: stop the other programs first when the log is long.
        """
        from bot.records.rebuild import rebuild

        with self.writing():
            return rebuild(self._db, self._key)

    @contextmanager
    def reading(self) -> Iterator[Self]:
        """Ask several questions of one and the same state of the store."""
        with explaining(self._file):
            self._db.execute("BEGIN")
            try:
                yield self
            finally:
                self._undo()

    def close(self) -> None:
        """Close the store; the last one to do so moves the write-ahead log into the database."""
        if self._lock is None:
            self._db.close()
            return
        try:
            with self._lock.held(), suppress(sqlite3.Error):
                self._db.close()
        finally:
            self._lock.close()
            if self._witness is not None:
                self._witness.close()


def _make(layout: Layout, origin: str) -> None:
    """Make what is missing of a store; a crash on the way leaves it to be finished the next time."""
    from bot.records.checkpoint import make_signing_keys, read_signers, verifier_key

    if not layout.database.exists():
        known = read_witness(layout.witness, origin)
        if known is not None and known.size:
            raise RolledBackError(
                f"{layout.database} is gone, though it held {known.size} entries. Put the newest backup back."
            )
        os.close(os.open(layout.database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    with explaining(layout.database):
        db = connect(layout.database)
        try:
            if db.execute("SELECT 1 FROM sqlite_master WHERE name='identity'").fetchone():
                return
            make_index_key(layout)
            make_signing_keys(layout)
            vkeys = "".join(f"{verifier_key(origin, each.kind, each.public)}\n" for each in read_signers(layout))
            write_durably(layout.verifier_key, vkeys.encode(), mode=0o644)
            db.execute("BEGIN IMMEDIATE")
            schema.upgrade(db)
            db.execute("INSERT INTO identity VALUES(1,?,?,?)", (origin, vkeys, read_index_key(layout).check()))
            db.execute("COMMIT")
        finally:
            db.close()


def _upgrade_if_older(db: sqlite3.Connection) -> None:
    if schema.is_older(db):
        db.execute("BEGIN IMMEDIATE")
        try:
            schema.upgrade(db)
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise


def _identity(db: sqlite3.Connection, layout: Layout) -> tuple[str, bytes]:
    if not db.execute("SELECT 1 FROM sqlite_master WHERE type='table' AND name='identity'").fetchone():
        raise SchemaError(f"{layout.database} is not a store of OfRecord. Check `dir` under [store].")
    row = db.execute("SELECT origin,index_check FROM identity").fetchone()
    if row is None:
        raise DamagedError(f"{layout.database} does not say whose log it is. Put the newest backup back.")
    return row[0], row[1]


def _require_origin(layout: Layout, found: str, origin: str | None) -> None:
    if origin is not None and found != origin:
        raise OriginError(
            f"{layout.folder} holds the log {found!r}, and the configuration says {origin!r}. Correct `origin` under "
            "[department], or `dir` under [store]."
        )


def _matching_key(layout: Layout, index_check: bytes) -> IndexKey:
    key = read_index_key(layout)
    if key.check() != index_check:
        raise KeyFileError(
            f"{layout.secrets / 'index.key'} is not the key that this store was made with. Put it back from the backup."
        )
    return key


def _require_not_rolled_back(records: Records) -> None:
    size = records.size()
    signed = records.newest_signed_size()
    known = read_witness(records.layout.witness, records.origin)
    longest = max(signed, 0 if known is None else known.size)
    if size < longest or (known is not None and known.size and records.root(known.size) != known.root):
        raise RolledBackError(
            f"{records.layout.database} holds {size} entries, or others than it did, though the log is known to have "
            f"had {longest}. An older copy was put back, or its -wal file is lost. Put the newest copy back, with its "
            "-wal; if there is none, keep this one as it is and start a new store with a new origin."
        )
