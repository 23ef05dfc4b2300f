"""A simulated Threads account as a peer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from connectors.threads import Settings, connect
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.peers import RefusedError
from tests.simulators.threads import RefusedByPlatformError, ThreadsSite, running

UNHURRIED = 1e6
"""Calls a second: so many that every post is due at each fetch."""


class ThreadsPeer:
    """An account."""

    page = "threads"

    def __init__(self, running_site: ExitStack, site: ThreadsSite | None = None) -> None:
        self._running = running_site
        self.site = running_site.enter_context(running(site or ThreadsSite()))
        self.faults = self.site.wire
        self.secret = self.site.secret()
        self.settings: dict[str, object] = {
            "api": self.site.url,
            "approvals": True,
            "posts_minutes": 0,
            "look_seconds": 0,
            "rescan_hours": 0,
        }
        given = means(self.secret, Purse(pace=UNHURRIED))
        self.connector = connect(self.page, Settings.model_validate(self.settings), given, clock=self.site.clock)

    def now(self) -> datetime:
        return self.site.clock()

    def post(self, text: str) -> str:
        return self.site.publish(text)

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        try:
            return self.site.comment(post_id, text, author, parent=parent)
        except RefusedByPlatformError as error:
            raise RefusedError(str(error)) from error

    def edit(self, comment_id: str, text: str) -> None:
        self.site.comments[comment_id].text = text

    def remove(self, comment_id: str) -> None:
        del self.site.comments[comment_id]

    def stored(self, comment_id: str) -> str:
        return self.site.comments[comment_id].text

    def visible(self, comment_id: str) -> bool:
        return self.site.seen_by_visitors(comment_id)

    def set_state(self, comment_id: str, state: State) -> None:
        stored = self.site.comments[comment_id]
        if state is State.HELD:
            stored.approval = "pending"
            self.site.approvals.add(stored.root)
        else:
            self.site.hush(comment_id, "HIDDEN" if state is State.HIDDEN else "UNHUSHED")

    def revoke(self) -> None:
        self.site.token = "another one"

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[ThreadsPeer]:
    """Start a simulated account."""
    with ExitStack() as running_site:
        yield ThreadsPeer(running_site)
