"""A simulated Flickr account as a peer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from connectors.flickr import Settings, connect
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.peers import RefusedError, absent
from tests.simulators.flickr import FlickrSite, RefusedByPlatformError, running

UNHURRIED = 1e6
"""Calls a second: so many that every photo is due at each fetch."""


class FlickrPeer:
    """An account."""

    page = "photos"

    def __init__(self, running_site: ExitStack, site: FlickrSite | None = None) -> None:
        self._running = running_site
        self.site = running_site.enter_context(running(site or FlickrSite()))
        self.faults = self.site.wire
        self.secret = self.site.secret()
        self.settings: dict[str, object] = {
            "user_id": self.site.user_id,
            "api": self.site.url,
            "site": self.site.url,
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
        if parent is not None:
            absent("answers to comments")
        try:
            return self.site.comment(post_id, text, author)
        except RefusedByPlatformError as error:
            raise RefusedError(str(error)) from error

    def edit(self, comment_id: str, text: str) -> None:
        self.site.edit(comment_id, text)

    def remove(self, comment_id: str) -> None:
        self.site.take_away(comment_id)

    def stored(self, comment_id: str) -> str:
        return self.site.comments[comment_id].text

    def visible(self, comment_id: str) -> bool:
        return comment_id in self.site.comments

    def set_state(self, comment_id: str, state: State) -> None:
        absent(f"comment that is {state.value}")

    def revoke(self) -> None:
        self.site.oauth.token = "72157720000000001-another"

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[FlickrPeer]:
    """Start a simulated account."""
    with ExitStack() as running_site:
        yield FlickrPeer(running_site)
