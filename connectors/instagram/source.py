"""The Graph API of one Instagram account: its posts, their comments, and hiding one.

https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments and
``…/reference/ig-comment``
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from connectors._authorisation import Scope
from connectors._graph import Graph
from connectors._graph_answer import Found, not_that, onward_of
from connectors._graph_token import Token, inspect
from connectors._json import items, members, without
from connectors._meta import Seen
from connectors._watch.source import Listed, Published, Row
from connectors.base import GoneError
from connectors.instagram.rows import COMMENT_FIELDS, POST_FIELDS, comment_of, post_of
from models.comment import Comment

SCOPES = (
    Scope("instagram_basic", "read the account and its posts"),
    Scope("instagram_manage_comments", "read, hide and restore comments"),
    Scope("pages_show_list", "find the Facebook Page that the account is linked to"),
    Scope("pages_read_engagement", "read what is reached through that Page"),
)
_AT_ONCE = "50"
"""The most that one query gives."""
_LISTED = f"{COMMENT_FIELDS},replies.limit({_AT_ONCE}){{{COMMENT_FIELDS}}}"


class InstagramSource:
    """One professional account."""

    def __init__(self, page: str, user_id: str, graph: Graph) -> None:
        self.page = page
        self.graph = graph
        self._user_id = user_id
        self._own = ""

    def posts(self, onward: str | None) -> tuple[tuple[Published, ...], str | None]:
        """One page of the account's posts, each with its number of comments, answers included."""
        asked = {"fields": POST_FIELDS, "limit": _AT_ONCE, **dict(parse_qsl(onward or ""))}
        found = self.graph.get(f"{self._user_id}/media", asked)
        return tuple(self._published(*row) for row in found.rows), found.onward

    def comments(self, post_id: str, onward: str | None) -> Listed:
        """One page of a post's comments, newest first, each with the answers to it, which have no list of their own."""
        own = self._own_name()
        found = self.graph.get(
            f"{post_id}/comments", {"fields": _LISTED, "limit": _AT_ONCE, **dict(parse_qsl(onward or ""))}
        )
        rows: list[Row] = []
        for fields, text in found.rows:
            thread = self._thread(own, post_id, fields, text)
            rows.extend(Row(comment, thread[0].created.timestamp()) for comment in thread)
        return Listed(tuple(rows), found.onward)

    def read(self, platform_id: str, post_id: str) -> tuple[Comment, ...]:
        """One comment by itself, with the answers to it: where it is not listed, they are not either."""
        own = self._own_name()
        found = self._one(platform_id, _LISTED, paid=False, act=False)
        return self._thread(own, post_id, found.fields, found.text) if found else ()

    def look(self, platform_id: str, *, paid: bool) -> Seen | None:
        """One comment, and whether it can be hidden."""
        own = self._own_name(act=True)
        found = self._one(platform_id, COMMENT_FIELDS, paid=paid, act=True)
        if found is None:
            return None
        comment = comment_of(self.page, own, "", found.fields, found.text, None)
        if comment.by_page:
            # The call is answered with success, and nothing happens.
            return Seen(comment, "Instagram always shows what the account writes itself")
        return Seen(comment)

    def change(self, platform_id: str, *, hidden: bool) -> Found:
        """Hide a comment, or show it again."""
        return self.graph.post(platform_id, {"hide": "true" if hidden else "false"})

    def prove(self, *, act: bool = False) -> None:
        """Make sure that the token is good and has every permission."""
        self.token(act=act).require(self.page, SCOPES)

    def token(self, *, act: bool = False) -> Token:
        """What the token in the secret file may do."""
        return inspect(self.graph, self._user_id, "instagram_", act=act)

    def account(self, fields: str, *, act: bool = False) -> Found:
        """What the account says about itself."""
        return self.graph.get(self._user_id, {"fields": fields}, act=act)

    def _own_name(self, *, act: bool = False) -> str:
        """The account's name, by which its own comments are known: the ids beside them are of another kind."""
        if not self._own:
            name = self.account("username", act=act).fields.get("username")
            if not isinstance(name, str) or not name:
                raise not_that(self.page)
            self._own = name
        return self._own

    def _published(self, fields: dict[str, Any], text: str) -> Published:
        count = fields.get("comments_count")
        return Published(post_of(self.page, fields, text), count if isinstance(count, int) else None)

    def _thread(self, own: str, post_id: str, fields: dict[str, Any], text: str) -> tuple[Comment, ...]:
        """A comment and the answers to it."""
        comment = comment_of(self.page, own, post_id, fields, without(text, "replies"), None)
        answers = self._answers(fields, text) if fields.get("replies") else ()
        below = (comment_of(self.page, own, post_id, *each, comment.platform_id) for each in answers)
        return (comment, *below)

    def _answers(self, fields: dict[str, Any], text: str) -> Iterator[tuple[dict[str, Any], str]]:
        """The answers to a comment: those that came with it, and the pages after them."""
        replies = fields["replies"]
        listed = replies.get("data") if isinstance(replies, dict) else None
        if not isinstance(listed, list):
            raise not_that(self.page)
        yield from zip(listed, items(members(members(text)["replies"])["data"]), strict=True)
        onward = onward_of(self.page, replies.get("paging"))
        while onward is not None:
            asked = {"fields": COMMENT_FIELDS, "limit": _AT_ONCE, **dict(parse_qsl(onward))}
            found = self.graph.get(f"{fields['id']}/replies", asked)
            yield from found.rows
            onward = found.onward if found.onward != onward else None

    def _one(self, platform_id: str, fields: str, *, paid: bool, act: bool) -> Found | None:
        try:
            return self.graph.get(platform_id, {"fields": fields}, paid=paid, act=act)
        except GoneError:
            return None
