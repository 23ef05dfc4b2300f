"""A page at work, on a real log in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.actions import Performer
from bot.config import Page
from bot.events import Actor
from bot.judgement import Rulebook
from bot.pipeline import Poll, Polled
from bot.records import CommentState, Entry, Records
from tests.bot.postbox import Postbox, running
from tests.fakes import FakeClock, FakeConnector, rulebook

BOT = Actor("bot", "daemon")
MODERATOR = Actor("human", "u_1", role="moderator")
ORIGIN = "pd.example.gov/log"


@dataclass
class Work:
    """What a test needs to work on one page."""

    records: Records
    connector: FakeConnector
    clock: FakeClock
    page: Page
    book: Rulebook

    def poll(self) -> Polled:
        poll = Poll("page", self.page, self.connector, self.book, BOT)
        return poll(self.records, self.clock())

    @property
    def performer(self) -> Performer:
        return Performer("page", self.connector, BOT, self.clock)

    def perform(self) -> int:
        self.performer.settle(self.records)
        return self.performer.perform(self.records)

    def state(self, platform_id: str) -> CommentState:
        return self.records.known("page", [platform_id])[platform_id]

    def types(self, platform_id: str) -> list[str]:
        """The types of the entries about a comment, in order."""
        return [entry.type for entry in self.case(platform_id)]

    def case(self, platform_id: str) -> list[Entry]:
        return self.records.case(self.state(platform_id).ref)

    def last(self, platform_id: str, kind: str) -> Entry:
        return [entry for entry in self.case(platform_id) if entry.type == kind][-1]


def live_page(**changes: Any) -> Page:
    return Page(platform="fake", mode="live", **changes)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def records(tmp_path: Path, clock: FakeClock) -> Iterator[Records]:
    with Records.create(tmp_path / "store", ORIGIN, clock) as opened:
        yield opened


@pytest.fixture
def work(records: Records, clock: FakeClock) -> Work:
    """A live page, whose hiding rules are approved."""
    return Work(records, FakeConnector(), clock, live_page(), rulebook())


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    """A mail server that takes everything."""
    with running(Postbox()) as served:
        yield served
