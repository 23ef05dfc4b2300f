"""``ofrecord records verify|show|tail``: reading and proving the log from the command line."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.config import Loaded
from bot.events import LOG, Actor, LogVerified, RecordViewed
from bot.moments import timestamp
from bot.records import BusyError, DiskFullError, Entry, ReadOnlyError, Records
from bot.records.findings import VerifyResult
from bot.records.verification import Progress as Told
from bot.records.verification import verify
from bot.startup import open_store

OPERATOR = Actor("human", f"uid-{os.getuid()}", role="operator")
"""Whoever works on the machine's command line."""


class NoEntryError(Exception):
    """The log has no such entry."""


def verify_store(config: Loaded, *, full: bool, progress: bool) -> VerifyResult:
    """Verify the log and record that it was done, where the store can be written: a copy may lie on read-only media."""
    with _bar(shown=progress) as told:
        result = verify(config.store_dir, told, full=full)
    if not result.ok:
        return result
    try:
        with open_store(config) as records:
            records.append(LogVerified(actor=OPERATOR, subject=LOG, size=result.size, ok=True))
    except (BusyError, DiskFullError, ReadOnlyError) as error:
        return replace(result, notes=[*result.notes, f"that it was verified could not be recorded. {error}"])
    return result


@contextmanager
def _bar(*, shown: bool) -> Iterator[Told]:
    columns = (TextColumn("verifying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not shown, transient=True) as progress:
        task = progress.add_task("verifying", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def in_words(result: VerifyResult) -> str:
    """The outcome of a verification, for people."""
    checked = f"{result.size} entries, {result.checkpoints_checked} checkpoints, {result.seconds:.1f} s"
    notes = [f"note: {note}" for note in result.notes]
    if result.ok:
        return "\n".join([f"The log verifies: {checked}. Root {result.root}", *notes])
    first = "" if result.first_bad is None else f" First bad entry: {result.first_bad}."
    advice = "Keep this store as it is, and compare it with the newest backup and the newest summary mail."
    problems = [f"  {problem}" for problem in result.problems]
    return "\n".join([f"THE LOG DOES NOT VERIFY ({checked}).{first}", *problems, *notes, advice])


def show_entry(config: Loaded, seq: int, *, as_json: bool) -> str:
    """Give one entry with the values that it commits to, and record that it was looked at.

    Raises:
        NoEntryError: when there is no such entry.
    """
    with open_store(config) as records:
        entry = records.entry(seq)
        if entry is None:
            raise NoEntryError(f"There is no entry {seq}; the log has {records.size()} entries, from 0.")
        records.append(
            RecordViewed(actor=OPERATOR, subject=entry.subject, cause=(seq,), screen="records show", count=1)
        )
    if as_json:
        return json.dumps({**_as_json(entry), "opened": dict(entry.opened), "withheld": list(entry.withheld)})
    opened = [f"  {name} = {_safe(json.dumps(value, ensure_ascii=False))}" for name, value in entry.opened.items()]
    return "\n".join([_line(entry), *opened, *(f"  {name}: destroyed" for name in entry.withheld)])


def tail_entries(config: Loaded, number: int, *, as_json: bool) -> list[str]:
    """Give the newest entries, one a line, the newest last."""
    with Records.open(config.store_dir, config.department.origin, readonly=True) as records:
        entries = records.newest(number)
    return [json.dumps(_as_json(entry)) if as_json else _line(entry) for entry in entries]


def _as_json(entry: Entry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "ts": timestamp(entry.ts),
        "type": entry.type,
        "actor": {"kind": entry.actor.kind, "id": entry.actor.id, "role": entry.actor.role},
        "subject": {"kind": entry.subject.kind, "ref": entry.subject.ref},
        "pub": dict(entry.pub),
        "corr": entry.corr,
        "cause": list(entry.cause),
    }


def _line(entry: Entry) -> str:
    facts = " ".join(f"{name}={json.dumps(value)}" for name, value in entry.pub.items() if not isinstance(value, dict))
    who = f"{entry.actor.kind}:{entry.actor.id}"
    return f"{entry.seq:>7}  {timestamp(entry.ts)}  {entry.type:<20}  {who}  {entry.subject.ref}  {facts}"


def _safe(text: str) -> str:
    """Make a captured text harmless for a terminal: control and direction characters become visible marks."""
    return "".join(f"⟦U+{ord(char):04X}⟧" if unicodedata.category(char) in ("Cc", "Cf") else char for char in text)
