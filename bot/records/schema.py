"""Making and upgrading the tables, and refusing a file whose tables are not ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from bot.records import tables
from bot.records.errors import DriverError, NewerSchemaError, SchemaError

if TYPE_CHECKING:
    import sqlite_utils

MIGRATION_SET = "ofrecord-records"

_OWN = (
    "SELECT type||' '||name, sql FROM sqlite_master "
    "WHERE substr(name,1,7)<>'sqlite_' AND tbl_name<>'_sqlite_migrations'"
)
"""Without what SQLite and sqlite-utils make for themselves: another version of theirs may word it otherwise."""


def first_tables(connection: sqlite3.Connection) -> None:
    """Make every table of the first version."""
    for statement in (*tables.RECORD, *tables.TRIGGERS, *tables.DERIVED, *tables.WORKING):
        connection.execute(statement)
    connection.execute("INSERT INTO tree VALUES(1,0,x'')")


def tasks_and_budgets(connection: sqlite3.Connection) -> None:
    """Add what people do by hand, and what pages use of what their platforms allow."""
    for statement in (*tables.TASK, *tables.BUDGET):
        connection.execute(statement)


def backfills(connection: sqlite3.Connection) -> None:
    """Add how far the backfill of a page has come, and which comments came by it."""
    for statement in (*tables.BACKFILLED, *tables.BACKFILL):
        connection.execute(statement)


def attachments(connection: sqlite3.Connection) -> None:
    """Add which attachments are to be fetched, and when again."""
    for statement in (*tables.MEDIA, *tables.MEDIA_RETRY):
        connection.execute(statement)


def daily_checks(connection: sqlite3.Connection) -> None:
    """Add when each page was last checked."""
    for statement in tables.CHECKED:
        connection.execute(statement)


STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    first_tables,
    tasks_and_budgets,
    backfills,
    attachments,
    daily_checks,
)
"""Every migration, in order. A name once released is never changed."""


def require_plain_driver(*, pysqlite3_installed: bool | None = None) -> None:
    """Refuse to run beside `pysqlite3`, which sqlite-utils prefers without a word where it is installed.

    Args:
        pysqlite3_installed: whether it is; None looks for it.

    Raises:
        DriverError: when it is.
    """
    if find_spec("pysqlite3") is not None if pysqlite3_installed is None else pysqlite3_installed:
        raise DriverError(
            "sqlite-utils would use the SQLite of pysqlite3 beside Python's own, and two of them on one file can "
            "damage it. Run `pip uninstall pysqlite3 pysqlite3-binary` in this environment."
        )


def upgrade(connection: sqlite3.Connection) -> None:
    """Apply the migrations that are missing. The caller has begun an immediate transaction.

    Never through `table.transform()`: that drops every trigger of the table.
    """
    import sqlite_utils  # only a store that is made or upgraded pays for loading it

    migrations = sqlite_utils.Migrations(MIGRATION_SET)
    for step in STEPS:
        migrations(name=step.__name__)(_on_connection(step))
    migrations.apply(sqlite_utils.Database(connection, execute_plugins=False))


def _on_connection(step: Callable[[sqlite3.Connection], None]) -> Callable[[sqlite_utils.Database], None]:
    def run(db: sqlite_utils.Database, /) -> None:
        step(db.conn)

    return run


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
    unknown = sorted(_applied(connection) - {step.__name__ for step in STEPS})
    if unknown:
        raise NewerSchemaError(
            f"The store was upgraded by a newer version of OfRecord ({unknown[0]}). Install that version or a later "
            "one; this one would misread it."
        )


def is_older(connection: sqlite3.Connection) -> bool:
    """Whether migrations are missing in the file."""
    return not {step.__name__ for step in STEPS} <= _applied(connection)


def _applied(connection: sqlite3.Connection) -> set[str]:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name='_sqlite_migrations'").fetchone():
        return set()
    rows = connection.execute("SELECT name FROM _sqlite_migrations WHERE migration_set=?", (MIGRATION_SET,))
    return {name for (name,) in rows}


@cache
def shipped_schema() -> dict[str, str | None]:
    """Every table, index and trigger that the migrations make, with its SQL."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        for step in STEPS:
            step(connection)
        return dict(connection.execute(_OWN).fetchall())
    finally:
        connection.close()
