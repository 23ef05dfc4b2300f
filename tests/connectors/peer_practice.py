"""The practice page as a peer: its folder, and its public site asked as a visitor's browser asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from connectors.practice import Practice, Settings, connect
from connectors.practice.page import Draft, Page
from connectors.practice.site import Flood, Site
from models.comment import State
from tests.connectors.browsing import get
from tests.connectors.means import means


class PracticePeer:
    """A practice page in a folder."""

    page = "practice-page"
    secret = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "page"
        self.settings: dict[str, object] = {"folder": str(self.folder), "at_once": 7, "synced": False}
        self._page = Page.create(self.folder, synced=False)
        self._site = Site(self._page, flood=Flood(0))
        self.connector: Practice = connect(self.page, Settings.model_validate(self.settings), means())

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        return self._page.publish(text)

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        return self._page.comment(Draft(post_id, text, author, parent=parent))

    def edit(self, comment_id: str, text: str) -> None:
        self._page.edit(comment_id, text)

    def remove(self, comment_id: str) -> None:
        self._page.remove(comment_id)

    def stored(self, comment_id: str) -> str:
        return self._page.get(comment_id).text

    def visible(self, comment_id: str) -> bool:
        posts = (entry for entry in self._page.changes(limit=10_000).entries if entry.is_post)
        return any(f'id="{comment_id}"' in get(self._site, f"/posts/{post.id}").body for post in posts)

    def set_state(self, comment_id: str, state: State) -> None:
        self._page.move(comment_id, state)

    def revoke(self) -> None:
        raise AssertionError("a practice page has no credential")

    def cut_off(self) -> None:
        self.folder.rename(self.folder.with_name("elsewhere"))


@contextmanager
def make_peer(folder: Path) -> Iterator[PracticePeer]:
    """Make an empty practice page in `folder`."""
    yield PracticePeer(folder)
