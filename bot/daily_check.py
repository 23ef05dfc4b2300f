"""Once a day, page by page: whether it can be worked on tomorrow too, and what its notice says."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot import notice
from bot.credential_end import warn_of_the_end
from bot.page_run import OK, PageRun
from bot.records import Records
from connectors.base import UnavailableError

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""Until a check that could not be made is tried again."""
log = structlog.get_logger()


def look(run: PageRun, records: Records) -> None:
    """Check the page now, and record what is worth telling.

    Raises:
        ConnectorError: when it cannot be checked, or something is missing.
    """
    checked = run.check(records)
    run.describe(records, OK, checked=checked)
    if checked.expires_at is not None:
        warn_of_the_end(records, run.actor, run.name, checked.expires_at, run.now())
    if checked.about is not None and run.named is not None:
        notice.note(records, run.actor, run.name, checked.about, run.named)
    for warning in checked.warnings:
        log.warning("page needs attention", page=run.name, what=warning)
    _remember(run, records, run.now())


def look_if_due(run: PageRun, records: Records) -> bool:
    """Check the page when the last check, by whatever program, is a day old. Returns whether it was made.

    Raises:
        ConnectorError: when something is missing that a person has to mend.
    """
    if not _is_due(records.checked_at(run.name), run.now()):
        return False
    try:
        look(run, records)
    except UnavailableError as error:
        log.warning("page cannot be checked", page=run.name, problem=str(error))
        _remember(run, records, run.now() - EVERY + AGAIN)
        return False
    return True


def _is_due(last: datetime | None, now: datetime) -> bool:
    # A check that lies in the future was made by a clock that ran ahead.
    return last is None or not timedelta(0) <= now - last < EVERY


def _remember(run: PageRun, records: Records, at: datetime) -> None:
    with records.writing() as writing:
        writing.set_checked(run.name, at)
