"""The Graph API of one Facebook Page: its posts, their comments, and hiding one.

https://developers.facebook.com/docs/graph-api/reference/object/comments and ``…/reference/comment``
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from connectors._authorisation import Scope
from connectors._graph import Graph
from connectors._graph_answer import Found
from connectors._graph_token import Token, inspect
from connectors._meta import Seen
from connectors._watch.source import Listed, Published
from connectors.base import ForbiddenError, GoneError
from connectors.facebook.rows import COMMENT_FIELDS, POST_FIELDS, comment_of, post_of, row_of, seen_of
from models.comment import Comment

SCOPES = (
    Scope("pages_show_list", "find the Page"),
    Scope("pages_read_engagement", "read the Page's posts"),
    Scope("pages_read_user_content", "read what visitors write"),
    Scope("pages_manage_engagement", "hide and restore comments"),
)
_AT_ONCE = "100"


class FacebookSource:
    """One Page."""

    def __init__(self, page: str, page_id: str, graph: Graph) -> None:
        self.page = page
        self.graph = graph
        self._page_id = page_id
        self._entered = False

    def posts(self, onward: str | None) -> tuple[tuple[Published, ...], str | None]:
        """One page of the posts that the Page has published."""
        self.enter()
        asked = {"fields": POST_FIELDS, "limit": _AT_ONCE, **dict(parse_qsl(onward or ""))}
        found = self.graph.get(f"{self._page_id}/published_posts", asked)
        return tuple(Published(post_of(self.page, *row)) for row in found.rows), found.onward

    def comments(self, post_id: str, onward: str | None) -> Listed:
        """One page of a post's comments, answers among them, newest first.

        Without ``filter=stream`` answers are left out, and without ``order`` the list is ranked.
        """
        self.enter()
        asked = {
            "filter": "stream",
            "order": "reverse_chronological",
            "fields": COMMENT_FIELDS,
            "limit": _AT_ONCE,
            **dict(parse_qsl(onward or "")),
        }
        found = self.graph.get(f"{post_id}/comments", asked)
        comments = (comment_of(self.page, self._page_id, post_id, *row) for row in found.rows)
        return Listed(tuple(map(row_of, comments)), found.onward)

    def read(self, platform_id: str, post_id: str) -> tuple[Comment, ...]:
        """One comment by itself."""
        found = self._one(platform_id, paid=False, act=False)
        return (self._comment(found, post_id),) if found else ()

    def look(self, platform_id: str, *, paid: bool) -> Seen | None:
        """One comment, and whether it can be hidden."""
        found = self._one(platform_id, paid=paid, act=True)
        if found is None:
            return None
        post_id = f"{self._page_id}_{platform_id.partition('_')[0]}"
        return seen_of(self._comment(found, post_id), found.fields)

    def change(self, platform_id: str, *, hidden: bool) -> Found:
        """Hide a comment, or show it again. The text must be ``true`` or ``false``, small."""
        return self.graph.post(platform_id, {"is_hidden": "true" if hidden else "false"})

    def prove(self, *, act: bool = False) -> None:
        """Make sure that the token is good and has every permission.

        Facebook has one answer (100/33) for what is gone and for what may not be seen.
        """
        self.token(act=act).require(self.page, SCOPES)

    def token(self, *, act: bool = False) -> Token:
        """What the token in the secret file may do."""
        return inspect(self.graph, self._page_id, "pages_", act=act)

    def enter(self, *, act: bool = False) -> None:
        """Speak with the Page's own token: with a person's, Facebook answers some lists with nothing at all.

        Raises:
            ForbiddenError: when the account has no task on the Page.
        """
        if self._entered:
            return
        if str(self.graph.get("me", {"fields": "id"}, act=act).fields.get("id")) != self._page_id:
            token = self.graph.get(self._page_id, {"fields": "access_token"}, act=act).fields.get("access_token")
            if not isinstance(token, str) or not token:
                raise ForbiddenError(
                    f"Page {self.page}: the token's account has no task on Page {self._page_id}; give it the task"
                    f" Moderate there, then run: ofrecord connect {self.page}"
                )
            self.graph.use(token)
        self._entered = True

    def _one(self, platform_id: str, *, paid: bool, act: bool) -> Found | None:
        self.enter(act=act)
        try:
            return self.graph.get(platform_id, {"fields": COMMENT_FIELDS}, paid=paid, act=act)
        except GoneError:
            return None

    def _comment(self, found: Found, post_id: str) -> Comment:
        return comment_of(self.page, self._page_id, post_id, found.fields, found.text)
