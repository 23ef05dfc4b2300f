"""The store: opening it, writing to it, signing and closing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.events import Event
from bot.moments import utc_now
from bot.records import schema
from bot.records.connection import BUSY_MS, connect, connect_readonly
from bot.records.errors import (
    MissingError,
    OriginError,
    ReadOnlyError,
    StoreError,
    explained,
    explaining,
)
from bot.records.keys import IndexKey
from bot.records.layout import Layout
from bot.records.lock import FileLock
from bot.records.opening import (
    identity,
    make,
    matching_key,
    require_not_rolled_back,
    require_origin,
    upgrade_if_older,
)
from bot.records.questions import Entry, Questions
from bot.records.witness import Witness
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
                make(layout, origin)
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
            found, index_check = identity(db, layout)
            if lock is not None:
                upgrade_if_older(db)
            schema.require_shipped_schema(db)
            require_origin(layout, found, origin)
            records = cls(layout, db, matching_key(layout, index_check), found, clock, lock)
            require_not_rolled_back(records, layout, found)
        except OSError as error:
            db.close()
            raise StoreError(
                f"{layout.folder} cannot be used ({error.strerror}: {error.filename}). Check the folder's owner and "
                "that the disk works."
            ) from error
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
