"""A simulated blog on Blogger as a peer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from html import escape
from pathlib import Path

from connectors.blogger import Settings, connect
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.peers import RefusedError, absent
from tests.simulators.blogger import BloggerSite
from tests.simulators.google import RefusedByPlatformError, running

STATUSES = {State.VISIBLE: "LIVE", State.HIDDEN: "SPAM", State.HELD: "PENDING"}
UNHURRIED = 1e6
"""Requests a second: so many that it is always time for a look."""


class BloggerPeer:
    """A blog and its administrator."""

    page = "town"

    def __init__(self, running_site: ExitStack, site: BloggerSite | None = None) -> None:
        self._running = running_site
        self.site = running_site.enter_context(running(site or BloggerSite()))
        self.faults = self.site.wire
        self.secret = self.site.secret()
        self.settings: dict[str, object] = {
            "blog_id": self.site.blog,
            "api": self.site.url,
            "tokens": f"{self.site.url}/token",
            "look_seconds": 0,
        }
        given = means(self.secret, Purse(pace=UNHURRIED))
        self.connector = connect(self.page, Settings.model_validate(self.settings), given, clock=self.site.clock)
        self._written: dict[str, str] = {}

    def now(self) -> datetime:
        return self.site.clock()

    def post(self, text: str) -> str:
        return self.site.publish(text)

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        try:
            comment = self.site.comment(post_id, _kept(text), author, parent=parent)
        except RefusedByPlatformError as error:
            raise RefusedError(str(error)) from error
        self._written[comment] = text
        return comment

    def edit(self, comment_id: str, text: str) -> None:
        """Blogger has no edits; if it ever has one, it would look like this."""
        self.site.comments[comment_id].html = _kept(text)
        self._written[comment_id] = text

    def remove(self, comment_id: str) -> None:
        self.site.remove(comment_id)

    def stored(self, comment_id: str) -> str:
        return self._written[comment_id]

    def visible(self, comment_id: str) -> bool:
        return self.site.seen_by_visitors(comment_id)

    def set_state(self, comment_id: str, state: State) -> None:
        if state is State.SPAM:
            absent("state for spam beside that for what was hidden")
        self.site.comments[comment_id].status = STATUSES[state]

    def revoke(self) -> None:
        self.site.revoke()

    def cut_off(self) -> None:
        self._running.close()


def _kept(text: str) -> str:
    """As Blogger keeps it: HTML, with lines as `<br />`."""
    return escape(text).replace("\n", "<br />")


@contextmanager
def make_peer(folder: Path) -> Iterator[BloggerPeer]:
    """Start a simulated blog."""
    with ExitStack() as running_site:
        yield BloggerPeer(running_site)
