"""A simulated X: API v2 as far as the connector uses it, with money, windows, horizon, lag and rotating tokens.

Marks, as to how a behaviour is known: [DOC] docs.x.com, by the page named; [SPEC] X's own OpenAPI description 2.167;
Marks, as to how a behaviour is known: [DOC] docs.x.com, on the page named; [SPEC] X's own OpenAPI description 2.167;
"""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl

from tests.simulators.loopback import Fault, Reply, Request, Wire, json_reply, serving
from tests.simulators.oauth import AuthorisationServer

_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)
_PROBLEMS = "https://api.x.com/2/problems/"
SCOPES = "tweet.read users.read tweet.moderate.write offline.access"
LONGEST = 25_000
_SHORT = 280
_WINDOW = timedelta(minutes=15)
_MOST = {"mentions": 300, "search": 300, "timeline": 900, "lookup": 900, "me": 75, "hidden": 50}
"""In 15 minutes, per user [DOC fundamentals/rate-limits]; 50 hides also [REC]."""
_ROUTES = (
    ("GET", r"/2/users/me", "me"),
    ("GET", r"/2/users/(\d+)/mentions", "mentions"),
    ("GET", r"/2/users/(\d+)/tweets", "timeline"),
    ("GET", r"/2/tweets/search/recent", "search"),
    ("GET", r"/2/tweets", "lookup"),
    ("PUT", r"/2/tweets/(\d+)/hidden", "hidden"),
)


class RefusedByPlatformError(Exception):
    """X takes no such text."""


@dataclass
class Stored:
    """A post or a reply, in all its versions."""

    versions: list[tuple[str, str]]
    """Ids with their texts, the oldest first: an edit makes another id [DOC fundamentals/edit-posts]."""
    author: str
    conversation: str
    answers: str | None
    names: bool
    """Whether it names the Department's account; whoever answers can take the name out."""
    made: datetime
    hidden: bool = False
    media: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    stubborn: bool = False
    """A person has shown it again: programs may not hide it any more [DOC labs/hide-replies/faq]."""

    @property
    def first(self) -> str:
        """The id of the first version."""
        return self.versions[0][0]

    @property
    def newest(self) -> str:
        """The id of the newest version."""
        return self.versions[-1][0]


@dataclass
class XSite:
    """X, its switches, and what was asked of it."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    skew: timedelta = timedelta(0)
    """How far X's clock (``Date``, the resets, the ids) is off this machine's."""
    username: str = "JacksonPD"
    me: str = "783214"
    about: str = "The Jackson Police Department. Not monitored 24/7; call 911."
    horizon: timedelta = timedelta(days=7)
    """How far recent search reaches [DOC posts/search/introduction]."""
    lag: timedelta = timedelta(0)
    """So long a new post is not in lists yet [SUP]; then it stands in the middle, by its id."""
    most_hidden: int = 725
    """[DOC posts/hide-replies]; how X refuses the next one is not told [SUP: 403]."""
    credits: bool = True
    """Without, every call is refused: 402, ``CreditsDepleted`` [3P]."""
    tells_window: bool = True
    """Whether the ``x-rate-limit-`` headings come along [REC]."""
    page_size: int = 100
    people: dict[str, str] = field(default_factory=dict)
    posts: dict[str, Stored] = field(default_factory=dict)
    """By the id of the first version."""
    wire: Wire = field(default_factory=Wire)
    oauth: AuthorisationServer = field(default_factory=lambda: AuthorisationServer(basic=True))
    url: str = ""
    billed: int = 0
    """Micro-dollars, each thing once in a UTC day [DOC getting-started/pricing]."""
    _bills: set[tuple[str, str]] = field(default_factory=set)
    _windows: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.oauth.grants = frozenset(SCOPES.split())
        self.people[self.me] = "Jackson Police Department"

    # --- what people do -------------------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """X's clock."""
        return self.clock() + self.skew

    def publish(self, text: str, *, made: datetime | None = None) -> str:
        """Publish a post of the Department; gives its id."""
        return self._add(text, self.me, None, made)

    def comment(
        self,
        answers: str,
        text: str,
        author: str = "Pat Visitor",
        *,
        names: bool = True,
        made: datetime | None = None,
        media: list[dict[str, Any]] | None = None,
        links: list[dict[str, Any]] | None = None,
    ) -> str:
        """Answer a post or a reply; gives the reply's id.

        Raises:
            RefusedByPlatformError: for a text that X does not take.
        """
        number = self._person(author)
        first = self._add(text, number, answers, made)
        stored = self.posts[first]
        stored.names, stored.media, stored.links = names, media or [], links or []
        return first

    def mention(self, text: str, author: str = "Somebody Else") -> str:
        """Begin a conversation that names the Department."""
        return self._add(text, self._person(author), None, None)

    def edit(self, post: str, text: str) -> str:
        """Edit a post; gives the new id. Replies to others cannot be edited today [DOC fundamentals/edit-posts]."""
        new = self._id(self.now)
        self.posts[post].versions.append((new, text))
        return new

    def remove(self, post: str) -> None:
        """Delete a post: all its versions go [DOC fundamentals/edit-posts]."""
        del self.posts[post]

    def seen_by_visitors(self, post: str) -> bool:
        """Whether it stands below the post that it answers, without a click on View hidden replies."""
        return post in self.posts and not self.posts[post].hidden

    def secret(self) -> str:
        """The credential as ``ofrecord connect`` would have kept it."""
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.oauth.tokens.add(access)
        self.oauth.know(refresh, SCOPES)
        return json.dumps(
            {
                "client_id": self.oauth.client_id,
                "client_secret": self.oauth.client_secret,
                "access_token": access,
                "refresh_token": refresh,
                "scope": SCOPES,
                "expires_at": (self.clock() + timedelta(hours=2)).isoformat(),
            }
        )

    def expire(self) -> None:
        """Let every access token end; refresh tokens stay good."""
        self.oauth.tokens.clear()

    def revoke(self) -> None:
        """Take the app's access away, as the account's owner can."""
        self.oauth.tokens.clear()
        self.oauth.forget()

    def _person(self, name: str) -> str:
        known = {each: number for number, each in self.people.items()}
        number = known.get(name) or str(1_000_000 + len(self.people))
        self.people[number] = name
        return number

    def _add(self, text: str, author: str, answers: str | None, made: datetime | None) -> str:
        _require(text)
        when = made or self.now
        first = self._id(when)
        above = self._any(answers) if answers else None
        conversation = above.conversation if above else first
        self.posts[first] = Stored([(first, text)], author, conversation, answers, names=True, made=when)
        return first

    def _id(self, when: datetime) -> str:
        """Ids grow with time; of two in one millisecond the later one is larger."""
        number = int((when - _EPOCH) / timedelta(milliseconds=1)) << 22
        while number in self._taken:
            number += 1
        self._taken.add(number)
        return str(number)

    def _any(self, platform_id: str) -> Stored | None:
        """The post that has a version of this id."""
        if platform_id in self.posts:
            return self.posts[platform_id]
        return next((each for each in self.posts.values() if platform_id in dict(each.versions)), None)

    # --- what X does ----------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        reply = self.wire.carry(request, lambda: self._do(request))
        return replace(reply, headers={"Date": format_datetime(self.now, usegmt=True), **reply.headers})

    def _do(self, request: Request) -> Reply:
        if request.path == "/2/oauth2/token":
            return self.oauth.answer(replace(request, path="/token"))
        for method, route, name in _ROUTES:
            found = re.fullmatch(route, request.path)
            if found and request.method == method:
                return self._counted(name, request, found.groups())
        return Reply(404)

    def _counted(self, name: str, request: Request, parts: tuple[str, ...]) -> Reply:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.oauth.tokens:
            return problem(401, "unauthorized", "Unauthorized")
        if not self.credits:
            return problem(402, "credits", "CreditsDepleted")
        headers, over = self._window(name)
        if over:
            return replace(problem(429, "too-many-requests", "Too Many Requests"), headers=headers)
        reply: Reply = getattr(self, f"_{name}")(request, *parts)
        return replace(reply, headers={**reply.headers, **headers})

    def _window(self, name: str) -> tuple[dict[str, str], bool]:
        """A window begins with its first call; its end is told in seconds of X's clock [REC]."""
        began, used = self._windows.get(name, (self.now, 0))
        if self.now >= began + _WINDOW:
            began, used = self.now, 0
        over = used >= _MOST[name]
        self._windows[name] = (began, used + (not over))
        left, reset = max(0, _MOST[name] - used - 1), int((began + _WINDOW).timestamp())
        told = {"limit": str(_MOST[name]), "remaining": str(left), "reset": str(reset)}
        return ({f"x-rate-limit-{key}": value for key, value in told.items()} if self.tells_window else {}), over

    def _me(self, request: Request) -> Reply:
        self._bill("user", self.me, 10_000)
        data = {"id": self.me, "name": self.people[self.me], "username": self.username, "description": self.about}
        return json_reply({"data": data})

    def _mentions(self, request: Request, user: str) -> Reply:
        """What names the account, and its newest 800 alone [DOC posts/timelines]."""
        named = [each for each in self.posts.values() if each.names and each.author != user]
        return self._list(request, sorted(named, key=lambda each: int(each.newest))[-800:], 5, 1_000)

    def _timeline(self, request: Request, user: str) -> Reply:
        return self._list(request, [each for each in self.posts.values() if each.author == user], 5, 1_000)

    def _search(self, request: Request) -> Reply:
        """Recent search: seven days, and a ``since_id`` from before is refused [3P: rooteco/tweetscape issue 421]."""
        wanted = re.fullmatch(r"conversation_id:(\d+)", request.params["query"])
        since = request.params.get("since_id")
        if wanted is None or (since and _born(since) < self.now - self.horizon):
            return problem(400, "invalid-request", "Invalid Request")
        recent = [each for each in self.posts.values() if each.made > self.now - self.horizon]
        return self._list(request, [each for each in recent if each.conversation == wanted[1]], 10, 5_000)

    def _list(self, request: Request, posts: list[Stored], least: int, price: int) -> Reply:
        """A list, newest first; timelines and searches give the newest version alone [DOC posts/timelines]."""
        asked = int(request.params.get("max_results", 10))
        if not least <= asked <= 100:
            return problem(400, "invalid-request", "Invalid Request")
        since, until = int(request.params.get("since_id", 0)), int(request.params.get("until_id", 1 << 63))
        settled = [each for each in posts if each.made <= self.now - self.lag]
        rows = sorted(
            (each for each in settled if since < int(each.newest) < until), key=lambda each: -int(each.newest)
        )
        shown = rows[: min(asked, self.page_size)]
        meta: dict[str, Any] = {"result_count": len(shown)}
        if len(rows) > len(shown):
            meta["next_token"] = "b26v89c19zqg8o3f"
        content = {**self._content(request, [(each, each.newest) for each in shown], price), "meta": meta}
        return json_reply({name: value for name, value in content.items() if value != []})

    def _lookup(self, request: Request) -> Reply:
        """By ids: each version by its own; what does not exist is an error beside the others, of status 200 [REC]."""
        ids = request.params["ids"].split(",")
        if not 1 <= len(ids) <= 100:
            return problem(400, "invalid-request", "Invalid Request")
        found = [(stored, each) for each in ids if (stored := self._any(each))]
        errors = [not_found(each) for each in ids if self._any(each) is None]
        content = {**self._content(request, found, 5_000), "errors": errors}
        return json_reply({name: value for name, value in content.items() if value not in ([], {})})

    def _content(self, request: Request, found: list[tuple[Stored, str]], price: int) -> dict[str, Any]:
        fields = request.params.get("tweet.fields", "").split(",")
        expansions = request.params.get("expansions", "").split(",")
        for _, version in found:
            self._bill("post", version, price)
        includes: dict[str, Any] = {}
        if "author_id" in expansions and found:
            authors = dict.fromkeys(stored.author for stored, _ in found)
            includes["users"] = [self._user(number) for number in authors]
        media = [each for stored, _ in found for each in stored.media]
        if "attachments.media_keys" in expansions and media:
            includes["media"] = media
        rows = [self._row(stored, version, fields) for stored, version in found]
        return {"data": rows, **({"includes": includes} if includes else {})}

    def _user(self, number: str) -> dict[str, Any]:
        self._bill("user", number, 10_000)
        return {"id": number, "name": self.people[number], "username": f"user{number}"}

    def _row(self, stored: Stored, version: str, fields: list[str]) -> dict[str, Any]:
        """One post; only what was asked for, but id, text and the ids of its versions always [REC]."""
        text = html.escape(dict(stored.versions)[version], quote=False)  # as in the recorded answers of v1.1
        above = [{"type": "replied_to", "id": stored.answers}] if stored.answers else []
        every: dict[str, Any] = {
            "author_id": stored.author,
            "conversation_id": stored.conversation,
            "created_at": _told(stored.made),
            "referenced_tweets": above,
            "note_tweet": {"text": text} if len(text) > _SHORT else None,
            "attachments": {"media_keys": [each["media_key"] for each in stored.media]} if stored.media else None,
            "entities": {"urls": stored.links} if stored.links else None,
        }
        asked = {name: value for name, value in every.items() if name in fields and value}
        short = text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"
        ids = [each for each, _ in stored.versions]
        return {**asked, "id": version, "text": short, "edit_history_tweet_ids": ids}

    def _hidden(self, request: Request, platform_id: str) -> Reply:
        """Hiding what is hidden is a success [DOC posts/hide-replies]; one refusal for all that may not be [SUP]."""
        self.billed += 5_000
        stored, wanted = self._any(platform_id), bool(json.loads(request.body)["hidden"])
        if stored is None:
            return json_reply({"errors": [not_found(platform_id)]})
        root = self._any(stored.conversation)
        if root is None or root.author != self.me or stored is root or stored.author == self.me:
            return problem(403, "client-forbidden", "Forbidden")
        if wanted and not stored.hidden and (stored.stubborn or self._full(stored.conversation)):
            return problem(403, "client-forbidden", "Forbidden")
        stored.hidden = wanted
        return json_reply({"data": {"hidden": wanted}})

    def _full(self, conversation: str) -> bool:
        return (
            sum(each.hidden and each.conversation == conversation for each in self.posts.values()) >= self.most_hidden
        )

    def _bill(self, kind: str, name: str, price: int) -> None:
        once = (kind, f"{self.now:%Y-%m-%d} {name}")
        if once not in self._bills:
            self._bills.add(once)
            self.billed += price


def problem(status: int, kind: str, title: str) -> Reply:
    """An error in X's own form [SPEC Problem]."""
    return json_reply({"title": title, "detail": title, "type": f"{_PROBLEMS}{kind}", "status": status}, status=status)


def not_found(platform_id: str) -> dict[str, str]:
    """The error about one thing among others [SPEC ResourceNotFoundProblem]."""
    told = {"resource_id": platform_id, "resource_type": "tweet", "parameter": "ids", "value": platform_id}
    return {
        **told,
        "title": "Not Found Error",
        "detail": "Could not find it.",
        "type": f"{_PROBLEMS}resource-not-found",
    }


def errors_alone() -> Fault:
    """Success, with an error and without data: nothing was done (the work is left out)."""
    error = {"title": "Internal", "detail": "Internal.", "type": f"{_PROBLEMS}internal-error"}
    return lambda request, do: json_reply({"errors": [error]})


def limit_reached(**headers: str) -> Fault:
    """A limit that X does not explain: 429, without the time of its end unless it is given."""
    return lambda request, do: json_reply({"title": "Too Many Requests"}, headers, 429)


def form_of(request: Request) -> dict[str, str]:
    """The form that came with a request."""
    return dict(parse_qsl(request.body.decode()))


def _require(text: str) -> None:
    if not text.strip() or len(text) > LONGEST or "\x00" in text:
        raise RefusedByPlatformError("X takes no such text.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise RefusedByPlatformError("X takes no such character.") from error


def _born(platform_id: str) -> datetime:
    return _EPOCH + timedelta(milliseconds=int(platform_id) >> 22)


def _told(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03}Z"


@contextmanager
def running(site: XSite) -> Iterator[XSite]:
    """Let X answer on a free loopback port."""
    with serving(site.answer) as site.url:
        yield site
