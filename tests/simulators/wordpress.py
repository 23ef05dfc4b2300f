"""A WordPress site as its REST API shows it, on a loopback port, with the behaviours that hurt.

Each behaviour names where it was learned: *run* means seen on a real WordPress 6.1 (and compared with one again in
``tests/e2e/test_wordpress_fidelity.py``), a file name means read in its source. What it does not need to know, it
does not know: one editor account, one moderation right, no plugins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulators.loopback import HTML, Fault, Reply, Request, Wire, json_reply, serving, web_page

MOST_BYTES = 65_525
"""The longest comment (run: ``comment_content_column_length``)."""
_ALLOWED_TAG = re.compile(
    r"</?(?:a|abbr|b|blockquote|cite|code|del|em|i|q|s|strike|strong)(?:\s[^<>]*)?>", re.IGNORECASE
)
_ANY_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LISTED_AS_ALL = ("approved", "hold")
_STATUS_NAMES = {"approve": "approved", "1": "approved", "0": "hold"}


class FormRefusedError(Exception):
    """The public form takes no such comment."""


@dataclass
class Stored:
    """A comment in the database."""

    id: int
    post: int
    text: str
    author_name: str
    parent: int
    author: int
    local: datetime
    utc: datetime
    status: str = "approved"
    type: str = "comment"


@dataclass
class Published:
    """A post, a page, or a post of another type."""

    id: int
    title: str
    text: str
    collection: str
    utc: datetime


def maintenance() -> Fault:
    """The page shown during an update, before anything else is done (``wp-includes/load.php``, `wp_maintenance`)."""
    return web_page(503, {"Retry-After": "600"})


@dataclass(frozen=True)
class Call:
    """A request to the API, with what WordPress makes of it."""

    method: str
    route: str
    params: Mapping[str, str]
    body: bytes
    known: bool
    """Whether the password was right. Where it is wrong, the request goes on as an anonymous one (run)."""


@dataclass
class WordPressSite:
    """The site, its switches, and what was asked of it."""

    zone: tzinfo = field(default_factory=lambda: ZoneInfo("America/Denver"))
    """The site's time zone: `date` and `after` go by its wall clock (run)."""
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    skew: timedelta = timedelta(0)
    """How far the ``Date`` heading is off."""
    tells_time: bool = True
    pretty: bool = True
    """False: pretty permalinks are off, and the API answers at ``/?rest_route=`` alone (run)."""
    threads: bool = True
    """Comments are shown as threads, as they are unless somebody changes it (``comment-template.php``)."""
    user: str = "moderator"
    password: str = "abcd EFGH 1234 ijkl MNOP 5678"
    rights: tuple[str, ...] = ("moderate_comments", "edit_posts", "edit_others_posts", "edit_others_pages")
    writers: frozenset[int] = frozenset((1, 2))
    """Accounts that may write posts; account 2 is `user` (run: ``who=authors``)."""
    unreadable_posts: set[int] = field(default_factory=set)
    """Posts that the account may not edit: what is held there is counted and left out (`check_read_permission`)."""
    comments: dict[int, Stored] = field(default_factory=dict)
    posts: dict[int, Published] = field(default_factory=dict)
    wire: Wire = field(default_factory=Wire)
    url: str = ""
    _last: int = 0

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, text: str, title: str = "News", collection: str = "posts") -> int:
        """Publish a post; gives its id."""
        self._last += 1
        self.posts[self._last] = Published(self._last, title, text, collection, self.clock())
        return self._last

    def comment(self, post: int, text: str, author_name: str = "Pat Visitor", **more: Any) -> int:
        """Write a comment through the public form; `more` are other columns, `utc` the moment it is dated.

        Raises:
            FormRefusedError: for what the form does not take (run).
        """
        stored = _filtered(text.strip())
        if not stored:
            raise FormRefusedError("Please type your comment text.")
        if len(stored.encode()) > MOST_BYTES:
            raise FormRefusedError("Your comment is too long.")
        utc = more.pop("utc", self.clock()).replace(microsecond=0)
        local = more.pop("local", None) or utc.astimezone(self.zone).replace(tzinfo=None)
        self._last += 1
        columns = {"parent": 0, "author": 0, **more}
        self.comments[self._last] = Stored(self._last, post, stored, author_name, local=local, utc=utc, **columns)
        return self._last

    def flood(self, post: int, count: int, **more: Any) -> list[int]:
        """Write many comments."""
        return [self.comment(post, f"comment {number}", **more) for number in range(count)]

    def edit(self, comment: int, text: str) -> None:
        """Change a comment. Nothing else about it changes: there is no time stamp of an edit (run)."""
        self.comments[comment].text = _filtered(text.strip())

    def visit(self, post: int) -> str:
        """The public page. A site that threads leaves out the answers to a held comment; the API does not (run)."""
        shown = [each for each in self.comments.values() if each.post == post and self._shown(each)]
        return "".join(f'<li id="comment-{each.id}">{each.text}</li>' for each in shown)

    def _shown(self, comment: Stored) -> bool:
        parent = self.comments.get(comment.parent) if self.threads else None
        return comment.status == "approved" and (parent is None or self._shown(parent))

    # --- what the web server does ---------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request."""
        reply = self.wire.carry(request, lambda: self._page_or_api(request))
        clock = {"Date": format_datetime(self.clock() + self.skew, usegmt=True)} if self.tells_time else {}
        return replace(reply, headers={**clock, **reply.headers})

    def _page_or_api(self, request: Request) -> Reply:
        if request.path == "/" and "p" in request.params:
            return Reply(200, self.visit(int(request.params["p"])).encode(), HTML)
        route = self._route(request)
        if route is None:
            return Reply(404, b"<!doctype html><h1>Page not found</h1>", HTML)
        return self._do(Call(request.method, route, request.params, request.body, self._knows(request)))

    def _route(self, request: Request) -> str | None:
        if self.pretty and request.path.startswith("/wp-json/"):
            return request.path.removeprefix("/wp-json")
        return request.params.get("rest_route") if request.path == "/" else None

    def _knows(self, request: Request) -> bool:
        """The spaces that an application password is shown with do not count (``wp-includes/user.php``)."""
        given = request.basic_auth
        return given is not None and (given[0], given[1].replace(" ", "")) == (
            self.user,
            self.password.replace(" ", ""),
        )

    def _do(self, request: Call) -> Reply:
        if found := re.fullmatch(r"/wp/v2/comments/(\d+)", request.route):
            return self._one(request, int(found[1]))
        if request.method != "GET":
            return _error(404, "rest_no_route")
        if request.route == "/wp/v2/comments":
            return self._list(request)
        if request.route == "/wp/v2/users/me":
            return self._me(request)
        if request.route == "/wp/v2/users":
            return self._users(request)
        return self._posts(request, request.route.removeprefix("/wp/v2/"))

    def _me(self, request: Call) -> Reply:
        """A wrong password is no error of its own: the request goes on as an anonymous one (run)."""
        if not request.known:
            return _error(401, "rest_not_logged_in")
        return json_reply({"id": 2, "username": self.user, "capabilities": dict.fromkeys(self.rights, True)})

    def _users(self, request: Call) -> Reply:
        if not request.known:
            return _error(401, "rest_forbidden_who")
        if request.params.get("context") == "edit":
            return _error(403, "rest_forbidden_context")  # an editor may not list users (run)
        wanted = {int(number) for number in request.params["include"].split(",")}
        return json_reply([{"id": each} for each in sorted(wanted & self.writers)])

    def _posts(self, request: Call, collection: str) -> Reply:
        if collection not in {"posts", "pages", "media", *(post.collection for post in self.posts.values())}:
            return _error(404, "rest_no_route")
        if not request.known:
            return _error(401, "rest_forbidden_context")
        wanted = {int(number) for number in request.params["include"].split(",")}
        found = [post for post in self.posts.values() if post.id in wanted and post.collection == collection]
        return json_reply([self._post_fields(post) for post in found])

    def _post_fields(self, post: Published) -> dict[str, Any]:
        return {
            "id": post.id,
            "date_gmt": post.utc.replace(tzinfo=None).isoformat(timespec="seconds"),
            "link": f"{self.url}/?p={post.id}",
            "title": {"raw": post.title},
            "content": {"raw": post.text, "rendered": post.text},
        }

    def _list(self, request: Call) -> Reply:
        params = request.params
        if refused := self._list_refusal(request):
            return refused
        matching = self._matching(params if request.known else {**params, "status": "approve"})
        first = int(params.get("offset") or 0) or (int(params.get("page", 1)) - 1) * int(params.get("per_page", 10))
        rows = matching[first : first + int(params.get("per_page", 10))]
        # Counted first and left out afterwards: a page can be short, or empty, with more behind it (`get_items`).
        shown = [self._fields(row, params, raw=request.known) for row in rows if self._may_read(row)]
        return json_reply(shown, {"X-WP-Total": str(len(matching))})

    def _list_refusal(self, request: Call) -> Reply | None:
        """Only these ask for a right. A plain list is answered to anybody, with what is public (run)."""
        params = request.params
        if not 1 <= int(params.get("per_page", 10)) <= 100:
            return _error(400, "rest_invalid_param")
        if params.get("context") == "edit" and not self._may(request, "moderate_comments"):
            return _error(403 if request.known else 401, "rest_forbidden_context")
        if params.get("status", "approve") != "approve" and not self._may(request, "edit_posts"):
            return _error(403 if request.known else 401, "rest_forbidden_param")
        return None

    def _matching(self, params: Mapping[str, str]) -> list[Stored]:
        status = _STATUS_NAMES.get(params.get("status", "approve"), params.get("status", ""))
        # ``all`` leaves out spam and trash, so a list gets shorter while it is read (run).
        statuses = _LISTED_AS_ALL if status == "all" else (status,)
        kinds = None if params.get("type") == "all" else params.get("type", "comment")
        rows = [each for each in self.comments.values() if each.status in statuses and kinds in (None, each.type)]
        if "after" in params:
            rows = [each for each in rows if each.local > self._wall_clock(params["after"])]
        if "before" in params:
            rows = [each for each in rows if each.local < self._wall_clock(params["before"])]
        by_date = params.get("orderby", "date_gmt") != "id"
        rows.sort(key=lambda each: (each.local, each.id) if by_date else (datetime.min, each.id))  # noqa: DTZ901
        return rows if params.get("order") == "asc" else rows[::-1]

    def _wall_clock(self, text: str) -> datetime:
        """A moment as the database compares it: by the site's wall clock (``WP_Date_Query::build_mysql_datetime``)."""
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo is None else moment.astimezone(self.zone).replace(tzinfo=None)

    def _one(self, request: Call, number: int) -> Reply:
        row = self.comments.get(number)
        if row is None:
            return _error(404, "rest_comment_invalid_id")
        if not self._may(request, "moderate_comments"):
            code = "rest_forbidden_context" if request.method == "GET" else "rest_cannot_edit"
            return _error(403 if request.known else 401, code)
        if request.method == "POST":
            status = str(json.loads(request.body)["status"])
            row.status = _STATUS_NAMES.get(status, status)
        return json_reply(self._fields(row, request.params, raw=True))

    def _may(self, request: Call, right: str) -> bool:
        return request.known and right in self.rights

    def _may_read(self, row: Stored) -> bool:
        return row.status == "approved" or row.post not in self.unreadable_posts

    def _fields(self, row: Stored, params: Mapping[str, str], *, raw: bool) -> dict[str, Any]:
        words = {"rendered": f"<p>{row.text}</p>\n"}
        post = self.posts.get(row.post)
        place = [{"href": f"{self.url}/wp-json/wp/v2/{post.collection}/{post.id}"}] if post else []
        every = {
            "id": row.id,
            "post": row.post,
            "parent": row.parent,
            "author": row.author,
            "author_name": row.author_name,
            "author_email": "visitor@mail.example",
            "author_ip": "192.0.2.7",
            "date": row.local.isoformat(),
            "date_gmt": row.utc.replace(tzinfo=None).isoformat(),
            "content": {**words, "raw": row.text} if raw else words,
            "link": f"{self.url}/?p={row.post}#comment-{row.id}",
            "status": row.status,
            "type": row.type,
            "_links": {"up": place} if place else {},
        }
        wanted = params["_fields"].split(",") if "_fields" in params else list(every)
        return {name: value for name, value in every.items() if name in wanted}


def _filtered(text: str) -> str:
    """What is stored of a visitor's words (run; ``wp_filter_kses``): few tags, no controls, ``&`` escaped."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise FormRefusedError("no such character") from error
    kept: list[str] = []
    at = 0
    for tag in _ANY_TAG.finditer(_CONTROL.sub("", text)):
        kept.append(_escaped(tag.string[at : tag.start()]))
        kept.append(tag[0] if _ALLOWED_TAG.fullmatch(tag[0]) else "")
        at = tag.end()
    return "".join(kept) + _escaped(_CONTROL.sub("", text)[at:])


def _escaped(text: str) -> str:
    return (
        re.sub(r"&(?!(?:[a-z]+|#\d+|#x[0-9a-f]+);)", "&amp;", text, flags=re.IGNORECASE)
        .replace("<", "&lt;")
        .replace(">", "&gt;")
    )


def _error(status: int, code: str) -> Reply:
    return json_reply({"code": code, "message": code, "data": {"status": status}}, status=status)


@contextmanager
def running(site: WordPressSite) -> Iterator[WordPressSite]:
    """Let a site answer on a free loopback port."""
    with serving(site.answer) as site.url:
        yield site
