"""A blog on Blogger as the Blogger API v3 shows it to its administrator, on a loopback port, with what hurts.

*doc* is https://developers.google.com/blogger/docs/3.0/reference (``comments``, ``comments/listByBlog``,
``comments/markAsSpam``, ``comments/approve``, ``blogUserInfos``); *src* the description of the interface in
google-api-python-client 2.202.0; *3p* what other people say; *know* common knowledge that nobody here confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from tests.simulators.google import ApiError, GoogleSite, RefusedByPlatformError
from tests.simulators.loopback import Reply, Request, json_reply

MOST_LETTERS = 4096
"""Of a comment (3p)."""
OFFSET = timedelta(hours=-7)
"""Of the blog's own zone (doc: "2012-04-15T19:38:01-07:00")."""
ADMINISTRATOR = "530579030283"


@dataclass
class Stored:
    """A comment."""

    id: str
    post: str
    html: str
    author: tuple[str, str]
    """Number of the profile, empty for somebody without an account, and name."""
    created: datetime
    parent: str | None = None
    status: str = "LIVE"


@dataclass
class BloggerSite(GoogleSite):
    """One blog, its switches, and what was asked of it."""

    scope = "https://www.googleapis.com/auth/blogger"

    blog: str = "2399953"
    about: str = "News of the police of the Town."
    admin: bool = True
    """Whether the authorisation is an administrator's."""
    author_only: bool = False
    """What only administrators see is forbidden to others, rather than not there (3p: 404 of the listing)."""
    tells_status: bool = True
    """An administrator is told how a comment stands (doc: "only populated for admin users")."""
    hidden_by_number: bool = True
    """What visitors do not see is given to an administrator by its number (know: nobody says)."""
    listing_tells: bool = True
    """Whether listings do."""
    old_first: bool = False
    """The order of a listing (know: nobody says which)."""
    page_size: int = 100
    empty_pages: bool = False
    """A page can be empty and have a next one (know)."""
    lazy_tokens: bool = False
    """A place in a listing is worth nothing as soon as another comment comes (know)."""
    exclusive: bool = False
    """The bounds of a stretch of time do not belong to it (know: nobody says whether they do)."""
    ineffective: bool = False
    """A change is answered with the comment as it was."""
    numbers: bool = False
    """Numbers are written as numbers."""
    published: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, Stored] = field(default_factory=dict)
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Comments whose change is refused, with status and reason."""
    before_listing: dict[str, Callable[[], object]] = field(default_factory=dict)
    """What happens just before the comments of a status are listed."""

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, title: str, author: str = ADMINISTRATOR) -> str:
        """Publish a post; gives its number."""
        post = self._number()
        self.published[post] = {
            "kind": "blogger#post",
            "id": post,
            "blog": {"id": self.blog},
            "published": _stamp(self.clock()),
            "url": f"https://jacksonpd.example/2026/11/{post}.html",
            "title": title,
            "content": "<p>What the post says.</p>",
            "author": {"id": author, "displayName": "Jackson PD"},
            "status": "LIVE",
        }
        return post

    def comment(self, post: str, html: str, name: str = "Pat Visitor", **more: Any) -> str:
        """Write a comment, as it is kept; gives the id that the connector knows it by.

        Raises:
            RefusedByPlatformError: for what Blogger does not take (know).
        """
        if not html.strip() or len(html) > MOST_LETTERS:
            raise RefusedByPlatformError("empty or too long")
        author = more.pop("author", (f"{crc32(name.encode()):012d}", name))
        created = more.pop("created", self.clock())
        number = self._number()
        self.comments[f"{post}.{number}"] = Stored(number, post, html, author, created, **more)
        return f"{post}.{number}"

    def remove(self, comment: str) -> None:
        """Delete a comment for ever."""
        del self.comments[comment]

    def empty(self, comment: str) -> None:
        """Remove what a comment says, as its author or an administrator does; its place below the post stays."""
        self.comments[comment].status = "EMPTIED"
        self.comments[comment].html = "This comment has been removed by the author."

    def seen_by_visitors(self, comment: str) -> bool:
        """Whether a visitor sees what it says."""
        stored = self.comments.get(comment)
        return stored is not None and stored.status == "LIVE"

    # --- what the web server does ---------------------------------------------------------------------------------

    def routed(self, request: Request) -> Reply:
        """Answer what an authorisation asks."""
        self.spend(1)
        asked = dict(request.params)
        for method, pattern, handler in self._routes():
            found = re.fullmatch(pattern, request.path)
            if found and request.method == method:
                return handler(asked, *found.groups())
        raise ApiError(404, "notFound")

    def _routes(self) -> tuple[tuple[str, str, Callable[..., Reply]], ...]:
        post = rf"/v3/blogs/{self.blog}/posts/(\d+)"
        return (
            ("GET", rf"/v3/users/self/blogs/{self.blog}", self._owner),
            ("GET", rf"/v3/blogs/{self.blog}/comments", self._listed),
            ("GET", rf"{post}/comments", self._listed),
            ("GET", post, self._post),
            ("GET", rf"{post}/comments/(\d+)", self._comment),
            ("POST", rf"{post}/comments/(\d+)/(spam|approve)", self._marked),
        )

    def _owner(self, asked: dict[str, str]) -> Reply:
        """doc: blogUserInfos."""
        user = {"userId": ADMINISTRATOR, "blogId": self.blog, "hasAdminAccess": self.admin}
        blog = {"kind": "blogger#blog", "id": self.blog, "name": "Jackson PD", "description": self.about}
        return json_reply({"kind": "blogger#blogUserInfo", "blog": blog, "blog_user_info": user})

    def _listed(self, asked: dict[str, str], post: str | None = None) -> Reply:
        """One status, a stretch of time by when comments were published (doc)."""
        status = asked.get("status", "LIVE")
        if status not in ("LIVE", "EMPTIED", "PENDING", "SPAM"):
            raise ApiError(400, "invalidParameter")
        if act := self.before_listing.pop(status, None):
            act()
        if not self.admin and (post is None or status != "LIVE"):
            raise ApiError(403, "forbidden") if self.author_only else ApiError(404, "notFound")
        if post is not None and post not in self.published:
            raise ApiError(404, "notFound")
        since, until = (datetime.fromisoformat(asked[each]) if each in asked else None for each in _BOUNDS)
        rows = [
            each
            for each in self.comments.values()
            if each.status == status
            and post in (None, each.post)
            and (since is None or each.created > since or (each.created == since and not self.exclusive))
            and (until is None or each.created < until or (each.created == until and not self.exclusive))
        ]
        rows.sort(key=lambda each: (each.created, each.id), reverse=not self.old_first)
        return self._page(rows, asked)

    def _page(self, rows: list[Stored], asked: dict[str, str]) -> Reply:
        size = min(self.page_size, int(asked.get("maxResults", 20)))
        start, _, known = asked.get("pageToken", "").partition("of")
        if start and self.lazy_tokens and known != str(len(self.comments)):
            raise ApiError(400, "invalidPageToken")
        if self.empty_pages and not start and rows:
            return json_reply({"kind": "blogger#commentList", "nextPageToken": f"0of{len(self.comments)}"})
        begin = int(start or 0)
        end = begin + size
        onward = {"nextPageToken": f"{end}of{len(self.comments)}"} if end < len(rows) else {}
        items = [self._resource(each, tells=self.listing_tells) for each in rows[begin:end]]
        return json_reply({"kind": "blogger#commentList", **onward, **({"items": items} if items else {})})

    def _post(self, asked: dict[str, str], post: str) -> Reply:
        if post not in self.published:
            raise ApiError(404, "notFound")
        return json_reply(self.published[post])

    def _comment(self, asked: dict[str, str], post: str, number: str) -> Reply:
        stored = self.comments.get(f"{post}.{number}")
        hidden = stored is not None and stored.status in ("SPAM", "PENDING")
        if stored is None or (hidden and not (self.admin and self.hidden_by_number)):
            raise ApiError(404, "commentNotFound")
        return json_reply(self._resource(stored, tells=asked.get("view") == "ADMIN"))

    def _marked(self, asked: dict[str, str], post: str, number: str, what: str) -> Reply:
        """doc: "This will set the status of the comment to spam"; "Marks a comment as not spam"."""
        comment = f"{post}.{number}"
        if comment in self.refusals:
            raise ApiError(*self.refusals[comment])
        if not self.admin:
            raise ApiError(403, "forbidden")
        if comment not in self.comments:
            raise ApiError(404, "commentNotFound")
        if not self.ineffective:
            self.comments[comment].status = "SPAM" if what == "spam" else "LIVE"
        return json_reply(self._resource(self.comments[comment]))

    def _resource(self, stored: Stored, *, tells: bool = True) -> dict[str, Any]:
        """doc: the comments resource."""
        number, name = stored.author
        found: dict[str, Any] = {
            "kind": "blogger#comment",
            "id": int(stored.id) if self.numbers else stored.id,
            "post": {"id": int(stored.post) if self.numbers else stored.post},
            "blog": {"id": self.blog},
            "published": _stamp(stored.created),
            "updated": _stamp(stored.created),
            "content": stored.html,
            "author": {**({"id": number} if number else {}), "displayName": name},
        }
        if stored.parent:
            found["inReplyTo"] = {"id": stored.parent.partition(".")[2]}
        if tells and self.admin and self.tells_status:
            found["status"] = stored.status
        return found

    def _number(self) -> str:
        """As they are: 64 bits (doc: 9200761938824362519)."""
        return f"92007619388{self.new('').removeprefix('xyz')}"


_BOUNDS = ("startDate", "endDate")


def _stamp(moment: datetime) -> str:
    """With the blog's own offset (doc), and with fractions of a second (doc: 2011-07-28T19:19:57.740Z)."""
    local = (moment.astimezone(UTC) + OFFSET).replace(tzinfo=None)
    return local.isoformat(timespec="milliseconds") + "-07:00"


def flood(site: BloggerSite, post: str, count: int, apart: timedelta = timedelta(minutes=1), **more: Any) -> list[str]:
    """Write many comments, the last one now."""
    ago = [apart * (count - number - 1) for number in range(count)]
    return [
        site.comment(post, f"comment {number}", created=site.clock() - each, **more) for number, each in enumerate(ago)
    ]
