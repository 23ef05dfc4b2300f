"""Reading a thread: the tree of replies below a post, however deep, hidden ones and all.

``app.bsky.feed.getPostThread`` gives hidden replies to everybody and leaves it to programs to hide them; six levels
unless asked for more. It gives no sign of a reply that was removed, and then shows nothing of what stood below it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from connectors._http import NonsenseError
from connectors._json import items, members
from connectors.base import GoneError
from connectors.bluesky.api import Api
from connectors.bluesky.rows import Place, View

DEPTH = 40
"""Levels asked for at once. A thousand are allowed, but JSON nested so deep is more than the readers of it bear."""
MOST_CALLS = 20
"""Calls that one look at a thread may take."""
_SHOWN, _BLOCKED = "app.bsky.feed.defs#threadViewPost", "app.bsky.feed.defs#blockedPost"


@dataclass(frozen=True, slots=True)
class Node:
    """One place in a thread."""

    view: View | None
    """The post; None where it cannot be read."""
    blocked: str = ""
    """The address of a reply that is there and cannot be read: its author and the Department block each other. What
    others wrote below it is not shown either."""
    below: tuple[str, ...] | None = None
    """The direct replies, each as its own JSON; None where the answer stops."""

    @classmethod
    def of(cls, text: str) -> Self | None:
        """Take one as it came; None for what is of no interest, such as a post that is not there."""
        parts = members(text)
        kind = json.loads(parts.get("$type", "null"))
        if kind == _BLOCKED:
            return cls(None, blocked=str(json.loads(parts.get("uri", '""'))))
        if kind != _SHOWN or "post" not in parts:
            return None
        below = tuple(items(parts["replies"])) if "replies" in parts else None
        return cls(View.of(json.loads(parts["post"]), parts["post"]), below=below)


@dataclass
class Tree:
    """A thread, as far as it was read."""

    root: View
    replies: dict[str, View] = field(default_factory=dict)
    """By address."""
    blocked: set[str] = field(default_factory=set)
    """Addresses of replies that cannot be read with this account."""
    deeper: list[str] = field(default_factory=list)
    """Replies below which there is more."""
    calls: int = 1

    @property
    def whole(self) -> bool:
        """Whether it was read to its ends."""
        return not self.deeper

    def take(self, nodes: Sequence[Node]) -> None:
        """Add what was asked for, which comes first, and what stands below it."""
        for number, node in enumerate(nodes):
            if node.blocked:
                self.blocked.add(node.blocked)
            if node.view is None:
                continue
            if node.view.uri != self.root.uri:
                self.replies[node.view.uri] = node.view
            if node.below is None and node.view.replies and number:
                self.deeper.append(node.view.uri)


def read(api: Api, root: Place) -> Tree:
    """Read a whole thread.

    Raises:
        GoneError: when Bluesky shows no such post.
        ConnectorError: when it could not be read.
    """
    nodes = _ask(api, root.uri, DEPTH)
    if not nodes or nodes[0].view is None:
        raise _not_that(api)
    tree = Tree(nodes[0].view)
    tree.take(nodes)
    while tree.deeper and tree.calls < MOST_CALLS:
        tree.calls += 1
        try:
            tree.take(_ask(api, tree.deeper.pop(), DEPTH))
        except GoneError:
            continue  # it went meanwhile
    return tree


def one(api: Api, place: Place, *, act: bool = False) -> Node | None:
    """Read one post by itself; None when Bluesky does not have it, or not any more.

    Raises:
        ConnectorError: when it could not be read.
    """
    try:
        return next(iter(_ask(api, place.uri, 0, act=act)), None)
    except GoneError:
        return None


def _ask(api: Api, uri: str, depth: int, *, act: bool = False) -> list[Node]:
    found = api.query("app.bsky.feed.getPostThread", {"uri": uri, "depth": depth, "parentHeight": 0}, act=act)
    try:
        return list(_walk(members(found.text)["thread"]))
    except (ValueError, KeyError, RecursionError):
        raise _not_that(api) from None


def _walk(text: str) -> Iterator[Node]:
    """The nodes of a tree, each before those below it."""
    waiting = [text]
    while waiting:
        node = Node.of(waiting.pop())
        if node is not None:
            yield node
            waiting.extend(reversed(node.below or ()))


def _not_that(api: Api) -> NonsenseError:
    return NonsenseError(f"Page {api.page}: the platform answered with something else than was asked for.")
