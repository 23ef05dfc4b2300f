"""A simulated Mastodon server as a peer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from connectors.mastodon import Settings, connect
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.peers import RefusedError
from tests.simulators.mastodon import MastodonServer, TextRefusedError, running

UNHURRIED = 1e6
"""Requests a second: so many that every thread is due at each fetch."""


class MastodonPeer:
    """An account."""

    page = "fediverse"

    def __init__(self, stack: ExitStack) -> None:
        self._running = stack
        self.server = stack.enter_context(running(MastodonServer()))
        self.faults = self.server.wire
        self.secret = self.server.secret()
        self.settings: dict[str, object] = {
            "server": self.server.url,
            "account": self.server.username,
            "list_minutes": 0,
            "look_seconds": 0,
        }
        given = means(self.secret, Purse(pace=UNHURRIED))
        self.connector = connect(self.page, Settings.model_validate(self.settings), given)

    def now(self) -> datetime:
        return self.server.now

    def post(self, text: str) -> str:
        return self.server.publish(text)

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        try:
            return self.server.reply(parent or post_id, text, author)
        except TextRefusedError as error:
            raise RefusedError(str(error)) from error

    def edit(self, comment_id: str, text: str) -> None:
        self.server.edit(comment_id, text)

    def remove(self, comment_id: str) -> None:
        self.server.remove(comment_id)

    def stored(self, comment_id: str) -> str:
        return self.server.statuses[comment_id].text

    def visible(self, comment_id: str) -> bool:
        return self.server.seen_by_visitors(comment_id)

    def set_state(self, comment_id: str, state: State) -> None:
        raise NotImplementedError("nothing is held, hidden or called spam there")

    def revoke(self) -> None:
        self.server.revoke()

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[MastodonPeer]:
    """Start a simulated server."""
    with ExitStack() as stack:
        yield MastodonPeer(stack)
