"""Destroying the values of entries as retention will: the entries themselves, and the triggers, stay."""

from __future__ import annotations

from bot.records import Records


def destroy(records: Records, seq: int) -> None:
    """Destroy what an entry committed to."""
    db = records._db
    (trigger,) = db.execute("SELECT sql FROM sqlite_master WHERE name='payload_delete'").fetchone()
    db.execute("DROP TRIGGER payload_delete")
    db.execute("DELETE FROM payload WHERE seq=? AND name<>'media.id'", (seq,))
    db.execute(trigger)
