"""A simulated account on X as a peer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from connectors._http import Http
from connectors.x import Settings, connect
from models.comment import State
from tests.connectors.means import MemorySecret, Purse, means
from tests.connectors.peers import RefusedError
from tests.simulators.x import RefusedByPlatformError, XSite, running

UNHURRIED = 1e6
"""Calls a second: so many that every conversation is due at each fetch."""


class XPeer:
    """An account with a token of its own."""

    page = "bird"

    def __init__(
        self, running_site: ExitStack, site: XSite | None = None, http: Http | None = None, **settings: object
    ) -> None:
        self._running = running_site
        self.site = running_site.enter_context(running(site or XSite()))
        self.faults = self.site.wire
        self.secret = self.site.secret()
        self.settings: dict[str, object] = {
            "username": self.site.username,
            "api": self.site.url,
            "look_minutes": 0,
            "rescan_hours": 0,
            **settings,
        }
        self.kept = MemorySecret(self.secret)
        self.purse = Purse(pace=UNHURRIED)
        given = means(self.kept, self.purse)
        chosen = Settings.model_validate(self.settings)
        self.connector = connect(self.page, chosen, given, http, self.site.clock)

    def now(self) -> datetime:
        return self.site.clock()

    def post(self, text: str) -> str:
        return self.site.publish(text)

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        try:
            return self.site.comment(parent or post_id, text, author)
        except RefusedByPlatformError as error:
            raise RefusedError(str(error)) from error

    def edit(self, comment_id: str, text: str) -> None:
        self.site.edit(comment_id, text)

    def remove(self, comment_id: str) -> None:
        self.site.remove(comment_id)

    def stored(self, comment_id: str) -> str:
        return self.site.posts[comment_id].versions[-1][1]

    def visible(self, comment_id: str) -> bool:
        return self.site.seen_by_visitors(comment_id)

    def set_state(self, comment_id: str, state: State) -> None:
        self.site.posts[comment_id].hidden = state is not State.VISIBLE

    def revoke(self) -> None:
        self.site.revoke()

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[XPeer]:
    """Start a simulated account."""
    with ExitStack() as running_site:
        yield XPeer(running_site)
