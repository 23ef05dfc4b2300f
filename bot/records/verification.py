"""Proving the whole record: that every entry is as it was written, and that nothing was put in, taken out or moved.

It opens the file for reading, believes nothing in it, and keeps going past damage where it can.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic

from bot.records import checkpoint, schema
from bot.records.connection import connect_readonly
from bot.records.contents import ContentCheck
from bot.records.errors import KeyFileError, MissingError, SchemaError
from bot.records.findings import Findings, VerifyResult
from bot.records.keys import IndexKey, read_index_key
from bot.records.layout import Layout
from bot.records.merkle import Frontier
from bot.records.walk import Step, walk
from bot.records.witness import Witnessed, read_witness

Progress = Callable[[int, int], None]
"""Called with how many entries are done, and how many there are."""


def verify(
    store: Path,
    progress: Progress = lambda done, total: None,  # noqa: ARG005
    *,
    full: bool = True,
    vkeys: Sequence[str] | None = None,
) -> VerifyResult:
    """Verify a store.

    Args:
        store: its folder. Programs may go on writing meanwhile; one state of it is verified.
        progress: called after every 256 entries.
        full: also open every commitment, check the look-up index, run SQLite's own check, and hold the derived
            tables against a rebuild; without it, entries, tree and checkpoints alone.
        vkeys: the log's public keys from a trusted place; None takes those that the store itself names.

    Raises:
        MissingError: when there is no store at all.
    """
    began = monotonic()
    layout, findings = Layout(store), Findings()
    if not layout.database.is_file():
        raise MissingError(f"There is no store at {store}. Check `dir` under [store] in the configuration.")
    size, root, checked = 0, Frontier().root(), 0
    try:
        db = connect_readonly(layout.database)
    except sqlite3.Error as error:
        findings.other(f"SQLite cannot open {layout.database} ({error})")
    else:
        try:
            verification = _Verification(db, layout, findings, vkeys)
            size, root = verification.run(progress, full=full)
            checked = verification.checked
        except sqlite3.Error as error:
            findings.other(f"the rest was not checked: SQLite cannot read on ({error})")
        finally:
            db.close()
    return VerifyResult(
        ok=not findings.problems,
        size=size,
        root=root.hex(),
        first_bad=findings.first_bad,
        problems=findings.problems,
        checkpoints_checked=checked,
        notes=findings.notes,
        seconds=monotonic() - began,
    )


class _Verification:
    """One run over one snapshot."""

    def __init__(self, db: sqlite3.Connection, layout: Layout, findings: Findings, vkeys: Sequence[str] | None) -> None:
        self._db, self._layout, self._findings = db, layout, findings
        self._origin, stored = self._identity()
        self._vkeys = list(vkeys) if vkeys is not None else stored
        self.checked = 0
        self._good_until = 0

    def run(self, progress: Progress, *, full: bool) -> tuple[int, bytes]:
        """Verify everything; gives the size and the root."""
        # Read before the snapshot begins: another program may commit between the two.
        known = read_witness(self._layout.witness, self._origin)
        self._db.execute("BEGIN")
        self._check_schema()
        size = self._size()
        notes = self._checkpoints(size)
        key = self._index_key() if full else None
        contents = ContentCheck(self._db, key, self._findings, self._layout.media) if full else None
        last: Step | None = None
        for step in walk(self._db, size, self._findings):
            self._check_checkpoints(step, notes)
            if contents is not None:
                contents.check(step)
            last = step
            progress(step.end, size)
        if contents is not None:
            contents.compare()
            contents.close()
            self._check_sqlite()
        self._check_witness(known, size)
        return size, Frontier().root() if last is None else _edge(last, size).root()

    def _identity(self) -> tuple[str, list[str]]:
        try:
            origin, vkeys = self._db.execute("SELECT origin,vkeys FROM identity").fetchone()
            return str(origin), str(vkeys).splitlines()
        except (sqlite3.Error, TypeError) as error:
            self._findings.other(f"the store does not say whose log it is ({error})")
            return "", []

    def _check_schema(self) -> None:
        try:
            schema.require_shipped_schema(self._db)
        except (SchemaError, sqlite3.Error) as error:
            self._findings.other(str(error))

    def _size(self) -> int:
        """How many rows the log has; rows behind a gap are reported, not walked."""
        try:
            (count,) = self._db.execute("SELECT count(*) FROM log NOT INDEXED").fetchone()
            for (seq,) in self._db.execute("SELECT seq FROM log WHERE seq>=? OR seq<0 LIMIT 3", (count,)):
                self._findings.entry(count, f"it is missing, though there is an entry numbered {seq}")
        except sqlite3.Error as error:
            self._findings.other(f"SQLite cannot count the entries ({error})")
            return self._kept_size()
        return int(count)

    def _kept_size(self) -> int:
        try:
            (size,) = self._db.execute("SELECT n FROM tree").fetchone()
            return max(int(size), 0)
        except (sqlite3.Error, TypeError, ValueError):
            return 0

    def _checkpoints(self, size: int) -> list[tuple[int, checkpoint.Tree]]:
        """The stored checkpoints whose signatures are right, smallest first."""
        found: list[tuple[int, checkpoint.Tree]] = []
        try:
            rows = self._db.execute("SELECT n,note FROM checkpoint WHERE kind='signed' ORDER BY n").fetchall()
        except sqlite3.Error as error:
            self._findings.other(f"the checkpoints cannot be read ({error})")
            return found
        for n, note in rows:
            try:
                tree = checkpoint.open_note(note, self._vkeys)
            except checkpoint.NoteError as error:
                self._findings.other(f"checkpoint of {n} entries: {error}")
                continue
            if tree.size != n or tree.origin != self._origin:
                self._findings.other(f"checkpoint of {n} entries: it is of another size or another log")
            elif n > size:
                self._findings.entry(size, f"it is missing: a checkpoint was signed over {n} entries")
            else:
                found.append((n, tree))
        self.checked = len(found)
        return found

    def _check_checkpoints(self, step: Step, notes: list[tuple[int, checkpoint.Tree]]) -> None:
        while notes and notes[0][0] <= step.end:
            n, tree = notes.pop(0)
            root = _edge(step, n).root()
            if root == tree.root:
                self._good_until = n
            else:
                self._findings.doubt(
                    self._good_until, n, f"it or a later one was replaced: checkpoint {n} has another root"
                )

    def _index_key(self) -> IndexKey | None:
        try:
            return read_index_key(self._layout)
        except KeyFileError as error:
            self._findings.notes.append(f"The look-up index and the derived tables were not checked: {error}")
            return None

    def _check_sqlite(self) -> None:
        for line in _integrity(self._db):
            self._findings.other(f"SQLite's own check: {line}")

    def _check_witness(self, known: Witnessed | None, size: int) -> None:
        if known is not None and known.size > size:
            self._findings.entry(size, f"it is missing: the log is known to have had {known.size} entries")


def _integrity(db: sqlite3.Connection) -> Iterator[str]:
    try:
        yield from (line for (line,) in db.execute("PRAGMA integrity_check(20)") if line != "ok")
    except sqlite3.Error as error:
        yield str(error)


def _edge(step: Step, size: int) -> Frontier:
    """The tree's edge at a size inside one tile."""
    frontier = Frontier(step.frontier.size, step.frontier.hashes)
    for leaf in step.leaves[: size - step.start]:
        frontier.append(leaf)
    return frontier
