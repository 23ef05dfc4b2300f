"""The other side of a connector in the contract test: a page that a test can write on, and look at as a visitor.

Each platform has a module ``tests/connectors/peer_<platform>.py`` with one function::

    @contextmanager
    def make_peer(folder: Path) -> Iterator[Peer]: ...

It starts what it needs (a simulator, a page in `folder`), yields the peer, and stops it again. Nothing is registered
anywhere: the contract test finds the connectors by walking the package, and their peers by name.
"""

from __future__ import annotations

import importlib
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import NoReturn, Protocol, cast

import pytest

from connectors.base import Connector
from models.comment import State


class RefusedError(Exception):
    """The platform itself takes no such text (empty, too long); the connector is not to blame."""


def absent(what: str) -> NoReturn:
    """Say in a peer that the platform has no such thing, of which its capability says nothing: the test is skipped.

    For example, a page that only mail tells of has no answers to comments.
    """
    pytest.skip(f"the platform has no {what}")


class Peer(Protocol):
    """A page of one platform, as its visitors, its authors and its owner meet it."""

    page: str
    """The page's name in the configuration."""
    settings: dict[str, object]
    """The keys of a working page table, as they would stand in the configuration."""
    secret: str
    """The credential in `connector`, to be looked for where it must not appear; empty where the platform has none."""
    connector: Connector
    """The connector under test, connected to this page."""

    def now(self) -> datetime:
        """The platform's clock, aware, in UTC."""
        ...

    def post(self, text: str) -> str:
        """Publish a post of the Department; gives its platform id."""
        ...

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        """Write a comment as a visitor, visible at once; gives its platform id.

        Raises:
            RefusedError: when the platform takes no such text.
        """
        ...

    def edit(self, comment_id: str, text: str) -> None:
        """Change a comment's text, as its author would."""
        ...

    def remove(self, comment_id: str) -> None:
        """Take a comment away for good, as its author would."""
        ...

    def stored(self, comment_id: str) -> str:
        """The comment's text as the platform keeps it (it may drop a NUL, or trim)."""
        ...

    def visible(self, comment_id: str) -> bool:
        """Whether an anonymous visitor sees the comment on the public page."""
        ...

    def set_state(self, comment_id: str, state: State) -> None:
        """Let the platform, or somebody else, make the comment visible, hidden, held or spam."""
        ...

    def revoke(self) -> None:
        """Make the credential worthless from now on. Called only where there is a `secret`."""
        ...

    def cut_off(self) -> None:
        """Make the platform unreachable from now on."""
        ...


def open_peer(platform: str, folder: Path) -> AbstractContextManager[Peer]:
    """Give the peer of a platform, made in an empty `folder`."""
    module = importlib.import_module(f"tests.connectors.peer_{platform}")
    return cast("AbstractContextManager[Peer]", module.make_peer(folder))
