"""Reading the log itself."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.events import Actor, Subject
from bot.records.moments import parse
from bot.records.questions.reader import Reader, Row

_ENTRY = "SELECT l.seq,e.bytes FROM log l JOIN entry e ON e.seq=l.seq"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the log, with as much of its payload as is still there."""

    seq: int
    id: str
    ts: datetime
    """When it was written (UTC)."""
    type: str
    actor: Actor
    subject: Subject
    pub: Mapping[str, Any]
    """The public fields of the event."""
    corr: str | None
    cause: tuple[int, ...]
    opened: Mapping[str, Any] = field(repr=False)
    """The committed fields whose values are here, by committed name."""
    withheld: tuple[str, ...] = ()
    """The committed fields whose values were destroyed."""


class EntryQuestions(Reader):
    """Questions about entries as such."""

    def size(self) -> int:
        """How many entries the log has."""
        row = self._row("SELECT n FROM tree")
        return int(row[0]) if row else 0

    def entry(self, seq: int) -> Entry | None:
        """One entry, or None when there is none or it was purged."""
        return next(iter(self._entries(f"{_ENTRY} WHERE l.seq=?", [seq])), None)

    def entries(self, after: int = -1, limit: int = 1000, types: Collection[str] | None = None) -> list[Entry]:
        """The entries after a sequence number, oldest first, of some types or of all."""
        if types is None:
            return self._entries(f"{_ENTRY} WHERE l.seq>? ORDER BY l.seq LIMIT ?", [after, limit])
        of_type = "SELECT seq FROM log INDEXED BY log_type WHERE type=? AND seq>? ORDER BY seq LIMIT ?"
        seqs = sorted(seq for each in types for (seq,) in self._rows(of_type, [each, after, limit]))[:limit]
        return self.entries_of(seqs)

    def newest(self, limit: int = 20) -> list[Entry]:
        """The last entries, oldest first."""
        return self._entries(f"{_ENTRY} ORDER BY l.seq DESC LIMIT ?", [limit])[::-1]

    def entries_of(self, seqs: Iterable[int]) -> list[Entry]:
        """The entries of these sequence numbers, oldest first."""
        asked = _ENTRY + " WHERE l.seq IN ({}) ORDER BY l.seq"
        return self._opened(list(self._rows_for(asked, sorted(set(seqs)))))

    def case(self, ref: str) -> list[Entry]:
        """Everything that the log says about one subject, oldest first."""
        return self._entries(f"{_ENTRY} WHERE l.subject=? ORDER BY l.seq", [ref])

    def since(self, ref: str, seq: int) -> list[Entry]:
        """What the log says about one subject after a sequence number, oldest first."""
        return self._entries(f"{_ENTRY} WHERE l.subject=? AND l.seq>? ORDER BY l.seq", [ref, seq])

    def last(self, type: str, subject_ref: str | None = None) -> Entry | None:  # noqa: A002
        """The newest entry of a type, about one subject or any."""
        if subject_ref is None:
            row = self._row("SELECT max(seq) FROM log INDEXED BY log_type WHERE type=?", [type])
        else:
            row = self._row(
                "SELECT max(seq) FROM log INDEXED BY log_subject WHERE subject=? AND type=?", [subject_ref, type]
            )
        return None if row is None or row[0] is None else self.entry(row[0])

    def classified(self, ref: str) -> Entry | None:
        """The newest scoring of a comment."""
        return self.last("comment.classified", ref)

    def _entries(self, sql: str, values: list[object]) -> list[Entry]:
        return self._opened(self._rows(sql, values))

    def _opened(self, rows: list[Row]) -> list[Entry]:
        payload: dict[int, dict[str, Any]] = {seq: {} for seq, _ in rows}
        asked = "SELECT seq,name,value FROM payload WHERE seq IN ({})"
        for seq, name, value in self._rows_for(asked, list(payload)):
            payload[seq][name] = json.loads(value)
        return [_read(content, payload[seq]) for seq, content in rows]


def _read(content: bytes, opened: dict[str, Any]) -> Entry:
    said = json.loads(content)
    actor = said["actor"]
    return Entry(
        seq=said["seq"],
        id=said["id"],
        ts=parse(said["ts"]),
        type=said["type"],
        actor=Actor(actor["kind"], actor["id"], actor.get("role"), actor.get("build")),
        subject=Subject(said["subject"]["kind"], said["subject"]["ref"]),
        pub=said["pub"],
        corr=said.get("corr"),
        cause=tuple(said.get("cause", ())),
        opened=opened,
        withheld=tuple(sorted(said["com"].keys() - opened.keys())),
    )
