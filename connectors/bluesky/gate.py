"""The gate of a thread: a record in the Department's own repository that lists the replies which are hidden.

A hide is a change of that list. The whole record is written each time, so everything else that stands in it (who may
reply, and what later versions of Bluesky add) is carried over, and only when nobody has changed it meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors._http import NonsenseError
from connectors.base import GoneError
from connectors.bluesky.api import Api
from connectors.bluesky.rows import Place

COLLECTION = "app.bsky.feed.threadgate"
MOST = 300
"""So many replies can be hidden in one thread; one more is refused as a whole."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate of one thread, as it is stored."""

    post: Place
    """The post that the thread began with. The gate has the same key."""
    record: Mapping[str, Any] = field(default_factory=dict)
    version: str | None = None
    """The record's content id; None where there is no gate."""

    @property
    def hidden(self) -> tuple[str, ...]:
        """The addresses of the hidden replies, in the order in which they were hidden."""
        listed = self.record.get("hiddenReplies")
        return tuple(str(each) for each in listed) if isinstance(listed, list) else ()

    def with_hidden(self, hidden: tuple[str, ...], now: datetime) -> dict[str, Any]:
        """The record with another list of hidden replies, and everything else as it is."""
        new = {"$type": COLLECTION, "post": self.post.uri, "createdAt": _moment(now)}
        return {**new, **self.record, "hiddenReplies": list(hidden)}


def read(api: Api, post: Place, *, act: bool = False) -> Gate:
    """Read the gate of a thread from the Department's own repository, where a change shows at once.

    What Bluesky's index tells of it lags behind, by seconds and at bad times by minutes.

    Raises:
        ConnectorError: when it could not be read.
    """
    try:
        found = api.query(
            "com.atproto.repo.getRecord", {"repo": post.did, "collection": COLLECTION, "rkey": post.key}, act=act
        )
    except GoneError:
        return Gate(post)
    record, version = found.fields.get("value"), found.fields.get("cid")
    if not isinstance(record, dict) or not isinstance(version, str):
        raise NonsenseError(f"Page {api.page}: the platform answered with something else than was asked for.")
    return Gate(post, record, version)


def write(api: Api, gate: Gate, hidden: tuple[str, ...], now: datetime) -> str:
    """Put another list of hidden replies in place of the gate's; it was paid for. Gives the new version.

    Raises:
        SwapError: when the gate was changed since it was read.
        ConnectorError: as `Api.put`.
    """
    put = api.put(COLLECTION, gate.post.key, gate.with_hidden(hidden, now), gate.version)
    return str(put.fields.get("cid") or "")


def _moment(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
