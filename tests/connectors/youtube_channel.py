"""A simulated YouTube channel with its connector and its clock, for the tests of YouTube and of what Google's share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors._http import Http
from connectors.base import Batch
from connectors.youtube import Settings, YouTube, connect
from connectors.youtube.api import Api
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.google import running
from tests.simulators.youtube import YouTubeSite

PAGE = "channel"
UNHURRIED = 1e6


@dataclass
class Channel:
    """A simulated channel, what its connector was given, and the time there and here."""

    site: YouTubeSite
    now: datetime = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    secret: MemorySecret = field(default_factory=MemorySecret)
    budget: Purse = field(default_factory=lambda: Purse(pace=UNHURRIED))
    threads: int = 500
    look_seconds: int = 0
    _opened: dict[tuple[object, ...], YouTube] = field(default_factory=dict)

    @property
    def page(self) -> YouTube:
        """The connector, opened anew when anything about it has changed."""
        key = (self.budget, self.secret, self.threads, self.look_seconds)
        if key not in self._opened:
            self._opened[key] = self._open()
        return self._opened[key]

    def _open(self) -> YouTube:
        tokens = f"{self.site.url}/token"
        settings = Settings(
            channel_id=self.site.channel,
            api=self.site.url,
            tokens=tokens,
            threads_watched=self.threads,
            look_seconds=self.look_seconds,
        )
        return connect(PAGE, settings, means(self.secret, self.budget), clock=lambda: self.now)

    @property
    def api(self) -> Api:
        """What the connector asks through."""
        addresses = (self.site.url, f"{self.site.url}/token")
        return Api(addresses, self.site.channel, means(self.secret, self.budget), Http(PAGE), lambda: self.now)

    def changes(self) -> list[dict[str, str]]:
        """What was sent to change the platform."""
        every = self.site.wire.requests
        return [dict(each.params) for each in every if each.method != "GET" and each.path != "/token"]

    def fetch(self, cursor: str | None = None) -> Batch:
        """A fetch a minute later."""
        self.now += timedelta(minutes=1)
        return self.page.fetch(cursor)


@contextmanager
def opened() -> Iterator[Channel]:
    """A channel that answers, at noon (UTC) of a day in November."""
    with running(YouTubeSite()) as site:
        made = Channel(site, secret=MemorySecret(site.secret()))
        site.clock = lambda: made.now
        yield made
