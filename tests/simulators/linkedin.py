"""A LinkedIn Page as the Community Management API shows it, on a loopback port, with the behaviours that hurt.

*doc* is https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares (``posts-api`` and
``comments-api``) and ``…/linkedin/shared/api-guide/concepts``; *3P* are programs and notes of others that use it;
*know* is common knowledge that nobody here confirmed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from tests.simulators.loopback import Fault, Reply, Request, Wire, json_reply, serving

MOST_LETTERS = 1250
"""Of a comment (3P)."""
OWN = "urn:li:organization:7412903"
_READ, _ADMIN = "r_organization_social", "rw_organization_admin"


class RefusedByPlatformError(Exception):
    """The platform takes no such comment."""


def refusal(status: int, code: str, message: str = "no", number: int = 100) -> Reply:
    """A refusal in the form of the versioned API (doc: error-handling)."""
    return json_reply({"status": status, "serviceErrorCode": number, "code": code, "message": message}, status=status)


def day_is_over() -> Fault:
    """The app's limit for the day; no heading tells until when (doc: rate-limits; the text is 3P)."""
    text = "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
    return lambda request, do: refusal(429, "TOO_MANY_REQUESTS", text, 101)


def telling_the_token(token: str) -> Fault:
    """A refusal whose message holds the token (know)."""
    return lambda request, do: refusal(401, "INVALID_ACCESS_TOKEN", f"Invalid access token {token}", 65600)


@dataclass
class Stored:
    """A comment."""

    number: str
    activity: str
    text: str
    actor: str
    created: datetime
    parent: str = ""
    """The URN of the comment that it answers."""
    more: dict[str, Any] = field(default_factory=dict)
    """Other fields, such as ``content``."""

    @property
    def urn(self) -> str:
        """doc: a composite of the activity and the comment's number."""
        return f"urn:li:comment:({self.activity},{self.number})"


@dataclass
class LinkedInSite:
    """One Page."""

    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    token: str = "AQXtokenofthepage0123456789"
    refresh: str = ""
    """The refresh token, where the app was granted one (doc: programmatic-refresh-tokens)."""
    renewed_token: str = "AQXanothertoken0123456789"
    scopes: set[str] = field(default_factory=lambda: {_READ, _ADMIN})
    roles: dict[str, str] = field(default_factory=lambda: {OWN: "ADMINISTRATOR"})
    refuses_with: int = 403
    """How a lost permission or role shows; that it is not 404, as for what is gone, is nowhere promised."""
    oldest_version: str = "202511"
    most_at_once: int = 100
    """LinkedIn gives no more, whatever is asked for, and says how many it counted (doc: pagination)."""
    names_next: bool = True
    """Whether a list names its next page in ``links`` (doc: pagination, as an example)."""
    counts: bool = True
    """Whether a list says how many there are in all (doc: comments-api, as an example)."""
    newest_first: bool = True
    """In which order comments come is not documented."""
    tells_answers: bool = True
    """Whether a comment says how many answer it (doc); False where it says nothing at all."""
    names_parent: bool = True
    """Whether an answer names what it answers (doc: ``parentComment``)."""
    shows_answers_alone: bool = True
    """Whether an answer can be read by itself below the activity (not documented)."""
    private: set[str] = field(default_factory=set)
    """People whose name the API keeps to itself (3P: ``{"id": "private"}``)."""
    withheld: set[str] = field(default_factory=set)
    """Comments that a list leaves out of a page without filling it up (know)."""
    people: dict[str, str] = field(default_factory=dict)
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, Stored] = field(default_factory=dict)
    about: dict[str, str] = field(
        default_factory=lambda: {"localizedName": "Jackson PD", "localizedDescription": "Of the Town."}
    )
    wire: Wire = field(default_factory=Wire)
    url: str = ""
    _number: int = 7487797749352832000

    def secret(self, **more: str) -> str:
        """What the page's secret file holds."""
        refresh = {"refresh_token": self.refresh} if self.refresh else {}
        own = {"client_id": "86abcdefghij", "client_secret": "WPL_AP1.secretsecret", "access_token": self.token}
        return json.dumps({**own, **refresh, **more})

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, text: str, kind: str = "share", **more: Any) -> str:
        """Publish a post; gives its URN."""
        urn = f"urn:li:{kind}:{self._new()}"
        stamp = _stamp(self.clock())
        common = {"id": urn, "author": OWN, "commentary": text, "createdAt": stamp, "publishedAt": stamp}
        self.posts[urn] = {**common, "lifecycleState": "PUBLISHED", "visibility": "PUBLIC", **more}
        return urn

    def comment(self, post: str, text: str, name: str = "Pat Visitor", **more: Any) -> str:
        """Write a comment; `more` are other columns of `Stored`. An answer to an answer stands beside it (3P).

        Raises:
            RefusedByPlatformError: for what LinkedIn does not take (know).
        """
        if (not text.strip() and not more.get("more")) or len(text) > MOST_LETTERS:
            raise RefusedByPlatformError("nothing to say, or too much")
        parent = more.pop("parent", "") or ""
        if parent and self.comments[parent].parent:
            parent = self.comments[parent].parent
        actor = more.pop("actor", "") or self._person(name)
        created = more.pop("created", self.clock())
        stored = Stored(self._new(), self.activity(post), text, actor, created, parent, **more)
        self.comments[stored.urn] = stored
        return stored.urn

    def delete(self, comment: str) -> None:
        """Remove a comment, and with it the answers to it (know)."""
        for each in [comment, *(stored.urn for stored in self.comments.values() if stored.parent == comment)]:
            self.comments.pop(each, None)

    def activity(self, post: str) -> str:
        """The activity of a post: another URN for the same thing, and the one that comments are named by (doc)."""
        return f"urn:li:activity:{int(post.rpartition(':')[2]) + 1}"

    def _person(self, name: str) -> str:
        number = next((each for each, known in self.people.items() if known == name), "")
        if not number:
            number = f"sHq2W{len(self.people)}-_k"
            self.people[number] = name
        return f"urn:li:person:{number}"

    def _new(self) -> str:
        self._number += 10
        return str(self._number)

    # --- the API --------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        return self.wire.carry(request, lambda: self._route(request))

    def _route(self, request: Request) -> Reply:
        if request.path == "/oauth/v2/accessToken":
            return self._grant(dict(parse_qsl(request.body.decode())))
        path = request.path.removeprefix("/rest/")
        if turned_away := self._turned_away(path, request):
            return turned_away
        if path == "posts":
            return self._own_posts(request)
        if path == "organizationAcls":
            return self._acls(request)
        if found := re.fullmatch(r"people/\(id:([\w-]+)\)", path):
            return self._one_person(found[1])
        if path == f"organizations/{OWN.rpartition(':')[2]}":
            return json_reply({"id": 7412903, **self.about})
        if found := re.fullmatch(r"socialActions/([^/]+)/comments(?:/(\d+))?", path):
            return self._social(unquote(found[1]), found[2], request)
        return refusal(404, "NOT_FOUND")

    def _turned_away(self, path: str, request: Request) -> Reply | None:
        """doc: headings, permissions and roles; a URN in a path has to be encoded (doc: protocol-version)."""
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return refusal(401, "INVALID_ACCESS_TOKEN", "Invalid access token", 65600)
        if request.headers.get("LinkedIn-Version", "") < self.oldest_version:
            return refusal(426, "NONEXISTENT_VERSION", "Requested version is not active")
        encoded = path.startswith("people/") or not re.search(r"[():,]", path)
        if request.headers.get("X-Restli-Protocol-Version") != "2.0.0" or not encoded:
            return refusal(400, "ILLEGAL_ARGUMENT")
        needed = _ADMIN if path.startswith("organization") else _READ
        if needed not in self.scopes or (needed == _READ and OWN not in self.roles):
            return refusal(
                self.refuses_with, "ACCESS_DENIED", "Not enough permissions to access: partnerApiSocialActions"
            )
        return None

    def _own_posts(self, request: Request) -> Reply:
        if (request.params.get("q"), request.params.get("author")) != ("author", OWN):
            return refusal(400, "ILLEGAL_ARGUMENT")
        return self._list(request, sorted(self.posts.values(), key=lambda each: -each["createdAt"]))

    def _acls(self, request: Request) -> Reply:
        member = "urn:li:person:admin"
        rows = [
            {"organization": each, "role": role, "roleAssignee": member, "state": "APPROVED"}
            for each, role in self.roles.items()
        ]
        return self._list(request, rows)

    def _social(self, target: str, number: str | None, request: Request) -> Reply:
        if target in self.comments or target.startswith("urn:li:comment:"):
            rows = [each for each in self.comments.values() if each.parent == target]
            return self._thread(rows, request) if target in self.comments else refusal(404, "NOT_FOUND")
        activity = self._known_activity(target)
        if activity is None:
            return refusal(404, "NOT_FOUND")
        mine = [each for each in self.comments.values() if each.activity == activity]
        if number is None:
            return self._thread([each for each in mine if not each.parent], request)
        one = next((each for each in mine if each.number == number), None)
        if one is None or (one.parent and not self.shows_answers_alone):
            return refusal(404, "NOT_FOUND")
        return json_reply(self._fields(one))

    def _known_activity(self, target: str) -> str | None:
        return next((self.activity(each) for each in self.posts if target in (each, self.activity(each))), None)

    def _thread(self, rows: Sequence[Stored], request: Request) -> Reply:
        ordered = sorted(rows, key=lambda each: (each.created, each.number), reverse=self.newest_first)
        return self._list(request, [self._fields(each) for each in ordered], self.withheld)

    def _list(self, request: Request, rows: Sequence[dict[str, Any]], withheld: set[str] | None = None) -> Reply:
        start = int(request.params.get("start", "0"))
        count = min(int(request.params.get("count", "10")), self.most_at_once)
        more = start + count < len(rows)
        links = [{"type": "application/json", "rel": "next", "href": "/rest/…"}] if more and self.names_next else []
        paging = {"start": start, "count": count, "links": links, **({"total": len(rows)} if self.counts else {})}
        shown = [each for each in rows[start : start + count] if each.get("commentUrn") not in (withheld or ())]
        return json_reply({"paging": paging, "elements": shown})

    def _one_person(self, number: str) -> Reply:
        if number in self.private:
            return json_reply({"id": "private"})
        first, _, last = self.people[number].partition(" ")
        return json_reply({"id": number, "localizedFirstName": first, "localizedLastName": last})

    def _grant(self, form: dict[str, str]) -> Reply:
        """Redeem a code (any), or renew. The scopes come with commas between them (3P)."""
        if form.get("grant_type") == "refresh_token":
            if form.get("refresh_token") != self.refresh or not self.refresh:
                return json_reply({"error": "invalid_request", "error_description": "revoked"}, status=400)
            self.token = self.renewed_token
        return json_reply(
            {
                "access_token": self.token,
                "expires_in": 60 * 86_400,
                "scope": ",".join(sorted(self.scopes)),
                **({"refresh_token": self.refresh} if self.refresh else {}),
            }
        )

    def _fields(self, stored: Stored) -> dict[str, Any]:
        stamp = {"actor": stored.actor, "time": _stamp(stored.created)}
        answers = sum(each.parent == stored.urn for each in self.comments.values())
        return {
            "actor": stored.actor,
            "commentUrn": stored.urn,
            "created": stamp,
            "id": stored.number,
            "lastModified": stamp,
            "message": {"attributes": [], "text": stored.text},
            "object": stored.activity,
            **({"commentsSummary": {"totalFirstLevelComments": answers}} if self.tells_answers else {}),
            **({"parentComment": stored.parent} if stored.parent and self.names_parent else {}),
            **stored.more,
        }


def _stamp(moment: datetime) -> int:
    """doc: milliseconds."""
    return round(moment.timestamp() * 1000)


@contextmanager
def running(site: LinkedInSite) -> Iterator[LinkedInSite]:
    """Let a Page answer on a free loopback port."""
    with serving(site.answer) as site.url:
        yield site
