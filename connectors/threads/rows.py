"""What Threads lists, as posts and comments."""

from __future__ import annotations

from typing import Any

from connectors._meta import moment
from models.comment import Author, Comment, Media, Post, State

POST_FIELDS = "id,text,timestamp,permalink,media_type"
REPLY_FIELDS = (
    "id,text,username,timestamp,permalink,media_type,media_url,gif_url,hide_status,is_reply_owned_by_me,root_post,"
    "replied_to"
)
APPROVAL = "reply_approval_status"
"""Asked for where the Department uses approvals only: elsewhere a field too many is refused."""
_AWAITING = frozenset(("pending", "ignored"))
_UNNAMED = "Threads user"
_STATES = {
    "NOT_HUSHED": State.VISIBLE,
    "UNHUSHED": State.VISIBLE,
    "COVERED": State.VISIBLE,
    "HIDDEN": State.HIDDEN,
    "BLOCKED": State.HIDDEN,
    "RESTRICTED": State.HIDDEN,
}
"""What ``hide_status`` says. What is covered is one touch away, so it counts as visible."""
_KINDS = {"IMAGE": "image", "VIDEO": "video", "CAROUSEL_ALBUM": "image", "AUDIO": "other"}


def is_own(fields: dict[str, Any]) -> bool:
    """Whether a post is the account's own: below one that it only passed on, the replies are to somebody else."""
    return fields.get("media_type") != "REPOST_FACADE"


def post_of(page: str, fields: dict[str, Any], text: str) -> Post:
    """Read a post."""
    return Post(
        page=page,
        platform_id=str(fields["id"]),
        text=str(fields.get("text") or ""),
        created=moment(fields["timestamp"]) if "timestamp" in fields else None,
        permalink=str(fields.get("permalink", "")),
        raw=text.encode(errors="surrogatepass"),
    )


def comment_of(page: str, post_id: str, fields: dict[str, Any], text: str) -> Comment:
    """Read a reply.

    Args:
        page: the page's name in the configuration.
        post_id: the post that it was listed below; empty where it was read by itself.
        fields: the reply as it was listed.
        text: its JSON.
    """
    answered = _id(fields.get("replied_to"))
    below = post_id or _id(fields.get("root_post"))
    return Comment(
        page=page,
        platform_id=str(fields["id"]),
        post_id=below,
        author=Author(str(fields.get("username") or _UNNAMED)),
        text=str(fields.get("text") or ""),
        created=moment(fields.get("timestamp")),
        parent_id=answered if answered and answered != below else None,
        media=_media(fields),
        state=_state(fields),
        by_page=fields.get("is_reply_owned_by_me") is True,
        permalink=str(fields.get("permalink", "")),
        raw=text.encode(errors="surrogatepass"),
    )


def is_top_level(fields: dict[str, Any]) -> bool:
    """Whether a reply answers the post itself, which alone can be hidden."""
    root = _id(fields.get("root_post"))
    return bool(root) and _id(fields.get("replied_to")) == root


def _state(fields: dict[str, Any]) -> State:
    if str(fields.get(APPROVAL, "")).lower() in _AWAITING:
        return State.HELD
    if "hide_status" not in fields:
        return State.VISIBLE
    return _STATES.get(str(fields["hide_status"]), State.UNKNOWN)


def _media(fields: dict[str, Any]) -> tuple[Media, ...]:
    """What is attached. It cannot be exchanged after a reply is posted, so the reply's own number names it."""
    reply = fields["id"]
    found = []
    if fields.get("gif_url"):
        found.append(Media(f"gif-{reply}", "image", str(fields["gif_url"])))
    if kind := _KINDS.get(str(fields.get("media_type"))):
        found.append(Media(f"{kind}-{reply}", kind, str(fields.get("media_url") or "")))
    return tuple(found)


def _id(value: object) -> str:
    return str(value.get("id") or "") if isinstance(value, dict) else ""
