"""The API of one Threads account: its posts, the replies to them, and hiding one.

https://developers.facebook.com/documentation/threads/reference/reply-management
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from connectors._authorisation import Scope
from connectors._graph import Graph
from connectors._graph_answer import Found
from connectors._graph_errors import ParameterError
from connectors._graph_token import Token, inspect
from connectors._meta import Seen
from connectors._watch.source import Listed, Published, Row
from connectors.base import ConnectorError, GoneError, UnsupportedError
from connectors.threads.rows import APPROVAL, POST_FIELDS, REPLY_FIELDS, comment_of, is_own, is_top_level, post_of
from models.comment import Comment, State

SCOPES = (
    Scope("threads_basic", "read the account and its posts"),
    Scope("threads_read_replies", "read replies"),
    Scope("threads_manage_replies", "hide and restore replies"),
)
_AT_ONCE = "50"
_RENEWED_AHEAD = timedelta(days=30)
"""A token lasts 60 days, and is renewed when half of them are left."""
_NESTED = (
    "Threads hides only replies to the post itself, with everything below them; this one answers another reply, and"
    " hiding that one would hide what others wrote"
)
_AWAITS = "it awaits the Department's approval on Threads, where a person approves it"


class ThreadsSource:
    """One account."""

    def __init__(self, page: str, graph: Graph, clock: Callable[[], datetime], *, approvals: bool) -> None:
        self.page = page
        self.graph = graph
        self._clock = clock
        self._approvals = approvals
        self._fields = f"{REPLY_FIELDS},{APPROVAL}" if approvals else REPLY_FIELDS

    def posts(self, onward: str | None) -> tuple[tuple[Published, ...], str | None]:
        """One page of the account's own posts."""
        if onward is None:
            self.renew()
        asked = {"fields": POST_FIELDS, "limit": _AT_ONCE, **dict(parse_qsl(onward or ""))}
        found = self.graph.get("me/threads", asked)
        return tuple(Published(post_of(self.page, *row)) for row in found.rows if is_own(row[0])), found.onward

    def comments(self, post_id: str, onward: str | None) -> Listed:
        """One page of a post's replies of any depth, newest first; with the first page, what awaits approval."""
        asked = {"fields": self._fields, "reverse": "true", "limit": _AT_ONCE, **dict(parse_qsl(onward or ""))}
        found = self.graph.get(f"{post_id}/conversation", asked)
        replies = [comment_of(self.page, post_id, *row) for row in found.rows]
        rows = [Row(reply, reply.created.timestamp()) for reply in replies]
        if onward is None and self._approvals:
            top = max((row.place for row in rows), default=0.0)
            rows = [*(Row(reply, top) for reply in self._awaiting(post_id)), *rows]
        return Listed(tuple(rows), found.onward)

    def read(self, platform_id: str, post_id: str) -> tuple[Comment, ...]:
        """One reply by itself."""
        found = self._one(platform_id, paid=False, act=False)
        return (comment_of(self.page, post_id, found.fields, found.text),) if found else ()

    def look(self, platform_id: str, *, paid: bool) -> Seen | None:
        """One reply, and whether it can be hidden by itself."""
        found = self._one(platform_id, paid=paid, act=True)
        if found is None:
            return None
        reply = comment_of(self.page, "", found.fields, found.text)
        if not is_top_level(found.fields):
            return Seen(reply, _NESTED, _NESTED)
        return Seen(reply, cannot_show=_AWAITS if reply.state is State.HELD else "")

    def change(self, platform_id: str, *, hidden: bool) -> Found:
        """Hide a reply to the post itself, or show it again; everything below it follows."""
        return self.graph.post(f"{platform_id}/manage_reply", {"hide": "true" if hidden else "false"})

    def prove(self, *, act: bool = False) -> None:
        """Make sure that the token is good and has every permission."""
        self.token(act=act).require(self.page, SCOPES)

    def token(self, *, act: bool = False) -> Token:
        """What the token in the secret file may do."""
        return inspect(self.graph, "", "threads_", act=act)

    def renew(self, ends: datetime | None = None) -> None:
        """Renew the token where less than half of its time is left, as far as the file or `ends` tells.

        One that is less than a day old is not renewed; that, or an outage, is no reason to stop: there are weeks left.
        """
        credential = self.graph.credential
        ends = credential.expires_at or ends
        if ends is None or ends - self._clock() > _RENEWED_AHEAD:
            return
        asked = {"grant_type": "th_refresh_token", "access_token": credential.need("access_token")}
        self.graph.spend()
        try:
            renewed = credential.renewed(
                self.graph.get("/refresh_access_token", asked, paid=True).fields, self._clock()
            )
        except ConnectorError:
            return
        if renewed.expires_at is not None:
            self.graph.keep(renewed)

    def _awaiting(self, post_id: str) -> list[Comment]:
        """Replies that await approval, or were ignored; none where the post does not ask for approvals."""
        found: list[Comment] = []
        onward: str | None = ""
        while onward is not None:
            asked = {"fields": self._fields, "limit": _AT_ONCE, **dict(parse_qsl(onward))}
            try:
                listed = self.graph.get(f"{post_id}/pending_replies", asked)
            except (ParameterError, UnsupportedError, GoneError):
                return found
            found.extend(comment_of(self.page, post_id, *row) for row in listed.rows)
            onward = listed.onward if listed.onward != onward else None
        return found

    def _one(self, platform_id: str, *, paid: bool, act: bool) -> Found | None:
        try:
            return self.graph.get(platform_id, {"fields": self._fields}, paid=paid, act=act)
        except GoneError:
            return None
