"""A simulated MediaWiki with the connectors that read it, for their tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from connectors._http import Http, Limits
from connectors.base import Batch
from connectors.mediawiki import MediaWiki, Settings, connect
from connectors.wikipedia import Settings as WikipediaSettings
from connectors.wikipedia import Wikipedia
from connectors.wikipedia import connect as connect_to_wikipedia
from tests.connectors.means import Purse, means
from tests.simulators.mediawiki import Clock, Wiki, running

TALK = "Talk:Road closure"
LIMITS = Limits(body=2_000_000)


class Stopwatch:
    """Seconds that pass only when a test says so: a slow machine fails no test."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds

    def wait_too_long(self) -> None:
        """Let more time pass than an answer may take."""
        self.seconds += LIMITS.whole + 1


@contextmanager
def a_wiki() -> Iterator[Wiki]:
    """A wiki with one notice of the Department."""
    clock = Clock()
    with running(Wiki(clock=clock)) as wiki:
        wiki.edit("Chief", "Road closure", "Main Street is closed until Friday.")
        yield wiki


def later(wiki: Wiki, **by: float) -> None:
    """Let time pass on the wiki's server."""
    assert isinstance(wiki.clock, Clock)
    wiki.clock.forward(**by)


def moderator(wiki: Wiki, stopwatch: Stopwatch | None = None) -> MediaWiki:
    """The connector of the page "wiki"."""
    settings = Settings(url=wiki.api, user=f"{wiki.user}@moderation")
    return connect("wiki", settings, means(wiki.bot_password), Http("wiki", LIMITS, stopwatch or Stopwatch()))


def reader(wiki: Wiki, purse: Purse | None = None) -> Wikipedia:
    """The connector that reads the same wiki as if it were Wikipedia."""
    settings = WikipediaSettings(
        url=wiki.api, pages=(TALK,), own_users=("JacksonPD",), contact="records@pd.example.gov"
    )
    return connect_to_wikipedia("encyclopedia", settings, means(budget=purse))


def texts(batch: Batch) -> dict[str, str]:
    """The comments' texts by their authors' names, the last one of each."""
    return {comment.author.name: comment.text for comment in batch.comments}
