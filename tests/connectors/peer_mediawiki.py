"""A simulated MediaWiki as a peer; `make e2e` runs the same contract against a real one."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.base import Connector
from connectors.mediawiki import Settings, connect
from models.comment import State
from tests.connectors.means import means
from tests.connectors.peers import RefusedError
from tests.simulators.mediawiki import EditRefusedError, Wiki, running


class WikiPeer:
    """Talk pages, each below a page of the Department."""

    page = "wiki"

    def __init__(self, running_wiki: ExitStack, wiki: Wiki) -> None:
        self._running = running_wiki
        self.wiki = running_wiki.enter_context(running(wiki))
        self.faults = self.wiki.wire
        self.secret = ""
        self.settings: dict[str, object] = {}
        self.connector: Connector
        self._titles: list[str] = []
        self._written: dict[str, tuple[str, str, str]] = {}
        """By comment: the talk page, the author, the words as they are stored."""

    def now(self) -> datetime:
        return self.wiki.clock()

    def post(self, text: str) -> str:
        title = f"Notice {len(self._titles) + 1}"
        self._titles.append(title)
        self.wiki.edit("Chief", title, text)
        return title

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        if not text.strip():
            raise RefusedError("an empty text is no edit")
        title = f"Talk:{post_id}"
        before = self.wiki.text(title).lstrip("\n")  # what a hide of the first words leaves behind
        above = self._written[parent][2] if parent else ""
        after = before.replace(above, f"{above}\n:{text}") if above else f"{before}\n\n{text}".lstrip("\n")
        try:
            number = str(self.wiki.edit(author, title, after))
        except EditRefusedError as error:
            raise RefusedError(str(error)) from error
        stored = self.wiki.text(title)
        self._written[number] = (title, author, text if above else stored.removeprefix(before).strip())
        return number

    def edit(self, comment_id: str, text: str) -> None:
        title, author, written = self._written[comment_id]
        self.wiki.replace(author, title, written, text)
        self._written[comment_id] = (title, author, text)

    def remove(self, comment_id: str) -> None:
        """Let an administrator delete the page and bring back all of it but this revision: it is gone for good."""
        title = self._written[comment_id][0]
        self.wiki.delete(title)
        self.wiki.restore(title, but=int(comment_id))

    def stored(self, comment_id: str) -> str:
        return html.unescape(self._written[comment_id][2].replace("<b>", "").replace("</b>", ""))

    def visible(self, comment_id: str) -> bool:
        title, _, written = self._written[comment_id]
        return written in self.wiki.seen(title)

    def set_state(self, comment_id: str, state: State) -> None:
        """Let another administrator do by hand what a hide does."""
        if state is not State.HIDDEN:
            pytest.skip("a wiki knows no such state")
        title, _, written = self._written[comment_id]
        if title in self.wiki.pages and written in self.wiki.text(title):
            self.wiki.replace("Chief", title, written, "")
        carriers = [each.id for each in self.wiki.pages[title].revisions if written in each.text]
        self.wiki.set_hidden(carriers, {"content", "comment"})

    def revoke(self) -> None:
        self.wiki.bot_password = self.wiki.bot_password[::-1]
        self.wiki.sessions.clear()

    def cut_off(self) -> None:
        self._running.close()


class MediaWikiPeer(WikiPeer):
    """The Department's own wiki, with the bot password of one account."""

    def __init__(self, running_wiki: ExitStack) -> None:
        super().__init__(running_wiki, Wiki(clock=lambda: datetime.now(UTC)))
        self.secret = self.wiki.bot_password
        self.settings = {"url": self.wiki.api, "user": f"{self.wiki.user}@moderation"}
        self.connector = connect(self.page, Settings.model_validate(self.settings), means(self.secret))


@contextmanager
def make_peer(folder: Path) -> Iterator[MediaWikiPeer]:
    """Start a simulated wiki."""
    with ExitStack() as running_wiki:
        yield MediaWikiPeer(running_wiki)
