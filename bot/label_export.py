"""``ofrecord models export-labels``: decided comments as labelled data, and the entry that says that they left."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.config import Loaded
from bot.decided_examples import labels_of, language_of, may_leave
from bot.events import LOG, AccessExported, Actor
from bot.moments import timestamp
from bot.records import Records
from bot.records.questions import Decided


@dataclass(frozen=True, slots=True)
class Export:
    """What left: the file, and what was left out of it."""

    content: str
    """JSON lines."""
    count: int
    held_back: int
    """How many decided comments were left out, because their content is held or was destroyed."""
    seq: int
    """The entry of the log that says so."""


def export_labels(records: Records, config: Loaded, actor: Actor, page: str | None = None) -> Export:
    """Put every decided comment on a line, oldest answer first, and write down that they leave, before they do.

    Args:
        records: the log.
        config: says the Department's languages.
        actor: who asked for it.
        page: only of this page.

    Raises:
        StoreError: when that cannot be written down; then nothing leaves.
    """
    everything = list(records.decided(page))
    rows = [_row(each, config.department.languages) for each in everything if may_leave(each)]
    content = "".join(f"{json.dumps(row)}\n" for row in rows)
    entry = records.append(
        AccessExported(
            actor=actor,
            subject=LOG,
            what="labels",
            count=len(rows),
            held_back=len(everything) - len(rows),
            sha256=hashlib.sha256(content.encode()).hexdigest(),
            page=page,
        )
    )
    return Export(content, len(rows), len(everything) - len(rows), entry.seq)


def _row(decided: Decided, languages: tuple[str, ...]) -> dict[str, Any]:
    scored: Mapping[str, Any] = decided.classified.pub if decided.classified else {}
    return {
        "text": decided.text,
        "post": decided.post,
        "page": decided.page,
        "language": language_of(decided.text or "", languages),
        "labels": labels_of(decided),
        "flagged": decided.flagged,
        "verdict": scored.get("verdict"),
        "scores_bp": scored.get("scores_bp"),
        "decision": decided.decision,
        "ground": decided.ground,
        "decided": timestamp(decided.decided),
        "version": decided.version,
        "models": scored.get("models"),
        "policy": scored.get("policy"),
        "rules_sha256": scored.get("rules_sha256"),
        "entry": decided.seq,
    }
