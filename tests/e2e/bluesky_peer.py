"""The real development network of Bluesky as a peer of the contract test."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from functools import partial

import pytest

from connectors.bluesky import Bluesky, Settings, connect
from models.comment import State
from tests.connectors.means import MemorySecret, Purse, means
from tests.connectors.peers import RefusedError
from tests.e2e.bluesky import Account, Network, RefusedTextError

_NUMBERS = itertools.count(1)


def settings_of(network: Network) -> dict[str, object]:
    """The keys of the Department's page, which looks at every thread at each poll."""
    return {
        "account": network.department.handle,
        "service": network.url,
        "list_minutes": 0,
        "look_seconds": 0,
    }


def connector_of(network: Network, secret: MemorySecret) -> Bluesky:
    """The connector of the Department's page."""
    return connect("bluesky", Settings.model_validate(settings_of(network)), means(secret, Purse(pace=1e6)))


class RealPeer:
    """The shared network, with an app password of its own."""

    page = "bluesky"

    def __init__(self, network: Network) -> None:
        self._network = network
        self._name = f"peer {next(_NUMBERS)}"
        self._writers: dict[str, Account] = {}
        self.secret = json.dumps({"app_password": network.app_password(self._name)})
        self.kept = MemorySecret(self.secret)
        self.settings = settings_of(network)
        self.connector = connector_of(network, self.kept)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        return self._network.publish(text)

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        if "\x00" in text:
            raise RefusedError("the account server takes it and the index never shows it")
        writer = self._network.open_account(author.lower().replace(" ", "-"), author)
        try:
            uri = self._network.reply(parent or post_id, text, writer)
        except RefusedTextError as error:
            raise RefusedError(str(error)) from error
        self._writers[uri] = writer
        return uri

    def edit(self, comment_id: str, text: str) -> None:
        self._network.edit(comment_id, self._writers[comment_id], text)

    def remove(self, comment_id: str) -> None:
        self._network.remove(comment_id, self._writers[comment_id])

    def stored(self, comment_id: str) -> str:
        return str(self._network.post_of(comment_id)["record"]["text"])

    def visible(self, comment_id: str) -> bool:
        """What a visitor sees once the index knows the gate as it stands."""
        root = str(self._network.post_of(comment_id)["record"]["reply"]["root"]["uri"])
        self._network.wait(partial(self._index_knows_gate, root), "the gate")
        return comment_id in self._network.shown(root)

    def set_state(self, comment_id: str, state: State) -> None:
        root = str(self._network.post_of(comment_id)["record"]["reply"]["root"]["uri"])
        self._network.set_gate(root, hiddenReplies=[comment_id] if state is State.HIDDEN else [])

    def revoke(self) -> None:
        """Revoke the app password. A token that it gave is good for two hours more; a restart asks for a new one."""
        self._network.revoke(self._name)
        self.kept.save(self.secret)
        self.connector = connector_of(self._network, self.kept)

    def cut_off(self) -> None:
        pytest.skip("the real network is shared; the simulated one is cut off instead")

    def _index_knows_gate(self, root: str) -> bool:
        told = self._network.ask("app.bsky.feed.getPostThread", uri=root, depth=0).json().get("threadgate")
        return (told["record"].get("hiddenReplies") if told else None) == self._network.gate(root).get("hiddenReplies")
