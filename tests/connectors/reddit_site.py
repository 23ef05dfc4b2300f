"""A simulated subreddit with the connector that reads it, for the tests of that connector."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors._http import Http, Limits
from connectors.base import Batch
from connectors.reddit import Reddit, Settings, connect
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.reddit import RedditSite

NOW = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
SUBREDDIT = "JacksonPD"


class Clock:
    """The time on Reddit, and here."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass, in the units of `timedelta`."""
        self.now += timedelta(**by)


def reader(site: RedditSite, *, secret: MemorySecret | None = None, budget: Purse | None = None) -> Reddit:
    """The connector of the page "forum"."""
    settings = Settings(subreddit=site.subreddit, account=site.account, site=site.url, api=site.url)
    given = means(secret or site.credential, budget)
    return connect("forum", settings, given, Http("forum", Limits(body=4_000_000)), site.clock)


def texts(batch: Batch) -> dict[str, str]:
    """The comments' texts by id."""
    return {comment.platform_id: comment.text for comment in batch.comments}


def paths(site: RedditSite) -> list[str]:
    """What was asked, but for tokens, without the subreddit."""
    every = (each.path.replace(f"/r/{site.subreddit}/", "").strip("/") for each in site.wire.requests)
    return [path for path in every if path != "api/v1/access_token"]
