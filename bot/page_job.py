"""Working on one page again and again: when to poll, when to wait, when to stop."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

import structlog

from bot import daily_check
from bot.backoff import Backoff
from bot.page_run import FAILING, OK, STOPPED, PageRun
from bot.pipeline import Polled
from bot.records import Records
from connectors.base import ConnectorError, ForbiddenError, GoneError, UnauthorizedError, UnavailableError

log = structlog.get_logger()
NEEDS_A_PERSON = (UnauthorizedError, ForbiddenError, GoneError)
"""What waiting does not cure."""
UNFORESEEN = "unexpected error; the program's own output has the details"


@dataclass
class PageJob:
    """Works on one page until told to stop. One failing page never stops the others."""

    run: PageRun
    backoff: Backoff = field(default_factory=Backoff)
    steady: Callable[[], float] = time.monotonic
    stopped: bool = False
    """Whether the page waits for a person."""
    _next_poll: float = 0.0
    _resume: float = 0.0
    _next_check: float = 0.0

    def step(self, records: Records) -> bool:
        """Do what is due now: carry out requests at every step, poll when it is time.

        Returns:
            Whether there is more to do at once.

        Raises:
            StoreError: when the log cannot be written; the page is not touched then.
        """
        if self.stopped or self.steady() < self._resume:
            return False
        try:
            return self._work(records)
        except NEEDS_A_PERSON as error:
            self._stop(records, str(error))
        except ConnectorError as error:
            retry_after = error.retry_after if isinstance(error, UnavailableError) else None
            self._failed(records, str(error), retry_after)
        return False

    def unexpected(self, records: Records) -> None:
        """Wait after an error that nobody foresaw, and say so."""
        self._failed(records, UNFORESEEN)

    def _work(self, records: Records) -> bool:
        due = self.steady() >= self._next_poll
        polled = self.run.poll(records) if due else Polled()
        performed = self.run.perform(records)
        if due:
            spared = self.run.meter.pause()
            pause = 0.0 if polled.more else max(self.run.page.poll_every.total_seconds(), spared)
            self._next_poll = self.steady() + pause
            self.backoff.succeeded()
            if self.run.describe(records, OK):
                log.info("page is read", page=self.run.name, mode=self.run.page.mode)
            self._check(records)
        tell(self.run.name, polled, performed)
        return bool(polled.more)

    def _check(self, records: Records) -> None:
        """Once a day, make sure that the page can be worked on tomorrow too."""
        if self.steady() < self._next_check:
            return
        self._next_check = self.steady() + daily_check.AGAIN.total_seconds()
        with suppress(UnavailableError):
            daily_check.look(self.run, records)
            self._next_check = self.steady() + daily_check.EVERY.total_seconds()

    def _stop(self, records: Records, problem: str) -> None:
        self.stopped = True
        self.run.describe(records, STOPPED, problem)
        log.error("page stopped; mend it, then restart", page=self.run.name, problem=problem)

    def _failed(self, records: Records, problem: str, retry_after: float | None = None) -> None:
        wait = self.backoff.failed(retry_after)
        self._resume = self.steady() + wait
        if self.run.describe(records, FAILING, problem):
            log.warning("page cannot be read", page=self.run.name, problem=problem, next_try_s=round(wait))


def tell(page: str, polled: Polled, performed: int) -> None:
    """Log one line of activity, without any comment's text; nothing when nothing happened."""
    done = {**figures(polled), "performed": performed}
    if any(done.values()):
        log.info("activity", page=page, **{name: figure for name, figure in done.items() if figure})


def figures(polled: Polled) -> dict[str, int]:
    """What a poll brought, in numbers, by name."""
    return {name: int(figure) for name, figure in asdict(polled).items() if name != "more"}
