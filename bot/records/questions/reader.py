"""What every question is asked through."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bot.records.errors import explained
from bot.records.keys import IndexKey
from bot.records.moments import maybe_from_ms

_MOST_VALUES = 500
"""How many values one statement asks for; SQLite's own limit is far above."""

Row = tuple[Any, ...]


def adapted(row: Row, moments: Sequence[int], truths: Sequence[int] = ()) -> Row:
    """A row whose columns at these places are made moments (from milliseconds) and truth values."""
    values = list(row)
    for i in moments:
        values[i] = maybe_from_ms(values[i])
    for i in truths:
        values[i] = bool(values[i])
    return tuple(values)


class Reader:
    """A connection with the key and the clock that questions need."""

    _db: sqlite3.Connection
    _file: Path
    _key: IndexKey
    _clock: Callable[[], datetime]

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise explained(error, self._file) from error

    def _row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        rows = self._rows(sql, values)
        return rows[0] if rows else None

    def _rows_for(self, sql: str, values: Sequence[object]) -> Iterator[Row]:
        """Ask for many values, in portions; ``{}`` in `sql` stands for the list of them."""
        portions = iter(values)
        while portion := list(islice(portions, _MOST_VALUES)):
            yield from self._rows(sql.format(",".join("?" * len(portion))), portion)
