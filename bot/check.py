"""``ofrecord check``: what works and what does not, page by page, on one screen."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.budget import Meter
from bot.config import ConfigError, Loaded, Mail
from bot.credential_end import WARNED_AHEAD
from bot.mail import MailError, mailer
from bot.media_job import no_room
from bot.moments import CLOCK_STEP, utc_now
from bot.notice import Named, missing
from bot.own_words import in_words
from bot.platforms import connect, meter
from bot.readiness import refusals
from bot.records import Records, StoreError, sqlite_version
from bot.records.layout import Layout
from bot.rulebook import rulebook
from bot.rules_in_force import disputes
from bot.words import counted
from connectors.base import Connector, ConnectorError, Coverage
from models.policy import Verdict
from models.score import Classifier, Item, ScoringError

Level = Literal["ok", "warning", "error"]
_FIXED_SQLITE = (3, 51, 3)
_LITTLE_DISK = 500 * 1024 * 1024
_LOOKED_AFTER = {
    Coverage.MODERATED: "can be read and moderated",
    Coverage.WATCHED: "can be read; what has to be done there becomes a task",
    Coverage.INTAKE: "takes in what comes; what has to be done on the page becomes a task",
    Coverage.CHECKLIST: "a task says when somebody has to look at it",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the screen."""

    level: Level
    where: str
    message: str


def check(config: Loaded, *, offline: bool = False, now: Callable[[], datetime] = utc_now) -> Iterator[Finding]:
    """Look at everything that the daemon needs. Changes nothing but making the store when there is none.

    Args:
        config: the configuration, already read without an error.
        offline: leave out whatever needs the network.
        now: the clock.
    """
    yield Finding("ok", "configuration", f"{config.path} is valid; policy {config.department.policy_version}")
    yield from _policy_file(config)
    yield from _rules(config, offline=offline)
    yield from _store(config, now)
    for name in config.pages:
        yield from _page(config, name, now, offline=offline)
    yield from _mail(config, offline=offline)


def _policy_file(config: Loaded) -> Iterator[Finding]:
    path = config.department.policy_file
    if path is not None and not config.resolve(path).is_file():
        yield Finding("error", "policy", f"department.policy_file: {config.resolve(path)} is not there")


def _rules(config: Loaded, *, offline: bool) -> Iterator[Finding]:
    try:
        book = rulebook(config)
    except ConfigError as error:
        yield from (Finding("error", "classifiers", problem) for problem in error.problems)
        return
    yield from (Finding("error", f"classifier {name}", problem) for name, problem in book.unusable.items())
    yield from () if offline else filter(None, map(_answers, book.classifiers))
    yield Finding("ok", "classifiers", ", ".join(f"{name} {version}" for name, version in book.models.items()))
    yield from (Finding("ok", "own word", line) for line in in_words(config))
    for rule in config.policy.rules:
        if rule.verdict is Verdict.HIDE and rule.effective is not Verdict.HIDE:
            yield Finding("warning", f"rule {rule.name}", "is not approved to hide by itself, so it only queues")


def _answers(classifier: Classifier) -> Finding | None:
    """Whether a classifier, which may be behind an address, answers about a harmless sentence."""
    try:
        classifier.score([Item("Thank you for the quick help.")])
    except ScoringError as error:
        return Finding("error", f"classifier {classifier.name}", str(error))
    return None


def _store(config: Loaded, now: Callable[[], datetime]) -> Iterator[Finding]:
    version = sqlite_version()
    if tuple(int(part) for part in version.split(".")) < _FIXED_SQLITE:
        yield Finding("warning", "sqlite", f"{version} has the WAL-reset fault; safe here, as all writers take turns")
    try:
        with Records.create(config.store_dir, config.department.origin, now) as records:
            yield Finding("ok", "store", f"{config.store_dir}: {records.size()} entries")
            for problem in disputes(config.policy, records.rule_changes()):
                yield Finding("error", "rules", problem)
            yield from _clock(records, now())
    except StoreError as error:
        yield Finding("error", "store", str(error))
        return
    if config.media.enabled and (problem := no_room(Layout(config.store_dir), config.media)):
        yield Finding("warning", "media", f"no attachments are captured: {problem}")
    free = shutil.disk_usage(config.store_dir).free
    if free < _LITTLE_DISK:
        yield Finding("warning", "disk", f"{free // 2**20} MB are left at {config.store_dir}; make room")


def _clock(records: Records, now: datetime) -> Iterator[Finding]:
    newest = records.newest(1)
    if newest and now < newest[0].ts - CLOCK_STEP:
        behind = newest[0].ts - now
        yield Finding("error", "clock", f"the machine's clock is {behind} behind the log; set it (NTP), then start")


def _page(config: Loaded, name: str, now: Callable[[], datetime], *, offline: bool) -> Iterator[Finding]:
    where = f"page {name}"
    problems = refusals(config, name)
    yield from (Finding("error", where, problem) for problem in problems)
    try:
        budget = meter(config, name, now)
        connector = connect(config, name, budget)
        if not offline:
            yield from _checked(config, name, connector, budget, now)
    except ConfigError as error:
        yield from (Finding("error", where, problem) for problem in error.problems)
    except ConnectorError as error:
        yield Finding("error", where, str(error).removeprefix(f"Page {name}: "))
    else:
        read = "its table is valid" if offline else _LOOKED_AFTER[connector.capability.coverage]
        if not problems:
            yield Finding("ok", where, f"{config.pages[name].mode}; {read}")


def _checked(
    config: Loaded, name: str, connector: Connector, budget: Meter, now: Callable[[], datetime]
) -> Iterator[Finding]:
    """Let a connector prove that its page can be worked on, and tell what is worth knowing besides."""
    where = f"page {name}"
    try:
        with Records.open(config.store_dir, config.department.origin, now) as budget.records:
            checked = connector.check()
            uses = budget.in_use()
    except StoreError:  # told under "store"
        checked, uses = connector.check(), []
    finally:
        budget.records = None
    for use in uses:
        yield Finding("ok", where, f"budget of {use.limit.kind}: {use.words} used, until {use.ends:%d %b %H:%M %Z}")
    for warning in checked.warnings:
        yield Finding("warning", where, warning)
    if checked.about is not None:
        yield from _notice(config, where, checked.about)
    if checked.expires_at is not None:
        left = (checked.expires_at - now()).days
        level: Level = "warning" if left <= WARNED_AHEAD[0] else "ok"
        ends = f"its credential ends on {checked.expires_at:%d %b %Y}, in {counted(left, 'day')}"
        yield Finding(level, where, f"{ends}; renew it with: ofrecord connect {name}" if level == "warning" else ends)


def _notice(config: Loaded, where: str, about: str) -> Iterator[Finding]:
    named = Named.of(config)
    for point in missing(about, named):
        words = f"its notice does not seem to say {point.says} (policy {point.clause})"
        yield Finding("warning", where, f'{words}; for example: "{named.wording(point)}"')


def _mail(config: Loaded, *, offline: bool) -> Iterator[Finding]:
    if config.mail is None:
        yield Finding("warning", "mail", "[mail] is not set: no summaries, alerts or referrals are sent")
        return
    if not config.mail.summary_to:
        yield Finding("warning", "mail", "mail.summary_to is empty: nobody gets the weekly summary")
    for matter in ("tip", "help_needed", "complaint", "own_conduct"):
        if matter not in config.referrals:
            yield Finding("warning", "referrals", f"referrals.{matter} is not set: moderators cannot refer it")
    if offline:
        return
    sender = mailer(config)
    try:
        if sender is not None:
            sender.check()
            yield Finding("ok", "mail", f"{_way_out(config.mail)} takes mail")
    except MailError as error:
        yield Finding("error", "mail", str(error))


def _way_out(settings: Mail) -> str:
    return f"the folder {settings.folder}" if settings.host is None else f"{settings.host}:{settings.port}"
