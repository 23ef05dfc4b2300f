"""What the REST API lists, as posts and comments."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from connectors._html import readable
from connectors.base import ForbiddenError, UnsupportedError
from connectors.wordpress.api import Api
from connectors.wordpress.listing import PER_PAGE, Row
from models.comment import Author, Comment, Post, State

_STATES = {
    "approved": State.VISIBLE,
    "hold": State.HELD,
    "spam": State.SPAM,
    "trash": State.GONE,
    "post-trashed": State.GONE,
}
_UP = re.compile(r"/wp/v2/([a-z0-9_-]+)/(\d+)", re.IGNORECASE)
_POST_FIELDS = "id,date_gmt,link,title,content"


def state_of(row: Row) -> State:
    """How a comment stands. Held and hidden are one status in WordPress, and come as `State.HELD`."""
    return _STATES.get(str(row.fields.get("status")), State.UNKNOWN)


def comment_of(page: str, row: Row, own: Collection[int]) -> Comment:
    """Read a comment; `own` are the accounts that speak for the Department."""
    author, parent = row.fields.get("author"), row.fields.get("parent")
    return Comment(
        page=page,
        platform_id=str(row.id),
        post_id=str(row.fields.get("post", 0)),
        author=Author(readable(str(row.fields.get("author_name") or "Anonymous")), str(author) if author else None),
        text=readable(row.words),
        created=row.created,
        parent_id=str(parent) if parent else None,
        state=state_of(row),
        by_page=author in own,
        permalink=str(row.fields.get("link", "")),
        raw=row.raw,
    )


def departments_accounts(api: Api, rows: Iterable[Row]) -> frozenset[int]:
    """Those of the comments' authors who may write posts, and so speak for the Department (``who=authors``).

    A visitor who merely registered (a subscriber) is a visitor, and so is one who signs with the Department's name.
    """
    accounts = sorted({author for row in rows if isinstance(author := row.fields.get("author"), int) and author > 0})
    found: set[int] = set()
    for some in _portions(accounts):
        # An editor may not see accounts in the context edit; asking for authors is what a visitor is refused here.
        asked = {"who": "authors", "include": _listed(some), "per_page": str(PER_PAGE), "_fields": "id"}
        answer = api.get("/wp/v2/users", **asked, context="view")
        found.update(user["id"] for user, _ in api.objects(answer))
    return frozenset(found)


def posts_of(api: Api, page: str, rows: Iterable[Row]) -> tuple[Post, ...]:
    """The posts, pages and other things that the comments stand under, where the account may read them."""
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        if place := _place(row):
            wanted[place[0]].add(place[1])
    return tuple(
        post for collection in sorted(wanted) for post in _collection(api, page, collection, sorted(wanted[collection]))
    )


def _place(row: Row) -> tuple[str, int] | None:
    """Which collection the comment's post is in, and its number there; None for what has no address in the API."""
    try:
        address = unquote(row.fields["_links"]["up"][0]["href"])
    except (KeyError, IndexError, TypeError):
        return None
    found = _UP.search(address)
    return (found[1], int(found[2])) if found else None


def _collection(api: Api, page: str, collection: str, ids: Sequence[int]) -> Iterator[Post]:
    # Posts and pages that are no longer published still say what was commented on.
    unpublished = {"status": "any"} if collection in ("posts", "pages") else {}
    for some in _portions(ids):
        try:
            answer = api.get(
                f"/wp/v2/{collection}",
                include=_listed(some),
                per_page=str(PER_PAGE),
                _fields=_POST_FIELDS,
                **unpublished,
            )
        except (ForbiddenError, UnsupportedError):
            return
        for fields, raw in api.objects(answer):
            yield _post(page, fields, raw)


def _post(page: str, fields: dict[str, Any], raw: bytes) -> Post:
    written = [_raw(fields.get("title")), _raw(fields.get("content"))]
    return Post(
        page=page,
        platform_id=str(fields["id"]),
        text="\n\n".join(text for text in map(readable, written) if text),
        created=_published(fields.get("date_gmt")),
        permalink=str(fields.get("link", "")),
        raw=raw,
    )


def _raw(field: object) -> str:
    return str(field.get("raw", "")) if isinstance(field, dict) else ""


def _published(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=UTC)
    except ValueError:
        return None


def _portions(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + PER_PAGE] for start in range(0, len(ids), PER_PAGE))


def _listed(ids: Iterable[int]) -> str:
    return ",".join(map(str, ids))
