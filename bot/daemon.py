"""The unattended loop: one thread a page and one for the housekeeping, all ended by one stop event."""

from __future__ import annotations

import platform
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot import __version__
from bot.actions import lapse
from bot.config import ConfigError, Loaded
from bot.events import LOG, Actor, ConfigLoaded, ModelLoaded, SystemStarted, SystemStopped
from bot.housekeeping import Housekeeping
from bot.judgement import Rulebook
from bot.mail import mailer
from bot.moments import utc_now
from bot.page_job import NEEDS_A_PERSON, PageJob, figures, tell
from bot.page_run import FAILING, OK, STOPPED, PageRun, describe, note_mode, open_page
from bot.pipeline import Polled
from bot.readiness import refusals
from bot.records import LeaseLostError, Records, StoreError, Writing, sqlite_version
from bot.rulebook import rulebook
from bot.tenure import Tenure
from connectors.base import ConnectorError

_STORE_PAUSE = 5.0
_TICK = 0.5
"""Seconds between two looks for requests: about as fast as this, a moderator's answer reaches the platform."""
ACTOR = Actor("bot", "daemon", build=__version__)
log = structlog.get_logger()


def open_store(config: Loaded, now: Callable[[], datetime] = utc_now) -> Records:
    """Open the configured store, making it when it does not exist yet.

    Raises:
        StoreError: when it cannot be used, with the next step.
    """
    return Records.create(config.store_dir, config.department.origin, now)


def announce(records: Records, config: Loaded, book: Rulebook) -> None:
    """Log what starts and what it works by: the program, the configuration, the policy, the classifiers."""
    policy = book.policy
    records.append(SystemStarted(actor=ACTOR, subject=LOG, python=platform.python_version(), sqlite=sqlite_version()))
    records.append(
        ConfigLoaded(
            actor=ACTOR,
            subject=LOG,
            sha256=config.sha256,
            policy=policy.version,
            rules=policy.as_json(),
            rules_sha256=policy.digest,
        )
    )
    for name, version in book.models.items():
        records.append(ModelLoaded(actor=ACTOR, subject=LOG, name=name, version=version))


def ready_pages(
    records: Records,
    config: Loaded,
    book: Rulebook,
    now: Callable[[], datetime],
    guard: Callable[[Writing], None],
) -> tuple[list[PageRun], dict[str, str]]:
    """Open every page that may be worked on. Returns them, and why the others may not, by name."""
    runs, refused = [], {}
    for name, page in config.pages.items():
        problems = refusals(config, name)
        try:
            run = open_page(config, name, book, ACTOR, now, guard)
        except ConfigError as error:
            problems, connector = [*problems, *error.problems], None
        else:
            connector = run.connector
        if problems:
            refused[name] = "; ".join(problems)
            describe(records, ACTOR, name, page, connector, STOPPED, now(), refused[name])
            log.error("page refused", page=name, problem=refused[name])
        else:
            note_mode(records, ACTOR, name, page)
            runs.append(run)
    return runs, refused


@dataclass(frozen=True, slots=True)
class PageResult:
    """What one pass over a page did, for ``ofrecord once --json``."""

    page: str
    health: str
    problem: str | None = None
    polled: Polled = field(default_factory=Polled)
    performed: int = 0

    def as_json(self) -> dict[str, Any]:
        """The form of ``--json``."""
        return {
            "page": self.page,
            "health": self.health,
            "problem": self.problem,
            **figures(self.polled),
            "performed": self.performed,
        }

    def in_words(self) -> str:
        """The form for people."""
        if self.problem:
            return f"{self.page}: {self.health}: {self.problem}"
        return f"{self.page}: " + ", ".join(f"{figure} {name}" for name, figure in figures(self.polled).items())


def once(config: Loaded, now: Callable[[], datetime] = utc_now, book: Rulebook | None = None) -> list[PageResult]:
    """Make one pass over every page that is due: settle, poll, judge, perform; and the housekeeping.

    Raises:
        ConfigError, StoreError, TakenError: when nothing could be done.
    """
    book = book or rulebook(config)
    with open_store(config, now) as records, Tenure(records, config.store_dir, now()) as tenure:
        announce(records, config, book)
        runs, refused = ready_pages(records, config, book, now, tenure.guard)
        lapse(records, ACTOR, now())
        results = [_one_pass(records, run) for run in runs if _is_due(records, run, now())]
        Housekeeping(config, mailer(config), ACTOR, now).step(records)
        records.append(SystemStopped(actor=ACTOR, subject=LOG))
    return [*results, *(PageResult(name, STOPPED, why) for name, why in refused.items())]


def _is_due(records: Records, run: PageRun, now: datetime) -> bool:
    polled = records.polled_at(run.name)
    return polled is None or now - polled >= run.page.poll_every or bool(records.pending_actions(run.name))


def _one_pass(records: Records, run: PageRun) -> PageResult:
    try:
        polled = run.poll(records)
        performed = run.perform(records)
    except ConnectorError as error:
        health = STOPPED if isinstance(error, NEEDS_A_PERSON) else FAILING
        run.describe(records, health, str(error))
        log.warning("page cannot be read", page=run.name, problem=str(error))
        return PageResult(run.name, health, str(error))
    run.describe(records, OK)
    tell(run.name, polled, performed)
    return PageResult(run.name, OK, None, polled, performed)


class Job(Protocol):
    """Something done again and again."""

    def step(self, records: Records) -> None:
        """Do what is due now."""
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
        """
        self._config = config
        self._now = now
        self._book = rulebook(config)
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
            announce(records, self._config, self._book)
            runs, _ = ready_pages(records, self._config, self._book, self._now, tenure.guard)
            log.info("daemon works", pages=len(runs), store=str(self._config.store_dir))
            threads = [self._thread(run.name, PageJob(run)) for run in runs]
            house = Housekeeping(self._config, mailer(self._config), ACTOR, self._now)
            self._loop("housekeeping", house, records)
            for thread in threads:
                thread.join()
            records.append(SystemStopped(actor=ACTOR, subject=LOG))
            log.info("daemon stopped")

    def _thread(self, name: str, job: PageJob) -> threading.Thread:
        thread = threading.Thread(target=self._work_on, args=(name, job), name=name)
        thread.start()
        return thread

    def _work_on(self, name: str, job: PageJob) -> None:
        with open_store(self._config, self._now) as records:
            self._loop(name, job, records)

    def _loop(self, name: str, job: Job, records: Records) -> None:
        while not self._stop.is_set():
            self._step(name, job, records)
            self._stop.wait(_TICK)

    def _step(self, name: str, job: Job, records: Records) -> None:
        """Run one step; whatever goes wrong in it, the other jobs go on."""
        try:
            job.step(records)
        except LeaseLostError as error:
            log.error("another daemon took over", problem=str(error))
            self._stop.set()
        except StoreError as error:
            log.error("the log cannot be written; nothing is done meanwhile", job=name, problem=str(error))
            self._stop.wait(_STORE_PAUSE)
        except Exception:
            log.exception("unexpected error", job=name)
            job.unexpected(records)
