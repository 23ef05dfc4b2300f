"""Making the derived tables anew from the log."""

from __future__ import annotations

import json
import sqlite3

from bot.records.contents import fact_of
from bot.records.keys import IndexKey
from bot.records.state import changes
from bot.records.tables import DERIVED_TABLES

_PORTION = 1024


def rebuild(db: sqlite3.Connection, key: IndexKey) -> int:
    """Empty the derived tables and replay every entry into them; the caller has begun a transaction.

    Gives how many entries were replayed.
    """
    for table in DERIVED_TABLES:
        db.execute(f"DELETE FROM {table}")  # noqa: S608
    done, after = 0, -1
    while rows := db.execute(
        "SELECT seq,bytes FROM entry WHERE seq>? ORDER BY seq LIMIT ?", (after, _PORTION)
    ).fetchall():
        after = rows[-1][0]
        opened = _opened(db, rows[0][0], after)
        for seq, content in rows:
            for sql, values in changes(fact_of(json.loads(content), opened.get(seq, {}), key)):
                db.execute(sql, values)
        done += len(rows)
    return done


def _opened(db: sqlite3.Connection, first: int, last: int) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    asked = "SELECT seq,name,value FROM payload WHERE seq BETWEEN ? AND ? AND name IN('comment.digest','post.digest')"
    for seq, name, value in db.execute(asked, (first, last)):
        found.setdefault(seq, {})[name] = value
    return found
