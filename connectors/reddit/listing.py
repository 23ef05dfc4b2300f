"""Reddit's listings: a hundred things a page, the newest first, a thousand in all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from connectors import _json
from connectors.base import UnavailableError
from connectors.reddit.cursor import number

if TYPE_CHECKING:
    from connectors.reddit.api import Api

AT_ONCE = 100
"""Things in one page of a listing, and in one question about things by name; Reddit's most."""
_PAGES = 10
"""Reddit lists no more than a thousand things."""
_LATE = 15 * 60.0
"""Seconds within which comments still come into the middle of the listing (praw-dev/praw#1819)."""
_ANCHORS = 3
"""How many things of a page are tried as the place to go on from."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One of the lists that are read."""

    path: str
    """Below the subreddit."""
    meaning: str
    """What it lists, in the plural."""
    only: bool = True
    """Takes ``only=comments``."""


LISTINGS = (
    Listing("comments/", "new comments", only=False),
    Listing("about/modqueue/", "held or reported comments"),
    Listing("about/edited/", "edited comments"),
    Listing("about/spam/", "removed comments"),
)


@dataclass(frozen=True)
class Row:
    """A comment or a post with the very bytes that it came as."""

    fields: Mapping[str, Any]
    raw: bytes
    kind: str

    @property
    def id(self) -> str:
        """Its fullname, such as ``t1_fcgzl5x``."""
        return f"{self.kind}_{self.fields.get('id')}"

    @property
    def post(self) -> str:
        """The fullname of the post that a comment stands under."""
        return str(self.fields.get("link_id"))

    @cached_property
    def number(self) -> int:
        """Its place among all of its kind."""
        return number(self.id)

    @property
    def created(self) -> float:
        """When it was posted (Unix time)."""
        return float(self.fields.get("created_utc") or 0.0)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing."""

    rows: tuple[Row, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Walked:
    """What became of a walk that came to its end."""

    ids: tuple[str, ...]
    gap: str


def listed(api: Api, path: str, params: Mapping[str, str], *, paid: bool = False) -> Page:
    """Read one page of comments and posts; other things are left out.

    Raises:
        ConnectorError: when it could not be read.
    """
    text = api.get(path, params, paid=paid)
    try:
        thing = _json.members(text)
        data = _json.members(thing["data"])
        after = json.loads(data.get("after", "null"))
        rows = tuple(_rows(data["children"])) if json.loads(thing["kind"]) == "Listing" else None
    except (ValueError, KeyError, TypeError, RecursionError):
        rows = None
    if rows is None:
        raise UnavailableError(f"Page {api.page}: Reddit's answer is no list; it is tried again.")
    return Page(rows, after if isinstance(after, str) else None)


def _rows(children: str) -> Iterator[Row]:
    for child in _json.items(children):
        thing = _json.members(child)
        if (kind := json.loads(thing["kind"])) in ("t1", "t3"):
            row = Row(json.loads(thing["data"]), thing["data"].encode(), kind)
            if not isinstance(row.fields["id"], str) or row.number < 0:
                raise TypeError("a thing without an id is no thing")
            yield row


def walk(api: Api, path: str, listing: Listing, known: Callable[[str], bool], found: dict[str, Row]) -> Walked:
    """Read a listing from its newest on, into `found`, until a whole page brings nothing new.

    Args:
        api: where to read.
        path: the listing's address.
        listing: which one it is.
        known: whether a comment is known already.
        found: takes what was read, also when the budget ends midway.

    Raises:
        ConnectorError: when it could not be read to where it had to be.
    """
    only = {"only": "comments"} if listing.only else {}
    ids: list[str] = []
    page = listed(api, path, {**only, "limit": str(AT_ONCE)})
    newest = max((row.created for row in page.rows), default=0.0)
    for _ in range(_PAGES - 1):
        _take(page, found, ids)
        if page.after is None or _seen_all(page, known, newest):
            return Walked(tuple(ids), "")
        further = _onward(api, path, only, page)
        if further is None:
            return Walked(tuple(ids), f"Reddit broke off its list of {listing.meaning}; some may not have been seen.")
        page = further
    _take(page, found, ids)
    return Walked(tuple(ids), "" if any(map(known, ids)) else _overrun(listing))


def _take(page: Page, found: dict[str, Row], ids: list[str]) -> None:
    comments = [row for row in page.rows if row.kind == "t1"]
    found.update((row.id, row) for row in comments)
    ids.extend(row.id for row in comments)


def _seen_all(page: Page, known: Callable[[str], bool], newest: float) -> bool:
    """Nothing on the page is new, and nothing can come late below it."""
    settled = min((row.created for row in page.rows), default=newest) < newest - _LATE
    return settled and all(known(row.id) for row in page.rows)


def _onward(api: Api, path: str, only: Mapping[str, str], page: Page) -> Page | None:
    """The next page, or None when Reddit lists nothing after any of the last things of this one.

    Reddit lists nothing after a thing that was deleted meanwhile, and says nothing of it.
    """
    anchors = [str(page.after), *(row.id for row in reversed(page.rows) if row.id != page.after)]
    for anchor in anchors[:_ANCHORS]:
        further = listed(api, path, {**only, "limit": str(AT_ONCE), "after": anchor})
        if further.rows or further.after:
            return further
    return None


def _overrun(listing: Listing) -> str:
    return (
        f"More than 1000 {listing.meaning} came since the last look, and Reddit lists no more: the oldest of them were"
        " not seen. Look through the subreddit by hand."
    )
