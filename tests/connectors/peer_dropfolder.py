"""A drop folder as a peer: whoever exports the page puts one file into it for everything that happens there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from connectors.dropfolder import Dropfolder, Settings, connect
from models.comment import State
from tests.connectors.means import means
from tests.connectors.peers import RefusedError, absent


class DropfolderPeer:
    """A folder, and somebody who exports after each change."""

    page = "archive"
    secret = ""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "drop"
        (self.folder / "incoming").mkdir(parents=True)
        self.settings: dict[str, object] = {"folder": str(self.folder), "settle_seconds": 0, "at_once": 7}
        self.connector: Dropfolder = connect(
            self.page, Settings.model_validate(self.settings), means(), clock=lambda: 2e9
        )
        self._posts: dict[str, str] = {}
        self._rows: dict[str, dict[str, str]] = {}
        self._files = 0

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        post_id = f"p{len(self._posts) + 1}"
        self._posts[post_id] = text
        return post_id

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        if not text:
            raise RefusedError("an export has no empty comments")
        comment_id = f"c{len(self._rows) + 1}"
        self._rows[comment_id] = {
            "id": comment_id,
            "text": text,
            "author": author,
            "created": self.now().isoformat(),
            "post_id": post_id,
            "post_text": self._posts[post_id],
            "parent_id": parent or "",
        }
        self._export(comment_id)
        return comment_id

    def edit(self, comment_id: str, text: str) -> None:
        self._rows[comment_id]["text"] = text
        self._export(comment_id)

    def remove(self, comment_id: str) -> None:
        absent("removals that could be asked about")

    def stored(self, comment_id: str) -> str:
        return self._rows[comment_id]["text"]

    def visible(self, comment_id: str) -> bool:
        return self._rows[comment_id].get("state", "visible") == "visible"

    def set_state(self, comment_id: str, state: State) -> None:
        self._rows[comment_id]["state"] = state.value
        self._export(comment_id)

    def revoke(self) -> None:
        absent("credential")

    def cut_off(self) -> None:
        self.folder.rename(self.folder.with_name("elsewhere"))

    def _export(self, comment_id: str) -> None:
        self._files += 1
        part = self.folder / "incoming" / ".part"
        part.write_text(json.dumps(self._rows[comment_id]) + "\n", encoding="utf-8")
        part.rename(part.with_name(f"{self._files:06}.jsonl"))


@contextmanager
def make_peer(folder: Path) -> Iterator[DropfolderPeer]:
    """Make an empty drop folder in `folder`."""
    yield DropfolderPeer(folder)
