"""Reddit as its OAuth interface shows it to a moderator, on a loopback port, with the behaviours that hurt.

Each behaviour names where it was learned: *recorded* means seen in real traffic (the cassettes of praw-dev/praw and
praw-dev/prawcore), *praw* read in praw 8.0.3, a number such as praw#1819 a thread of praw-dev/praw. *Supposed* was told
by moderators and by nothing better: it has a switch.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from tests.simulators.loopback import Fault, Reply, Request, Wire, json_reply, serving

MOST_CHARACTERS = 10_000
CAP = 1000
"""A listing holds no more (praw's documentation)."""
DELETED = "[deleted]"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class CommentRefusedError(Exception):
    """Reddit takes no such comment."""


def base36(number: int) -> str:
    """A number as Reddit's ids write it."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def rate_limited(retry_after: str | None = None) -> Fault:
    """Status 429, with and without ``Retry-After`` (recorded: without, and a body of 46 bytes)."""
    headers = {} if retry_after is None else {"retry-after": retry_after}
    return lambda request, do: json_reply({"message": "Too Many Requests", "error": 429}, headers, 429)


def refused_inside(kind: str = "RATELIMIT") -> Fault:
    """Status 200 with an error inside, as the interface answers a form (praw, `Objector`)."""
    said = {"json": {"errors": [[kind, "Take a break for 5 minutes before trying again.", "ratelimit"]]}}
    return lambda request, do: json_reply(said)


def empty_success() -> Fault:
    """Status 200 and no body at all (recorded)."""
    return lambda request, do: Reply(200, b"", {"Content-Type": "application/json; charset=UTF-8"})


@dataclass
class Thing:
    """A comment or a post."""

    number: int
    kind: str
    author: str | None
    text: str
    created: float
    post: str = ""
    parent: str = ""
    title: str = ""
    edited: float = 0.0
    banned_by: str | bool | None = None
    removed: bool = False
    spam: bool = False
    approved_by: str | None = None
    distinguished: str | None = None
    late: bool = False
    """Not listed yet, and then in its place in the middle (praw#1819)."""
    media: Mapping[str, Any] | None = None
    elsewhere: bool = False
    """In another subreddit: asked by name, it comes all the same (the list by name knows no subreddit)."""

    @property
    def name(self) -> str:
        """Its fullname."""
        return f"{self.kind}_{base36(self.number)}"

    @property
    def deleted(self) -> bool:
        """Whether its author took it away."""
        return self.author == DELETED and self.text == DELETED

    @property
    def out_of_sight(self) -> bool:
        """Whether visitors do not see it. What AutoModerator removed is not *removed* (recorded)."""
        return bool(self.banned_by) or self.removed


@dataclass
class RedditSite:
    """One subreddit with one account that moderates, its switches, and what was asked of it."""

    subreddit: str = "JacksonPD"
    account: str = "JacksonPD_Records"
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    client_id: str = "app-id-0123456789"
    client_secret: str = "app-secret-0123456789"
    refresh_token: str = "refresh-0001-long-enough"
    refresh_works: bool = True
    rotates: bool = False
    """A refresh gives another refresh token, and the old one dies (prawcore takes it over: `Authorizer`)."""
    scopes: str = "identity read modposts"
    moderator: bool = True
    permissions: tuple[str, ...] = ("all",)
    lists_removed: bool = False
    """Removed comments stay in the list of new ones for a moderator (supposed)."""
    null_author: bool = False
    """Nobody's name comes as null rather than ``[deleted]`` (praw raises TypeError for it)."""
    info_hides: bool = False
    """The list by name answers with nothing, as if no comment existed."""
    cap: int = CAP
    remaining: float = 600.0
    reset: int = 209
    """Seconds until the window ends."""
    about_text: str = "The official community of the Jackson Police Department."
    things: dict[str, Thing] = field(default_factory=dict)
    wire: Wire = field(default_factory=Wire)
    url: str = ""
    tokens: set[str] = field(default_factory=set)
    granted: int = 0
    _last: int = 36**6

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, text: str, title: str = "News") -> str:
        """Submit a post as the Department; gives its fullname."""
        return self._add(Thing(0, "t3", self.account, text, self.clock().timestamp(), title=title))

    def comment(self, post: str, text: str, author: str | None = "Pat_Visitor", **more: Any) -> str:
        """Write a comment; `more` are other fields of `Thing`. Gives its fullname.

        Raises:
            CommentRefusedError: for what Reddit does not take.
        """
        if not text.strip():
            raise CommentRefusedError("we need something here")
        if len(text) > MOST_CHARACTERS:
            raise CommentRefusedError("this is too long (max: 10000)")
        created = more.pop("created", self.clock().timestamp())
        parent = more.pop("parent", None) or post
        return self._add(Thing(0, "t1", author, text, created, post=post, parent=parent, **more))

    def flood(self, post: str, count: int, **more: Any) -> list[str]:
        """Write many comments."""
        return [self.comment(post, f"comment {number}", **more) for number in range(count)]

    def edit(self, name: str, text: str) -> None:
        """Change a comment, as its author."""
        self.things[name].text, self.things[name].edited = text, self.clock().timestamp()

    def delete(self, name: str) -> None:
        """Take a comment away, as its author: asked by name, it comes without words (recorded)."""
        self.things[name].author = self.things[name].text = DELETED

    def moderate(self, name: str, by: str | bool, *, spam: bool = False) -> None:
        """Remove a comment, as another moderator, as ``AutoModerator``, or as Reddit's filter (True)."""
        thing = self.things[name]
        thing.banned_by, thing.removed, thing.spam = by, by not in ("AutoModerator", True), spam
        thing.approved_by = None

    def approve(self, name: str, by: str = "another_moderator") -> None:
        """Approve a comment."""
        thing = self.things[name]
        thing.banned_by, thing.removed, thing.spam, thing.approved_by = None, False, False, by

    def visit(self, post: str) -> str:
        """The public page of a post: the words of what is in sight."""
        shown = [each for each in self.things.values() if each.post == post and not each.out_of_sight]
        return "".join(f'<div id="thing_{each.name}">{each.text}</div>' for each in shown)

    def expire_tokens(self) -> None:
        """A day has passed: every access token has ended (prawcore renews it)."""
        self.tokens.clear()

    def revoke(self) -> None:
        """The person has taken the authorisation back."""
        self.refresh_works = False
        self.tokens.clear()

    def _add(self, thing: Thing) -> str:
        self._last += 1
        thing.number = self._last
        self.things[thing.name] = thing
        return thing.name

    # --- what the web server does ---------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        return self.wire.carry(request, lambda: self._answer(request))

    def _answer(self, request: Request) -> Reply:
        form = dict(parse_qsl(request.body.decode()))
        if request.path == "/api/v1/access_token":
            return self._token(request, form)
        if request.path.startswith("/visit/"):
            return Reply(200, self.visit(request.path.removeprefix("/visit/")).encode())
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or token not in self.tokens:
            told = {"www-authenticate": 'Bearer realm="reddit", error="invalid_token"'}
            return json_reply({"message": "Unauthorized", "error": 401}, told, 401)
        return self._limited(self._asked(request, form))

    def _limited(self, reply: Reply) -> Reply:
        """Reddit writes the rest as ``594.0`` and the other two without a point (recorded)."""
        self.remaining = max(0.0, self.remaining - 1)
        told = {
            "x-ratelimit-remaining": f"{self.remaining:.1f}",
            "x-ratelimit-used": str(int(600 - self.remaining)),
            "x-ratelimit-reset": str(self.reset),
        }
        return Reply(reply.status, reply.body, {**reply.headers, **told})

    def _token(self, request: Request, form: Mapping[str, str]) -> Reply:
        """Of a bad refresh token Reddit says 400 and a body of 14 bytes (recorded)."""
        if request.basic_auth != (self.client_id, self.client_secret):
            return json_reply({"message": "Unauthorized", "error": 401}, status=401)
        code = form.get("grant_type") == "authorization_code" and form.get("code") == "consent-code"
        refresh = form.get("refresh_token") == self.refresh_token and self.refresh_works
        if not code and not refresh:
            return json_reply({"error": 400}, status=400)
        self.granted += 1
        token = f"access-{self.granted:04}-long-enough"
        self.tokens.add(token)
        if self.rotates:
            self.refresh_token = f"refresh-{self.granted + 1:04}-long-enough"
        more = {"refresh_token": self.refresh_token} if code or self.rotates else {}
        kept = {"access_token": token, "token_type": "bearer", "expires_in": 86400, "scope": self.scopes}
        return json_reply({**kept, **more})

    def _asked(self, request: Request, form: Mapping[str, str]) -> Reply:
        path = request.path.strip("/")
        if request.method == "POST":
            return self._act(path, form)
        if path == "api/v1/me":
            return json_reply({"name": self.account, "id": "5xz1n"})
        if path == "api/info":
            return self._info(request.params.get("id", ""))
        place, _, rest = path.partition("/")[2].partition("/")
        if place.casefold() != self.subreddit.casefold():
            return Reply(302, b"<html>Found</html>", {"location": f"{self.url}/subreddits/search"})
        return self._listing(rest, request.params)

    def _act(self, path: str, form: Mapping[str, str]) -> Reply:
        """Both calls answer ``{}`` whatever the comment was before (praw's cassettes)."""
        if "modposts" not in self.scopes.split():
            told = {"www-authenticate": 'Bearer realm="reddit", error="insufficient_scope"'}
            return json_reply({"message": "Forbidden", "error": 403}, told, 403)
        if not self.moderator or form["id"] not in self.things:
            return json_reply({"message": "Forbidden", "error": 403}, status=403)
        if path == "api/remove":
            self.moderate(form["id"], self.account, spam=form.get("spam") == "True")
        elif path == "api/approve":
            self.approve(form["id"], self.account)
        else:
            return json_reply({"message": "Not Found", "error": 404}, status=404)
        return json_reply({})

    def _info(self, names: str) -> Reply:
        """By name, whoever asks: those who do not moderate get what visitors see, without a word about it (recorded:
        ``can_mod_post`` false)."""
        found = [] if self.info_hides else [self.things[each] for each in names.split(",") if each in self.things]
        return self._list(found, None)

    def _listing(self, rest: str, params: Mapping[str, str]) -> Reply:
        if rest == "about":
            data = {"user_is_moderator": self.moderator, "title": self.subreddit, "public_description": self.about_text}
            return json_reply({"kind": "t5", "data": data})
        if rest == "about/moderators":
            person = {"name": self.account, "mod_permissions": list(self.permissions), "id": "t2_5xz1n"}
            return json_reply({"kind": "UserList", "data": {"children": [person] if self.moderator else []}})
        if rest.startswith("about/") and not self.moderator:
            return json_reply({"message": "Forbidden", "error": 403}, status=403)
        listings: dict[str, Callable[[Thing], bool]] = {
            "comments": lambda each: not each.out_of_sight or self.lists_removed,
            "about/modqueue": lambda each: each.banned_by in ("AutoModerator", True),
            "about/edited": lambda each: each.edited > 0,
            "about/spam": lambda each: each.out_of_sight,
        }
        chosen = listings.get(rest)
        if chosen is None:
            return json_reply({"message": "Not Found", "error": 404}, status=404)
        found = [
            e for e in self.things.values() if e.kind == "t1" and chosen(e) and not (e.deleted or e.late or e.elsewhere)
        ]
        by_edit = rest == "about/edited"
        found.sort(key=lambda each: (each.edited if by_edit else 0.0, each.number), reverse=True)
        return self._paged(found[: self.cap], params)

    def _paged(self, found: list[Thing], params: Mapping[str, str]) -> Reply:
        """A hundred at most. An anchor that is not listed any more makes the answer empty, silently (praw's stream
        drops ``before`` from time to time for that reason)."""
        names = [each.name for each in found]
        limit = min(100, int(params.get("limit", "25")))
        if anchor := params.get("after") or params.get("before"):
            if anchor not in names:
                return self._list([], None)
            at = names.index(anchor)
            found = found[at + 1 :] if params.get("after") else found[max(0, at - limit) : at]
        page = found[:limit]
        return self._list(page, page[-1].name if len(found) > limit else None)

    def _list(self, things: list[Thing], after: str | None) -> Reply:
        children = [{"kind": each.kind, "data": self._fields(each)} for each in things]
        data = {"modhash": None, "dist": len(children), "children": children, "after": after, "before": None}
        return json_reply({"kind": "Listing", "data": data})

    def _fields(self, thing: Thing) -> dict[str, Any]:
        author = None if self.null_author and thing.author == DELETED else thing.author
        mine = {
            "can_mod_post": self.moderator,
            "banned_by": thing.banned_by if self.moderator else None,
            "approved_by": thing.approved_by if self.moderator else None,
            **({"removed": thing.removed, "spam": thing.spam, "approved": False} if self.moderator else {}),
        }
        common = {
            "id": base36(thing.number),
            "name": thing.name,
            "author": author,
            "created": thing.created,
            "created_utc": thing.created,
            "edited": thing.edited or False,
            "subreddit": "AskReddit" if thing.elsewhere else self.subreddit,
            "distinguished": thing.distinguished,
            "permalink": f"/r/{self.subreddit}/comments/{(thing.post or thing.name)[3:]}/_/{base36(thing.number)}/",
            **mine,
        }
        if thing.author != DELETED:
            common["author_fullname"] = f"t2_{sum(map(ord, str(thing.author))):x}"
        if thing.kind == "t3":
            return {**common, "title": thing.title, "selftext": thing.text}
        hidden = thing.out_of_sight and not self.moderator
        body = "[removed]" if hidden else thing.text
        media = {"media_metadata": dict(thing.media)} if thing.media else {}
        return {**common, "body": body, "link_id": thing.post, "parent_id": thing.parent, "replies": "", **media}

    # --- for whoever connects -------------------------------------------------------------------------------------

    @property
    def credential(self) -> str:
        """What the secret file holds."""
        parts = {"client_id": self.client_id, "client_secret": self.client_secret, "refresh_token": self.refresh_token}
        return json.dumps(parts)


@contextmanager
def running(site: RedditSite) -> Iterator[RedditSite]:
    """Serve it on a loopback port."""
    with serving(site.answer) as url:
        site.url = url
        yield site
