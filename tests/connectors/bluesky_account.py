"""A simulated Bluesky with the connector that reads it, for the tests of that connector."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from connectors._http import Http, Limits
from connectors.base import Batch
from connectors.bluesky import Bluesky, Settings, connect
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.bluesky import BlueskyNetwork

NOW = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
LIMITS = Limits(body=2_000_000)
UNHURRIED = 1e6
"""A pace that never makes a thread wait."""


class Clock:
    """The time, on both sides."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass, in the units of `timedelta`."""
        self.now += timedelta(**by)


def secret_of(network: BlueskyNetwork) -> MemorySecret:
    """A secret file as ``ofrecord connect`` writes it."""
    return MemorySecret(json.dumps({"app_password": network.password}))


def connector_of(
    network: BlueskyNetwork,
    clock: Clock,
    secret: MemorySecret | None = None,
    purse: Purse | None = None,
    settings: Mapping[str, int] = MappingProxyType({}),
) -> Bluesky:
    """The connector of the page "bluesky", which looks at everything at each fetch unless `settings` say otherwise."""
    keys = {"list_minutes": 0, "look_seconds": 0, **settings}
    found = Settings.model_validate({"account": network.handle, "service": network.url, **keys})
    given = means(secret or secret_of(network), purse or Purse(pace=UNHURRIED))
    return connect("bluesky", found, given, Http("bluesky", LIMITS), clock)


def texts(batch: Batch) -> set[str]:
    """The comments' texts."""
    return {comment.text for comment in batch.comments}


def asked(network: BlueskyNetwork, method: str) -> int:
    """How often a method was called."""
    return sum(request.path.endswith(method) for request in network.wire.requests)
