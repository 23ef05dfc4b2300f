"""A simulated subreddit as a peer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests

from connectors.reddit import Settings, connect
from models.comment import State
from tests.connectors.means import means
from tests.connectors.peers import RefusedError
from tests.simulators.loopback import Wire
from tests.simulators.reddit import CommentRefusedError, RedditSite, running

MODERATORS: dict[State, str | bool] = {State.HIDDEN: "another_mod", State.HELD: "AutoModerator", State.SPAM: True}
"""Who removes a comment so that it is in a state; True is Reddit's own filter."""


class RedditPeer:
    """A subreddit with one account that moderates."""

    page = "forum"

    def __init__(self, running_site: ExitStack) -> None:
        self._running = running_site
        self._site = running_site.enter_context(running(RedditSite()))
        self.secret = self._site.credential
        self.settings: dict[str, object] = {
            "subreddit": self._site.subreddit,
            "account": self._site.account,
            "site": self._site.url,
            "api": self._site.url,
        }
        self.connector = connect(self.page, Settings.model_validate(self.settings), means(self.secret))

    @property
    def faults(self) -> Wire:
        """What goes wrong on the way."""
        return self._site.wire

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        return self._site.publish(text)

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat_Visitor") -> str:
        try:
            return self._site.comment(post_id, text, author, parent=parent)
        except CommentRefusedError as error:
            raise RefusedError(str(error)) from error

    def edit(self, comment_id: str, text: str) -> None:
        self._site.edit(comment_id, text)

    def remove(self, comment_id: str) -> None:
        self._site.delete(comment_id)

    def stored(self, comment_id: str) -> str:
        return self._site.things[comment_id].text

    def visible(self, comment_id: str) -> bool:
        page = requests.get(f"{self._site.url}/visit/{self._site.things[comment_id].post}", timeout=10)
        return f'id="thing_{comment_id}"' in page.text

    def set_state(self, comment_id: str, state: State) -> None:
        if state is State.VISIBLE:
            self._site.approve(comment_id)
        else:
            self._site.moderate(comment_id, MODERATORS[state], spam=state is State.SPAM)

    def revoke(self) -> None:
        self._site.revoke()

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[RedditPeer]:
    """Start a simulated subreddit."""
    with ExitStack() as running_site:
        yield RedditPeer(running_site)
