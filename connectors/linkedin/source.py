"""One Page on LinkedIn: its posts, the comments below them, and the answers below those.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares: ``posts-api``, ``comments-api``. A
post's list holds the comments to the post alone; the answers to each stand in a list of their own, below its URN.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Self

from connectors._authorisation import Scope
from connectors._watch.source import Listed, Published, Row
from connectors.base import ForbiddenError, GoneError, UnavailableError
from connectors.linkedin.api import Api, encoded
from connectors.linkedin.rows import comment_of, has_answers, parts_of, post_of, urn_of
from models.comment import Comment

SCOPES = (
    Scope("r_organization_social", "read the Page's posts and their comments"),
    Scope("rw_organization_admin", "see which role the person who agreed has on the Page; nothing is changed with it"),
)
_ROLES = ("ADMINISTRATOR", "CONTENT_ADMINISTRATOR", "CONTENT_ADMIN", "DIRECT_SPONSORED_CONTENT_POSTER")
_PERSON = "urn:li:person:"
_MOST_NAMES = 5000
_MOST_PAGES = 50


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the comments of a post are read on, as text between two calls."""

    start: int | None = 0
    """Where the post's own list goes on; None when it was read to its end."""
    below: tuple[str, ...] = ()
    """Comments whose answers are still to be read."""
    at: int = 0
    """Where the answers to the first of them go on."""

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read what `__str__` wrote."""
        if not text:
            return cls()
        start, below, at = json.loads(text)
        return cls(start, tuple(below), at)

    def __str__(self) -> str:
        """Give it as JSON."""
        return json.dumps([self.start, self.below, self.at], separators=(",", ":"))

    @property
    def onward(self) -> str | None:
        """What brings the next page; None at the end."""
        return str(self) if self.below or self.start is not None else None


class LinkedInSource:
    """One Page, as far as it is read."""

    def __init__(self, api: Api, organization: str, *, names: bool, answers_always: bool) -> None:
        """Take the way to LinkedIn, and what is not certain about it.

        Args:
            api: the way there.
            organization: the Page's number.
            names: whether to ask for the name of each author.
            answers_always: whether to ask for answers also where LinkedIn does not say that there are any.
        """
        self.page = api.page
        self._api = api
        self._organization = f"urn:li:organization:{organization}"
        self._asks_names = names
        self._answers_always = answers_always
        self._names: dict[str, str] = {}

    def posts(self, onward: str | None) -> tuple[tuple[Published, ...], str | None]:
        """One page of the Page's own posts, the newest first; with the first, the token is renewed when it is time."""
        if onward is None:
            self._api.renew()
        asked = {"q": "author", "author": self._organization, "sortBy": "CREATED"}
        try:
            found = self._api.listed("posts", asked, int(onward or 0))
        except GoneError:
            self.prove()
            raise GoneError(
                f"Page {self.page}: LinkedIn does not know {self._organization}; look at"
                f" pages.{self.page}.organization."
            ) from None
        posts = tuple(Published(post_of(self.page, *row)) for row in found.rows if _is_out(row[0]))
        return posts, None if found.onward is None else str(found.onward)

    def comments(self, post_id: str, onward: str | None) -> Listed:
        """One page of a post's comments, or of the answers to one of them."""
        place = _Place.parse(onward)
        below = place.below[0] if place.below else ""
        rows, place = self._page(post_id, place, act=False)
        comments = [self._comment(post_id, *row, below=below) for row in rows]
        return Listed(tuple(Row(each, each.created.timestamp()) for each in comments), place.onward)

    def read(self, platform_id: str, post_id: str) -> tuple[Comment, ...]:
        """One comment by itself."""
        found = self._single(platform_id)
        return (self._comment(post_id, *found),) if found else ()

    def look(self, platform_id: str) -> Comment | None:
        """One comment as it stands now; None only where it is neither shown by itself nor listed.

        That an answer to a comment is shown by itself like any other is said nowhere, so its absence proves nothing.
        """
        if (parts := parts_of(platform_id)) is None:
            return None
        found = self._single(platform_id, act=True) or self._among(parts[0], platform_id)
        if found is None:
            self.prove(act=True)
            return None
        return comment_of(self.page, "", self._organization, *found)

    def prove(self, *, act: bool = False) -> None:
        """Make sure that the token is good, and that whoever agreed has a role on the Page that may read comments."""
        start: int | None = 0
        for _ in range(_MOST_PAGES):
            if start is None:
                break
            asked = {"q": "roleAssignee", "state": "APPROVED"}
            found = self._api.listed("organizationAcls", asked, start, act=act)
            if any(self._is_role(fields) for fields, _ in found.rows):
                return
            start = found.onward
        raise ForbiddenError(
            f"Page {self.page}: whoever agreed has no role on {self._organization} that may read its comments; make"
            f" them a Super or Content admin of the Page, then run: ofrecord connect {self.page}"
        )

    def about(self) -> str | None:
        """What the Page says about itself; None where LinkedIn does not tell."""
        number = self._organization.rpartition(":")[2]
        try:
            said, _ = self._api.get(f"organizations/{number}")
        except (ForbiddenError, GoneError):
            return None
        return (
            "\n".join(str(said[name]) for name in ("localizedName", "localizedDescription") if said.get(name)) or None
        )

    def _page(self, post_id: str, place: _Place, *, act: bool) -> tuple[tuple[tuple[dict[str, Any], str], ...], _Place]:
        """Read one page, and give where it goes on."""
        if place.below:
            first, *others = place.below
            try:
                found = self._api.listed(f"socialActions/{encoded(first)}/comments", {}, place.at, act=act)
            except GoneError:  # removed since it was listed; what is missing is looked for one by one
                return (), replace(place, below=tuple(others), at=0)
            if found.onward is not None:
                return found.rows, replace(place, at=found.onward)
            return found.rows, replace(place, below=tuple(others), at=0)
        found = self._api.listed(f"socialActions/{encoded(post_id)}/comments", {}, place.start or 0, act=act)
        answered = (urn_of(fields) for fields, _ in found.rows if has_answers(fields, supposed=self._answers_always))
        return found.rows, _Place(found.onward, tuple(answered))

    def _among(self, post_id: str, platform_id: str) -> tuple[dict[str, Any], str] | None:
        """Look for a comment in the lists of its post."""
        place = _Place()
        with suppress(GoneError):
            while place.onward is not None:
                rows, place = self._page(post_id, place, act=True)
                for row in rows:
                    if urn_of(row[0]) == platform_id:
                        return row
        return None

    def _single(self, platform_id: str, *, act: bool = False) -> tuple[dict[str, Any], str] | None:
        if (parts := parts_of(platform_id)) is None:
            return None
        try:
            return self._api.get(f"socialActions/{encoded(parts[0])}/comments/{parts[1]}", act=act)
        except GoneError:
            return None

    def _comment(self, post_id: str, fields: dict[str, Any], text: str, *, below: str = "") -> Comment:
        name = self._name(str(fields.get("actor") or "")) if self._asks_names else ""
        return comment_of(self.page, post_id, self._organization, fields, text, below=below, name=name)

    def _name(self, actor: str) -> str:
        """An author's name, asked for once in a session; empty where LinkedIn keeps it to itself, or cannot say now."""
        if actor not in self._names and actor.startswith(_PERSON) and len(self._names) < _MOST_NAMES:
            try:
                said, _ = self._api.get(f"people/(id:{encoded(actor.removeprefix(_PERSON))})")
            except (ForbiddenError, GoneError):
                said = {}
            except UnavailableError:  # the comment comes without it rather than late
                return ""
            self._names[actor] = " ".join(_texts(said, "localizedFirstName", "localizedLastName"))
        return self._names.get(actor, "")

    def _is_role(self, fields: dict[str, Any]) -> bool:
        ours = self._organization in (fields.get("organization"), fields.get("organizationTarget"))
        return ours and fields.get("role") in _ROLES


def _texts(said: dict[str, Any], *names: str) -> Iterator[str]:
    yield from (str(said[name]) for name in names if said.get(name))


def _is_out(fields: dict[str, Any]) -> bool:
    """Whether a post is to be seen: not a draft, and not one that is still being made."""
    return bool(fields.get("id")) and fields.get("lifecycleState", "PUBLISHED") == "PUBLISHED"
