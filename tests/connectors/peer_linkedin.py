"""A simulated LinkedIn Page as a peer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from connectors.linkedin import Settings, connect
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.peers import RefusedError, absent
from tests.simulators.linkedin import LinkedInSite, RefusedByPlatformError, running

UNHURRIED = 1e6
"""Calls a second: so many that every post is due at each fetch."""


class LinkedInPeer:
    """A Page."""

    page = "linkedin"

    def __init__(self, running_site: ExitStack) -> None:
        self._running = running_site
        self.site = running_site.enter_context(running(LinkedInSite()))
        self.secret = self.site.secret()
        self.settings: dict[str, object] = {
            "organization": "7412903",
            "api": self.site.url,
            "tokens": f"{self.site.url}/oauth/v2/accessToken",
            "names": True,
            "posts_minutes": 0,
            "look_seconds": 0,
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
        self.site.delete(comment_id)

    def stored(self, comment_id: str) -> str:
        return self.site.comments[comment_id].text

    def visible(self, comment_id: str) -> bool:
        return comment_id in self.site.comments

    def set_state(self, comment_id: str, state: State) -> None:
        absent(f"comments that are {state.value}")

    def revoke(self) -> None:
        self.site.token = "another one"

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[LinkedInPeer]:
    """Start a simulated Page."""
    with ExitStack() as running_site:
        yield LinkedInPeer(running_site)
