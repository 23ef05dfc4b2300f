"""What Facebook lists, as posts and comments."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit

from connectors._meta import Seen, moment
from connectors._watch.source import Row
from connectors.base import ForbiddenError
from models.comment import Author, Comment, Media, Post, State

POST_FIELDS = "id,message,story,created_time,permalink_url"
COMMENT_FIELDS = "id,message,created_time,from,parent{id},is_hidden,can_hide,attachment,permalink_url"
"""What is asked for. Likes, tagged people and the author's profile stay where they are."""
_UNNAMED = "Facebook user"
"""The platform leaves out who wrote a comment where that person's settings, or the app's review, demand it."""
_KINDS = {
    "sticker": "sticker",
    "animated_image_share": "image",
    "photo": "image",
    "video_inline": "video",
    "video_share_youtube": "video",
    "share": "link",
}


def post_of(page: str, fields: dict[str, Any], text: str) -> Post:
    """Read a post; one without words, such as a new cover picture, has the platform's own (its ``story``)."""
    return Post(
        page=page,
        platform_id=id_of(page, fields),
        text=str(fields.get("message") or fields.get("story") or ""),
        created=moment(fields["created_time"]) if "created_time" in fields else None,
        permalink=str(fields.get("permalink_url", "")),
        raw=text.encode(errors="surrogatepass"),
    )


def comment_of(page: str, page_id: str, post_id: str, fields: dict[str, Any], text: str) -> Comment:
    """Read a comment.

    Args:
        page: the page's name in the configuration.
        page_id: the Page's id: what it writes itself is the Department's own.
        post_id: the post that the comment stands below.
        fields: the comment as it was listed.
        text: its JSON.
    """
    author, parent = fields.get("from"), fields.get("parent")
    named = author if isinstance(author, dict) else {}
    author_id = str(named["id"]) if named.get("id") else None
    return Comment(
        page=page,
        platform_id=id_of(page, fields),
        post_id=post_id,
        author=Author(str(named.get("name") or _UNNAMED), author_id),
        text=str(fields.get("message") or ""),
        created=moment(fields.get("created_time")),
        parent_id=str(parent["id"]) if isinstance(parent, dict) and parent.get("id") else None,
        media=_media(fields.get("attachment")),
        state=State.HIDDEN if fields.get("is_hidden") is True else State.VISIBLE,
        by_page=author_id == page_id,
        permalink=str(fields.get("permalink_url", "")),
        raw=text.encode(errors="surrogatepass"),
    )


def row_of(comment: Comment) -> Row:
    """Answers stand among the other comments, each at its own time (``filter=stream``)."""
    return Row(comment, comment.created.timestamp())


def seen_of(comment: Comment, fields: dict[str, Any]) -> Seen:
    """A comment, with whether Facebook lets the page hide it."""
    if fields.get("can_hide") is False:
        return Seen(comment, "Facebook does not let the Page hide this comment (can_hide is false)")
    return Seen(comment)


def id_of(page: str, fields: dict[str, Any]) -> str:
    """The id.

    Raises:
        ForbiddenError: when there is none: what the app is allowed to see is what anybody may see.
    """
    if isinstance(fields.get("id"), str) and fields["id"]:
        return str(fields["id"])
    raise ForbiddenError(
        f"Page {page}: Facebook leaves out the comments' ids, as it does for an app with Page Public Content Access"
        f" only. Make a token with pages_read_user_content, then run: ofrecord connect {page}"
    )


def _media(attachment: object) -> tuple[Media, ...]:
    if not isinstance(attachment, dict):
        return ()
    kind = str(attachment.get("type", ""))
    target, media = attachment.get("target"), attachment.get("media")
    image = media.get("image") if isinstance(media, dict) else None
    shown = image.get("src") if isinstance(image, dict) else None
    url = str(shown or attachment.get("url") or "")
    named = str(target.get("id") or "") if isinstance(target, dict) else ""
    return (Media(named or _id_for(kind, url), _KINDS.get(kind, "other"), url),)


def _id_for(kind: str, url: str) -> str:
    """An id for an attachment that has none: its address without what is signed anew each time."""
    return f"{kind}-{hashlib.sha256(urlsplit(url).path.encode(errors='surrogatepass')).hexdigest()[:16]}"
