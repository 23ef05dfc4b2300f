"""What Mastodon shows of a status, as posts and comments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from connectors.mastodon.words import words_of
from models.comment import Author, Comment, Media, Post

_ID = re.compile(r"[A-Za-z0-9]{1,64}")
"""Mastodon's ids are numbers; those of other programs that speak its language have letters too."""
_ACCT = re.compile(r"[A-Za-z0-9_.-]{1,100}(@[A-Za-z0-9.:-]{1,253})?")
_PUBLIC = frozenset(("public", "unlisted"))
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {"image": "image", "video": "video", "gifv": "video"}


@dataclass(frozen=True, slots=True)
class Page:
    """The Department's account, as far as reading what is below its posts goes."""

    name: str
    """The page's name in the configuration."""
    server: str
    own: str = ""
    """The account's id."""
    also_own: Collection[str] = ()
    """Names of other accounts that speak for the Department, in small letters."""


def an_id(value: object) -> str:
    """Read an id, also one that is written as a number; empty for what is none."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and _ID.fullmatch(text) else ""


@dataclass(frozen=True, slots=True)
class View:
    """One status."""

    id: str
    fields: dict[str, Any]
    raw: str = field(repr=False)

    @classmethod
    def of(cls, fields: object, raw: str) -> Self | None:
        """Take one as it came; None where it is not what it should be."""
        found = an_id(fields.get("id")) if isinstance(fields, dict) else ""
        return cls(found, fields, raw) if found and isinstance(fields, dict) else None

    @property
    def public(self) -> bool:
        """Whether everybody may read it, and it is its author's own: neither a letter nor somebody's boost."""
        return self.fields.get("visibility") in _PUBLIC and not self.fields.get("reblog")

    @property
    def answers(self) -> str:
        """The id of the status that it answers; empty for what answers none, or none that is still there."""
        return an_id(self.fields.get("in_reply_to_id"))

    @property
    def by(self) -> str:
        """The id of its author's account."""
        return an_id(_dict(self.fields.get("account")).get("id"))

    @property
    def replies(self) -> int:
        """How many direct replies Mastodon counts."""
        count = self.fields.get("replies_count")
        return count if isinstance(count, int) else 0

    @property
    def created(self) -> datetime:
        """When it was published (UTC)."""
        return moment(self.fields.get("created_at")) or _UNDATED

    def as_post(self, page: Page) -> Post:
        """Read it as a post of the Department."""
        return Post(page.name, self.id, words_of(self.fields), self.created, self._link(page), self.raw.encode())

    def as_comment(self, page: Page, post_id: str) -> Comment:
        """Read it as a comment below a post."""
        account = _dict(self.fields.get("account"))
        name = str(account.get("display_name") or "").strip() or self._address or "unknown"
        return Comment(
            page=page.name,
            platform_id=self.id,
            post_id=post_id,
            author=Author(name, self.by or None),
            text=words_of(self.fields),
            created=self.created,
            parent_id=self.answers if self.answers != post_id and self.answers else None,
            media=tuple(_media(self.fields)),
            by_page=(bool(self.by) and self.by == page.own) or self._address.casefold() in page.also_own,
            permalink=self._link(page),
            raw=self.raw.encode(),
        )

    @property
    def _address(self) -> str:
        """Its author's name: ``pat`` on the Department's own server, ``pat@elsewhere.example`` on another."""
        account = _dict(self.fields.get("account"))
        return str(account.get("acct") or account.get("username") or "")

    def _link(self, page: Page) -> str:
        """Its page on the Department's server, where it can be reported; a visitor is sent on to its author's."""
        return f"{page.server}/@{self._address}/{self.id}" if _ACCT.fullmatch(self._address) else ""


def moment(value: object) -> datetime | None:
    """Read a moment (UTC); None for what is none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _media(fields: dict[str, Any]) -> Iterator[Media]:
    attached = fields.get("media_attachments")
    for each in attached if isinstance(attached, list) else ():
        item = _dict(each)
        address = item.get("url") or item.get("remote_url") or ""
        yield Media(str(item.get("id") or ""), _KINDS.get(str(item.get("type")), "other"), str(address))
    if quoted := _dict(_dict(fields.get("quote")).get("quoted_status")):
        yield Media(str(quoted.get("id") or ""), "other", str(quoted.get("url") or ""))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
