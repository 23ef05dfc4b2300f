"""One page at work: settle what a crash left open, poll, perform; and say how the page is doing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from bot.actions import Performer
from bot.budget import Meter
from bot.config import Loaded, Page
from bot.events import Actor, PageDescribed, PageModeChanged, Subject
from bot.judgement import Rulebook
from bot.moments import timestamp
from bot.notice import Named
from bot.page_tasks import verify
from bot.pipeline import Poll, Polled
from bot.platforms import connect, meter
from bot.records import Records, Writing
from connectors.base import Checked, Connector, UnavailableError
from models.policy import Verdict

OK, FAILING, STOPPED = "ok", "failing", "stopped"


@dataclass(frozen=True, slots=True)
class PageRun:
    """Everything that is needed to work on one page."""

    name: str
    page: Page
    connector: Connector
    poll_once: Poll
    performer: Performer
    actor: Actor
    now: Callable[[], datetime]
    meter: Meter = field(default_factory=lambda: Meter(""))
    named: Named | None = None
    """Whose page it is, for its notice; None leaves that unread."""

    def poll(self, records: Records) -> Polled:
        """Settle open intents, then fetch once; `Polled.more` tells whether to poll again at once.

        Raises:
            ConnectorError: when the platform cannot be read.
            StoreError: when the log cannot be written.
        """
        self.meter.records = records
        with suppress(UnavailableError):  # a comment that cannot be read; `perform` tells, and captures go on
            self.performer.settle(records)
            verify(records, self.name, self.connector, self.actor, self.now())
        return self.poll_once(records, self.now())

    def work(self, records: Records) -> tuple[Polled, int]:
        """Poll until the platform has nothing more, carrying out what was asked for after each fetch.

        Returns:
            What the polls brought, and how many requests reached an outcome. Raises as `poll` and `perform` do.
        """
        polled, performed = self.poll(records), self.perform(records)
        total = polled
        while polled.more:
            polled = self.poll(records)
            total += polled
            performed += self.perform(records)
        return total, performed

    def perform(self, records: Records) -> int:
        """Carry out what was asked for. Returns how many requests reached an outcome.

        Raises:
            ConnectorError: when the platform cannot be read.
            LeaseLostError: when another daemon has taken over.
            StoreError: when the log cannot be written: the platform is not called then.
        """
        self.meter.records = records
        self.performer.settle(records)
        return self.performer.perform(records)

    def check(self, records: Records) -> Checked:
        """Prove that the page can still be read and moderated, and learn when its credential ends.

        Raises:
            ConnectorError: naming what is missing.
        """
        self.meter.records = records
        return self.connector.check()

    def describe(
        self, records: Records, health: str, problem: str | None = None, checked: Checked | None = None
    ) -> bool:
        """Log what the page is and how it does, when any of it changed. Returns whether it had."""
        self.meter.records = records
        budget = self.meter.described() or None
        state = Described(health, problem, budget, checked)
        return describe(records, self.actor, self.name, self.page, self.connector, self.now(), state)


def open_page(
    config: Loaded,
    name: str,
    rulebook: Rulebook,
    actor: Actor,
    now: Callable[[], datetime],
    guard: Callable[[Writing], None] = lambda _: None,
) -> PageRun:
    """Make a page ready to be worked on; nothing is read from the platform yet.

    Raises:
        ConfigError: when the page's table does not fit its platform.
    """
    page = config.pages[name]
    budget = meter(config, name, now)
    connector = connect(config, name, budget)
    return PageRun(
        name,
        page,
        connector,
        Poll(name, page, connector, rulebook, actor),
        Performer(name, connector, actor, now, guard, _hiding_rules(page, rulebook)),
        actor,
        now,
        budget,
        Named.of(config),
    )


def _hiding_rules(page: Page, rulebook: Rulebook) -> frozenset[str]:
    """What may hide by itself now: a request that is older than the mode or the rule's life gives way to them."""
    if page.mode != "live":
        return frozenset()
    return frozenset(rule.name for rule in rulebook.policy.rules if rule.effective is Verdict.HIDE)


@dataclass(frozen=True, slots=True)
class Described:
    """How a page does."""

    health: str
    problem: str | None = None
    budget: dict[str, Any] | None = None
    checked: Checked | None = None
    """What a check found just now; None where there was none: then the credential's end stays as it was known."""


def describe(
    records: Records,
    actor: Actor,
    name: str,
    page: Page,
    connector: Connector | None,
    now: datetime,
    state: Described,
) -> bool:
    """Append `page.described` when it would say something new. The web process reads the page only from this."""
    capabilities: dict[str, Any] = asdict(connector.capability) if connector else {}
    last = records.page_described(name)
    if state.checked is None:
        expires_at = last.pub.get("expires_at") if last else None
    else:
        expires_at = timestamp(state.checked.expires_at) if state.checked.expires_at else None
    described = PageDescribed(
        actor=actor,
        subject=Subject("page", name),
        page=name,
        platform=page.platform,
        url=page.url,
        mode=page.mode,
        health=state.health,
        capabilities=capabilities,
        budget=state.budget,
        expires_at=expires_at,
        since=timestamp(now),
        problem=state.problem,
    )
    if last is not None and {**last.pub, "since": None} == {**described.public, "since": None}:
        return False
    records.append(described)
    return True


def note_mode(records: Records, actor: Actor, name: str, page: Page) -> None:
    """Append `page.mode_changed` when the configuration puts the page into another mode than the log knows."""
    last = records.mode_of(name)
    was = last.pub["mode"] if last else None
    if was == page.mode:
        return
    approval = page.approval
    records.append(
        PageModeChanged(
            actor=actor,
            subject=Subject("page", name),
            page=name,
            mode=page.mode,
            was=was,
            approved_by=approval.by if approval else None,
            approved_on=approval.on.isoformat() if approval else None,
            approved_policy=approval.policy if approval else None,
        )
    )
