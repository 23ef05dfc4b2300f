"""Capturing what is attached to comments: in a thread of its own, so that a slow server delays no comment.

The log says what is due (`Records.due_media`) and, by ``media.captured`` or ``media.refused``, what came of it. A crash
in between leaves at most a file that no entry speaks of; the attachment stays due and is fetched again.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import IO, Any

import structlog

from bot.config import Media
from bot.events import Actor, MediaCaptured, MediaRefused, Subject, SystemDegraded
from bot.media_addresses import RefusedError, origin
from bot.media_fetch import Fetched, Guard, NotNowError, fetch
from bot.records import DueMedia, Records, Writing
from bot.records import media as files
from bot.records.layout import Layout

MEDIA = Subject("log", "media")
"""The subject of entries about the folder of captured attachments."""
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 360, 720))
"""After each failure, so long until the next attempt; after the last of them it is given up."""
_SPARE = 500 * 1024 * 1024
"""Bytes of the disk that attachments leave to the log."""
_PASS = 20.0
"""Seconds after which a single pass begins no further fetch."""
_PAUSE_WHEN_FULL = 600.0
_PAUSE_AFTER_ERROR = 60.0
_MB, _GB = 1024**2, 1024**3
log = structlog.get_logger()

Fetch = Callable[[str, IO[bytes], Guard], Fetched]


def guard_of(settings: Media) -> Guard:
    """What the configuration lets through."""
    own = frozenset(filter(None, map(origin, settings.own_servers)))
    return Guard(largest=settings.largest_mb * _MB, types=frozenset(settings.types), own=own)


@dataclass
class MediaJob:
    """Fetches one attachment after the other."""

    settings: Media
    actor: Actor
    now: Callable[[], datetime]
    guard: Callable[[Writing], None] = lambda _: None
    """Makes sure, inside the transaction, that no other daemon has taken over."""
    fetch: Fetch = fetch
    steady: Callable[[], float] = time.monotonic
    _resume: float = 0.0
    _begun: bool = False
    _through: Guard = field(init=False)

    def __post_init__(self) -> None:
        self._through = guard_of(self.settings)

    def step(self, records: Records) -> bool:
        """Fetch the attachment that is due next, if there is one.

        Returns:
            Whether there may be another one at once.

        Raises:
            StoreError: when the log cannot be written; the attachment stays due.
        """
        if self.steady() < self._resume:
            return False
        if not self._begun:
            files.clear_incoming(records.layout)
            self._begun = True
        due = records.due_media(self.now())
        if due is None:
            return False
        full = no_room(records.layout, self.settings)
        if full:
            self._wait_for_room(records, full)
            return False
        try:
            self._capture(records, due)
        except OSError as error:
            self._wait_for_room(records, f"media/ cannot be written ({error.strerror or error})")
            return False
        return True

    def unexpected(self, _records: Records) -> None:
        """Wait a minute, after an error that nobody foresaw."""
        self._resume = self.steady() + _PAUSE_AFTER_ERROR

    def _capture(self, records: Records, due: DueMedia) -> None:
        item = _attachment(records, due)
        if item is None:
            self._refuse(records, due, item, "destroyed", due.attempts)
            return
        try:
            with files.incoming(records.layout) as incoming:
                found = self.fetch(item["url"], incoming.file, self._through)
                incoming.settle()
                with records.writing() as writing:
                    if self._still_due(writing, due):
                        incoming.keep(found.sha256)
                        writing.append(self._captured(due, item, found))
        except RefusedError as error:
            self._refuse(records, due, item, error.reason, due.attempts + 1)
        except NotNowError as error:
            self._failed(records, due, item, error.status)
        else:
            log.info("attachment captured", page=due.page, size=found.size, type=found.type)

    def _still_due(self, writing: Writing, due: DueMedia) -> bool:
        self.guard(writing)
        return writing.is_due(due)

    def _captured(self, due: DueMedia, item: Mapping[str, str], found: Fetched) -> MediaCaptured:
        return MediaCaptured(
            actor=self.actor,
            subject=Subject("comment", due.ref),
            cause=(due.seq,),
            page=due.page,
            capture_seq=due.seq,
            at=due.at,
            media_id=item.get("id"),
            kind=found.type,
            file={"sha256": found.sha256, "size": found.size, "type": found.type},
        )

    def _refuse(
        self,
        records: Records,
        due: DueMedia,
        item: Mapping[str, str] | None,
        reason: str,
        attempts: int,
        status: int | None = None,
    ) -> None:
        refused = MediaRefused(
            actor=self.actor,
            subject=Subject("comment", due.ref),
            cause=(due.seq,),
            page=due.page,
            capture_seq=due.seq,
            at=due.at,
            media_id=item.get("id") if item else None,
            reason=reason,
            attempts=attempts,
            status=status,
        )
        with records.writing() as writing:
            if self._still_due(writing, due):
                writing.append(refused)
        log.info("attachment not captured", page=due.page, reason=reason, attempts=attempts)

    def _failed(self, records: Records, due: DueMedia, item: Mapping[str, str] | None, status: int | None) -> None:
        if due.attempts >= len(PAUSES):
            self._refuse(records, due, item, "unavailable", due.attempts + 1, status)
            return
        with records.writing() as writing:
            if self._still_due(writing, due):
                writing.set_media_retry(due, due.attempts + 1, self.now() + PAUSES[due.attempts])

    def _wait_for_room(self, records: Records, problem: str) -> None:
        """Wait, and say so once: in the log until an attachment was captured again, and in the program's output."""
        self._resume = self.steady() + _PAUSE_WHEN_FULL
        told, last = records.last("system.degraded", MEDIA.ref), records.last("media.captured")
        if told is not None and (last is None or told.seq > last.seq):
            return
        log.error("no attachments are captured; comments are", problem=problem)
        records.append(SystemDegraded(actor=self.actor, subject=MEDIA, what="media", detail=problem))


def _attachment(records: Records, due: DueMedia) -> Mapping[str, str] | None:
    """What the comment's capture says about the attachment; None when retention has destroyed it."""
    entry = records.entry(due.seq)
    items: list[Any] = list(entry.opened.get("comment.media", ())) if entry else []
    return items[due.at] if due.at < len(items) else None


def no_room(layout: Layout, settings: Media) -> str:
    """Why nothing more may be fetched now; empty when it may."""
    largest, most = settings.largest_mb * _MB, settings.store_gb * _GB
    if files.used(layout) + largest > most:
        return f"captured attachments take all of media.store_gb ({settings.store_gb}); raise it"
    if shutil.disk_usage(layout.folder).free < _SPARE + largest:
        return "the disk is almost full, and the log needs the rest; make room"
    return ""


def media_pass(records: Records, job: MediaJob) -> None:
    """Fetch what is due, for about as long as a pass may take; cron makes the next one."""
    until = job.steady() + _PASS
    while job.steady() < until and job.step(records):
        pass


def sweep(records: Records) -> int:
    """Remove the files that no entry speaks of any more; gives how many there were."""
    if not files.used(records.layout):
        return 0
    with records.writing() as writing:
        return files.sweep(records.layout, writing.media_files())
