"""A page that a person looks at: it has no comments that anybody could fetch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from connectors.checklist import Checklist, Settings, connect
from models.comment import State
from tests.connectors.means import means
from tests.connectors.peers import absent


class ChecklistPeer:
    """Nothing of it can be read or written here."""

    page = "old-site"
    secret = ""

    def __init__(self) -> None:
        self.settings: dict[str, object] = {"url": "https://old.example/department"}
        self.connector: Checklist = connect(self.page, Settings.model_validate(self.settings), means())

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        absent("posts that can be read")

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        absent("comments that can be read")

    def edit(self, comment_id: str, text: str) -> None:
        absent("comments that can be read")

    def remove(self, comment_id: str) -> None:
        absent("comments that can be read")

    def stored(self, comment_id: str) -> str:
        absent("comments that can be read")

    def visible(self, comment_id: str) -> bool:
        absent("comments that can be read")

    def set_state(self, comment_id: str, state: State) -> None:
        absent("comments that can be read")

    def revoke(self) -> None:
        absent("credential")

    def cut_off(self) -> None:
        absent("connection")


@contextmanager
def make_peer(folder: Path) -> Iterator[ChecklistPeer]:
    """Make such a page."""
    yield ChecklistPeer()
