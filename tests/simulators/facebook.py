"""A Facebook Page as the Graph API shows it, on a loopback port, with the behaviours that hurt.

*doc* is https://developers.facebook.com/docs/graph-api/reference/object/comments and ``…/reference/comment`` where
nothing else is said; the other marks are those of `tests.simulators.graph`.
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

MOST_LETTERS = 8000
"""Of a comment (know)."""
_READ_COMMENTS = "pages_read_user_content"
_READ_POSTS = "pages_read_engagement"
_HIDE = "pages_manage_engagement"


class RefusedByPlatformError(Exception):
    """The platform takes no such comment."""


@dataclass
class Stored:
    """A comment."""

    id: str
    post: str
    text: str
    author: tuple[str, str] | None
    """Id and name; None where Facebook does not tell (doc: ``from`` may be missing)."""
    created: datetime
    parent: str | None = None
    hidden: bool = False
    can_hide: bool = True
    attachment: dict[str, Any] | None = None
    listed_from: datetime | None = None
    """It appears in lists from then on, in the middle of them: held back by a filter, or late (src: praw and others
    tell the same of their platforms)."""


@dataclass
class FacebookSite(GraphSite):
    """One Page. By itself the token is the Page's own."""

    page_id: str = "100200300400500"
    about: dict[str, str] = field(default_factory=lambda: {"about": "The police of the Town.", "phone": "555 0100"})
    scopes: set[str] = field(default_factory=lambda: {"pages_show_list", _READ_POSTS, _READ_COMMENTS, _HIDE})
    person_token: str = ""
    """A person's or a system user's token for the same Page. With it some lists are empty, without an error (doc)."""
    person_has_task: bool = True
    public_only: bool = False
    """The app has Page Public Content Access only: comments come without id and author (rec: comments_p2.json)."""
    ignores_order: bool = False
    """The list is ranked although an order was asked for; without one it always is (doc)."""
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, Stored] = field(default_factory=dict)
    token_scopes_for: str = ""
    """The permissions were given for another Page (``granular_scopes``)."""
    answers: dict[str, bool] = field(default_factory=lambda: {"success": True})
    """What a change is answered with (doc: ``{"success": true}``)."""
    ineffective: bool = False
    """A change is answered with success and does nothing."""

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, text: str, when: datetime | None = None) -> str:
        """Publish a post; gives its id."""
        post_id = f"{self.page_id}_{self.new_id()}"
        link = f"https://www.facebook.com/{post_id}"
        created = _stamp(when or self.clock())
        self.posts[post_id] = {"id": post_id, "message": text, "created_time": created, "permalink_url": link}
        return post_id

    def comment(self, post: str, text: str, name: str = "Pat Visitor", **more: Any) -> str:
        """Write a comment; `more` are other columns of `Stored`.

        Raises:
            RefusedByPlatformError: for what Facebook does not take (know).
        """
        if not text.strip() and "attachment" not in more:
            raise RefusedByPlatformError("nothing to say")
        if len(text) > MOST_LETTERS:
            raise RefusedByPlatformError("too long")
        comment_id = f"{post.partition('_')[2]}_{self.new_id()}"
        author = more.pop("author", (f"9{crc32(name.encode())}", name))
        created = more.pop("created", self.clock()).replace(microsecond=0)
        self.comments[comment_id] = Stored(comment_id, post, text, author, created, **more)
        return comment_id

    def flood(self, post: str, count: int, apart: timedelta = timedelta(0)) -> list[str]:
        """Write many comments, the last one now."""
        ago = [apart * (count - number - 1) for number in range(count)]
        return [self.comment(post, f"comment {number}", created=self.clock() - each) for number, each in enumerate(ago)]

    def remove_post(self, post: str) -> None:
        """Delete a post; its comments go with it."""
        del self.posts[post]
        self.comments = {each: stored for each, stored in self.comments.items() if stored.post != post}

    def seen_by_visitors(self, comment: str) -> bool:
        """Whether somebody who is neither the author nor the author's friend sees it (src: a typed API's doc)."""
        stored = self.comments.get(comment)
        return stored is not None and not stored.hidden

    # --- the API --------------------------------------------------------------------------------------------------

    def knows(self, token: str) -> bool:
        """The Page's own token, or a person's."""
        return token in (self.token, self.person_token) and bool(token)

    def granular(self, scope: str) -> dict[str, Any]:
        """Permissions are given for single Pages (rec: base/token_info.json)."""
        return {"scope": scope, "target_ids": [self.token_scopes_for or self.page_id]}

    def route(self, path: str, call: Call) -> Reply:
        """Answer one request."""
        if path == "me":
            mine = call.params["access_token"] == self.token
            return json_reply({"id": self.page_id if mine else "77"})
        if path == self.page_id:
            return json_reply(call.chosen({"id": self.page_id, **self.about, **self._page_token(call)}))
        if path == f"{self.page_id}/published_posts":
            return self._published(call)
        if found := re.fullmatch(r"(\w+)/comments", path):
            return self._comments(found[1], call)
        return self._one(path, call)

    def _page_token(self, call: Call) -> dict[str, str]:
        return {"access_token": self.token} if self.person_has_task else {}

    def _published(self, call: Call) -> Reply:
        if _READ_POSTS not in self.scopes:
            return graph_error(100, 0)  # rec: base/error_data.json
        rows = sorted(self.posts.values(), key=lambda each: (each["created_time"], each["id"]), reverse=True)
        return self.listed(call, rows)

    def _comments(self, post: str, call: Call) -> Reply:
        if post not in self.posts or _READ_COMMENTS not in self.scopes:
            return graph_error(*GONE)
        if call.params["access_token"] != self.token:
            return json_reply({"data": []})
        rows = [each for each in self.comments.values() if each.post == post and self._listed(each)]
        if call.params.get("filter") != "stream":
            rows = [each for each in rows if each.parent is None]
        if call.params.get("order") == "reverse_chronological" and not self.ignores_order:
            rows.sort(key=lambda each: (each.created, each.id), reverse=True)
        else:
            rows.sort(key=lambda each: (len(each.text), each.id), reverse=True)  # by some rank of its own
        return self.listed(call, [self._fields(each) for each in rows])

    def _listed(self, stored: Stored) -> bool:
        return stored.listed_from is None or stored.listed_from <= self.clock()

    def _one(self, path: str, call: Call) -> Reply:
        stored = self.comments.get(path)
        if stored is None or _READ_COMMENTS not in self.scopes:
            return graph_error(*GONE)
        if call.method != "POST":
            return json_reply(call.chosen(self._fields(stored)))
        if _HIDE not in self.scopes:
            return graph_error(200, 0, 403)
        wanted = call.params.get("is_hidden")
        if wanted not in ("true", "false", "1", "0"):
            return graph_error(100, 0)  # "must be a boolean" (know)
        if not stored.can_hide:
            return graph_error(200, 0, 403)
        if not self.ineffective:
            stored.hidden = wanted in ("true", "1")  # hiding a hidden one succeeds (know)
        return json_reply(self.answers)

    def _fields(self, stored: Stored) -> dict[str, Any]:
        link = f"https://www.facebook.com/{stored.post}?comment_id={stored.id.partition('_')[2]}"
        every: dict[str, Any] = {
            "created_time": _stamp(stored.created),
            "message": stored.text,
            "permalink_url": link,
            "is_hidden": stored.hidden,
            "can_hide": stored.can_hide,
            "can_remove": True,
        }
        if not self.public_only:
            every["id"] = stored.id
            if stored.author:
                every["from"] = {"id": stored.author[0], "name": stored.author[1]}
        if stored.parent:
            every["parent"] = {"id": stored.parent, "created_time": every["created_time"]}
        if stored.attachment:
            every["attachment"] = stored.attachment
        return every


def _stamp(moment: datetime) -> str:
    """rec: ``2021-07-21T21:05:14+0000``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


@contextmanager
def running(site: FacebookSite) -> Iterator[FacebookSite]:
    """Let a Page answer on a free loopback port."""
    with serving(site.answer) as site.url:
        yield site
