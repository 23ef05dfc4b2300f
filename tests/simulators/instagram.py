"""An Instagram account as the Graph API shows it, on a loopback port, with the behaviours that hurt.

*doc* is https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments and
``…/reference/ig-comment`` where nothing else is said; the other marks are those of `tests.simulators.graph`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from tests.simulators.graph import GONE, Call, GraphSite, graph_error
from tests.simulators.loopback import Reply, json_reply, serving

MOST_LETTERS = 2200
"""Of a comment (know)."""
_COMMENTS = "instagram_manage_comments"


class RefusedByPlatformError(Exception):
    """The platform takes no such comment."""


@dataclass
class Stored:
    """A comment."""

    id: str
    post: str
    text: str
    username: str
    created: datetime
    parent: str | None = None
    hidden: bool = False


@dataclass
class InstagramSite(GraphSite):
    """One professional account."""

    user_id: str = "17841400000000001"
    username: str = "jacksonpd"
    about: dict[str, str] = field(default_factory=lambda: {"name": "Jackson PD", "biography": "Of the Town."})
    scopes: set[str] = field(
        default_factory=lambda: {"instagram_basic", _COMMENTS, "pages_show_list", "pages_read_engagement"}
    )
    page_size: int = 50
    """doc: "a maximum of 50 comments per query"; there is no filter by time either."""
    replies_at_once: int = 50
    lists_hidden: bool = True
    """Whether hidden comments are listed: sources conflict (3P). Read by their id, they are always there."""
    counts_hidden: bool = True
    """Whether they are counted."""
    restricted: set[str] = field(default_factory=set)
    """Accounts whose comments are left out until somebody approves them (doc: ig-comment)."""
    age_gated: set[str] = field(default_factory=set)
    """Posts whose comments are left out (doc: ig-comment)."""
    names: bool = True
    """False: without the permission, who wrote a comment is not told (doc: ``username``)."""
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, Stored] = field(default_factory=dict)

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, text: str) -> str:
        """Publish a post; gives its id."""
        post = f"179{self.new_id()}"
        link = f"https://www.instagram.com/p/C{post}/"
        self.posts[post] = {"id": post, "caption": text, "timestamp": _stamp(self.clock()), "permalink": link}
        return post

    def comment(self, post: str, text: str, username: str = "pat.visitor", **more: Any) -> str:
        """Write a comment; `more` are other columns of `Stored`. An answer to an answer is one to the first (doc).

        Raises:
            RefusedByPlatformError: for what Instagram does not take (know).
        """
        if not text.strip() or len(text) > MOST_LETTERS:
            raise RefusedByPlatformError("nothing to say, or too much")
        parent = self.comments.get(more.pop("parent", None) or "")
        more["parent"] = (parent.parent or parent.id) if parent else None
        created = more.pop("created", self.clock()).replace(microsecond=0)
        comment = f"178{self.new_id()}"
        self.comments[comment] = Stored(comment, post, text, username, created, **more)
        return comment

    def flood(self, post: str, count: int, apart: timedelta = timedelta(0), **more: Any) -> list[str]:
        """Write many comments, the last one now."""
        ago = [apart * (count - number - 1) for number in range(count)]
        return [
            self.comment(post, f"comment {number}", created=self.clock() - each, **more)
            for number, each in enumerate(ago)
        ]

    def seen_by_visitors(self, comment: str) -> bool:
        """Whether a visitor sees it; what the account wrote itself always (doc)."""
        stored = self.comments.get(comment)
        return stored is not None and (not stored.hidden or stored.username == self.username)

    # --- the API --------------------------------------------------------------------------------------------------

    def granular(self, scope: str) -> dict[str, Any]:
        """Permissions are given for an account, those of the Page for the Page (rec: base/token_info.json)."""
        return {"scope": scope, "target_ids": [self.user_id if scope.startswith("instagram_") else "100200"]}

    def route(self, path: str, call: Call) -> Reply:
        """Answer one request."""
        if path == self.user_id:
            return json_reply(call.chosen({"id": self.user_id, "username": self.username, **self.about}))
        if path == f"{self.user_id}/media":
            return self._media(call)
        if found := re.fullmatch(r"(\d+)/comments", path):
            return self._comments(found[1], call)
        if found := re.fullmatch(r"(\d+)/replies", path):
            return self.listed(call, [self._fields(each) for each in self._replies(found[1])])
        return self._one(path, call)

    def _media(self, call: Call) -> Reply:
        rows = [{**each, "comments_count": self._count(each["id"])} for each in self.posts.values()]
        return self.listed(call, sorted(rows, key=lambda each: (each["timestamp"], each["id"]), reverse=True))

    def _count(self, post: str) -> int:
        """doc: ig-media, ``comments_count``: answers are counted too."""
        below = [each for each in self.comments.values() if each.post == post]
        return sum(self.counts_hidden or not each.hidden for each in below)

    def _comments(self, post: str, call: Call) -> Reply:
        """Comments to the post itself, newest first (doc: since v3.2), and answers only when they are asked for."""
        if post not in self.posts or _COMMENTS not in self.scopes:
            return graph_error(*GONE)
        rows = [each for each in self.comments.values() if each.post == post and each.parent is None]
        rows = sorted(filter(self._listed, rows), key=lambda each: (each.created, each.id), reverse=True)
        replies = call.asks_for("replies")

        def shown(row: dict[str, Any]) -> dict[str, Any]:
            found = call.chosen(row)
            return {**found, **self._expanded(row["id"], call, replies)} if replies is not None else found

        return self.listed(call, [self._fields(each) for each in rows], shown)

    def _expanded(self, comment: str, call: Call, fields: str) -> dict[str, Any]:
        rows = [call.chosen(self._fields(each), fields[1:-1]) for each in self._replies(comment)]
        if not rows:
            return {}
        first = rows[: self.replies_at_once]
        paging: dict[str, Any] = {"cursors": {"before": "c0", "after": f"c{self.replies_at_once}"}}
        if len(rows) > len(first):
            after = f"access_token={self.token}&after=c{self.replies_at_once}"
            paging["next"] = f"https://graph.facebook.com/v26.0/{comment}/replies?{after}"
        return {"replies": {"data": first, "paging": paging}}

    def _replies(self, comment: str) -> list[Stored]:
        return [each for each in self.comments.values() if each.parent == comment and self._listed(each)]

    def _listed(self, stored: Stored) -> bool:
        left_out = stored.username in self.restricted or stored.post in self.age_gated
        return not left_out and (self.lists_hidden or not stored.hidden)

    def _one(self, path: str, call: Call) -> Reply:
        stored = self.comments.get(path)
        if stored is None or _COMMENTS not in self.scopes or stored.username in self.restricted:
            return graph_error(*GONE)
        if call.method == "POST":
            if call.params.get("hide") not in ("true", "false"):
                return graph_error(100, 0)
            if stored.username != self.username:  # else success without effect (doc)
                stored.hidden = call.params["hide"] == "true"
            return json_reply({"success": True})
        replies = call.asks_for("replies")
        below = self._expanded(stored.id, call, replies) if replies is not None else {}
        return json_reply({**call.chosen(self._fields(stored)), **below})

    def _fields(self, stored: Stored) -> dict[str, Any]:
        every: dict[str, Any] = {
            "id": stored.id,
            "text": stored.text,
            "timestamp": _stamp(stored.created),
            "hidden": stored.hidden,
            "like_count": 0,
        }
        if self.names:
            author = f"6{crc32(stored.username.encode())}"
            every |= {"username": stored.username, "from": {"id": author, "username": stored.username}}
        return {**every, **({"parent_id": stored.parent} if stored.parent else {})}


def _stamp(moment: datetime) -> str:
    """rec: ``2020-06-01T10:56:52+0000``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


@contextmanager
def running(site: InstagramSite) -> Iterator[InstagramSite]:
    """Let an account answer on a free loopback port."""
    with serving(site.answer) as site.url:
        yield site
