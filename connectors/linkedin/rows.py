"""What LinkedIn lists, as posts and comments."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from models.comment import Author, Comment, Media, Post

_COMMENT = re.compile(r"urn:li:comment:\((urn:li:[A-Za-z]{1,40}:\d{1,30}),(\d{1,30})\)")
_UNNAMED = {"organization": "LinkedIn Page", "person": "LinkedIn member"}
_FEED = "https://www.linkedin.com/feed/update/"
_TEMPLATE = re.compile(r"\{hashtag\|\\?#\|((?:\\.|[^}\\])*)\}|@\[((?:\\.|[^\]\\])*)\]\([^)]*\)|\\(.)", re.DOTALL)
_KINDS = {"IMAGE": "image", "VIDEO": "video"}


def post_of(page: str, fields: dict[str, Any], text: str) -> Post:
    """Read a post."""
    urn = str(fields["id"])
    published = fields.get("publishedAt") or fields.get("createdAt")
    return Post(
        page=page,
        platform_id=urn,
        text=_plain(str(fields.get("commentary") or "")),
        created=_moment(published) if published else None,
        permalink=f"{_FEED}{urn}/",
        raw=text.encode(errors="surrogatepass"),
    )


def comment_of(
    page: str,
    post_id: str,
    organization: str,
    fields: dict[str, Any],
    text: str,
    *,
    below: str = "",
    name: str = "",
) -> Comment:
    """Read a comment.

    Args:
        page: the page's name in the configuration.
        post_id: the post that it was listed below; empty where it was read by itself.
        organization: the Department's own URN.
        fields: the comment as it was listed.
        text: its JSON.
        below: the comment whose answers it was listed with, if it was.
        name: its author's name, where LinkedIn told it.
    """
    message, stamp, actor = fields.get("message"), fields.get("created"), str(fields.get("actor") or "")
    urn, own = urn_of(fields), actor == organization
    answered = below or str(fields.get("parentComment") or "")
    return Comment(
        page=page,
        platform_id=urn,
        post_id=post_id or str(fields.get("object") or ""),
        author=Author(name or _unnamed(actor), actor or None),
        text=str(message.get("text") or "") if isinstance(message, dict) else "",
        created=_moment(stamp.get("time") if isinstance(stamp, dict) else None),
        parent_id=answered or None,
        media=_media(fields.get("content")),
        by_page=own,
        permalink=_permalink(urn, answered),
        raw=text.encode(errors="surrogatepass"),
    )


def _unnamed(actor: str) -> str:
    return _UNNAMED["organization" if actor.startswith("urn:li:organization:") else "person"]


def urn_of(fields: dict[str, Any]) -> str:
    """What names a comment everywhere: the post's activity and the comment's own number."""
    return str(fields.get("commentUrn") or f"urn:li:comment:({fields.get('object')},{fields['id']})")


def parts_of(urn: str) -> tuple[str, str] | None:
    """The URN of what a comment stands below, and its own number; None where it is no comment's URN."""
    found = _COMMENT.fullmatch(urn)
    return (found[1], found[2]) if found else None


def has_answers(fields: dict[str, Any], *, supposed: bool) -> bool:
    """Whether others answer a comment; `supposed` where LinkedIn does not say."""
    summary = fields.get("commentsSummary")
    if not isinstance(summary, dict):
        return supposed
    counts = [summary.get(name) for name in ("totalFirstLevelComments", "aggregatedTotalComments")]
    return any(isinstance(count, int) and count > 0 for count in counts)


def _permalink(urn: str, answered: str) -> str:
    """The post with the comment brought out, an answer below what it answers."""
    parts = parts_of(urn)
    if parts is None:
        return ""
    named = {"commentUrn": answered, "replyUrn": urn} if answered else {"commentUrn": urn}
    return f"{_FEED}{parts[0]}/?{urlencode({name: _in_address(each) for name, each in named.items()})}"


def _in_address(urn: str) -> str:
    """In the addresses of its site LinkedIn leaves ``urn:li:`` out of the inner URN."""
    return urn.replace("(urn:li:", "(", 1)


def _media(content: object) -> tuple[Media, ...]:
    """What is attached, by its own URN; its address is signed anew each time."""
    found = []
    for number, each in enumerate(content if isinstance(content, list) else []):
        if isinstance(each, dict):
            entity = each.get("entity")
            named = next(iter(entity.values()), None) if isinstance(entity, dict) and entity else None
            kind = _KINDS.get(str(each.get("type")).upper(), "link" if not named else "other")
            address = str(each.get("url") or "")
            found.append(Media(str(named or (address if kind == "link" else f"{kind}-{number}")), kind, address))
    return tuple(found)


def _plain(text: str) -> str:
    """A post's text without the marks of LinkedIn's "little text": names, hashtags and escaped signs."""
    return _TEMPLATE.sub(_bare, text)


def _bare(found: re.Match[str]) -> str:
    tag, name, sign = found.groups()
    if sign is not None:
        return sign
    return f"#{_plain(tag)}" if tag is not None else _plain(name)


def _moment(milliseconds: object) -> datetime:
    """A time as LinkedIn writes it (UTC); the year 1970 where it writes none."""
    try:
        return datetime.fromtimestamp(float(str(milliseconds)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
