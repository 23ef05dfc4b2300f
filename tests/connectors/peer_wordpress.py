"""A simulated WordPress as a peer; `make e2e` runs the same contract against a real one."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests

from connectors.wordpress import Settings, connect
from models.comment import State
from tests.connectors.means import means
from tests.connectors.peers import RefusedError
from tests.simulators.wordpress import FormRefusedError, WordPressSite, running

STATUSES = {State.VISIBLE: "approved", State.HIDDEN: "hold", State.HELD: "hold", State.SPAM: "spam"}


class WordPressPeer:
    """A blog with one account that moderates."""

    page = "blog"

    def __init__(self, running_site: ExitStack) -> None:
        self._running = running_site
        self._site = running_site.enter_context(running(WordPressSite()))
        self.secret = self._site.password
        self.settings: dict[str, object] = {"url": self._site.url, "user": self._site.user, "rescan_minutes": 0}
        self.connector = connect(self.page, Settings.model_validate(self.settings), means(self.secret))

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        return str(self._site.publish(text))

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        try:
            return str(self._site.comment(int(post_id), text, author, parent=int(parent or 0)))
        except FormRefusedError as error:
            raise RefusedError(str(error)) from error

    def edit(self, comment_id: str, text: str) -> None:
        self._site.edit(int(comment_id), text)

    def remove(self, comment_id: str) -> None:
        del self._site.comments[int(comment_id)]

    def stored(self, comment_id: str) -> str:
        return html.unescape(self._site.comments[int(comment_id)].text.replace("<b>", "").replace("</b>", ""))

    def visible(self, comment_id: str) -> bool:
        post = self._site.comments[int(comment_id)].post
        return f'id="comment-{comment_id}"' in requests.get(f"{self._site.url}/?p={post}", timeout=10).text

    def set_state(self, comment_id: str, state: State) -> None:
        self._site.comments[int(comment_id)].status = STATUSES[state]

    def revoke(self) -> None:
        self._site.password = "another one"

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[WordPressPeer]:
    """Start a simulated blog."""
    with ExitStack() as running_site:
        yield WordPressPeer(running_site)
