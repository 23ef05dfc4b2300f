"""The revisions of a page: what each was, and reading them back from the newest one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.mediawiki.api import Api

BACK = 20
"""So many revisions back it is looked whose words an edit changed."""
MOST = 500
"""So many revisions of a page are read at once: ten calls."""
_AT_ONCE = 50
"""Revisions with their text that the API gives in one call."""
_PROPS = "ids|flags|timestamp|user|userid|comment|content|tags"
_READ = frozenset(("wikitext", "text"))


@dataclass(frozen=True, slots=True)
class Revision:
    """One state of a page."""

    id: int
    parent: int
    """The revision before it; 0 for the page's first."""
    user: str
    """As the history shows it: a name, an IP address; empty when it is hidden."""
    user_id: int
    """0 for who is not registered."""
    created: datetime
    summary: str
    summary_hidden: bool
    text: str | None = field(repr=False)
    """The whole page; None when it cannot be read."""
    text_hidden: bool
    """Visitors cannot read it."""
    tags: frozenset[str]
    fields: Mapping[str, Any] = field(repr=False)
    """What the API listed, without the page's text."""


@dataclass(frozen=True, slots=True)
class History:
    """The newest revisions of one talk page, the oldest of them first."""

    page_id: int
    title: str
    subject: str
    """The title of the page that is talked about."""
    revisions: tuple[Revision, ...]

    def index(self, revision: int) -> int | None:
        """Where a revision stands, or None."""
        return next((at for at, each in enumerate(self.revisions) if each.id == revision), None)


def place_of(api: Api, revision: int) -> int | None:
    """The id of the page that a revision belongs to; None when there is no such revision any more."""
    said = api.get(prop="info", revids=str(revision))
    with api.understanding():
        pages = [page for page in said["query"].get("pages", ()) if not page.get("missing")]
        return int(pages[0]["pageid"]) if pages else None


def read(api: Api, page_id: int, enough: Callable[[Revision], bool], *, most: int = MOST) -> History | None:
    """Read a page's revisions back from the newest one.

    Args:
        api: the wiki.
        page_id: the page.
        enough: whether a revision is older than everything of interest; `BACK` more are read then.
        most: so many at most.

    Returns:
        The history; None when the page does not exist.

    Raises:
        ConnectorError: when it could not be read.
    """
    found: list[Revision] = []
    older = 0
    page: Mapping[str, Any] | None = None
    for page in _portions(api, page_id):
        if page.get("missing") or "title" not in page:
            return None
        with api.understanding():
            rows = [_revision(row) for row in page.get("revisions", ())]
        for each in rows:
            older += bool(older) or enough(each)
        found += rows
        if older > BACK or len(found) >= most:
            break
    if page is None or not found:
        return None
    found.reverse()
    subject = str(page.get("associatedpage", page["title"]))
    return History(page_id, str(page["title"]), subject, tuple(found))


def _portions(api: Api, page_id: int) -> Iterator[Mapping[str, Any]]:
    onward: dict[str, str] = {}
    while True:
        said = api.get(
            prop="revisions|info",
            pageids=str(page_id),
            rvprop=_PROPS,
            rvslots="main",
            rvlimit=str(_AT_ONCE),
            inprop="associatedpage",
            **onward,
        )
        with api.understanding():
            page = said["query"]["pages"][0]
        yield page
        if "rvcontinue" not in said.get("continue", {}):
            return
        onward = {name: str(value) for name, value in said["continue"].items()}


def _revision(row: Mapping[str, Any]) -> Revision:
    slot = row.get("slots", {}).get("main", {})
    readable = slot.get("contentmodel", "wikitext") in _READ
    content = slot.get("content")
    return Revision(
        id=int(row["revid"]),
        parent=int(row.get("parentid", 0)),
        user=str(row.get("user", "")),
        user_id=int(row.get("userid", 0)),
        created=moment(row["timestamp"]),
        summary=str(row.get("comment", "")),
        summary_hidden=bool(row.get("commenthidden")),
        text=content if readable and isinstance(content, str) else None,
        text_hidden=bool(slot.get("texthidden")),
        tags=frozenset(row.get("tags", ())),
        fields={name: value for name, value in row.items() if name != "slots"},
    )


def moment(text: object) -> datetime:
    """A time stamp of the API (UTC)."""
    return datetime.fromisoformat(str(text)).astimezone(UTC)
