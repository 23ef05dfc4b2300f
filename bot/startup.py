"""What every program that acts does first: open the store, say what starts, make the pages ready."""

from __future__ import annotations

import platform
from collections.abc import Callable
from datetime import datetime

import structlog

from bot import __version__
from bot.config import ConfigError, Loaded
from bot.events import LOG, Actor, ConfigLoaded, ModelLoaded, SystemClockStep, SystemDegraded, SystemStarted
from bot.judgement import Rulebook
from bot.moments import CLOCK_STEP, utc_now
from bot.own_words import as_json
from bot.page_run import STOPPED, Described, PageRun, describe, note_mode, open_page
from bot.readiness import refusals
from bot.records import Records, Writing, sqlite_version
from bot.rules_in_force import in_force, require_undisputed

ACTOR = Actor("bot", "daemon", build=__version__)
log = structlog.get_logger()


def open_store(config: Loaded, now: Callable[[], datetime] = utc_now) -> Records:
    """Open the configured store, making it when it does not exist yet.

    Raises:
        StoreError: when it cannot be used, with the next step.
    """
    return Records.create(config.store_dir, config.department.origin, now)


def announce(records: Records, config: Loaded, book: Rulebook, now: datetime) -> None:
    """Log what starts and what it works by: the program, the configuration, the policy, the classifiers.

    Raises:
        ConfigError: when the file changes a threshold that a person has moved in the log.
    """
    changes = records.rule_changes()
    require_undisputed(book.policy, changes, config.path)
    policy = in_force(book.policy, changes)
    _note_clock_behind(records, now)
    records.append(SystemStarted(actor=ACTOR, subject=LOG, python=platform.python_version(), sqlite=sqlite_version()))
    records.append(
        ConfigLoaded(
            actor=ACTOR,
            subject=LOG,
            sha256=config.sha256,
            policy=policy.version,
            rules=policy.as_json(),
            rules_sha256=policy.digest,
            words=as_json(config),
        )
    )
    for name, version in book.models.items():
        records.append(ModelLoaded(actor=ACTOR, subject=LOG, name=name, version=version))
    for name, problem in book.unusable.items():
        log.error("classifier cannot be loaded; everything is queued, nothing hidden", name=name, problem=problem)
        records.append(SystemDegraded(actor=ACTOR, subject=LOG, what=f"classifier {name}", detail=problem))


def _note_clock_behind(records: Records, now: datetime) -> None:
    """Record that the clock stands before the newest entry: order is that of the numbers, whatever the times say."""
    newest = records.newest(1)
    if newest and now < newest[0].ts - CLOCK_STEP:
        behind = newest[0].ts - now
        log.warning("the clock is behind the log; set it (NTP)", behind=str(behind))
        records.append(SystemClockStep(actor=ACTOR, subject=LOG, by_ms=-round(behind.total_seconds() * 1000)))


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
            describe(records, ACTOR, name, page, connector, now(), Described(STOPPED, refused[name]))
            log.error("page refused", page=name, problem=refused[name])
        else:
            note_mode(records, ACTOR, name, page)
            runs.append(run)
    return runs, refused
