"""Where something came: the list of the account's own posts, and its notifications of mentions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from connectors._threads import Position
from connectors.base import BudgetSpentError, GoneError
from connectors.mastodon.api import Api
from connectors.mastodon.rows import View, an_id

_PAGES = 5
"""Pages of notifications in one fetch; what is further down is found by looking at the threads."""
PER_PAGE = 40
"""The most that a server gives at once, whatever is asked for."""


def posts(api: Api, below: str = "", limit: int = PER_PAGE) -> tuple[list[View], str]:
    """One page of the account's own posts, newest first, and what brings the next page, empty at the end.

    Raises:
        ConnectorError: when they could not be listed.
    """
    own = api.account().id
    more = {"max_id": below} if below else {}
    views = api.views(
        lambda client: client.account_statuses(own, exclude_replies=True, exclude_reblogs=True, limit=limit, **more)
    )
    onward = min((view.id for view in views), key=_place, default="")
    # A reply to a post of its own is listed too: it stands in that post's thread.
    begun = [view for view in views if view.by == own and view.public and not view.answers]
    return begun, onward if onward != below else ""


def newest(api: Api, most: int) -> Iterator[View]:
    """The account's newest posts, at most so many; raises as `posts`."""
    below, count = "", 0
    while count < most:
        views, below = posts(api, below)
        yield from views[: most - count]
        count += len(views)
        if not below:
            return


def heard(api: Api, position: Position) -> tuple[Position, list[View]]:
    """Learn from the notifications in which of the account's threads something came; also gives their first posts.

    A mention elsewhere stands on somebody else's page, and a letter is nobody's business: neither leads anywhere.

    Raises:
        ConnectorError: when they could not be read.
    """
    roots: dict[str, View] = {}
    for told, view in reversed(_since(api, position.heard)):
        try:
            root = _root(api, position, view) if view is not None and position.listed is not None else None
        except BudgetSpentError:
            break
        if isinstance(root, View):
            roots[root.id] = root
        if root is not None:
            position = position.want(root.id if isinstance(root, View) else root)
        position = replace(position, heard=told)
    return position, list(roots.values())


def _since(api: Api, mark: str) -> list[tuple[str, View | None]]:
    """Notifications that are newer than the mark, the newest first: their ids, and what they speak of."""
    found: dict[str, View | None] = {}
    below = ""
    for _ in range(_PAGES):
        rows = [(an_id(fields.get("id")), fields) for fields, _ in _page(api, below)]
        found.update((each, _spoken_of(fields)) for each, fields in rows if each and _place(each) > _place(mark))
        lowest = min((each for each, _ in rows if each), key=_place, default="")
        if not mark or not lowest or lowest == below or _place(lowest) <= _place(mark):
            break
        below = lowest
    return sorted(found.items(), key=lambda item: _place(item[0]), reverse=True)


def _page(api: Api, below: str) -> list[tuple[dict[str, Any], str]]:
    more = {"max_id": below} if below else {}
    return api.rows(lambda client: client.notifications(types=["mention"], limit=PER_PAGE, **more))


def _spoken_of(fields: dict[str, Any]) -> View | None:
    """The public answer that a notification speaks of."""
    view = View.of(fields.get("status"), "") if fields.get("type") == "mention" else None
    return view if view is not None and view.public and view.answers else None


def _root(api: Api, position: Position, view: View) -> str | View | None:
    """The thread of the account's own that a new answer stands in: its key where it is known, else its first post."""
    for key, reading in position.threads.items():
        if view.id in reading.known:
            return None
        if view.answers == key or view.answers in reading.known:
            return key
    try:
        above, _ = api.around(view.id)
    except GoneError:
        return None
    begun = above[0] if above else None
    if begun is None or begun.by != api.account().id or begun.answers or not begun.public:
        return None
    return begun


def _place(an: str) -> tuple[int, str]:
    """Ids grow, as numbers and as texts of one length."""
    return len(an), an
