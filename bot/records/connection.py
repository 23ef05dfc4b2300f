"""Opening SQLite the way the record needs it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

BUSY_MS = 5000
_CACHE_KIB = 16384
_ALWAYS = f"""
PRAGMA busy_timeout={BUSY_MS};
PRAGMA foreign_keys=ON;
PRAGMA recursive_triggers=ON;
PRAGMA trusted_schema=OFF;
PRAGMA cell_size_check=ON;
PRAGMA mmap_size=0;
PRAGMA cache_size=-{_CACHE_KIB};
"""
_WRITING = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
PRAGMA secure_delete=ON;
PRAGMA wal_autocheckpoint=0;
"""


def sqlite_version() -> str:
    """The version of the SQLite library in use, such as ``3.51.3``."""
    return sqlite3.sqlite_version


def connect(path: Path) -> sqlite3.Connection:
    """Open a store's database for reading and writing; it must exist."""
    return _prepared(f"file:{quote(str(path))}?mode=rw", _ALWAYS + _WRITING)


def connect_readonly(path: Path) -> sqlite3.Connection:
    """Open a store's database for reading.

    On read-only media SQLite cannot open a database in WAL mode at all unless it is told that nobody changes it, which
    is right when no -wal file is beside it.
    """
    uri = f"file:{quote(str(path))}?mode=ro"
    try:
        return _prepared(uri, _ALWAYS)
    except sqlite3.OperationalError:
        wal = path.with_name(f"{path.name}-wal")
        if wal.exists() and wal.stat().st_size:
            raise
        return _prepared(f"{uri}&immutable=1", _ALWAYS)


def _prepared(uri: str, pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    try:
        for pragma in pragmas.split(";"):
            connection.execute(pragma).fetchall()
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
