"""A simulated WordPress with the connector that reads it, for the tests of that connector."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from connectors._http import Http, Limits
from connectors.base import Batch
from connectors.wordpress import Settings, WordPress, connect
from tests.connectors.means import means
from tests.simulators.wordpress import WordPressSite

NOW = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
LIMITS = Limits(body=2_000_000)


class Clock:
    """The time on the server."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass, in the units of `timedelta`."""
        self.now += timedelta(**by)


class Stopwatch:
    """Seconds that pass only when a test says so: a slow machine fails no test."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def wait_too_long(self) -> None:
        """Let more time pass than an answer may take."""
        self.seconds += LIMITS.whole + 1


def reader(
    site: WordPressSite, *, rescan_minutes: int = 15, rescan_days: int = 30, stopwatch: Stopwatch | None = None
) -> WordPress:
    """The connector of the page "blog"."""
    settings = Settings(url=site.url, user=site.user, rescan_minutes=rescan_minutes, rescan_days=rescan_days)
    http = Http("blog", LIMITS, stopwatch or Stopwatch())
    return connect("blog", settings, means(site.password), http)


def texts(batch: Batch) -> list[str]:
    """The comments' texts, in the order of the batch."""
    return [comment.text for comment in batch.comments]


def fetch_all(connector: WordPress, cursor: str | None = None) -> tuple[dict[str, str], str]:
    """Fetch until nothing more comes: the texts by id, and the last cursor."""
    found: dict[str, str] = {}
    for _ in range(50):
        batch = connector.fetch(cursor)
        found |= {comment.platform_id: comment.text for comment in batch.comments}
        cursor = batch.cursor
        if not batch.more:
            return found, cursor
    raise AssertionError("fifty fetches, and there is still more")
