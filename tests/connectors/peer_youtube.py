"""A simulated YouTube channel as a peer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from connectors.youtube import Settings, connect
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.peers import RefusedError
from tests.simulators.google import RefusedByPlatformError, running
from tests.simulators.youtube import YouTubeSite

STATUSES = {
    State.VISIBLE: "published",
    State.HIDDEN: "rejected",
    State.HELD: "heldForReview",
    State.SPAM: "likelySpam",
}
UNHURRIED = 1e6
"""Units a second: so many that it is always time for a look."""


class YouTubePeer:
    """A channel and its owner."""

    page = "channel"

    def __init__(self, running_site: ExitStack, site: YouTubeSite | None = None) -> None:
        self._running = running_site
        self.site = running_site.enter_context(running(site or YouTubeSite()))
        self.faults = self.site.wire
        self.secret = self.site.secret()
        self.settings: dict[str, object] = {
            "channel_id": self.site.channel,
            "api": self.site.url,
            "tokens": f"{self.site.url}/token",
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
        self.site.edit(comment_id, text)

    def remove(self, comment_id: str) -> None:
        self.site.remove(comment_id)

    def stored(self, comment_id: str) -> str:
        return self.site.comments[comment_id].text

    def visible(self, comment_id: str) -> bool:
        return self.site.seen_by_visitors(comment_id)

    def set_state(self, comment_id: str, state: State) -> None:
        self.site.comments[comment_id].status = STATUSES[state]

    def revoke(self) -> None:
        self.site.revoke()

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[YouTubePeer]:
    """Start a simulated channel."""
    with ExitStack() as running_site:
        yield YouTubePeer(running_site)
