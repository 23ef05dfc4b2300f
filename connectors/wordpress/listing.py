"""Walking through a site's comments by date, so that none is skipped while others come, go and change their status.

A walk never turns pages: each request asks for the first page of what was posted *since the second* where the last one
ended. Then a comment that leaves the list moves no other one out of sight. Where more comments share one second than
a page holds, that second is read in pages that overlap, and again when they no longer meet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.base import UnauthorizedError, UnavailableError
from connectors.wordpress.api import Api

PER_PAGE = 100
"""The most that the API gives at once; asking for more is refused (400)."""
COMMENTS = "/wp/v2/comments"
FIELDS = "id,post,parent,author,author_name,date,date_gmt,content,link,status,type,_links"
"""What is asked for. A visitor's e-mail address, IP address and browser stay where they are."""
STATUSES = ("all", "spam", "trash")
"""``all`` means approved and held alone; the order follows the way a comment usually takes."""
_KINDS = frozenset(("comment", "pingback", "trackback", "review"))
"""What visitors can submit. A shop's order notes and editors' notes are comments to WordPress, not to a visitor."""
_SECOND = timedelta(seconds=1)
_UNDATED = datetime(1970, 1, 1)  # noqa: DTZ001 - by the wall clock of the site
"""Stands for the date of what was imported without one, which sorts before all others."""
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One comment as the API lists it."""

    fields: dict[str, Any]
    raw: bytes = field(repr=False)

    @property
    def id(self) -> int:
        """Its number."""
        return int(self.fields["id"])

    @property
    def local(self) -> datetime:
        """When it was posted by the site's own wall clock (naive). The API's `after` compares with this."""
        return _moment(self.fields.get("date"))

    @property
    def created(self) -> datetime:
        """When it was posted (UTC); the year 1970 for one that was imported without a date."""
        return _moment(self.fields.get("date_gmt")).replace(tzinfo=UTC)

    @property
    def words(self) -> str:
        """The comment as stored, with its markup."""
        return str(self.fields["content"]["raw"])


def _moment(value: object) -> datetime:
    try:
        return max(_UNDATED, datetime.fromisoformat(str(value)).replace(tzinfo=None))
    except ValueError:
        return _UNDATED


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of the list."""

    rows: tuple[Row, ...]
    total: int
    """How many the whole list holds, the ones left out included."""
    withheld: bool
    """Rows were left out after counting: the account may not read them (the comments controller, `get_items`)."""


@dataclass
class Walk:
    """What a walk brought."""

    rows: dict[int, Row] = field(default_factory=dict)
    finished: bool = True
    """False when it stopped early because it had enough."""
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which comments of a list to walk through. Moments are aware, or naive by the site's wall clock."""

    since: datetime | None = None
    """The first second; None for the beginning."""
    until: datetime | None = None
    """Where to stop; None for the end, even in the future."""
    known: datetime | None = None
    """Comments up to this moment (naive) do not count towards `enough`."""
    enough: int = 10_000
    """Stop at about so many."""

    @property
    def params(self) -> dict[str, str]:
        """The bounds as parameters of the API."""
        until = {"before": self.until.isoformat(timespec="seconds")} if self.until else {}
        return {**until, **({"after": _after(self.since)} if self.since else {})}


def walk(api: Api, status: str, bounds: Bounds) -> Walk:
    """Bring the comments of one status, oldest first.

    Raises:
        ConnectorError: when the site could not be read.
    """
    found = Walk()
    while True:
        listed = _first_readable(api, status, bounds)
        found.rows.update((row.id, row) for row in listed.rows)
        found.withheld |= listed.withheld
        if listed.total <= PER_PAGE or not listed.rows:
            return found
        bounds = replace(bounds, since=_onward(api, status, bounds.since, found, listed.rows[-1].local))
        if sum(bounds.known is None or row.local > bounds.known for row in found.rows.values()) >= bounds.enough:
            found.finished = False
            return found


def _onward(api: Api, status: str, since: datetime | None, found: Walk, last: datetime) -> datetime:
    """The moment from which to go on after a full page that ended at `last`."""
    if last == _UNDATED:
        found.rows.update(_crowd(api, status, Bounds(until=_UNDATED + _SECOND)))
        return last + _SECOND
    if since is None or since.tzinfo is not None or last > since:
        return last
    if last < since:
        raise UnavailableError(f"Page {api.page}: the site ignores the time that was asked for; look at its plugins.")
    found.rows.update(_crowd(api, status, Bounds(last, last + _SECOND)))
    return last + _SECOND


def count(api: Api, status: str, since: datetime) -> int:
    """How many comments of one status were posted since a moment."""
    return _list(api, status, Bounds(since), per_page=1).total


def _first_readable(api: Api, status: str, bounds: Bounds) -> Listed:
    """The first page; where the account may read none of it, the first one of which it may."""
    offset = 0
    while True:
        listed = _list(api, status, bounds, orderby="date", offset=offset)
        if listed.rows or listed.total <= offset + PER_PAGE:
            return Listed(listed.rows, listed.total - offset, listed.withheld)
        offset += PER_PAGE


def _crowd(api: Api, status: str, bounds: Bounds) -> dict[int, Row]:
    """All comments of one second, however many."""
    for _ in range(_ATTEMPTS):
        rows = _overlapping_pages(api, status, bounds)
        if rows is not None:
            return rows
    raise UnavailableError(f"Page {api.page}: the comments kept changing while they were read; they are read again.")


def _overlapping_pages(api: Api, status: str, bounds: Bounds) -> dict[int, Row] | None:
    """All comments within the bounds, or None when a page no longer met the one before it."""
    rows: dict[int, Row] = {}
    offset = 0
    while True:
        listed = _list(api, status, bounds, orderby="id", offset=offset)
        if offset and not any(row.id in rows for row in listed.rows):
            return None
        rows.update((row.id, row) for row in listed.rows)
        if offset + PER_PAGE >= listed.total:
            return rows
        offset += PER_PAGE - 1


def _after(since: datetime) -> str:
    """The parameter that lists from `since` on, that second included: `after` itself excludes.

    Without a zone WordPress reads the site's wall clock; with one it converts (`WP_Date_Query::build_mysql_datetime`).
    """
    return (since - _SECOND).isoformat(timespec="seconds")


def _list(
    api: Api, status: str, bounds: Bounds, *, per_page: int = PER_PAGE, orderby: str = "date", offset: int = 0
) -> Listed:
    asked = {"status": status, "type": "all", "per_page": str(per_page), "offset": str(offset), "_fields": FIELDS}
    answer = api.get(COMMENTS, **asked, **bounds.params, orderby=orderby, order="asc")
    found = api.objects(answer)
    heading = answer.headers.get("X-WP-Total", "")
    total = int(heading) if re.fullmatch(r"\d{1,12}", heading) else _guessed_total(len(found), per_page, offset)
    rows = tuple(row_of(api, fields, raw) for fields, raw in found if fields.get("type", "comment") in _KINDS)
    return Listed(rows, total, withheld=len(found) < min(per_page, total - offset))


def _guessed_total(shown: int, per_page: int, offset: int) -> int:
    """For a site whose proxy takes the heading away: a full page may have a next one."""
    return offset + shown + (1 if shown == per_page else 0)


def row_of(api: Api, fields: dict[str, Any], raw: bytes) -> Row:
    """Take one comment as it came.

    Raises:
        ConnectorError: when it lacks what only an account with the right to edit it is given.
    """
    content = fields.get("content")
    if isinstance(content, dict) and isinstance(content.get("raw"), str) and isinstance(fields.get("id"), int):
        return Row(fields, raw)
    api.identify()
    raise UnauthorizedError(f"Page {api.page}: the site gives only what visitors see; look at its plugins and caches.")
