"""A Threads account as its API shows it, on a loopback port, with the behaviours that hurt.

*doc* is https://developers.facebook.com/documentation/threads/reply-management and ``…/reference/reply-management``
where nothing else is said; the other marks are those of `tests.simulators.graph`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.simulators.graph import GONE, Call, GraphSite, graph_error
from tests.simulators.loopback import Reply, Request, json_reply, serving

MOST_LETTERS = 500
"""Of a reply (know)."""
_READ, _MANAGE = "threads_read_replies", "threads_manage_replies"


class RefusedByPlatformError(Exception):
    """The platform takes no such reply."""


@dataclass
class Stored:
    """A reply."""

    id: str
    root: str
    text: str
    username: str
    created: datetime
    replied_to: str
    status: str = "NOT_HUSHED"
    """NOT_HUSHED, UNHUSHED, HIDDEN, COVERED, BLOCKED, RESTRICTED (3P)."""
    approval: str = ""
    """pending or ignored: not published (3P: ``reply_approval_status``)."""
    more: dict[str, Any] = field(default_factory=dict)
    """Other fields, such as ``gif_url``."""


@dataclass
class ThreadsSite(GraphSite):
    """One account. There is no secret of the app in it."""

    token: str = "THAAtokenoftheaccount0123456789"
    app_secret: str = ""
    username: str = "jacksonpd"
    about: dict[str, str] = field(default_factory=lambda: {"name": "Jackson PD", "threads_biography": "Of the Town."})
    scopes: set[str] = field(default_factory=lambda: {"threads_basic", _READ, _MANAGE})
    approvals: set[str] = field(default_factory=set)
    """Posts whose replies have to be approved; asked about others, the API refuses (3P)."""
    lists_hidden: bool = True
    """Whether hidden replies are listed (the field ``hide_status`` suggests so; 3P says "visible")."""
    renewed_token: str = ""
    """What a renewal gives (doc: long-lived-tokens: 60 days from then)."""
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, Stored] = field(default_factory=dict)

    def secret(self, **more: str) -> str:
        """What the page's secret file holds."""
        return json.dumps({"access_token": self.token, **more})

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, text: str, **more: Any) -> str:
        """Publish a post; gives its id."""
        post = f"180{self.new_id()}"
        link = f"https://www.threads.net/@{self.username}/post/C{post}"
        common = {"id": post, "text": text, "timestamp": _stamp(self.clock()), "permalink": link}
        self.posts[post] = {**common, "media_type": "TEXT_POST", **more}
        return post

    def comment(self, post: str, text: str, username: str = "pat.visitor", **more: Any) -> str:
        """Write a reply; `more` are other columns of `Stored`. One below a hidden reply is hidden with it (doc).

        Raises:
            RefusedByPlatformError: for what Threads does not take (know).
        """
        if (not text.strip() and not more.get("more")) or len(text) > MOST_LETTERS:
            raise RefusedByPlatformError("nothing to say, or too much")
        replied_to = more.pop("parent", None) or post
        created = more.pop("created", self.clock()).replace(microsecond=0)
        reply = f"181{self.new_id()}"
        self.comments[reply] = Stored(reply, post, text, username, created, replied_to, **more)
        return reply

    def flood(self, post: str, count: int, apart: timedelta = timedelta(0), **more: Any) -> list[str]:
        """Write many replies, the last one now."""
        ago = [apart * (count - number - 1) for number in range(count)]
        return [
            self.comment(post, f"reply {number}", created=self.clock() - each, **more)
            for number, each in enumerate(ago)
        ]

    def seen_by_visitors(self, reply: str) -> bool:
        """Whether a visitor sees it."""
        stored = self.comments.get(reply)
        return stored is not None and stored.status != "HIDDEN" and not stored.approval

    def hush(self, reply: str, status: str) -> None:
        """Hide or show a reply, and all that is below it (doc)."""
        self.comments[reply].status = status
        for each in self.comments.values():
            if each.replied_to == reply:
                self.hush(each.id, status)

    # --- the API --------------------------------------------------------------------------------------------------

    def answer(self, request: Request) -> Reply:
        """Answer one request; a renewal has an address without a version (doc)."""
        if request.path == "/refresh_access_token":
            return self.wire.carry(request, lambda: self._renew(request))
        return super().answer(request)

    def route(self, path: str, call: Call) -> Reply:
        """Answer one request."""
        if path == "me":
            return json_reply(call.chosen({"id": "555", "username": self.username, **self.about}))
        if path == "me/threads":
            rows = sorted(self.posts.values(), key=lambda each: (each["timestamp"], each["id"]), reverse=True)
            return self.listed(call, rows)
        if found := re.fullmatch(r"(\d+)/(conversation|replies|pending_replies)", path):
            return self._replies(found[1], found[2], call)
        if found := re.fullmatch(r"(\d+)/manage_reply", path):
            return self._manage(found[1], call)
        stored = self.comments.get(path)
        return graph_error(*GONE) if stored is None or not self._may(_READ) else self._shown(stored, call)

    def _shown(self, stored: Stored, call: Call) -> Reply:
        return json_reply(call.chosen(self._fields(stored)))

    def _may(self, scope: str) -> bool:
        return scope in self.scopes

    def _replies(self, post: str, edge: str, call: Call) -> Reply:
        """All replies of any depth, flattened; ``replies`` gives those to the post alone (doc)."""
        if post not in self.posts or not self._may(_READ):
            return graph_error(*GONE)
        if edge == "pending_replies" and post not in self.approvals:
            return graph_error(100, 0)
        rows = [each for each in self.comments.values() if each.root == post and self._listed(each, edge)]
        newest_first = call.params.get("reverse", "true") == "true"
        rows.sort(key=lambda each: (each.created, each.id), reverse=newest_first)
        return self.listed(call, [self._fields(each) for each in rows])

    def _listed(self, stored: Stored, edge: str) -> bool:
        if edge == "pending_replies" or stored.approval:
            return bool(stored.approval) and edge == "pending_replies"
        shown = self.lists_hidden or stored.status != "HIDDEN"
        return shown and (edge == "conversation" or stored.replied_to == stored.root)

    def _manage(self, reply: str, call: Call) -> Reply:
        stored = self.comments.get(reply)
        if stored is None:
            return graph_error(*GONE)
        if not self._may(_MANAGE):
            return graph_error(10, 0, 403)
        if stored.replied_to != stored.root:
            return graph_error(100, 0)  # "cannot be targeted in isolation" (doc); which code is not known
        self.hush(reply, "HIDDEN" if call.params.get("hide") == "true" else "UNHUSHED")
        return json_reply({"success": True})

    def _renew(self, request: Request) -> Reply:
        if request.params.get("access_token") != self.token or not self.renewed_token:
            return graph_error(190, 0)
        self.token = self.renewed_token
        return json_reply({"access_token": self.token, "token_type": "bearer", "expires_in": 60 * 86_400})

    def _fields(self, stored: Stored) -> dict[str, Any]:
        approval = {"reply_approval_status": stored.approval} if stored.approval else {}
        return {
            "id": stored.id,
            "text": stored.text,
            "username": stored.username,
            "timestamp": _stamp(stored.created),
            "permalink": f"https://www.threads.net/@{stored.username}/post/C{stored.id}",
            "media_type": "TEXT_POST",
            "hide_status": stored.status,
            "is_reply_owned_by_me": stored.username == self.username,
            "root_post": {"id": stored.root},
            "replied_to": {"id": stored.replied_to},
            **approval,
            **stored.more,
        }


def _stamp(moment: datetime) -> str:
    """doc: ``2024-01-01T18:20:00+0000``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


@contextmanager
def running(site: ThreadsSite) -> Iterator[ThreadsSite]:
    """Let an account answer on a free loopback port."""
    with serving(site.answer) as site.url:
        yield site
