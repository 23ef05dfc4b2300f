"""A Flickr account as its interface shows it, on a loopback port, with the behaviours that hurt.

*doc* is Flickr's documentation of the method named (flickr.com/services/api), as flickr.reflection.getMethodInfo gives
it; *rec* recorded answers; *3p* what other people's programs and reports say; *know* common knowledge that nobody here
confirmed. Answers are JSON by Flickr's own rule for it (doc: response.json.html).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulators.loopback import JSON, Fault, Reply, Request, Wire, json_reply, serving
from tests.simulators.oauth1 import OAuth1Server, refused

_LINK = re.compile(r"https?://[^\s<]+")


class RefusedByPlatformError(Exception):
    """Flickr takes no such text."""


@dataclass
class Photo:
    """A photo of the account."""

    id: str
    title: str
    created: datetime
    changed: datetime
    description: str = ""


@dataclass
class Stored:
    """A comment."""

    id: str
    photo: str
    text: str
    """As a visitor typed it, and reads it."""
    author: str
    created: datetime
    nsid: str = "87654321@N07"
    realname: str = ""
    author_is_deleted: bool = False
    markup: str = ""
    """What Flickr keeps for it; empty: `text` with its signs escaped and its addresses linked."""


@dataclass
class FlickrSite:
    """One account, its switches, and what was asked of it."""

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    user_id: str = "12345678@N00"
    username: str = "jacksonpd"
    realname: str = "Jackson Police Department"
    description: str = 'The police of the Town. <a href="https://pd.example.gov">Our site</a>'
    token_of: str = ""
    """Whose the token is; empty: the account's."""
    key_expired: bool = False
    """Flickr turns keys off that are used too much, or by accounts without Pro (3p): code 100."""
    refuses_by_code: bool = False
    """A bad token is code 98 in an answer of status 200 (doc), rather than ``oauth_problem`` with 401 (3p)."""
    bumps: bool = True
    """A comment is a change of its photo (doc: flickr.photos.recentlyUpdated)."""
    counts: bool = True
    """``count_comments`` comes with a listed photo (3p; undocumented)."""
    texts_for_numbers: bool = False
    """``pages`` and ``total`` come as texts (3p: now this, now that)."""
    numbers_for_ids: bool = False
    """Ids of photos come as numbers."""
    doubled: bool = False
    """Each row of a list comes twice, as when a list moves while it is read."""
    photos: dict[str, Photo] = field(default_factory=dict)
    comments: dict[str, Stored] = field(default_factory=dict)
    wire: Wire = field(default_factory=Wire)
    oauth: OAuth1Server = field(default_factory=OAuth1Server)
    url: str = ""
    _last: int = 72157720000000000

    def __post_init__(self) -> None:
        self.oauth.clock = self.clock
        self.oauth.user = {"user_nsid": self.user_id, "username": self.username, "fullname": self.realname}

    def secret(self) -> str:
        """What the page's secret file holds."""
        server = self.oauth
        parts = {"client_id": server.client_id, "client_secret": server.client_secret}
        return json.dumps({**parts, "access_token": server.token, "token_secret": server.token_secret})

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, title: str, *, created: datetime | None = None, description: str = "") -> str:
        """Show a photo; gives its id."""
        photo, when = str(self._new() - 72157660000000000), created or self.clock()
        self.photos[photo] = Photo(photo, title, when, when, description)
        return photo

    def comment(self, photo: str, text: str, author: str = "Pat Visitor", **more: Any) -> str:
        """Write a comment; `more` are other columns of `Stored`.

        Raises:
            RefusedByPlatformError: for a blank one (doc: addComment, code 8).
        """
        if not text.strip():
            raise RefusedByPlatformError("blank")
        comment = f"{self.user_id.partition('@')[0]}-{photo}-{self._new()}"
        created = more.pop("created", self.clock()).replace(microsecond=0)
        self.comments[comment] = Stored(comment, photo, text, author, created, **more)
        self._bump(photo)
        return comment

    def edit(self, comment: str, text: str) -> None:
        """Change a comment, as its author may (doc: editComment)."""
        self.comments[comment].text = text
        self._bump(self.comments[comment].photo)

    def take_away(self, comment: str) -> None:
        """Delete a comment on Flickr's page, as its author or the photo's owner; that changes no moment (know)."""
        del self.comments[comment]

    def _bump(self, photo: str) -> None:
        if self.bumps:
            self.photos[photo].changed = self.clock()

    def _new(self) -> int:
        self._last += 1
        return self._last

    # --- the interface --------------------------------------------------------------------------------------------

    @property
    def methods(self) -> list[str]:
        """The methods that were called, in turn."""
        return [each.params["method"].removeprefix("flickr.") for each in self.wire.requests if "method" in each.params]

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        return self.wire.carry(request, lambda: self._routed(request))

    def _routed(self, request: Request) -> Reply:
        if request.path == "/services/oauth/request_token":
            return self.oauth.temporary(request, self.url)
        if request.path == "/services/oauth/access_token":
            return self.oauth.lasting(request, self.url)
        assert request.path == "/services/rest/", request.path
        assert (request.params["format"], request.params["nojsoncallback"]) == ("json", "1")
        if problem := self.oauth.problem(request, self.url):
            return failed(98, "Invalid auth token") if self.refuses_by_code else refused(problem)
        if self.key_expired:
            return failed(100, "Invalid API Key (Key has expired)")
        called = _METHODS.get(request.params["method"])
        return called(self, request) if called else failed(112, f'Method "{request.params["method"]}" not found')

    def _check_token(self, _: Request) -> Reply:
        """doc: flickr.auth.oauth.checkToken."""
        user = {"nsid": self.token_of or self.user_id, "username": self.username, "fullname": self.realname}
        said = {"token": _text(self.oauth.token), "perms": _text(self.oauth.perms), "user": user}
        return json_reply({"oauth": said, "stat": "ok"})

    def _recently_updated(self, request: Request) -> Reply:
        """doc: "sorted by their date updated timestamp, in descending order"; per_page at most 500."""
        if "min_date" not in request.params:
            return failed(1, "Required argument missing.")
        if self.oauth.perms == "none":
            return failed(99, "Insufficient permissions. Method requires read privileges; none granted.")
        page, at_once = int(request.params.get("page", 1)), min(500, int(request.params.get("per_page", 100)))
        rows = sorted(self.photos.values(), key=lambda each: (each.changed, each.id), reverse=True)
        shown = self._listed([self._photo(each) for each in rows[(page - 1) * at_once : page * at_once]])
        pages, total = -(-len(rows) // at_once), len(rows)
        counted = (
            {"pages": str(pages), "total": str(total)} if self.texts_for_numbers else {"pages": pages, "total": total}
        )
        return json_reply({"photos": {"page": page, "perpage": at_once, **counted, "photo": shown}, "stat": "ok"})

    def _listed(self, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [each for row in listed for each in (row, row)] if self.doubled else listed

    def _id(self, photo: str) -> str | int:
        return int(photo) if self.numbers_for_ids else photo

    def _photo(self, photo: Photo) -> dict[str, Any]:
        count = sum(each.photo == photo.id for each in self.comments.values())
        return {
            "id": self._id(photo.id),
            "owner": self.token_of or self.user_id,
            "secret": "a1b2c3d4e5",
            "server": "65535",
            "farm": 66,
            "title": photo.title,
            "ispublic": 1,
            "description": _text(photo.description),
            "dateupload": _seconds(photo.created),
            "lastupdate": _seconds(photo.changed),
            "pathalias": self.username,
            **({"count_comments": str(count)} if self.counts else {}),
        }

    def _comments(self, request: Request) -> Reply:
        """doc: flickr.photos.comments.getList; all in one answer, the oldest first (rec: 154 of them)."""
        photo = request.params["photo_id"]
        if photo not in self.photos:
            return failed(1, f'Photo "{photo}" not found (invalid ID)')
        stored = [each for each in self.comments.values() if each.photo == photo]
        shown = self._listed([self._comment(each) for each in sorted(stored, key=lambda each: (each.created, each.id))])
        told = {"photo_id": self._id(photo), **({"comment": shown} if shown else {})}
        return json_reply({"comments": told, "stat": "ok"})

    def _comment(self, comment: Stored) -> dict[str, Any]:
        """The fields of rec."""
        number = comment.id.rpartition("-")[2]
        return {
            "id": comment.id,
            "author": comment.nsid,
            "author_is_deleted": int(comment.author_is_deleted),
            "authorname": comment.author,
            "iconserver": "8129",
            "iconfarm": 9,
            "datecreate": _seconds(comment.created),
            "permalink": f"https://www.flickr.com/photos/{self.username}/{comment.photo}/#comment{number}",
            "path_alias": "",
            "realname": comment.realname,
            "_content": comment.markup or markup_of(comment.text),
        }

    def _person(self, request: Request) -> Reply:
        """doc: flickr.people.getInfo."""
        if request.params["user_id"] != self.user_id:
            return failed(1, "User not found")
        said = {"realname": _text(self.realname), "location": _text(""), "description": _text(self.description)}
        return json_reply({"person": {"nsid": self.user_id, "username": _text(self.username), **said}, "stat": "ok"})


_METHODS: dict[str, Callable[[FlickrSite, Request], Reply]] = {
    "flickr.auth.oauth.checkToken": FlickrSite._check_token,
    "flickr.photos.recentlyUpdated": FlickrSite._recently_updated,
    "flickr.photos.comments.getList": FlickrSite._comments,
    "flickr.people.getInfo": FlickrSite._person,
}


def markup_of(text: str) -> str:
    """What Flickr keeps of what was typed (rec): ``"`` and the signs of HTML escaped, ``'`` not, addresses linked."""
    escaped = html.escape(text, quote=False).replace('"', "&quot;")
    return _LINK.sub(lambda found: f'<a href="{found[0]}" rel="nofollow">{found[0].partition("://")[2]}</a>', escaped)


def failed(code: int, message: str) -> Reply:
    """A refusal, which comes with status 200 (rec)."""
    return json_reply({"stat": "fail", "code": code, "message": message})


def failing(code: int, message: str = "Sorry, the Flickr API service is not currently available.") -> Fault:
    """Flickr is not well: 105 (doc), 201 (rec)."""
    return lambda request, do: failed(code, message)


def spoiled() -> Fault:
    """An answer as Flickr spoils it now and then: a comma after the object (rec)."""
    return lambda request, do: Reply(200, b'{"stat":"fail","message":"Sorry","code":201},', JSON)


def in_a_call() -> Fault:
    """JSON in a call, as without ``nojsoncallback`` (doc)."""
    return lambda request, do: Reply(200, b"jsonFlickrApi(" + do().body + b")", JSON)


def as_xml() -> Fault:
    """XML, as without ``format`` (rec)."""
    return lambda request, do: Reply(200, b'<?xml version="1.0" encoding="utf-8" ?>\n<rsp stat="ok">\n</rsp>\n', {})


def empty_list() -> Fault:
    """No comments, where there are some (know: an answer of a copy that lags)."""

    def empty(request: Request, do: Callable[[], Reply]) -> Reply:
        return json_reply({"comments": {"photo_id": request.params["photo_id"]}, "stat": "ok"})

    return empty


def _text(content: str) -> dict[str, str]:
    return {"_content": content}


def _seconds(moment: datetime) -> str:
    return str(int(moment.timestamp()))


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: datetime = datetime(2026, 11, 22, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@contextmanager
def running(site: FlickrSite) -> Iterator[FlickrSite]:
    """Let an account answer on a free loopback port."""
    with serving(site.answer) as site.url:
        yield site
