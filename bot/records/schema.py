"""Making and upgrading the tables, and refusing a file whose tables are not ours."""

from __future__ import annotations

import sqlite3
from functools import cache

import sqlite_utils
from sqlite_utils import Migrations
from sqlite_utils.utils import OperationalError

from bot.records import tables
from bot.records.errors import DriverError, NewerSchemaError, SchemaError

migrations = Migrations("ofrecord-records")

_OWN = (
    "SELECT type||' '||name, sql FROM sqlite_master "
    "WHERE substr(name,1,7)<>'sqlite_' AND tbl_name<>'_sqlite_migrations'"
)
"""Without what SQLite and sqlite-utils make for themselves: another version of theirs may word it otherwise."""


@migrations()
def first_tables(db: sqlite_utils.Database) -> None:
    """Make every table of the first version."""
    for statement in (*tables.RECORD, *tables.TRIGGERS, *tables.DERIVED, *tables.WORKING):
        db.conn.execute(statement)
    db.conn.execute("INSERT INTO tree VALUES(1,0,x'')")


def require_plain_driver(its_error: type[Exception] = OperationalError) -> None:
    """Refuse `pysqlite3`, which sqlite-utils prefers without a word where it is installed.

    Args:
        its_error: the error class that sqlite-utils took from the driver it chose.

    Raises:
        DriverError: when that driver is not Python's own.
    """
    if its_error is not sqlite3.OperationalError:
        raise DriverError(
            "sqlite-utils would use the SQLite of pysqlite3 beside Python's own, and two of them on one file can "
            "damage it. Run `pip uninstall pysqlite3 pysqlite3-binary` in this environment."
        )


def upgrade(connection: sqlite3.Connection) -> None:
    """Apply the migrations that are missing. The caller has begun an immediate transaction.

    Never through `table.transform()`: that drops every trigger of the table.
    """
    migrations.apply(sqlite_utils.Database(connection, execute_plugins=False))


def require_shipped_schema(connection: sqlite3.Connection) -> None:
    """Compare the file's tables, indexes and triggers with the shipped ones.

    Raises:
        NewerSchemaError: when a newer version upgraded the file.
        SchemaError: when one is missing, changed or unknown.
    """
    found = dict(connection.execute(_OWN).fetchall())
    shipped = shipped_schema()
    if found == shipped:
        return
    _require_known_migrations(connection)
    for words, names in (
        ("is missing", shipped.keys() - found.keys()),
        ("was changed", {name for name in shipped.keys() & found.keys() if shipped[name] != found[name]}),
        ("is not part of a store", found.keys() - shipped.keys()),
    ):
        if names:
            raise SchemaError(
                f"In the store the {min(names)} {words}, so the record is no longer guarded. Find out who changed it, "
                "put the newest backup back, and run `ofrecord records verify`."
            )


def _require_known_migrations(connection: sqlite3.Connection) -> None:
    database = sqlite_utils.Database(connection, execute_plugins=False)
    known = {each.name for each in migrations.pending(sqlite_utils.Database(memory=True, execute_plugins=False))}
    unknown = sorted({each.name for each in migrations.applied(database)} - known)
    if unknown:
        raise NewerSchemaError(
            f"The store was upgraded by a newer version of OfRecord ({unknown[0]}). Install that version or a later "
            "one; this one would misread it."
        )


@cache
def shipped_schema() -> dict[str, str | None]:
    """Every table, index and trigger that the migrations make, with its SQL."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        upgrade(connection)
        return dict(connection.execute(_OWN).fetchall())
    finally:
        connection.close()


def is_older(connection: sqlite3.Connection) -> bool:
    """Whether migrations are missing in the file."""
    return bool(migrations.pending(sqlite_utils.Database(connection, execute_plugins=False)))
