"""A YouTube channel as the Data API shows it to its owner, on a loopback port, with the behaviours that hurt.

*doc* is https://developers.google.com/youtube/v3/docs (``commentThreads/list``, ``comments/list``,
``comments/setModerationStatus``); *src* the description of the interface in google-api-python-client 2.202.0; *rec*
recorded answers; *3p* what other people's programs say; *know* common knowledge that nobody here confirmed.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from tests.simulators.google import ApiError, GoogleSite, RefusedByPlatformError
from tests.simulators.loopback import Reply, Request, json_reply

MOST_LETTERS = 10_000
"""Of a comment (know)."""
_INLINE = 5
"""Replies that come with their thread, at most (doc: "the list might contain only a subset")."""
_STATUSES = ("published", "heldForReview", "likelySpam", "rejected")


@dataclass
class Stored:
    """A comment."""

    id: str
    video: str
    text: str
    author: tuple[str, str]
    """Id of the channel, and name."""
    created: datetime
    parent: str | None = None
    status: str = "published"
    updated: datetime | None = None
    image: str = ""


@dataclass
class YouTubeSite(GoogleSite):
    """One channel, its switches, and what was asked of it."""

    scope = "https://www.googleapis.com/auth/youtube.force-ssl"

    channel: str = "UCjacksonpolicechannel01"
    owner: str = ""
    """Whose the authorisation is; empty: the channel's."""
    about: str = "The police of the Town."
    held_by_id: bool = True
    """Hidden comments are given to their owner by id (know); never with their status (src: "Will not be set if …")."""
    tells_status: bool = True
    """A listing says of each comment how it stands (src: to the channel's owner)."""
    lists_rejected: bool = True
    """What was rejected can be listed (src: the enum has it; doc: names three statuses, and not this one)."""
    shy: bool = False
    """What only the owner sees is empty for others, rather than forbidden (know: nobody says which)."""
    page_size: int = 100
    ineffective: bool = False
    """A change is answered with success and does nothing."""
    disabled: set[str] = field(default_factory=set)
    """Videos below which comments are turned off (doc: 403 commentsDisabled)."""
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Comments whose change is refused, with status and reason."""
    lazy_tokens: bool = False
    """A place in a listing is worth nothing as soon as another comment comes (know: pageToken shifts)."""
    videos: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, Stored] = field(default_factory=dict)

    # --- what people do -------------------------------------------------------------------------------------------

    def publish(self, title: str) -> str:
        """Publish a video; gives its id."""
        video = self.new("v")
        self.videos[video] = {"title": title, "description": "", "publishedAt": _stamp(self.clock())}
        return video

    def comment(self, video: str, text: str, name: str = "Pat Visitor", **more: Any) -> str:
        """Write a comment; `more` are other columns of `Stored`.

        Raises:
            RefusedByPlatformError: for what YouTube does not take (know).
        """
        if not text.strip() or len(text) > MOST_LETTERS:
            raise RefusedByPlatformError("empty or too long")
        parent = more.get("parent")
        comment = f"{parent}.{self.new('R')}" if parent else self.new("Ug")
        author = more.pop("author", (f"UC{crc32(name.encode()):022d}", name))
        created = more.pop("created", self.clock())
        self.comments[comment] = Stored(comment, video, text, author, created, **more)
        return comment

    def edit(self, comment: str, text: str) -> None:
        """Change a comment as its author would."""
        self.comments[comment].text = text
        self.comments[comment].updated = self.clock()

    def remove(self, comment: str) -> None:
        """Delete a comment, and what stands below it."""
        self.comments = {each: stored for each, stored in self.comments.items() if comment not in (each, stored.parent)}

    def seen_by_visitors(self, comment: str) -> bool:
        """Whether a visitor sees it: what is held or rejected takes its replies along (doc)."""
        stored = self.comments.get(comment)
        if stored is None or stored.status != "published":
            return False
        return stored.parent is None or self.seen_by_visitors(stored.parent)

    # --- what the web server does ---------------------------------------------------------------------------------

    def routed(self, request: Request) -> Reply:
        """Answer what an authorisation asks."""
        path = request.path.removeprefix("/youtube/v3/")
        if request.method == "POST" and path == "comments/setModerationStatus":
            return self._moderated(dict(request.params))
        routes = {
            "commentThreads": self._threads,
            "comments": self._comments,
            "videos": self._videos,
            "channels": self._channels,
        }
        if request.method != "GET" or path not in routes:
            raise ApiError(404, "notFound")
        self.spend(1)
        return routes[path](dict(request.params))

    def _owns(self) -> bool:
        return self.owner in ("", self.channel)

    def _threads(self, asked: dict[str, str]) -> Reply:
        """Threads by when they began, whatever came below them since (3p)."""
        status = asked.get("moderationStatus", "published")
        if status not in _STATUSES or (status == "rejected" and not self.lists_rejected):
            raise ApiError(400, "invalidValue")
        if status != "published" and not self._owns():
            if self.shy:
                return json_reply({"items": []})
            raise ApiError(403, "forbidden")
        if asked["allThreadsRelatedToChannelId"] != self.channel:
            raise ApiError(404, "channelNotFound")
        tops = (each for each in self.comments.values() if each.parent is None)
        rows = [each for each in tops if self._matches(each, status)]
        rows.sort(key=lambda each: (each.created, each.id), reverse=True)
        return self._page([self._thread(each, asked, status) for each in rows], asked, "commentThread")

    def _matches(self, top: Stored, status: str) -> bool:
        """doc: "or at least one of the replies to that comment are awaiting review"."""
        below = self._below(top.id, status) if status != "published" else ()
        return top.status == status or bool(below)

    def _thread(self, top: Stored, asked: dict[str, str], status: str) -> dict[str, Any]:
        below = self._below(top.id)
        shown = below if status == "published" else [*self._below(top.id, status), *below]
        snippet = {
            "videoId": top.video,
            "topLevelComment": self._resource(top, asked),
            "canReply": True,
            "totalReplyCount": len(below),
            "isPublic": True,
        }
        found: dict[str, Any] = {"kind": "youtube#commentThread", "id": top.id, "snippet": snippet}
        if shown and "replies" in asked["part"]:
            found["replies"] = {"comments": [self._resource(each, asked) for each in shown[:_INLINE]]}
        return found

    def _below(self, parent: str, status: str = "published") -> list[Stored]:
        rows = [each for each in self.comments.values() if each.parent == parent and each.status == status]
        return sorted(rows, key=lambda each: (each.created, each.id), reverse=True)

    def _comments(self, asked: dict[str, str]) -> Reply:
        if parent := asked.get("parentId"):
            if parent not in self.comments:
                raise ApiError(404, "commentNotFound")
            if self.comments[parent].video in self.disabled:
                raise ApiError(403, "commentsDisabled")
            rows = [self._resource(each, asked) for each in self._below(parent)]
            return self._page(rows, asked, "comment")
        found = (self.comments.get(each) for each in asked["id"].split(","))
        shown = [each for each in found if each and (each.status == "published" or (self._owns() and self.held_by_id))]
        return json_reply({"items": [self._resource(each, asked, by_id=True) for each in shown]})

    def _resource(self, stored: Stored, asked: dict[str, str], *, by_id: bool = False) -> dict[str, Any]:
        """rec: comment_threads_by_video_paged_1.json, comments_by_parent_paged_1.json."""
        plain = asked.get("textFormat") == "plainText"
        snippet: dict[str, Any] = {
            "authorDisplayName": stored.author[1],
            "authorChannelId": {"value": stored.author[0]},
            "textDisplay": stored.text if plain else html.escape(stored.text).replace("\n", "<br>"),
            "likeCount": 0,
            "publishedAt": _stamp(stored.created),
            "updatedAt": _stamp(stored.updated or stored.created),
        }
        if stored.author[0] == self.channel:
            snippet["textOriginal"] = stored.text
        if stored.parent:
            snippet["parentId"] = stored.parent
        elif not by_id:
            snippet["videoId"] = stored.video
        if stored.image:
            snippet["imageUrl"] = stored.image
        if not by_id and self._owns() and self.tells_status:
            snippet["moderationStatus"] = stored.status
        return {"kind": "youtube#comment", "id": stored.id, "snippet": snippet}

    def _videos(self, asked: dict[str, str]) -> Reply:
        ids = (each for each in asked["id"].split(",") if each in self.videos)
        return json_reply(
            {"items": [{"kind": "youtube#video", "id": each, "snippet": self.videos[each]} for each in ids]}
        )

    def _channels(self, asked: dict[str, str]) -> Reply:
        channel = {"id": self.owner or self.channel, "snippet": {"title": "Jackson PD", "description": self.about}}
        return json_reply({"items": [channel]} if asked.get("mine") == "true" else {})

    def _page(self, rows: Sequence[dict[str, Any]], asked: dict[str, str], kind: str) -> Reply:
        size = min(self.page_size, int(asked.get("maxResults", 20)))
        token = asked.get("pageToken", "")
        start, _, known = token.partition("of")
        if token and self.lazy_tokens and known != str(len(self.comments)):
            raise ApiError(400, "invalidPageToken")
        begin = int(start or 0)
        end = begin + size
        onward = {"nextPageToken": f"{end}of{len(self.comments)}"} if end < len(rows) else {}
        return json_reply({"kind": f"youtube#{kind}ListResponse", **onward, "items": list(rows[begin:end])})

    def _moderated(self, asked: dict[str, str]) -> Reply:
        """doc: 204; a request for several is refused as a whole."""
        self.spend(50)
        if asked["moderationStatus"] not in ("heldForReview", "published", "rejected"):
            raise ApiError(400, "invalidValue")
        ids = asked["id"].split(",")
        for each in ids:
            if each in self.refusals:
                raise ApiError(*self.refusals[each])
            if each not in self.comments or not self._owns():
                raise ApiError(403, "forbidden")  # doc: also of "deleted or invalid" ids
            if self.comments[each].status == "rejected" and asked["moderationStatus"] == "published":
                raise ApiError(400, "operationNotSupported")
        for each in ids if not self.ineffective else ():
            self.comments[each].status = asked["moderationStatus"]
        return Reply(204)


def flood(site: YouTubeSite, video: str, count: int, apart: timedelta = timedelta(minutes=1), **more: Any) -> list[str]:
    """Write many comments, the last one now."""
    ago = [apart * (count - number - 1) for number in range(count)]
    return [
        site.comment(video, f"comment {number}", created=site.clock() - each, **more) for number, each in enumerate(ago)
    ]


def _stamp(moment: datetime) -> str:
    """rec: ``2019-11-26T15:51:44.000Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
