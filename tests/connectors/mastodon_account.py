"""A simulated Mastodon server with the connector that reads it, for the tests of that connector."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors._http import Http, Limits
from connectors.base import Batch
from connectors.mastodon import Mastodon, Settings, connect
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.mastodon import MastodonServer

NOW = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
UNHURRIED = 1e6
"""A pace that never makes a thread wait."""
SELDOM = 86_400
"""Seconds: so long that no thread is looked at by itself again."""


class Clock:
    """The time, on both sides."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass, in the units of `timedelta`."""
        self.now += timedelta(**by)


def connector_of(
    server: MastodonServer,
    clock: Clock,
    secret: MemorySecret | None = None,
    purse: Purse | None = None,
    **settings: object,
) -> Mastodon:
    """The connector of the page "fediverse", which looks at everything at each fetch unless told otherwise."""
    keys = {"server": server.url, "account": server.username, "list_minutes": 0, "look_seconds": 0, **settings}
    given = means(secret or MemorySecret(server.secret()), purse or Purse(pace=UNHURRIED))
    http = Http("fediverse", Limits(body=2_000_000))
    return connect("fediverse", Settings.model_validate(keys), given, http, clock)


def texts(batch: Batch) -> set[str]:
    """The comments' texts."""
    return {comment.text for comment in batch.comments}


def asked(server: MastodonServer, part: str) -> int:
    """How many requests had this in their path."""
    return sum(part in request.path for request in server.wire.requests)
