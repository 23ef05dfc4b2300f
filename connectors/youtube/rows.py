"""What YouTube lists, as posts and comments."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors._json import items, members
from models.comment import Author, Comment, Media, Post, State

STATES = {
    "published": State.VISIBLE,
    "heldForReview": State.HELD,
    "likelySpam": State.SPAM,
    "rejected": State.HIDDEN,
}


@dataclass(frozen=True, slots=True)
class Thread:
    """A comment below a video, with the replies that were listed with it: a few of them at most."""

    top: Comment
    count: int
    """How many replies there are."""
    replies: tuple[Comment, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one page."""

    page: str
    channel: str

    def thread(self, text: str, state: State) -> Thread:
        """Read a thread, which is listed as held when it or anything below it is.

        Args:
            text: the resource.
            state: how a comment stands that does not say so itself: as what was asked for.
        """
        snippet = members(members(text)["snippet"])
        top = self.comment(snippet["topLevelComment"], state=state)
        below = json.loads(snippet.get("totalReplyCount", "0"))
        listed = items(members(members(text).get("replies", "{}")).get("comments", "[]"))
        replies = tuple(self.comment(each, State.VISIBLE, top.post_id) for each in listed)
        return Thread(top, below if isinstance(below, int) else 0, replies)

    def comment(self, text: str, state: State = State.UNKNOWN, post_id: str = "") -> Comment:
        """Read a comment.

        Args:
            text: the resource.
            state: how it stands where the resource itself does not say so, as it never does when asked for by its id.
            post_id: the video, which a listing of replies leaves out.
        """
        fields = json.loads(text)
        snippet: dict[str, Any] = fields["snippet"]
        identity = str(fields["id"])
        video = str(snippet.get("videoId") or post_id or self.channel)
        below = f"watch?v={video}&lc={identity}" if video != self.channel else f"channel/{video}"
        author = _value(snippet.get("authorChannelId"))
        parent = str(snippet.get("parentId") or identity.partition(".")[0])
        return Comment(
            page=self.page,
            platform_id=identity,
            post_id=video,
            author=Author(str(snippet.get("authorDisplayName") or "YouTube user"), author),
            # textOriginal is shown to its author only, so it would make another version of the Department's own.
            text=str(snippet.get("textDisplay") or ""),
            created=moment(snippet.get("publishedAt")),
            parent_id=parent if parent != identity else None,
            media=_media(snippet.get("imageUrl")),
            state=STATES.get(str(snippet.get("moderationStatus")), state),
            by_page=author == self.channel,
            permalink=f"https://www.youtube.com/{below}",
            raw=text.encode(errors="surrogatepass"),
        )

    def post(self, text: str) -> Post:
        """Read a video: its title and its description."""
        fields = json.loads(text)
        snippet: dict[str, Any] = fields["snippet"]
        written = (str(snippet.get(name) or "") for name in ("title", "description"))
        identity = str(fields["id"])
        return Post(
            page=self.page,
            platform_id=identity,
            text="\n\n".join(each for each in written if each),
            created=moment(snippet["publishedAt"]) if "publishedAt" in snippet else None,
            permalink=f"https://www.youtube.com/watch?v={identity}",
            raw=text.encode(errors="surrogatepass"),
        )


def moment(value: object) -> datetime:
    """A time as YouTube writes it (UTC); the year 1970 where it writes none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _value(author: object) -> str | None:
    value = author.get("value") if isinstance(author, dict) else None
    return str(value) if value else None


def _media(url: object) -> tuple[Media, ...]:
    """A picture, which has no id but its address without what is signed anew each time."""
    if not isinstance(url, str) or not url:
        return ()
    return (Media(url.partition("?")[0].partition("=")[0], "image", url),)
