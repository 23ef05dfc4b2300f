"""A simulated Wikipedia as a peer: the same wiki, read by a visitor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from connectors.wikipedia import Settings, connect
from tests.connectors.means import means
from tests.connectors.peer_mediawiki import WikiPeer
from tests.simulators.mediawiki import Wiki


class WikipediaPeer(WikiPeer):
    """Nine talk pages that are watched, most of which nobody has written on yet."""

    page = "encyclopedia"

    def __init__(self, running_wiki: ExitStack) -> None:
        super().__init__(running_wiki, Wiki(clock=lambda: datetime.now(UTC)))
        talks = [f"Talk:Notice {number}" for number in range(1, 10)]
        self.settings = {"pages": talks, "url": self.wiki.api, "contact": "records@pd.example.gov"}
        self.connector = connect(self.page, Settings.model_validate(self.settings), means())

    def remove(self, comment_id: str) -> None:
        """Let the author take the words off the page."""
        title, author, written = self._written[comment_id]
        self.wiki.replace(author, title, written, "")


@contextmanager
def make_peer(folder: Path) -> Iterator[WikipediaPeer]:
    """Start a simulated encyclopedia."""
    with ExitStack() as running_wiki:
        yield WikipediaPeer(running_wiki)
