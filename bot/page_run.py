"""One page at work: settle what a crash left open, poll, perform; and say how the page is doing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.actions import Performer
from bot.config import Loaded, Page
from bot.events import Actor, PageDescribed, PageModeChanged, Subject
from bot.judgement import Rulebook
from bot.moments import timestamp
from bot.pipeline import Poll, Polled
from bot.platforms import connect
from bot.records import Records, Writing
from connectors.base import Connector, UnavailableError
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

    def poll(self, records: Records) -> Polled:
        """Settle open intents, then fetch once; `Polled.more` tells whether to poll again at once.

        Raises:
            ConnectorError: when the platform cannot be read.
            StoreError: when the log cannot be written.
        """
        with suppress(UnavailableError):  # a comment that cannot be read; `perform` tells, and captures go on
            self.performer.settle(records)
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
        self.performer.settle(records)
        return self.performer.perform(records)

    def describe(self, records: Records, health: str, problem: str | None = None) -> bool:
        """Log what the page is and how it does, when any of it changed. Returns whether it had."""
        return describe(records, self.actor, self.name, self.page, self.connector, health, self.now(), problem)


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
    connector = connect(config, name)
    return PageRun(
        name,
        page,
        connector,
        Poll(name, page, connector, rulebook, actor),
        Performer(name, connector, actor, now, guard, _hiding_rules(page, rulebook)),
        actor,
        now,
    )


def _hiding_rules(page: Page, rulebook: Rulebook) -> frozenset[str]:
    """What may hide by itself now: a request that is older than the mode or the rule's life gives way to them."""
    if page.mode != "live":
        return frozenset()
    return frozenset(rule.name for rule in rulebook.policy.rules if rule.effective is Verdict.HIDE)


def describe(
    records: Records,
    actor: Actor,
    name: str,
    page: Page,
    connector: Connector | None,
    health: str,
    now: datetime,
    problem: str | None = None,
) -> bool:
    """Append `page.described` when it would say something new. The web process reads the page only from this."""
    capabilities: dict[str, Any] = asdict(connector.capability) if connector else {}
    described = PageDescribed(
        actor=actor,
        subject=Subject("page", name),
        page=name,
        platform=page.platform,
        url=page.url,
        mode=page.mode,
        health=health,
        capabilities=capabilities,
        since=timestamp(now),
        problem=problem,
    )
    last = records.page_described(name)
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
