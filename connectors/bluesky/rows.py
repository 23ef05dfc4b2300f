"""What Bluesky shows of a post, as posts and comments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from models.comment import Author, Comment, Media, Post, State

_URI = re.compile(r"at://(did:[a-z]+:[A-Za-z0-9._:%-]{1,300})/app\.bsky\.feed\.post/([A-Za-z0-9._:~-]{1,512})")
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a post is kept."""

    did: str
    """The account in whose repository it lies."""
    key: str

    @classmethod
    def of(cls, uri: object) -> Self | None:
        """Read the address of a post (``at://…``); None for anything else."""
        found = _URI.fullmatch(uri) if isinstance(uri, str) else None
        return cls(found[1], found[2]) if found else None

    @property
    def uri(self) -> str:
        """Its address."""
        return f"at://{self.did}/app.bsky.feed.post/{self.key}"

    @property
    def link(self) -> str:
        """Its page for visitors."""
        return f"https://bsky.app/profile/{self.did}/post/{self.key}"


@dataclass(frozen=True, slots=True)
class View:
    """One post or reply as Bluesky shows it (``app.bsky.feed.defs#postView``)."""

    place: Place
    fields: dict[str, Any]
    raw: str = field(repr=False)

    @classmethod
    def of(cls, fields: object, raw: str) -> Self | None:
        """Take one as it came; None where it is not what it should be."""
        place = Place.of(fields.get("uri")) if isinstance(fields, dict) else None
        return cls(place, fields, raw) if place and isinstance(fields, dict) else None

    @property
    def uri(self) -> str:
        """Its address."""
        return self.place.uri

    @property
    def root(self) -> Place | None:
        """The post that its thread began with; None where it began one itself."""
        return Place.of(_dict(_dict(self._record.get("reply")).get("root")).get("uri"))

    @property
    def replies(self) -> int:
        """How many direct replies Bluesky counts."""
        count = self.fields.get("replyCount")
        return count if isinstance(count, int) else 0

    @property
    def created(self) -> datetime:
        """When Bluesky took it in (UTC). The other time, which clients show, is set by its author at will."""
        return moment(self.fields.get("indexedAt")) or moment(self._record.get("createdAt")) or _UNDATED

    @property
    def words(self) -> str:
        """What its author wrote: the text, what describes the pictures, and title and text of a card."""
        parts = [str(self._record.get("text", "")), *_described(_embeds(self._record))]
        return "\n\n".join(part for part in parts if part)

    def as_post(self, page: str) -> Post:
        """Read it as a post of the Department."""
        return Post(page, self.uri, self.words, self.created, self.place.link, self.raw.encode())

    def as_comment(self, page: str, own: str, hidden: Collection[str]) -> Comment:
        """Read it as a reply; `own` is the Department's DID, `hidden` the replies that its thread's gate lists."""
        author = _dict(self.fields.get("author"))
        root, reply = self.root, _dict(self._record.get("reply"))
        parent = Place.of(_dict(reply.get("parent")).get("uri"))
        name = str(author.get("displayName") or "").strip() or str(author.get("handle") or self.place.did)
        return Comment(
            page=page,
            platform_id=self.uri,
            post_id=root.uri if root else "",
            author=Author(name, self.place.did),
            text=self.words,
            created=self.created,
            parent_id=parent.uri if parent and parent != root else None,
            media=tuple(_media(self._record, _dict(self.fields.get("embed")))),
            state=State.HIDDEN if self.uri in hidden else State.VISIBLE,
            by_page=self.place.did == own,
            permalink=self.place.link,
            raw=self.raw.encode(),
        )

    @property
    def _record(self) -> dict[str, Any]:
        return _dict(self.fields.get("record"))


def moment(value: object) -> datetime | None:
    """Read a moment (UTC); None for what is none."""
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _embeds(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is attached to a post, one by one: a quotation with pictures is two things."""
    embed = _dict(record.get("embed"))
    media = _dict(embed.get("media"))
    if media:
        yield media
        yield _dict(embed.get("record"))
    elif embed:
        yield embed


def _described(embeds: Iterator[dict[str, Any]]) -> Iterator[str]:
    for embed in embeds:
        card = _dict(embed.get("external"))
        texts = [_dict(each).get("alt") for each in _list(embed.get("images"))]
        texts += [embed.get("alt"), card.get("title"), card.get("description")]
        yield from (text for text in texts if isinstance(text, str) and text.strip())


def _media(record: dict[str, Any], shown: dict[str, Any]) -> Iterator[Media]:
    """What is attached, and where the links in the text lead; what visitors read there may be another address."""
    seen = _list(shown.get("images")) or _list(_dict(shown.get("media")).get("images"))
    for embed in _embeds(record):
        for number, image in enumerate(_list(embed.get("images"))):
            address = _dict(seen[number]).get("fullsize") if number < len(seen) else ""
            yield Media(_blob(_dict(image).get("image")), "image", str(address or ""))
        if "video" in embed:
            yield Media(_blob(embed["video"]), "video", str(shown.get("playlist") or ""))
        if address := _dict(embed.get("external")).get("uri"):
            yield Media(str(address), "link", str(address))
        if quoted := _dict(embed.get("record")).get("uri"):
            place = Place.of(quoted)
            yield Media(str(quoted), "other", place.link if place else "")
    for facet in _list(record.get("facets")):
        for feature in _list(_dict(facet).get("features")):
            if address := _dict(feature).get("uri"):
                yield Media(str(address), "link", str(address))


def _blob(value: object) -> str:
    blob = _dict(value)
    return str(_dict(blob.get("ref")).get("$link") or blob.get("cid") or "")


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
