"""Where something came: the list of the account's own posts, and its notifications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connectors._http import NonsenseError
from connectors._json import items, members
from connectors._threads import Position, in_short
from connectors.bluesky.api import Api
from connectors.bluesky.rows import View, moment

_OVERLAP = timedelta(minutes=10)
"""How far notifications are read again: what Bluesky takes in late stands below what is known."""
_PAGES = 10
"""Pages of notifications in one fetch; what is further down is found by looking at the threads."""
_PER_PAGE = 100


def posts(api: Api, onward: str = "", limit: int = _PER_PAGE) -> tuple[list[View], str]:
    """One page of the account's own posts, newest first, and what brings the next page, empty at the end.

    Raises:
        ConnectorError: when they could not be listed.
    """
    api.enter()
    more = {"cursor": onward} if onward else {}
    found = api.query(
        "app.bsky.feed.getAuthorFeed", {"actor": api.did, "filter": "posts_no_replies", "limit": limit, **more}
    )
    following = found.fields.get("cursor")
    try:
        rows = list(zip(found.fields["feed"], items(members(found.text)["feed"]), strict=True))
        views = [View.of(row["post"], members(text)["post"]) for row, text in rows]
    except (KeyError, TypeError, ValueError):
        raise _not_that(api) from None
    own = [view for view in views if view and view.place.did == api.did and view.root is None]
    return own, following if isinstance(following, str) and rows else ""


def newest(api: Api, most: int) -> Iterator[View]:
    """The account's newest posts, at most so many; raises as `posts`."""
    onward, count = "", 0
    while count < most:
        views, onward = posts(api, onward)
        yield from views[: most - count]
        count += len(views)
        if not onward:
            return


def heard(api: Api, position: Position) -> Position:
    """Learn from the notifications in which of the account's threads something came.

    Raises:
        ConnectorError: when they could not be read.
    """
    api.enter()
    mark = moment(position.heard)
    since = (mark - _OVERLAP).timestamp() if mark else None
    rows: list[dict[str, Any]] = []
    onward = ""
    for _ in range(_PAGES):
        some, onward = _notifications(api, onward)
        rows += some
        if not onward or since is None or _seconds(some[-1]) < since:
            break
    newest = max(rows, key=_seconds, default={})
    recent = tuple(
        in_short(str(row.get("uri")))
        for row in rows
        if _seconds(row) >= _seconds(newest) - 2 * _OVERLAP.total_seconds()
    )
    fresh = (row for row in rows if in_short(str(row.get("uri"))) not in position.told)
    latest = max(position.heard, str(newest.get("indexedAt", "")), key=_time)
    return replace(position, heard=latest, told=recent).want(*_threads(api, fresh))


def _notifications(api: Api, onward: str) -> tuple[list[dict[str, Any]], str]:
    """One page of the notifications of replies, newest first, and what brings the next page."""
    more = {"cursor": onward} if onward else {}
    found = api.query("app.bsky.notification.listNotifications", {"reasons": "reply", "limit": _PER_PAGE, **more})
    rows, following = found.fields.get("notifications"), found.fields.get("cursor")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _not_that(api)
    return rows, following if isinstance(following, str) and rows else ""


def _threads(api: Api, rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The account's own threads that notifications speak of."""
    for row in rows:
        view = View.of(row, "")
        root = view.root if view else None
        if root is not None and root.did == api.did:
            yield root.key


def _seconds(row: dict[str, Any]) -> float:
    return _time(str(row.get("indexedAt", "")))


def _time(text: str) -> float:
    found = moment(text)
    return found.timestamp() if found else 0.0


def _not_that(api: Api) -> NonsenseError:
    return NonsenseError(f"Page {api.page}: the platform answered with something else than was asked for.")
