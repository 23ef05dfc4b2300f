"""Walking through the log from its first entry to its last: every entry against its leaf, every leaf against the tree.

The walk goes tile by tile (256 entries), so it needs little memory, and where SQLite cannot read a tile it goes row by
row, so that one damaged page does not hide what is behind it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.records.entry import encode
from bot.records.findings import Findings
from bot.records.merkle import HASH_SIZE, Frontier, fold, leaf_hash
from bot.records.questions.proofs import TILE_LEVELS

TILE_LEVEL = TILE_LEVELS[0]
TILE = 1 << TILE_LEVEL

_ROWS = """SELECT l.seq,l.leaf,l.type,l.ts,l.subject,l.corr,l.series,e.bytes
FROM log l LEFT JOIN entry e ON e.seq=l.seq WHERE l.seq>=? AND l.seq<? ORDER BY l.seq"""
_PURGED = """SELECT 1 FROM disposal d JOIN log l ON l.seq=d.by_seq AND l.type='record.purged'
WHERE d.seq=? AND d.level='entry'"""

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """One tile of the log after it was checked."""

    start: int
    end: int
    good: dict[int, bytes]
    """The entries whose bytes agree with their leaf, by sequence number."""
    leaves: list[bytes]
    frontier: Frontier
    """The tree's edge before this tile."""


def read_portion(db: sqlite3.Connection, sql: str, start: int, end: int, findings: Findings) -> Rows:
    """Read the rows whose number lies in [start, end), as many of them as can be read."""
    try:
        return db.execute(sql, (start, end)).fetchall()
    except sqlite3.Error:
        rows: Rows = []
    for seq in range(start, end):
        try:
            rows += db.execute(sql, (seq, seq + 1)).fetchall()
        except sqlite3.Error as error:
            findings.entry(seq, f"SQLite cannot read it ({error})")
    return rows


def walk(db: sqlite3.Connection, size: int, findings: Findings) -> Iterator[Step]:
    """Check entries and leaves, and give each tile when it is done."""
    frontier = Frontier()
    for start in range(0, size, TILE):
        end = min(start + TILE, size)
        good, computed, stored = _check_rows(db, start, end, findings)
        before = Frontier(frontier.size, frontier.hashes)
        if end - start == TILE:
            computed = _append_tile(db, frontier, computed, stored, findings)
        else:
            for leaf in computed:
                frontier.append(leaf)
        yield Step(start, end, good, computed, before)
    check_edge(db, frontier, findings)


def _check_rows(
    db: sqlite3.Connection, start: int, end: int, findings: Findings
) -> tuple[dict[int, bytes], list[bytes], list[bytes]]:
    """Check each row of a tile; gives the good entries, and for every number the computed and the stored leaf."""
    rows = {row[0]: row for row in read_portion(db, _ROWS, start, end, findings)}
    good: dict[int, bytes] = {}
    leaves: list[bytes] = []
    stored: list[bytes] = []
    for seq in range(start, end):
        row = rows.get(seq)
        if row is None:
            findings.entry(seq, "it is missing from the log")
            leaves.append(b"")
            stored.append(b"")
            continue
        leaf, content = row[1] if isinstance(row[1], bytes) else b"", row[7]
        stored.append(leaf)
        if not isinstance(content, bytes):
            leaves.append(leaf)
            if content is not None or db.execute(_PURGED, (seq,)).fetchone() is None:
                findings.entry(seq, "its content is missing, and no purge was recorded")
            continue
        leaves.append(leaf_hash(content))
        if leaves[-1] != leaf:
            findings.entry(seq, "its content is not what was recorded")
        elif not routed(seq, row[2:7], content):
            findings.entry(seq, "its columns in the log say something else than the entry")
        else:
            good[seq] = content
    return good, leaves, stored


def routed(seq: int, columns: Sequence[Any], content: bytes) -> bool:
    """Whether the columns of the log repeat what the entry says.

    The entry is canonical, so the words stand in a known order: ``"corr"`` before ``"id"``, and at the end the
    series, the number, the subject, the time and the type. Looking for them is several times faster than parsing.
    """
    kind, ts, subject, corr, series = columns
    try:
        tail = f'"ref":{encode(subject)}}},"ts":"{ts}","type":"{kind}","v":1}}'.encode()
        middle = f'"series":"{series}"}},"seq":{seq},"subject":{{"kind":"'.encode()
        tie = b'"corr":' if corr is None else f'"corr":{encode(corr)},"id":"'.encode()
    except (TypeError, UnicodeEncodeError):
        return False
    # From the end, because that is where it stands.
    return content.endswith(tail) and content.rfind(middle) >= 0 and (tie in content) == (corr is not None)


def _append_tile(
    db: sqlite3.Connection, frontier: Frontier, leaves: list[bytes], stored: list[bytes], findings: Findings
) -> list[bytes]:
    """Hold the leaves against the stored hash of their tile, and go on with whichever of them fits it."""
    start = frontier.size
    computed, tile = fold(leaves), _tile(db, TILE_LEVEL, start >> TILE_LEVEL, findings)
    if computed != tile:
        if fold(stored) == tile:
            leaves, computed = stored, tile
        else:
            findings.doubt(start, start + TILE, f"it or one of the next {TILE - 1} does not fit the stored tree")
    for level, completed in frontier.append_perfect(TILE_LEVEL, computed):
        first = frontier.size - (1 << level)
        if level in TILE_LEVELS and completed != _tile(db, level, first >> level, findings):
            findings.doubt(
                first, frontier.size, f"it or one of the next {(1 << level) - 1} does not fit the stored tree"
            )
    return leaves


def _tile(db: sqlite3.Connection, level: int, index: int, findings: Findings) -> bytes | None:
    try:
        row = db.execute("SELECT hash FROM tile WHERE level=? AND idx=?", (level, index)).fetchone()
    except sqlite3.Error as error:
        findings.other(f"the stored tree cannot be read ({error})")
        return None
    return row[0] if row else None


def check_edge(db: sqlite3.Connection, frontier: Frontier, findings: Findings) -> None:
    """Hold the tree that was walked against the edge that the appends have kept."""
    try:
        n, kept = db.execute("SELECT n,frontier FROM tree").fetchone()
    except (sqlite3.Error, TypeError) as error:
        findings.other(f"the edge of the tree is damaged ({error})")
        return
    if n != frontier.size:
        findings.entry(max(0, min(n, frontier.size)), f"the tree counts {n} entries, the log has {frontier.size}")
    elif findings.first_bad is None and kept != frontier.dump():
        start = 0
        for i, level in enumerate(level for level in reversed(range(n.bit_length())) if n >> level & 1):
            if kept[HASH_SIZE * i : HASH_SIZE * (i + 1)] != frontier.hashes[i]:
                break
            start += 1 << level
        findings.entry(start, "the tree from here on does not fit its kept edge")
