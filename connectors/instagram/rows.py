"""What Instagram lists, as posts and comments."""

from __future__ import annotations

from typing import Any

from connectors._meta import moment
from models.comment import Author, Comment, Post, State

POST_FIELDS = "id,caption,timestamp,permalink,comments_count"
COMMENT_FIELDS = "id,text,timestamp,username,from,hidden,parent_id"
_UNNAMED = "Instagram user"


def post_of(page: str, fields: dict[str, Any], text: str) -> Post:
    """Read a post; one without a caption has no words."""
    return Post(
        page=page,
        platform_id=str(fields["id"]),
        text=str(fields.get("caption") or ""),
        created=moment(fields["timestamp"]) if "timestamp" in fields else None,
        permalink=str(fields.get("permalink", "")),
        raw=text.encode(errors="surrogatepass"),
    )


def comment_of(page: str, own: str, post_id: str, fields: dict[str, Any], text: str, parent: str | None) -> Comment:
    """Read a comment.

    Args:
        page: the page's name in the configuration.
        own: the name of the Department's account.
        post_id: the post that the comment stands below.
        fields: the comment as it was listed.
        text: its JSON, without the answers to it.
        parent: the comment that it was listed below, or None.
    """
    author = fields.get("from")
    named = author if isinstance(author, dict) else {}
    name = str(fields.get("username") or named.get("username") or _UNNAMED)
    parent_id = fields.get("parent_id") or parent
    return Comment(
        page=page,
        platform_id=str(fields["id"]),
        post_id=post_id,
        author=Author(name, str(named["id"]) if named.get("id") else None),
        text=str(fields.get("text") or ""),
        created=moment(fields.get("timestamp")),
        parent_id=str(parent_id) if parent_id else None,
        state=State.HIDDEN if fields.get("hidden") is True else State.VISIBLE,
        by_page=name.casefold() == own.casefold(),
        raw=text.encode(errors="surrogatepass"),
    )
