"""Reading one comment wherever it stands, and proving that it is gone."""

from __future__ import annotations

from dataclasses import replace

from connectors.base import GoneError, UnavailableError
from connectors.blogger.api import Api, Status
from connectors.blogger.reading import row_of
from connectors.blogger.rows import STATES, Row, parts
from models.comment import State

OUT_OF_SIGHT: tuple[Status, ...] = ("SPAM", "PENDING")
_PAGES = 5
"""Pages of comments out of sight below one post."""


def find(api: Api, comment: str, *, paid: bool = False, act: bool = False) -> Row | None:
    """Read one comment; None only when it is certain that it, or what it said, is gone.

    Nobody says whether a comment out of sight is given by its number: what is not, is looked for among those below its
    post. To somebody who is no administrator all of them do not exist.

    Args:
        api: the blog.
        comment: its id.
        paid: the first request was counted already.
        act: whether it serves a hide or a restore.

    Raises:
        ConnectorError: when it could not be read.
    """
    numbers = parts(comment)
    if numbers is None:
        return None
    if not paid:
        api.spend(act=act)
    row = _by_number(api, comment, numbers)
    if row is None or row.state is None:
        hidden = _out_of_sight(api, comment, numbers[0], act=act)
        if hidden is None:
            api.administrator(act=act)
        row = hidden or (replace(row, otherwise=State.VISIBLE) if row else None)
    return None if row is None or row.state is State.GONE else row


def _by_number(api: Api, comment: str, numbers: tuple[str, str]) -> Row | None:
    try:
        row = row_of(api, api.comment(*numbers))
    except GoneError:
        return None
    if row.id != comment:
        raise api.wire.nonsense()
    return row


def _out_of_sight(api: Api, comment: str, post: str, *, act: bool) -> Row | None:
    """A comment among those below its post that visitors do not see; None only when all of these were listed."""
    try:
        for status in OUT_OF_SIGHT:
            if found := _among(api, comment, post, status, act=act):
                return found
    except GoneError:
        pass  # its post is gone, and with it everything below
    return None


def _among(api: Api, comment: str, post: str, status: Status, *, act: bool) -> Row | None:
    onward: str | None = None
    for _ in range(_PAGES):
        page = api.below(post, status, onward, act=act)
        for row in (row_of(api, each, STATES[status]) for each in page.items):
            if row.id == comment:
                return row
        onward = page.onward
        if onward is None:
            return None
    raise UnavailableError(
        f"Page {api.page}: too many comments are held or taken for spam to tell whether one of them is still there;"
        " decide on them on blogger.com."
    )
