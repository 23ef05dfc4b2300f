"""Attachments: which are still to be fetched, what came of the others, and which files the record speaks of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.records.media import NAME
from bot.records.moments import to_ms
from bot.records.questions.entries import Entry, EntryQuestions

_DUE = """SELECT a.seq,a.at,a.ref,a.page,coalesce(t.attempt,0) FROM attachment a
LEFT JOIN media_retry t ON t.seq=a.seq AND t.at=a.at
WHERE a.outcome IS NULL AND coalesce(t.not_before,0)<=? ORDER BY a.seq DESC,a.at LIMIT 1"""


@dataclass(frozen=True, slots=True)
class DueMedia:
    """An attachment whose bytes are to be fetched."""

    seq: int
    """The entry that captured the comment."""
    at: int
    """Its place among the comment's attachments, from 0."""
    ref: str
    page: str
    attempts: int
    """How often it was tried in vain."""


@dataclass(frozen=True, slots=True)
class MediaFact:
    """What came of fetching an attachment."""

    seq: int
    """The entry that says so."""
    captured: bool
    file: Mapping[str, Any] | None = field(repr=False)
    """``sha256``, ``size`` and ``type`` of a captured file; None when there is none, or retention destroyed it."""
    reason: str = ""
    """Why it was not captured, in one word."""


class MediaQuestions(EntryQuestions):
    """Questions about attachments."""

    def due_media(self, now: datetime) -> DueMedia | None:
        """The attachment to fetch next, of the newest comment first: addresses of attachments grow old."""
        row = self._row(_DUE, [to_ms(now)])
        return None if row is None else DueMedia(*row)

    def is_due(self, due: DueMedia) -> bool:
        """Whether nobody has told meanwhile what came of it."""
        asked = "SELECT 1 FROM attachment WHERE seq=? AND at=? AND outcome IS NULL"
        return self._row(asked, [due.seq, due.at]) is not None

    def count_due_media(self) -> int:
        """How many attachments are still to be fetched."""
        row = self._row("SELECT count(*) FROM attachment WHERE outcome IS NULL")
        return int(row[0]) if row else 0

    def media_of(self, ref: str) -> dict[str, MediaFact]:
        """What came of a comment's attachments, by the platform's id; one that was captured in any version counts."""
        seqs = self._rows("SELECT seq FROM log WHERE subject=? AND type IN('media.captured','media.refused')", [ref])
        found: dict[str, MediaFact] = {}
        for entry in self.entries_of(seq for (seq,) in seqs):
            fact, name = media_fact(entry), str(entry.opened.get("media.id", ""))
            if name not in found or fact.captured or not found[name].captured:
                found[name] = fact
        return found

    def media_files(self) -> set[str]:
        """The SHA-256 of every captured file that an entry still speaks of."""
        rows = self._rows(
            "SELECT p.value FROM log l INDEXED BY log_type JOIN payload p ON p.seq=l.seq AND p.name=? "
            "WHERE l.type='media.captured'",
            [NAME],
        )
        return {str(json.loads(value).get("sha256")) for (value,) in rows}


def media_fact(entry: Entry) -> MediaFact:
    """What an entry says about an attachment."""
    return MediaFact(
        seq=entry.seq,
        captured=entry.type == "media.captured",
        file=entry.opened.get(NAME),
        reason=entry.pub.get("reason", ""),
    )
