"""An account server of Bluesky with its index, on a loopback port, with the behaviours that hurt.

Each behaviour names where it was learned: *run* means seen on a real development network (@atproto/dev-env 0.3.215;
``tests/e2e/test_bluesky_connector.py`` sees much of it again), *src* means read in the source of @atproto/pds 0.4.217
or @atproto/bsky 0.0.221, *doc* is docs.bsky.app. The account server (PDS) knows a change at once, the index (AppView)
after `lag`. One address stands for both: an account server passes on what is asked of the index (src: ``pipethrough``).
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from models.comment import safe_text
from tests.simulators.loopback import Reply, Request, Wire, json_reply, serving

MOST_BYTES = 3000
"""The longest text (run: ``string too big (maximum 3000)``); no more than 300 characters as a reader counts, too."""
MOST_HIDDEN = 300
NOTIFIED_LEVELS = 5
"""Nobody is told of a reply further below than this (src: ``REPLY_NOTIF_DEPTH``)."""
_POST, _GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"
_DEFS = "app.bsky.feed.defs"
_PAGE = 50


class TextRefusedError(Exception):
    """The account server takes no such text."""


@dataclass
class Person:
    """An account."""

    did: str
    handle: str
    name: str


@dataclass
class Stored:
    """A record in somebody's repository."""

    uri: str
    value: dict[str, Any]
    cid: str
    written: datetime

    @property
    def did(self) -> str:
        """Whose it is."""
        return self.uri.split("/")[2]

    @property
    def key(self) -> str:
        """Its record key."""
        return self.uri.split("/")[4]

    def up(self, where: str) -> str:
        """The address of its ``parent`` or ``root``; empty for what begins a thread."""
        reply = self.value.get("reply") or {}
        return str(reply[where]["uri"]) if reply else ""


@dataclass
class BlueskyNetwork:
    """The network, its switches, and what was asked of it."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    skew: timedelta = timedelta(0)
    """How far the ``Date`` heading is off."""
    lag: timedelta = timedelta(0)
    """How long the index takes to learn of a change (run: 0.5 to 1.6 s; minutes in bad times)."""
    password: str = "abcd-efgh-ijkl-mnop"
    handle: str = "jacksonpd.example.com"
    scope: str = "com.atproto.appPass"
    """What a session is good for; of the main password ``com.atproto.access`` (src: ``auth-scope``)."""
    active: bool = True
    about: str = "The official account of the Jackson Police."
    access_life: timedelta = timedelta(hours=2)
    refresh_life: timedelta = timedelta(days=90)
    sessions_allowed: int = 300
    """New sessions in a day (doc: 300; 100 were seen)."""
    tells_limits: bool = False
    """Whether answers have RateLimit headings; the development network sends none (run)."""
    deepest: int = 1000
    """Levels that the index gives at most, whatever is asked for (src: ``maxThreadDepth``)."""
    counts_new_sessions: int = 0
    blocking: set[str] = field(default_factory=set)
    """DIDs that block the Department, or that it blocks."""
    repo: dict[str, Stored] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    wire: Wire = field(default_factory=Wire)
    url: str = ""
    _index: dict[str, Stored] = field(default_factory=dict)
    _underway: list[tuple[datetime, str, Stored | None]] = field(default_factory=list)
    _tokens: dict[str, datetime] = field(default_factory=dict)
    """Tokens that are accepted, with when they end."""
    _refreshes: set[str] = field(default_factory=set)
    _tree: dict[str, list[Stored]] | None = None
    """The direct replies to each post, while one request is answered."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        """Open the Department's account."""
        self.did = self.account(self.handle, "Jackson Police")

    # --- what people do -------------------------------------------------------------------------------------------

    def account(self, handle: str, name: str) -> str:
        """Open an account; gives its DID."""
        did = f"did:plc:{hashlib.sha256(handle.encode()).hexdigest()[:24]}"
        self.people[did] = Person(did, handle, name)
        return did

    def publish(self, text: str, did: str = "") -> str:
        """Begin a thread, as the Department unless said otherwise; gives its address."""
        return self._write(did or self.did, _POST, self._key(), {"text": _taken(text)})

    def reply(self, parent: str, text: str, name: str = "Pat Visitor", did: str = "", **more: Any) -> str:
        """Reply to something; `more` goes into the record. Gives its address."""
        writer = did or self.account(f"{name.lower().replace(' ', '-')}.example.net", name)
        above = self.repo[parent]
        root = above.up("root") or parent
        links = {"root": self._ref(root), "parent": self._ref(parent)}
        return self._write(writer, _POST, self._key(), {"text": _taken(text), "reply": links, **more})

    def edit(self, uri: str, text: str) -> None:
        """Change a text. Bluesky's app offers it to nobody, the protocol to everybody; the index follows (src)."""
        old = self.repo[uri]
        self._write(old.did, _POST, old.key, {**old.value, "text": _taken(text)})

    def remove(self, uri: str) -> None:
        """Delete a post. Below it nothing is shown any more, though it is there (run)."""
        del self.repo[uri]
        self._tell_index(uri, None)

    def gate(self, root: str) -> dict[str, Any]:
        """The gate's record of a thread; empty where there is none."""
        stored = self.repo.get(self._gate_uri(root))
        return dict(stored.value) if stored else {}

    def set_gate(self, root: str, **values: Any) -> None:
        """Change a gate from elsewhere, as the Department's staff may in the app."""
        self._write(self.did, _GATE, root.split("/")[4], {"post": root, **self.gate(root), **values})

    def see(self, uri: str) -> bool:
        """Whether somebody who is not signed in finds a reply in its thread, as Bluesky's own app asks for it."""
        self._tree = None
        root = self.repo[uri].up("root") if uri in self.repo else ""
        return uri in self._shown(root, root) if root else False

    def revoke(self) -> None:
        """Revoke the app password, and with it every session (src: a revoked password takes its refresh tokens along;
        its access tokens last up to two hours longer in truth)."""
        self.password = "another one"
        self._tokens.clear()

    def expire(self) -> None:
        """Let the access tokens that were given out end now."""
        for token in self._tokens.keys() - self._refreshes:
            self._tokens[token] = self.clock()

    # --- the index ------------------------------------------------------------------------------------------------

    def _tell_index(self, uri: str, stored: Stored | None) -> None:
        self._underway.append((self.clock() + self.lag, uri, stored))

    @property
    def indexed(self) -> dict[str, Stored]:
        """What the index knows by now."""
        arrived = [each for each in self._underway if each[0] <= self.clock()]
        self._underway = [each for each in self._underway if each[0] > self.clock()]
        for _, uri, stored in arrived:
            if stored is None:
                self._index.pop(uri, None)
            else:
                self._index[uri] = stored
        return self._index

    def _below(self, uri: str) -> list[Stored]:
        """The direct replies, newest first (src: ``getThread`` orders by ``sortAt``)."""
        if self._tree is None:
            self._tree = {}
            for each in sorted(self.indexed.values(), key=lambda each: (each.written, each.key), reverse=True):
                self._tree.setdefault(each.up("parent"), []).append(each)
        return self._tree.get(uri, [])

    def _shown(self, uri: str, root: str) -> set[str]:
        """What ``getPostThreadV2`` gives somebody who is not signed in: nothing hidden, and nothing below it (run)."""
        gate = self.indexed.get(self._gate_uri(root))
        hidden = gate.value.get("hiddenReplies", ()) if gate else ()
        below = [each.uri for each in self._below(uri) if each.uri not in hidden]
        return set(below).union(*(self._shown(each, root) for each in below))

    # --- the account server ---------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        reply = self.wire.carry(request, lambda: self._do(request))
        return replace(reply, headers={"Date": format_datetime(self.clock() + self.skew, usegmt=True), **reply.headers})

    def _do(self, request: Request) -> Reply:
        self._tree = None
        method = request.path.removeprefix("/xrpc/")
        open_to_all: dict[str, Callable[[Request], Reply]] = {
            "com.atproto.server.createSession": self._create_session,
            "com.atproto.server.refreshSession": self._refresh_session,
            "app.bsky.unspecced.getPostThreadV2": self._thread_v2,
            "com.atproto.repo.getRecord": self._record,
        }
        closed: dict[str, Callable[[Request], Reply]] = {
            "com.atproto.server.getSession": self._get_session,
            "com.atproto.repo.putRecord": self._put,
            "app.bsky.actor.getProfile": self._profile,
            "app.bsky.feed.getAuthorFeed": self._feed,
            "app.bsky.feed.getPostThread": self._thread,
            "app.bsky.notification.listNotifications": self._notifications,
        }
        if method in open_to_all:
            return open_to_all[method](request)
        if method not in closed:
            return _error(501, "MethodNotImplemented")
        return self._refusal(request) or closed[method](request)

    def _refusal(self, request: Request) -> Reply | None:
        """A token that has ended is a 400, not a 401 (src: ``auth-verifier``)."""
        token = _bearer(request)
        if not token:
            return _error(401, "AuthMissing")
        ends = self._tokens.get(token)
        if ends is None or token in self._refreshes:
            return _error(400, "InvalidToken", "Token could not be verified")
        return _error(400, "ExpiredToken", "Token has expired") if ends <= self.clock() else None

    def _create_session(self, request: Request) -> Reply:
        self.counts_new_sessions += 1
        if self.counts_new_sessions > self.sessions_allowed:
            reset = int((self.clock() + self.skew + timedelta(hours=3)).timestamp())
            heading = {"RateLimit-Reset": str(reset), "RateLimit-Remaining": "0", "RateLimit-Policy": "300;w=86400"}
            return _error(429, "RateLimitExceeded", "Rate Limit Exceeded", heading)
        asked = json.loads(request.body)
        if (asked["identifier"], asked["password"]) not in ((self.handle, self.password), (self.did, self.password)):
            return _error(401, "AuthenticationRequired", "Invalid identifier or password")
        return self._session()

    def _refresh_session(self, request: Request) -> Reply:
        """The old token is worthless afterwards; truly after two hours of grace (src: ``rotateRefreshToken``)."""
        token = _bearer(request)
        ends = self._tokens.get(token)
        if token not in self._refreshes or ends is None or ends <= self.clock():
            return _error(400, "ExpiredToken", "Token has been revoked")
        del self._tokens[token]
        return self._session()

    def _session(self) -> Reply:
        access, refresh = (
            self._token(self.scope, self.access_life),
            self._token("com.atproto.refresh", self.refresh_life),
        )
        self._refreshes.add(refresh)
        service = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": self.url}
        document = {"id": self.did, "alsoKnownAs": [f"at://{self.handle}"], "service": [service]}
        status = {} if self.active else {"status": "deactivated"}
        tokens = {"accessJwt": access, "refreshJwt": refresh}
        who = {"did": self.did, "handle": self.handle}
        return self._told({**who, **tokens, "didDoc": document, "active": self.active, **status})

    def _token(self, scope: str, life: timedelta) -> str:
        ends = self.clock() + life
        claims = {"scope": scope, "sub": self.did, "exp": int(ends.timestamp()), "jti": str(next(self._numbers))}
        parts = (json.dumps(each).encode() for each in ({"typ": "at+jwt", "alg": "HS256"}, claims))
        token = ".".join([*(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts), "c2lnbmF0dXJl"])
        self._tokens[token] = ends
        return token

    def _get_session(self, request: Request) -> Reply:
        status = {} if self.active else {"status": "deactivated"}
        return self._told({"did": self.did, "handle": self.handle, "active": self.active, **status})

    def _record(self, request: Request) -> Reply:
        """Read from the repository, where a change shows at once. It needs no session."""
        asked = request.params
        stored = self.repo.get(f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}")
        if stored is None:
            return _error(400, "RecordNotFound", "Could not locate record")
        return self._told({"uri": stored.uri, "cid": stored.cid, "value": stored.value})

    def _put(self, request: Request) -> Reply:
        """``swapRecord`` null: there must be no such record yet; left out: whatever there is, is overwritten (src)."""
        asked = json.loads(request.body)
        uri = f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}"
        if asked["repo"] != self.did:
            return _error(401, "AuthenticationRequired")  # run: somebody else's repository
        if len(asked["record"].get("hiddenReplies", ())) > MOST_HIDDEN:
            return _error(400, "InvalidRequest", "Invalid app.bsky.feed.threadgate record: array too big")  # run
        stored = self.repo.get(uri)
        cid = _cid(asked["record"])
        if stored is None or stored.cid != cid:  # the same again is no change, and asks for no version (src)
            if "swapRecord" in asked and asked["swapRecord"] != (stored.cid if stored else None):
                return _error(400, "InvalidSwap", "Record was at another version")
            self._write(self.did, asked["collection"], asked["rkey"], asked["record"], dated=False)
        return self._told({"uri": uri, "cid": cid, "validationStatus": "valid"}, "5000;w=3600")

    def _profile(self, request: Request) -> Reply:
        person = self.people[self.did]
        return self._told({"did": person.did, "handle": person.handle, "description": self.about})

    def _feed(self, request: Request) -> Reply:
        posts = [
            each for each in self.indexed.values() if each.did == self.did and _is_post(each) and not each.up("root")
        ]
        posts.sort(key=lambda each: (each.written, each.key), reverse=True)
        shown, cursor = self._paged(request, posts)
        return self._told({"feed": [{"post": self._view(each)} for each in shown], **cursor})

    def _notifications(self, request: Request) -> Reply:
        """Newest first. Nobody is told of what is further below than five levels, or below a hidden reply (src)."""
        found = [each for each in self.indexed.values() if each.up("root") and each.did != self.did]
        told = [each for each in found if self._is_told(each)]
        told.sort(key=lambda each: (each.written, each.key), reverse=True)
        shown, cursor = self._paged(request, told)
        rows = [{**self._view(each), "reason": "reply", "reasonSubject": each.up("parent")} for each in shown]
        return self._told({"notifications": rows, **cursor})

    def _is_told(self, stored: Stored) -> bool:
        hidden = self.gate(stored.up("root")).get("hiddenReplies", ())
        above = stored
        for _ in range(NOTIFIED_LEVELS):
            if above.uri in hidden:
                return False
            if above.up("parent") not in self.indexed:
                return False
            above = self.indexed[above.up("parent")]
            if above.did == self.did:
                return True
        return False

    def _thread(self, request: Request) -> Reply:
        """Hidden replies are in it for everybody, and six levels unless asked for more (run)."""
        stored = self.indexed.get(request.params["uri"])
        if stored is None:
            return _error(400, "NotFound", f"Post not found: {request.params['uri']}")
        depth = min(self.deepest, int(request.params.get("depth", 6)))
        gate = self.indexed.get(self._gate_uri(stored.up("root") or stored.uri))
        more = {"threadgate": {"uri": gate.uri, "cid": gate.cid, "record": gate.value}} if gate else {}
        return self._told({"thread": self._node(stored, depth), **more})

    def _thread_v2(self, request: Request) -> Reply:
        anchor = request.params["anchor"]
        shown = sorted(self._shown(anchor, anchor))
        return self._told({"thread": [{"uri": uri, "depth": 1} for uri in (anchor, *shown)], "hasOtherReplies": False})

    def _node(self, stored: Stored, depth: int) -> dict[str, Any]:
        """A reply of somebody with a block stands there empty, and what is below it is left out (src: ``views``)."""
        if stored.did in self.blocking:
            author = {"did": stored.did}
            return {"$type": f"{_DEFS}#blockedPost", "uri": stored.uri, "blocked": True, "author": author}
        node: dict[str, Any] = {"$type": f"{_DEFS}#threadViewPost", "post": self._view(stored), "threadContext": {}}
        if depth > 0:
            node["replies"] = [self._node(each, depth - 1) for each in self._below(stored.uri)]
        return node

    def _view(self, stored: Stored) -> dict[str, Any]:
        person = self.people[stored.did]
        return {
            "uri": stored.uri,
            "cid": stored.cid,
            "author": {"did": person.did, "handle": person.handle, "displayName": person.name, "labels": []},
            "record": stored.value,
            "replyCount": len(self._below(stored.uri)),
            "indexedAt": _moment(stored.written),
            "labels": [],
        }

    def _paged(self, request: Request, found: list[Stored]) -> tuple[list[Stored], dict[str, str]]:
        start = int(request.params.get("cursor") or 0)
        size = int(request.params.get("limit") or _PAGE)
        return found[start : start + size], {"cursor": str(start + size)} if start + size < len(found) else {}

    def _told(self, content: dict[str, Any], policy: str = "3000;w=300") -> Reply:
        reset = str(int((self.clock() + self.skew + timedelta(minutes=4)).timestamp()))
        limit = policy.partition(";")[0]
        heading = {"RateLimit-Limit": limit, "RateLimit-Remaining": "1234", "RateLimit-Reset": reset}
        return json_reply(content, {**heading, "RateLimit-Policy": policy} if self.tells_limits else {})

    # --- records --------------------------------------------------------------------------------------------------

    def _write(self, did: str, collection: str, key: str, value: dict[str, Any], *, dated: bool = True) -> str:
        uri = f"at://{did}/{collection}/{key}"
        date = {"createdAt": _moment(self.clock())} if dated else {}
        full = {"$type": collection, **date, **value}
        stored = Stored(uri, full, _cid(full), self.clock())
        self.repo[uri] = stored
        self._tell_index(uri, stored)
        return uri

    def _key(self) -> str:
        return f"3l{next(self._numbers):011d}"

    def _ref(self, uri: str) -> dict[str, str]:
        return {"uri": uri, "cid": self.repo[uri].cid}

    def _gate_uri(self, root: str) -> str:
        return root.replace(_POST, _GATE)


def _is_post(stored: Stored) -> bool:
    return f"/{_POST}/" in stored.uri


def _taken(text: str) -> str:
    """What is stored of a text (run). The account server takes a NUL, but then the index never shows the post."""
    if len(text.encode(errors="surrogatepass")) > MOST_BYTES:
        raise TextRefusedError("string too big (maximum 3000)")
    if "\x00" in text:
        raise TextRefusedError("never shown by the index")
    return safe_text(text)


def _cid(value: dict[str, Any]) -> str:
    return "bafyrei" + hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:52]


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bearer(request: Request) -> str:
    headers = {name.lower(): value for name, value in request.headers.items()}  # the library writes them small
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme == "Bearer" else ""


def _error(status: int, code: str, message: str = "", headers: dict[str, str] | None = None) -> Reply:
    return json_reply({"error": code, "message": message or code}, headers, status)


@contextmanager
def running(network: BlueskyNetwork) -> Iterator[BlueskyNetwork]:
    """Let a network answer on a free loopback port."""
    with serving(network.answer) as network.url:
        yield network
