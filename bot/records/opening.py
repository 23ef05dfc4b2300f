"""Making a store, and what is looked at before one is opened."""

from __future__ import annotations

import os
import sqlite3

from bot.records import schema
from bot.records.connection import connect
from bot.records.errors import (
    DamagedError,
    KeyFileError,
    OriginError,
    RolledBackError,
    SchemaError,
    explaining,
)
from bot.records.keys import IndexKey, make_index_key, read_index_key
from bot.records.layout import Layout, write_durably
from bot.records.questions import Questions
from bot.records.witness import read_witness


def make(layout: Layout, origin: str) -> None:
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


def upgrade_if_older(db: sqlite3.Connection) -> None:
    """Apply the migrations that the file lacks; the caller holds the lock."""
    if schema.is_older(db):
        db.execute("BEGIN IMMEDIATE")
        try:
            schema.upgrade(db)
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise


def identity(db: sqlite3.Connection, layout: Layout) -> tuple[str, bytes]:
    """Whose log the file holds, and the check value of its index key.

    Raises:
        SchemaError: when it is no store.
        DamagedError: when it does not say.
    """
    if not db.execute("SELECT 1 FROM sqlite_master WHERE type='table' AND name='identity'").fetchone():
        raise SchemaError(f"{layout.database} is not a store of OfRecord. Check `dir` under [store].")
    row = db.execute("SELECT origin,index_check FROM identity").fetchone()
    if row is None:
        raise DamagedError(f"{layout.database} does not say whose log it is. Put the newest backup back.")
    return row[0], row[1]


def require_origin(layout: Layout, found: str, origin: str | None) -> None:
    """Refuse the log of another Department.

    Raises:
        OriginError: when it is one.
    """
    if origin is not None and found != origin:
        raise OriginError(
            f"{layout.folder} holds the log {found!r}, and the configuration says {origin!r}. Correct `origin` under "
            "[department], or `dir` under [store]."
        )


def matching_key(layout: Layout, index_check: bytes) -> IndexKey:
    """Read the index key, and make sure that the store was made with it.

    Raises:
        KeyFileError: when it was not, or the key cannot be used.
    """
    key = read_index_key(layout)
    if key.check() != index_check:
        raise KeyFileError(
            f"{layout.secrets / 'index.key'} is not the key that this store was made with. Put it back from the backup."
        )
    return key


def require_not_rolled_back(records: Questions, layout: Layout, origin: str) -> None:
    """Refuse a database that is older than the log is known to have been.

    Raises:
        RolledBackError: when it is.
    """
    # What vouches for a size is read before the size: another program may commit between the two.
    signed = records.newest_signed_size()
    known = read_witness(layout.witness, origin)
    size = records.size()
    longest = max(signed, 0 if known is None else known.size)
    if size < longest or (known is not None and known.size and records.root(known.size) != known.root):
        raise RolledBackError(
            f"{layout.database} holds {size} entries, or others than it did, though the log is known to have "
            f"had {longest}. An older copy was put back, or its -wal file is lost. Put the newest copy back, with its "
            "-wal; if there is none, keep this one as it is and start a new store with a new origin."
        )
