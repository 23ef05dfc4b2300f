"""What Meta's Graph API answers: one object, or a page of a list of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from connectors._http import NonsenseError
from connectors._json import items, members

_NOT_IN_A_CURSOR = frozenset(("access_token", "appsecret_proof", "fields", "limit", "filter", "order", "pretty"))


@dataclass(frozen=True, slots=True)
class Found:
    """A good answer."""

    page: str
    fields: dict[str, Any]
    text: str = field(repr=False)
    version: str = ""
    """Which version of the API answered, where it says so: a closed one is answered by the oldest that is open."""

    @property
    def rows(self) -> list[tuple[dict[str, Any], str]]:
        """The objects under ``data``, each with its own text.

        Raises:
            NonsenseError: when it is no list of objects.
        """
        rows = self.fields.get("data")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise not_that(self.page)
        return list(zip(rows, items(members(self.text)["data"]), strict=True))

    @property
    def onward(self) -> str | None:
        """What to hand to the next request of the same list; None at its end.

        The end is where no ``next`` is: a page can be short, or empty, because some of it may not be shown. Of the
        address in ``next`` only what leads on is kept, for the rest of it holds the token.
        """
        return onward_of(self.page, self.fields.get("paging"))


def onward_of(page: str, paging: object) -> str | None:
    """What leads on from a page of a list, as a query, given its ``paging``; None at the end.

    Raises:
        NonsenseError: when there is more and nothing that leads to it.
    """
    following = paging.get("next") if isinstance(paging, dict) else None
    if not isinstance(following, str) or not isinstance(paging, dict):
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, dict) else None
    if isinstance(after, str) and after:
        return urlencode({"after": after})
    leading = [pair for pair in parse_qsl(urlsplit(following).query) if pair[0] not in _NOT_IN_A_CURSOR]
    if not leading:
        raise not_that(page)
    return urlencode(leading)


def not_that(page: str) -> NonsenseError:
    """An answer of another shape."""
    return NonsenseError(f"Page {page}: the platform answered with something else than was asked for.")
