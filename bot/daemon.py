"""The unattended loop: one thread a page, one for what is attached, one for the housekeeping; one event stops all."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import structlog

from bot.config import Loaded
from bot.events import LOG, SystemStopped
from bot.housekeeping import Housekeeping
from bot.mail import mailer
from bot.media_job import MediaJob
from bot.moments import utc_now
from bot.page_job import PageJob
from bot.records import LeaseLostError, Records, StoreError
from bot.rulebook import rulebook
from bot.startup import ACTOR, announce, open_store, ready_pages
from bot.tenure import Tenure
from models.score import ScoringError

_JOIN_WITHIN = 15.0
_STORE_PAUSE = 5.0
_TICK = 0.5
"""Seconds between two looks for requests: about as fast as this, a moderator's answer reaches the platform."""
log = structlog.get_logger()


class Job(Protocol):
    """Something done again and again."""

    def step(self, records: Records) -> bool:
        """Do what is due now. Returns whether there is more to do at once."""
        ...

    def unexpected(self, records: Records) -> None:
        """Wait a while, after an error that nobody foresaw."""
        ...


class Daemon:
    """The unattended loop. `run` returns when `stop` is called, within seconds and with nothing half done."""

    def __init__(self, config: Loaded, now: Callable[[], datetime] = utc_now) -> None:
        """Load the classifiers; nothing is opened yet.

        Raises:
            ConfigError: when the configuration names a classifier that does not exist.
            ScoringError: when one cannot be loaded, such as from a damaged file; the message names the next step.
        """
        self._config = config
        self._now = now
        self._book = rulebook(config)
        if self._book.unusable:
            raise ScoringError(" ".join(self._book.unusable.values()))
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask the loop to end after the step that it is in."""
        self._stop.set()

    def run(self) -> None:
        """Work until told to stop.

        Raises:
            StoreError, TakenError: when the work cannot begin.
        """
        with (
            open_store(self._config, self._now) as records,
            Tenure(records, self._config.store_dir, self._now()) as tenure,
        ):
            announce(records, self._config, self._book, self._now())
            runs, _ = ready_pages(records, self._config, self._book, self._now, tenure.guard)
            log.info("daemon works", pages=len(runs), store=str(self._config.store_dir))
            house = Housekeeping(self._config, mailer(self._config), ACTOR, self._now)
            jobs: list[tuple[str, Job]] = [
                ("housekeeping", house),
                *((f"page {run.name}", PageJob(run)) for run in runs),
            ]
            if self._config.media.enabled:
                jobs.append(("media", MediaJob(self._config.media, ACTOR, self._now, tenure.guard)))
            threads = [self._thread(name, job) for name, job in jobs]
            self._stop.wait()
            self._join(threads)
            records.append(SystemStopped(actor=ACTOR, subject=LOG))
            log.info("daemon stopped")

    def _join(self, threads: list[threading.Thread]) -> None:
        """Wait for the jobs, but not for a platform or a mail server that does not answer: nothing is lost by that."""
        deadline = time.monotonic() + _JOIN_WITHIN
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                log.warning("left in the middle of a request; it is settled at the next start", job=thread.name)

    def _thread(self, name: str, job: Job) -> threading.Thread:
        thread = threading.Thread(target=self._work_on, args=(name, job), name=name, daemon=True)
        thread.start()
        return thread

    def _work_on(self, name: str, job: Job) -> None:
        """Step by step until told to stop; after an error of the store, it is opened anew."""
        while not self._stop.is_set():
            try:
                with open_store(self._config, self._now) as records:
                    self._steps(name, job, records)
            except LeaseLostError as error:
                log.error("another daemon took over", problem=str(error))
                self._stop.set()
            except StoreError as error:
                log.error("the log cannot be written; nothing is done meanwhile", job=name, problem=str(error))
                self._stop.wait(_STORE_PAUSE)

    def _steps(self, name: str, job: Job, records: Records) -> None:
        while not self._stop.is_set():
            again = False
            try:
                again = job.step(records)
            except StoreError:
                raise
            except Exception:
                # Whatever it is, the other jobs go on, and this one tries again later.
                log.exception("unexpected error", job=name)
                job.unexpected(records)
            if not again:
                self._stop.wait(_TICK)
