"""``ofrecord backfill PAGE --since DATE``: older comments for the record, within the budget, and nothing done."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import structlog

from bot import __version__
from bot.backfill import Backfill, BackfillError, Step
from bot.backoff import Backoff
from bot.config import ConfigError, Loaded
from bot.events import Actor
from bot.moments import timestamp, utc_now
from bot.platforms import connect, meter, page_named
from bot.progress import pulse
from bot.readiness import refusals
from bot.records import BackfillState, Records
from bot.startup import open_store
from bot.tenure import TakenError
from bot.turns import turn
from bot.words import counted
from connectors.base import BudgetSpentError, UnavailableError

ACTOR = Actor("bot", "backfill", build=__version__)
_SPARES = 0.5
"""The share of each limit that is left to the polls."""
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked for."""

    page: str
    since: date
    """In the Department's time zone."""
    wait: bool = False
    """Wait while the budget is spent or the platform does not answer."""
    again: bool = False
    """From the beginning, whatever was read before."""


@dataclass(frozen=True, slots=True)
class Report:
    """How far it came."""

    page: str
    since: datetime
    brought: Step
    at: BackfillState
    problem: str = ""
    """Why it stopped before its end."""
    again_at: datetime | None = None
    """When it can go on, where that is known."""

    @property
    def spent(self) -> bool:
        """Whether only the budget stands in its way."""
        return self.again_at is not None

    def as_json(self) -> dict[str, Any]:
        """The form of ``--json``."""
        return {
            "page": self.page,
            "since": timestamp(self.since),
            "finished": self.at.finished is not None,
            "posts": self.brought.posts,
            "recorded": self.brought.recorded,
            "known": self.brought.known,
            "left_to_polls": self.brought.left,
            "recorded_in_all": self.at.recorded,
            "gap": self.brought.gap or None,
            "problem": self.problem or None,
            "again_at": timestamp(self.again_at) if self.again_at else None,
        }

    def in_words(self) -> str:
        """The form for people."""
        lines = [f"{_words(self.page, self.brought)}; {counted(self.brought.known, 'comment')} known before."]
        if self.brought.left:
            lines.append(f"{counted(self.brought.left, 'comment')} of the last days left to the polls.")
        if self.brought.gap:
            lines.append(f"The platform could not show everything: {self.brought.gap}")
        if self.problem:
            lines += [self.problem, "Run the same command again: it goes on where it stands."]
        elif self.at.finished:
            lines.append(f"Finished: {counted(self.at.recorded, 'comment')} recorded in all.")
        return "\n".join(lines)


def backfill_page(
    config: Loaded,
    wish: Wish,
    *,
    quiet: bool = False,
    now: Callable[[], datetime] = utc_now,
    wait: Callable[[float], object] = time.sleep,
) -> Report:
    """Record a page's older comments until there are no more, or the budget or the platform says no.

    It may run beside the daemon: it never acts on the platform, and the polls keep a share of the budget.

    Raises:
        PageNameError: when there is no such page.
        ConfigError: when the page may not be read, such as for want of an approval.
        BackfillError: when the platform offers no older comments, or the page was never polled.
        ConnectorError: when it needs a person, such as for a new credential.
        StoreError, TakenError: when nothing can be written, or another backfill is at work.
    """
    name = page_named(config, wish.page)
    if problems := refusals(config, name):
        raise ConfigError(config.path, problems)
    since = datetime(wish.since.year, wish.since.month, wish.since.day, tzinfo=config.department.zone).astimezone(UTC)
    if since >= now():
        raise BackfillError(f"{wish.since} is not over yet; give a day in the past.")
    budget = meter(config, name, now)
    budget.spares = _SPARES
    work = Backfill(name, config.pages[name], connect(config, name, budget), ACTOR)
    with open_store(config, now) as records, turn(config.store_dir / "backfill.lock") as ours:
        if not ours:
            raise TakenError("Another backfill is at work on this store; wait until it ends.")
        budget.records = records
        at = work.begin(records, since, again=wish.again)
        report = Report(name, since, Step(finished=at.finished is not None), at)
        with pulse(quiet=quiet) as tell:
            return _go(work, records, report, _Pace(now, wait if wish.wait else None, tell))


@dataclass(frozen=True, slots=True)
class _Pace:
    now: Callable[[], datetime]
    wait: Callable[[float], object] | None
    """None to stop instead of waiting."""
    tell: Callable[[str], None]


def _go(work: Backfill, records: Records, report: Report, pace: _Pace) -> Report:
    backoff, brought, at = Backoff(), report.brought, report.at
    while at.finished is None:
        try:
            step, after = work.step(records, at, pace.now())
        except UnavailableError as error:
            spent = isinstance(error, BudgetSpentError)
            seconds = (error.retry_after or 0.0) if spent else backoff.failed(error.retry_after)
            if pace.wait is None:
                again_at = pace.now() + timedelta(seconds=seconds) if spent else None
                return Report(work.name, report.since, brought, at, str(error), again_at)
            pace.tell(f"{work.name}: waits; {error}")
            log.warning("backfill waits", page=work.name, problem=str(error), seconds=round(seconds))
            pace.wait(seconds)
            continue
        _require_progress(work.name, at, after, step)
        backoff.succeeded()
        brought, at = brought + step, after
        pace.tell(_words(work.name, brought))
        log.info("backfill", page=work.name, posts=step.posts, recorded=step.recorded, known=step.known)
    return Report(work.name, report.since, brought, at)


def _require_progress(name: str, before: BackfillState, after: BackfillState, step: Step) -> None:
    """A platform that leads to the same place again and again would be asked for ever."""
    if after.finished is None and after.cursor == before.cursor and not (step.recorded or step.posts):
        raise UnavailableError(f"Page {name}: the platform leads to the same place again; try again later.")


def _words(page: str, brought: Step) -> str:
    back = f", back to {brought.oldest:%d %b %Y}" if brought.oldest else ""
    return f"{page}: {counted(brought.posts, 'post')}, {counted(brought.recorded, 'comment')} recorded{back}"
