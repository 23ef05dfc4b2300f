"""What a token of Meta's may do, and until when: ``debug_token`` tells.

https://developers.facebook.com/docs/graph-api/reference/debug_token
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors._authorisation import Scope
from connectors._graph import Graph
from connectors._graph_answer import Found
from connectors.base import ConnectorError, ForbiddenError, UnauthorizedError

_ENDS = ("expires_at", "data_access_expires_at")


@dataclass(frozen=True, slots=True)
class Token:
    """A token, as the platform describes it."""

    valid: bool
    scopes: frozenset[str]
    """The permissions that it has, on the page in question where that is told."""
    expires_at: datetime | None
    """When it, or its access to people's data, ends; None where neither does."""

    @classmethod
    def of(cls, found: Found, target: str, family: str) -> Token:
        """Read an answer of ``debug_token``; see `inspect`."""
        told = found.fields.get("data")
        data = told if isinstance(told, dict) else {}
        named = data.get("scopes")
        elsewhere = set(_granted_elsewhere(data, target, family))
        scopes = frozenset(each for each in named if isinstance(each, str)) if isinstance(named, list) else frozenset()
        ends = [data[name] for name in _ENDS if isinstance(data.get(name), int) and data[name] > 0]
        return cls(data.get("is_valid") is True, scopes - elsewhere, _moment(min(ends)) if ends else None)

    def require(self, page: str, scopes: Collection[Scope]) -> None:
        """Make sure that it is good and may do everything that is needed.

        Raises:
            UnauthorizedError: when it is not good any more.
            ForbiddenError: when a permission is missing; names each one, and what for.
        """
        if not self.valid:
            raise UnauthorizedError(f"Page {page}: the access token is no longer valid; run: ofrecord connect {page}")
        missing = [f"{each.name} (to {each.allows})" for each in scopes if each.name not in self.scopes]
        if missing:
            raise ForbiddenError(
                f"Page {page}: the access token lacks {', '.join(missing)}. Make one with these permissions, then run:"
                f" ofrecord connect {page}"
            )


def inspect(graph: Graph, target: str, family: str, *, act: bool = False) -> Token:
    """Ask what the token in the secret file may do.

    An app that has a secret asks in its own name, as documented; one without asks with the token itself.

    Args:
        graph: the connection.
        target: the id of the page or account in question; empty where the token stands for one only.
        family: how the permissions begin that are given for such an id: ``pages_``.
        act: whether it serves a hide or a restore.

    Raises:
        ConnectorError: when it cannot be asked.
    """
    credential = graph.credential
    token = credential.need("access_token")
    app, secret = credential.parts.get("app_id", ""), credential.parts.get("app_secret", "")
    asking = f"{app}|{secret}" if app and secret else token
    try:
        return Token.of(
            graph.get("debug_token", {"input_token": token, "access_token": asking}, act=act), target, family
        )
    except UnauthorizedError:
        if asking == token:
            raise
        raise _wrong_app(graph.page) from None


def _wrong_app(page: str) -> ConnectorError:
    return UnauthorizedError(
        f"Page {page}: the platform does not accept the app's id and secret; copy both from the app's settings, then"
        f" run: ofrecord connect {page}"
    )


def _granted_elsewhere(data: dict[str, Any], target: str, family: str) -> Iterator[str]:
    """Permissions that were given for other pages only (``granular_scopes``)."""
    listed = data.get("granular_scopes") if target else None
    for each in listed if isinstance(listed, list) else []:
        ids = each.get("target_ids") if isinstance(each, dict) else None
        scope = str(each.get("scope")) if isinstance(each, dict) else ""
        if isinstance(ids, list) and scope.startswith(family) and target not in {str(one) for one in ids}:
            yield scope


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None
