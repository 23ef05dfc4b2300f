"""What a daemon does besides its pages: lapses, alerts, the weekly summary, old files, the heartbeat, the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot import alerts, report
from bot.actions import lapse
from bot.backoff import Backoff
from bot.config import Loaded
from bot.events import LOG, Actor, SystemClockStep, SystemHeartbeat
from bot.mail import Mailer, MailError
from bot.media_job import sweep
from bot.moments import CLOCK_STEP
from bot.records import Records

_HEARTBEAT = timedelta(minutes=10)
_SWEEP = timedelta(hours=1)
_PAUSE = 60.0
log = structlog.get_logger()


@dataclass
class Housekeeping:
    """Done in small steps, about twice a second; each duty keeps its own time."""

    config: Loaded
    mailer: Mailer | None
    actor: Actor
    now: Callable[[], datetime]
    steady: Callable[[], float] = time.monotonic
    _due: dict[str, float] = field(default_factory=dict)
    _mail_backoff: dict[str, Backoff] = field(default_factory=dict)
    _pauses: alerts.Pauses = field(default_factory=alerts.Pauses)
    _clock: tuple[datetime, float] | None = None
    _at_work_on: str = ""

    def step(self, records: Records) -> bool:
        """Do every duty that is due; there is never more to do at once."""
        self._watch_clock(records)
        if self._is_due("lapse", timedelta(seconds=5)):
            lapsed = lapse(records, self.actor, self.now())
            if lapsed:
                log.info("hides that nobody confirmed will be restored", count=lapsed)
        if self.mailer is not None and self._is_due("alerts", timedelta(seconds=1)):
            self._alerts(records, self.mailer)
        if self.mailer is not None and self._is_due("summary", timedelta(minutes=1)):
            self._summary(records, self.mailer)
        if self._is_due("media", _SWEEP):
            removed = sweep(records)
            if removed:
                log.info("attachments that the record speaks of no more were removed", count=removed)
        if self._is_due("heartbeat", _HEARTBEAT):
            records.append(SystemHeartbeat(actor=self.actor, subject=LOG))
        return False

    def _is_due(self, duty: str, every: timedelta) -> bool:
        present = self.steady()
        if present < self._due.get(duty, 0.0):
            return False
        self._due[duty] = present + every.total_seconds()
        self._at_work_on = duty
        return True

    def _watch_clock(self, records: Records) -> None:
        """Record a step of the machine's clock: entries are ordered by number, their times are only as good as it."""
        wall, steady = self.now(), self.steady()
        if self._clock is not None:
            expected = self._clock[0] + timedelta(seconds=steady - self._clock[1])
            step = wall - expected
            if abs(step) > CLOCK_STEP:
                records.append(SystemClockStep(actor=self.actor, subject=LOG, by_ms=round(step.total_seconds() * 1000)))
                log.warning("the clock was set", by_seconds=round(step.total_seconds()))
        self._clock = (wall, steady)

    def unexpected(self, _records: Records) -> None:
        """Pause the duty that failed for a minute, after an error that nobody foresaw; the others go on."""
        self._due[self._at_work_on] = self.steady() + _PAUSE

    def _alerts(self, records: Records, mailer: Mailer) -> None:
        with self._mail_duty("alerts"):
            sent = alerts.send_due(records, self.config, mailer, self.actor, self.now(), self._pauses)
            if sent:
                log.info("people told by mail", letters=sent)

    def _summary(self, records: Records, mailer: Mailer) -> None:
        with self._mail_duty("summary"):
            for week in report.send_due(records, self.config, mailer, self.actor, self.now()):
                log.info("weekly summary sent", week=str(week))

    @contextmanager
    def _mail_duty(self, duty: str) -> Iterator[None]:
        """Let a duty wait, longer each time, while the mail server fails; moderation goes on."""
        backoff = self._mail_backoff.setdefault(duty, Backoff())
        try:
            yield
        except MailError as error:
            wait = backoff.failed()
            self._due[duty] = self.steady() + wait
            log.error("mail waits", duty=duty, problem=str(error), next_try_s=round(wait))
        else:
            backoff.succeeded()
