"""The things OfRecord watches: posts on a Department's page and the comments under them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


def safe_text(text: str) -> str:
    """Give `text` with each lone surrogate replaced by U+FFFD, so that it can be written as UTF-8.

    Nothing is lost: the raw bytes that the platform sent are captured beside it.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.translate(_SURROGATES)
    return text


class State(StrEnum):
    """How a comment stands on its platform, as a visitor would find it."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    HELD = "held"
    """Submitted, and waiting for the platform's own approval."""
    SPAM = "spam"
    GONE = "gone"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Key:
    """The identity of a comment: the page's name in the configuration and the platform's id."""

    page: str
    platform_id: str


@dataclass(frozen=True, slots=True)
class Author:
    """The author as the page shows them; nothing else about the person is kept."""

    name: str
    platform_id: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", safe_text(self.name))


@dataclass(frozen=True, slots=True)
class Media:
    """Something attached to a comment. `kind` is one of image, video, sticker, link, other."""

    id: str
    kind: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """What the Department published and visitors comment on."""

    page: str
    platform_id: str
    text: str
    created: datetime | None = None
    """When it was published (UTC), or None where the platform does not say."""
    permalink: str = ""
    raw: bytes = field(default=b"", repr=False)
    """The bytes of this object alone as the platform sent them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", safe_text(self.text))
        object.__setattr__(self, "permalink", safe_text(self.permalink))

    @property
    def key(self) -> Key:
        """The post's identity."""
        return Key(self.page, self.platform_id)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the text: another digest means another version."""
        return _digest([self.text, []])


@dataclass(frozen=True, slots=True)
class Comment:
    """A visitor's comment in one version, as fetched."""

    page: str
    platform_id: str
    post_id: str
    author: Author
    text: str
    created: datetime
    """When it was posted (UTC), by the platform's clock."""
    parent_id: str | None = None
    """The platform id of the comment it answers, or None when it answers the post."""
    media: tuple[Media, ...] = ()
    state: State = State.VISIBLE
    by_page: bool = False
    """True for the Department's own comments: captured, never flagged."""
    permalink: str = ""
    raw: bytes = field(default=b"", repr=False)
    """The bytes of this object alone as the platform sent them."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", safe_text(self.text))
        object.__setattr__(self, "permalink", safe_text(self.permalink))

    @property
    def key(self) -> Key:
        """The comment's identity."""
        return Key(self.page, self.platform_id)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what the author wrote: the text and the sorted ids of the attachments.

        Never of URLs, names or counts, or every poll would be an edit.
        """
        return _digest([self.text, sorted(item.id for item in self.media)])


def _digest(content: list[object]) -> str:
    canonical = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
