"""A simulated Bluesky as a peer; `make e2e` runs the connector against a real development network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests

from connectors.bluesky import Settings, connect
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.peers import RefusedError
from tests.simulators.bluesky import BlueskyNetwork, TextRefusedError, running


class BlueskyPeer:
    """An account of the Department."""

    page = "bluesky"

    def __init__(self, stack: ExitStack) -> None:
        self._running = stack
        self.network = stack.enter_context(running(BlueskyNetwork()))
        self.faults = self.network.wire
        self.secret = json.dumps({"app_password": self.network.password})
        self.settings: dict[str, object] = {
            "account": self.network.handle,
            "service": self.network.url,
            "list_minutes": 0,
            "look_seconds": 0,
        }
        self.connector = connect(self.page, Settings.model_validate(self.settings), means(self.secret, Purse(pace=1e6)))

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        return self.network.publish(text)

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        try:
            return self.network.reply(parent or post_id, text, author)
        except TextRefusedError as error:
            raise RefusedError(str(error)) from error

    def edit(self, comment_id: str, text: str) -> None:
        self.network.edit(comment_id, text)

    def remove(self, comment_id: str) -> None:
        self.network.remove(comment_id)

    def stored(self, comment_id: str) -> str:
        return str(self.network.repo[comment_id].value["text"])

    def visible(self, comment_id: str) -> bool:
        root = self.network.repo[comment_id].up("root")
        address = f"{self.network.url}/xrpc/app.bsky.unspecced.getPostThreadV2"
        thread = requests.get(address, params={"anchor": root}, timeout=10).json()["thread"]
        return comment_id in {item["uri"] for item in thread}

    def set_state(self, comment_id: str, state: State) -> None:
        root = self.network.repo[comment_id].up("root")
        others = [uri for uri in self.network.gate(root).get("hiddenReplies", ()) if uri != comment_id]
        self.network.set_gate(root, hiddenReplies=[*others, *([comment_id] if state is State.HIDDEN else [])])

    def revoke(self) -> None:
        self.network.revoke()

    def cut_off(self) -> None:
        self._running.close()


@contextmanager
def make_peer(folder: Path) -> Iterator[BlueskyPeer]:
    """Start a simulated network."""
    with ExitStack() as stack:
        yield BlueskyPeer(stack)
