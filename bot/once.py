"""One pass over every page that is due, for cron and for other programs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.actions import lapse
from bot.config import Loaded
from bot.daily_check import look_if_due
from bot.events import LOG, SystemStopped
from bot.housekeeping import Housekeeping
from bot.judgement import Rulebook
from bot.mail import mailer
from bot.media_job import MediaJob, media_pass
from bot.moments import utc_now
from bot.page_job import NEEDS_A_PERSON, UNFORESEEN, figures, tell
from bot.page_run import FAILING, OK, STOPPED, PageRun
from bot.pipeline import Polled
from bot.records import Records, StoreError
from bot.rulebook import rulebook
from bot.startup import ACTOR, announce, open_store, ready_pages
from bot.tenure import Tenure
from connectors.base import ConnectorError

log = structlog.get_logger()


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
            return f"{self.page}: {self.health}: {self.problem.removeprefix(f'Page {self.page}: ')}"
        return f"{self.page}: " + ", ".join(f"{figure} {name}" for name, figure in figures(self.polled).items())


def once(config: Loaded, now: Callable[[], datetime] = utc_now, book: Rulebook | None = None) -> list[PageResult]:
    """Make one pass over every page that is due: settle, poll, judge, perform; and the housekeeping.

    Raises:
        ConfigError, StoreError, TakenError: when nothing could be done.
    """
    book = book or rulebook(config)
    with open_store(config, now) as records, Tenure(records, config.store_dir, now()) as tenure:
        announce(records, config, book, now())
        runs, refused = ready_pages(records, config, book, now, tenure.guard)
        lapse(records, ACTOR, now())
        results = [_one_pass(records, run) for run in runs if _is_due(records, run, now())]
        Housekeeping(config, mailer(config), ACTOR, now).step(records)
        if config.media.enabled:
            media_pass(records, MediaJob(config.media, ACTOR, now, tenure.guard))
        records.append(SystemStopped(actor=ACTOR, subject=LOG))
    return [*results, *(PageResult(name, STOPPED, why) for name, why in refused.items())]


def _is_due(records: Records, run: PageRun, now: datetime) -> bool:
    polled = records.polled_at(run.name)
    # A poll that lies in the future was stored by a clock that ran ahead.
    waits = polled is not None and timedelta(0) <= now - polled < run.page.poll_every
    return not waits or bool(records.pending_actions(run.name))


def _one_pass(records: Records, run: PageRun) -> PageResult:
    try:
        polled, performed = run.work(records)
        run.describe(records, OK)
        look_if_due(run, records)
    except ConnectorError as error:
        health = STOPPED if isinstance(error, NEEDS_A_PERSON) else FAILING
        run.describe(records, health, str(error))
        log.warning("page cannot be read", page=run.name, problem=str(error))
        return PageResult(run.name, health, str(error))
    except StoreError:
        raise
    except Exception:
        # Whatever it is, the other pages are not to suffer for it.
        log.exception("unexpected error", page=run.name)
        run.describe(records, FAILING, UNFORESEEN)
        return PageResult(run.name, FAILING, UNFORESEEN)
    tell(run.name, polled, performed)
    return PageResult(run.name, OK, None, polled, performed)
