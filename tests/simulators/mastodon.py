"""A Mastodon server with the Department's account, on a loopback port, with the behaviours that hurt.

Marks, as to how a behaviour is known: [REC] recorded traffic of a Mastodon 4 in Mastodon.py's cassettes; [SRC] read in
Mastodon's source, in the file named; [DOC] docs.joinmastodon.org; [SUP] supposed.
"""

from __future__ import annotations

import html
import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from tests.simulators.loopback import Reply, Request, Wire, json_reply, serving
from tests.simulators.oauth import AuthorisationServer

SCOPES = "read:accounts read:notifications read:statuses"
MOST_LETTERS = 500
"""Of somebody of this server; other servers have limits of their own [DOC]."""
_WINDOW = 300
_NOT_FOUND = {"error": "Not Found"}
"""[REC]"""


class TextRefusedError(Exception):
    """The server takes no such text."""


@dataclass
class Person:
    """An account, and what is between it and the Department."""

    id: str
    acct: str
    name: str
    limited: bool = False
    suspended: bool = False
    muted: bool = False
    """By the Department."""
    blocked: bool = False
    """By the Department."""
    blocking: bool = False
    """The Department."""


@dataclass
class Stored:
    """A status."""

    id: str
    by: str
    text: str
    created: datetime
    answers: str | None = None
    visibility: str = "public"
    to: bool = True
    """Whether it mentions the Department."""
    edited: datetime | None = None
    boosts: str | None = None
    pinned: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    """Other fields as they are answered, such as ``spoiler_text`` or ``content``."""


@dataclass
class MastodonServer:
    """The server, its switches, and what was asked of it."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    skew: timedelta = timedelta(0)
    """How far its clock is off."""
    username: str = "JacksonPD"
    note: str = "<p>The Jackson Police. Not monitored 24/7; call 911.</p>"
    table: list[tuple[str, str]] = field(default_factory=lambda: [("Records", "<p>307-555-0100</p>")])
    most: int = 300
    """Requests in five minutes of the clock [SRC: config/initializers/rack_attack.rb, rate_limit_headers.rb]."""
    tells_limits: bool = True
    closed: bool = False
    """Strangers are told nothing (``DISALLOW_UNAUTHENTICATED_API_ACCESS`` [DOC: admin/config])."""
    policy: dict[str, str] | None = field(
        default_factory=lambda: {"for_not_following": "accept", "for_not_followers": "accept"}
    )
    """The account's notification policy [REC]; servers before 4.3 have none."""
    scopes: str = SCOPES
    flags: dict[str, bool] = field(default_factory=dict)
    """``limited`` or ``suspended`` of the Department's own account [DOC: entities/Account]."""
    page_size: int = 40
    """[SRC: ``limit_param``: twice the usual 20]"""
    people: dict[str, Person] = field(default_factory=dict)
    statuses: dict[str, Stored] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    """Notifications of mentions: ids of statuses by ids of their own."""
    wire: Wire = field(default_factory=Wire)
    oauth: AuthorisationServer = field(default_factory=AuthorisationServer)
    url: str = ""
    used: int = 0
    _window: int = 0
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        """Open the Department's account."""
        self.oauth.grants = frozenset(SCOPES.split())
        self.me = self.account(self.username, "Jackson Police").id

    # --- what people do -------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The server's clock."""
        return self.clock() + self.skew

    def account(self, acct: str, name: str) -> Person:
        """Give somebody's account, opening it where there is none."""
        known = next((each for each in self.people.values() if each.acct == acct), None)
        person = known or Person(self._id(), acct, name)
        self.people[person.id] = person
        return person

    def publish(self, text: str, **more: Any) -> str:
        """Publish a post of the Department; gives its id."""
        return self._write(self.me, text, None, **more)

    def reply(self, answers: str, text: str, name: str = "Pat Visitor", acct: str = "", **more: Any) -> str:
        """Answer something, as somebody of another server unless told otherwise; gives the answer's id."""
        person = self.account(acct or f"{name.lower().replace(' ', '_')}@elsewhere.example", name)
        return self._write(person.id, text, answers, **more)

    def by(self, status: str) -> Person:
        """Who wrote something."""
        return self.people[self.statuses[status].by]

    def edit(self, status: str, text: str) -> None:
        """Change a text; nobody who was mentioned is notified of it [SRC: update_status_service.rb]."""
        stored = self.statuses[status]
        stored.text, stored.edited = _taken(text), self.now

    def remove(self, status: str) -> None:
        """Delete a status. What answers it answers nothing any more [SRC: the key is ``ON DELETE SET NULL``]."""
        del self.statuses[status]
        for each in self.statuses.values():
            if each.answers == status:
                each.answers = None
        self.told = {number: each for number, each in self.told.items() if each != status}

    def secret(self, **more: str) -> str:
        """The credential as ``ofrecord connect`` would have kept it."""
        token = secrets.token_urlsafe(32)
        self.oauth.tokens.add(token)
        client = {"client_id": self.oauth.client_id, "client_secret": self.oauth.client_secret}
        return json.dumps({**client, "access_token": token, "scope": self.scopes, **more})

    def revoke(self) -> None:
        """Take the application's access away, as the account's owner can."""
        self.oauth.tokens.clear()

    def seen_by_visitors(self, status: str) -> bool:
        """Whether somebody who is not signed in finds it at its address."""
        return status in self.statuses and self._may(self.statuses[status], None)

    def _write(self, by: str, text: str, answers: str | None, **more: Any) -> str:
        own = {name: more.pop(name) for name in ("visibility", "to", "boosts", "pinned") if name in more}
        taken = _taken(text) if text or not (more or own.get("boosts")) else ""
        if "@" not in self.people[by].acct and len(taken) > MOST_LETTERS:
            raise TextRefusedError("Text character limit of 500 exceeded")
        status = self._id()
        self.statuses[status] = Stored(status, by, taken, more.pop("made", self.now), answers, **own, more=more)
        if by != self.me and self.statuses[status].to:
            self.told[str(next(self._numbers))] = status
        return status

    def _id(self) -> str:
        """Ids grow with time [SRC: lib/mastodon/snowflake.rb]."""
        return str((int(self.now.timestamp() * 1000) << 16) + next(self._numbers))

    # --- what the server does -------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        reply = self.wire.carry(request, lambda: self._do(request))
        return replace(reply, headers={"Date": format_datetime(self.now, usegmt=True), **reply.headers})

    def _do(self, request: Request) -> Reply:
        if request.path == "/oauth/token":
            return self._token(request)
        if request.method != "GET":
            return json_reply({"error": "This action is outside the authorized scopes"}, status=403)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token and token not in self.oauth.tokens:
            return json_reply({"error": "The access token is invalid"}, status=401)  # [REC]
        if not token and self.closed:
            return json_reply({"error": "This API requires an authenticated user"}, status=401)  # [SRC: api/base]
        headers, over = self._limit(counted=bool(token))
        if over:
            return json_reply({"error": "Too many requests"}, headers, 429)
        reply = self._routed(request, request.path.strip("/").split("/")[2:], self.me if token else None)
        return replace(reply, headers={**reply.headers, **headers})

    def _limit(self, *, counted: bool) -> tuple[dict[str, str], bool]:
        """The window ends with the clock's next five minutes, told in ISO 8601 with a fraction [REC]."""
        seconds = int(self.now.timestamp())
        if seconds // _WINDOW != self._window:
            self._window, self.used = seconds // _WINDOW, 0
        self.used += counted
        reset = datetime.fromtimestamp((self._window + 1) * _WINDOW, UTC) + timedelta(microseconds=949515)
        left = {"Limit": str(self.most), "Remaining": str(max(0, self.most - self.used))}
        told = {**left, "Reset": reset.isoformat().replace("+00:00", "Z")}
        return ({f"X-RateLimit-{name}": value for name, value in told.items()} if self.tells_limits else {}), (
            self.used > self.most
        )

    def _routed(self, request: Request, path: list[str], reader: str | None) -> Reply:
        if path[:1] == ["statuses"] and len(path) > 1:
            return self._status(path[1:], reader)
        needs = {"accounts": "read:accounts", "notifications": "read:notifications"}.get(path[0], "")
        if path[-1:] == ["statuses"]:
            needs = "read:statuses"
        if reader is None or needs not in self.scopes.split():
            return json_reply({"error": "This action is outside the authorized scopes"}, status=403)  # [DOC]
        if path == ["accounts", "verify_credentials"]:
            fields = [{"name": name, "value": value, "verified_at": None} for name, value in self.table]
            return json_reply({**self._account(self.me), "note": self.note, "fields": fields, **self.flags})
        if path == ["accounts", self.me, "statuses"]:
            return self._posts(request)
        if path == ["notifications"]:
            return self._notifications(request)
        if path == ["notifications", "policy"] and self.policy is not None:
            return json_reply(self.policy)
        return json_reply(_NOT_FOUND, status=404)

    def _token(self, request: Request) -> Reply:
        """A token that lasts, and nothing to renew it by [DOC: methods/oauth]."""
        reply = self.oauth.answer(replace(request, path="/token"))
        said = json.loads(reply.body)
        kept = {name: said[name] for name in ("access_token", "token_type", "scope") if name in said}
        return json_reply({**kept, "created_at": int(self.now.timestamp())}) if reply.status == 200 else reply

    def _may(self, stored: Stored, reader: str | None) -> bool:
        """[SRC: app/policies/status_policy.rb]"""
        author = self.people[stored.by]
        if author.suspended:
            return False
        if stored.visibility in ("direct", "private"):
            return reader is not None and (stored.by == reader or stored.to)
        return reader is None or not author.blocking

    def _kept_from(self, stored: Stored, reader: str | None) -> bool:
        """What a thread leaves out [SRC: app/lib/status_filter.rb]."""
        author = self.people[stored.by]
        if stored.by == reader:
            return False
        between = reader is not None and (author.muted or author.blocked)
        return between or author.limited or not self._may(stored, reader)

    def _status(self, path: list[str], reader: str | None) -> Reply:
        """Not allowed is 404 as well [SRC: api/v1/statuses_controller.rb]."""
        stored = self.statuses.get(path[0])
        if stored is None or not self._may(stored, reader):
            return json_reply(_NOT_FOUND, status=404)
        if path[1:] != ["context"]:
            return json_reply(self._shown(stored))
        above: list[Stored] = []
        while stored.answers is not None:
            stored = self.statuses[stored.answers]
            above.insert(0, stored)
        most, deepest = (4096, 10_000) if reader else (60, 20)
        below = list(self._below(path[0], deepest))[:most]
        parts = {"ancestors": above, "descendants": below}
        return json_reply(
            {
                name: [self._shown(each) for each in listed if not self._kept_from(each, reader)]
                for name, listed in parts.items()
            }
        )

    def _below(self, status: str, levels: int) -> Iterator[Stored]:
        """Depth first, the oldest first [SRC: app/models/concerns/status/threading_concern.rb]."""
        for each in [each for each in self.statuses.values() if each.answers == status] if levels else []:
            yield each
            yield from self._below(each.id, levels - 1)

    def _posts(self, request: Request) -> Reply:
        """Answers to itself are no replies here [SRC: ``without_replies``]."""
        asked = request.params
        found = [each for each in self.statuses.values() if each.by == self.me]
        if asked.get("pinned"):
            found = [each for each in found if each.pinned]
        if asked.get("exclude_replies"):
            found = [each for each in found if not each.answers or self.statuses[each.answers].by == self.me]
        if asked.get("exclude_reblogs"):
            found = [each for each in found if not each.boosts]
        return json_reply([self._shown(each) for each in self._paged(request, found, lambda each: each.id)])

    def _notifications(self, request: Request) -> Reply:
        """Only what was asked for; what a limited account writes is filtered [REC: the usual policy]."""
        assert request.params.get("types[]") == "mention"
        kept = [
            number
            for number, status in self.told.items()
            if not (self.by(status).muted or self.by(status).blocked or self.by(status).limited)
        ]
        return json_reply([self._notification(each) for each in self._paged(request, kept, lambda each: each)])

    def _notification(self, number: str) -> dict[str, Any]:
        stored = self.statuses[self.told[number]]
        return {
            "id": number,
            "type": "mention",
            "created_at": _stamp(stored.created),
            "group_key": f"ungrouped-{number}",
            "account": self._account(stored.by),
            "status": self._shown(stored),
        }

    def _paged(self, request: Request, rows: list[Any], id_of: Callable[[Any], str]) -> list[Any]:
        """Newest first, below ``max_id`` [REC]."""
        below = request.params.get("max_id")
        found = [each for each in rows if below is None or int(id_of(each)) < int(below)]
        found.sort(key=lambda each: int(id_of(each)), reverse=True)
        return found[: min(self.page_size, int(request.params.get("limit", 20)))]

    def _account(self, number: str) -> dict[str, Any]:
        person = self.people[number]
        name, _, server = person.acct.partition("@")
        return {
            "id": person.id,
            "username": name,
            "acct": person.acct,
            "display_name": person.name,
            "url": f"https://{server}/@{name}" if server else f"{self.url}/@{name}",
            "note": "",
            "fields": [],
        }

    def _shown(self, stored: Stored) -> dict[str, Any]:
        """[REC: test_status.yaml, test_status_reply.yaml]"""
        account = self._account(stored.by)
        above = self.statuses.get(stored.answers or "")
        boosted = self.statuses.get(stored.boosts or "")
        return {
            "id": stored.id,
            "created_at": _stamp(stored.created),
            "in_reply_to_id": stored.answers,
            "in_reply_to_account_id": above.by if above else None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": stored.visibility,
            "language": "en",
            "uri": f"{account['url']}/statuses/{stored.id}",
            "url": f"{account['url']}/{stored.id}",
            "replies_count": sum(each.answers == stored.id for each in self.statuses.values()),
            "edited_at": _stamp(stored.edited) if stored.edited else None,
            "content": _markup(stored.text),
            "reblog": self._shown(boosted) if boosted else None,
            "account": account,
            "media_attachments": [],
            "mentions": [],
            "tags": [],
            "card": None,
            "poll": None,
            "quote": None,
            **stored.more,
        }


def _taken(text: str) -> str:
    """What the server keeps of a text."""
    kept = text.strip()
    if not kept or "\x00" in kept:
        raise TextRefusedError("Validation failed: Text can't be blank")
    try:
        kept.encode()
    except UnicodeEncodeError as error:
        raise TextRefusedError("no such character") from error
    return kept


def _markup(text: str) -> str:
    """The text as HTML [SRC: app/lib/text_formatter.rb]."""
    paragraphs = html.escape(text).split("\n\n")
    return "".join(f"<p>{each.replace(chr(10), '<br />')}</p>" for each in paragraphs) if text else ""


def _stamp(moment: datetime) -> str:
    """[REC: ``2026-08-01T13:53:49.918Z``]"""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@contextmanager
def running(server: MastodonServer) -> Iterator[MastodonServer]:
    """Let the server answer on a free loopback port."""
    with serving(server.answer) as server.url:
        yield server
