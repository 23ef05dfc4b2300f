"""Checking what lies beside the entries: opened commitments, look-up values, and the tables derived from the log."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.records import media
from bot.records.entry import commitment
from bot.records.findings import Findings
from bot.records.keys import IndexKey
from bot.records.moments import parse, to_ms
from bot.records.state import Fact, changes
from bot.records.tables import ALL_DERIVED, DERIVED_TABLES
from bot.records.walk import Rows, Step, read_portion

_PAYLOAD = "SELECT seq,name,salt,value FROM payload WHERE seq>=? AND seq<? ORDER BY seq"
_INDEX = "SELECT seq,h FROM pidx WHERE seq>=? AND seq<? ORDER BY seq"
_DISPOSED = "SELECT seq FROM disposal WHERE seq>=? AND seq<?"
_CAPTURES = {"post.seen": "post", "comment.seen": "comment", "comment.edited": "comment", "block.listed": "account"}
_MOST_DIFFERENCES = 5

Opened = dict[str, tuple[bytes, str]]


class ContentCheck:
    """Goes along with the walk; replays the log into derived tables of its own, on disk where they grow large."""

    def __init__(self, db: sqlite3.Connection, key: IndexKey | None, findings: Findings, folder: Path) -> None:
        """Check what lies in this database, and the captured files in this folder."""
        self._db, self._key, self._findings = db, key, findings
        self._files = media.Files(folder)
        self._replayed = sqlite3.connect("", isolation_level=None)
        for statement in ALL_DERIVED:
            self._replayed.execute(statement)
        self._replayed.execute("BEGIN")

    def check(self, step: Step) -> None:
        """Check the payload of one tile, and replay its events."""
        payload = self._payload(step)
        disposed = {seq for (seq,) in self._read(_DISPOSED, step)}
        index = {(seq, mac) for seq, mac in self._read(_INDEX, step)} if self._key else set()
        for seq in range(step.start, step.end):
            opened = payload.get(seq, {})
            if seq in step.good:
                said = self._parsed(seq, step.good[seq])
                self._check_commitments(seq, said["com"], opened, disposed=seq in disposed)
                self._check_file(seq, opened)
                if self._key is not None:
                    index.discard((seq, self._index_value(said, opened)))
                    self._replay(seq, said, opened, self._key)
            elif opened and seq in disposed:
                self._findings.entry(seq, "it was purged, and its values are still there")
        for seq, _ in sorted(index):
            self._findings.entry(seq, "the look-up index holds a value that is not of this entry")

    def _parsed(self, seq: int, content: bytes) -> dict[str, Any]:
        with suppress(ValueError, KeyError, TypeError):
            said = json.loads(content)
            if isinstance(said["com"], dict) and said["type"]:
                return dict(said)
        self._findings.entry(seq, "it does not read as an entry")
        return {"com": {}, "type": ""}

    def _read(self, sql: str, step: Step) -> Rows:
        return read_portion(self._db, sql, step.start, step.end, self._findings)

    def _payload(self, step: Step) -> dict[int, Opened]:
        found: dict[int, Opened] = {}
        for seq, name, salt, value in self._read(_PAYLOAD, step):
            found.setdefault(seq, {})[name] = (salt, value)
        return found

    def _check_commitments(self, seq: int, committed: dict[str, str], opened: Opened, *, disposed: bool) -> None:
        for name, (salt, value) in opened.items():
            try:
                fits = commitment(salt, name, value) == b64decode(committed[name])
            except (KeyError, TypeError, ValueError):
                fits = False
            if not fits:
                self._findings.entry(seq, f"the value of {name!r} is not the one that the entry commits to")
        missing = sorted(committed.keys() - opened.keys())
        if missing and not disposed:
            self._findings.entry(seq, f"the value of {missing[0]!r} is missing, and no disposal was recorded")

    def _check_file(self, seq: int, opened: Opened) -> None:
        if media.NAME in opened and (problem := self._files.problem(opened[media.NAME][1])):
            self._findings.entry(seq, problem)

    def _index_value(self, said: dict[str, Any], opened: Opened) -> bytes | None:
        """The look-up value that the entry should have; reports when it is not there."""
        kind = _CAPTURES.get(said["type"])
        if kind is None or self._key is None or f"{kind}.platform_id" not in opened:
            return None
        try:
            platform_id = json.loads(opened[f"{kind}.platform_id"][1])
            mac = self._key.of_id(kind, said["pub"]["page"], platform_id)
        except (KeyError, TypeError, ValueError):
            return None
        if self._db.execute("SELECT 1 FROM pidx WHERE h=? AND seq=?", (mac, said["seq"])).fetchone() is None:
            self._findings.entry(said["seq"], "the look-up index lacks it")
        return mac

    def _replay(self, seq: int, said: dict[str, Any], opened: Opened, key: IndexKey) -> None:
        try:
            for sql, values in changes(fact_of(said, {name: value for name, (_, value) in opened.items()}, key)):
                self._replayed.execute(sql, values)
        except (KeyError, TypeError, ValueError, sqlite3.Error) as error:
            self._findings.entry(seq, f"nothing can be derived from it ({type(error).__name__})")

    def compare(self) -> None:
        """Hold the derived tables of the store against those replayed here."""
        if self._key is None:
            return
        for table in DERIVED_TABLES:
            asked = f"SELECT * FROM {table} ORDER BY 1,2"  # noqa: S608
            try:
                differing = list(_differing(self._db.execute(asked), self._replayed.execute(asked)))
            except sqlite3.Error as error:
                self._findings.other(f"table {table} cannot be read ({error}); run `ofrecord records rebuild`")
                continue
            for row in differing[:_MOST_DIFFERENCES]:
                self._findings.other(
                    f"table {table} does not follow from the log (row {row}); run `ofrecord records rebuild`"
                )

    def close(self) -> None:
        """Drop the replayed tables."""
        self._replayed.close()


def _differing(stored: Iterator[tuple[Any, ...]], derived: Iterator[tuple[Any, ...]]) -> Iterator[Any]:
    """The first columns of the rows that are not in both, of two ordered listings; stops after a few."""
    ours, theirs = next(stored, None), next(derived, None)
    found = 0
    while (ours is not None or theirs is not None) and found < _MOST_DIFFERENCES:
        if ours == theirs:
            ours, theirs = next(stored, None), next(derived, None)
            continue
        found += 1
        first, second = None if ours is None else ours[0], None if theirs is None else theirs[0]
        yield first if second is None else second if first is None else min(first, second)
        if first is not None and (second is None or first <= second):
            ours = next(stored, None)
        if second is not None and (first is None or second <= first):
            theirs = next(derived, None)


def fact_of(said: dict[str, Any], opened: dict[str, str], key: IndexKey) -> Fact:
    """What derived state may know of an entry that is read back; `opened` holds canonical JSON by committed name."""
    kind = _CAPTURES.get(said["type"])
    digest = opened.get(f"{kind}.digest") if kind else None
    return Fact(
        seq=said["seq"],
        ms=to_ms(parse(said["ts"])),
        type=said["type"],
        actor_kind=said["actor"]["kind"],
        actor_id=said["actor"]["id"],
        ref=said["subject"]["ref"],
        corr=said.get("corr"),
        pub=said["pub"],
        digest_mac=None if digest is None else key.of_digest(json.loads(digest)),
    )
