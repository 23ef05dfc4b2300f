"""The attachments of a comment: what each is, whether its bytes were captured, and what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.media_types import EXTENSIONS
from bot.records import Captured, MediaFact
from bot.web.words import NOT_CAPTURED
from bot.words import said_of

_SHORT = 12


@dataclass(frozen=True, slots=True)
class File:
    """A captured file: what its bytes are."""

    seq: int
    """The entry that says that it was captured."""
    what: str
    """Such as ``PNG picture``."""
    size: int
    short: str
    """The beginning of its SHA-256."""
    sha256: str
    type: str
    """Its media type, one of `EXTENSIONS`."""

    @property
    def picture(self) -> bool:
        """Whether a browser may show it; a video is only given out to be saved."""
        return self.type.startswith("image/")

    @property
    def name(self) -> str:
        """What it is called when somebody saves it; never what the platform called it."""
        return f"{self.short}.{EXTENSIONS[self.type]}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something attached to a comment; nothing of it is loaded by itself."""

    kind: str
    url: str
    """Where it can be opened on the platform; empty where a browser should not follow it."""
    file: File | None
    missing: str
    """Why there is no file, in words; empty where there is one, or where nothing can be captured."""


def attachments(newest: Captured, facts: Mapping[str, MediaFact]) -> list[Attachment]:
    """Put the attachments of a captured version into words."""
    return [_attachment(item, facts.get(item.get("id", ""))) for item in newest.media]


def _attachment(item: Mapping[str, str], fact: MediaFact | None) -> Attachment:
    kind, url = item.get("kind", "other"), item.get("url", "")
    found = file_of(fact)
    return Attachment(kind, web_address(url), found, "" if found else _missing(kind, url, fact))


def file_of(fact: MediaFact | None) -> File | None:
    """The captured file that an entry speaks of; None when it speaks of none, or retention destroyed it."""
    said: Mapping[str, Any] = (fact.file if fact and fact.captured else None) or {}
    kind = str(said.get("type", ""))
    if fact is None or kind not in EXTENSIONS:
        return None
    family, _, ending = kind.partition("/")
    what = f"{ending.upper()} {'picture' if family == 'image' else 'video'}"
    sha256 = str(said["sha256"])
    return File(fact.seq, what, int(said["size"]), sha256[:_SHORT], sha256, kind)


def _missing(kind: str, url: str, fact: MediaFact | None) -> str:
    if fact is None:
        return "" if kind == "link" or not url else "not captured so far"
    if fact.captured:
        return "destroyed under the retention schedule"
    return f"not captured: {said_of(fact.reason, NOT_CAPTURED)}"


def web_address(address: str | None) -> str:
    """The address if a browser may follow it, else nothing: what a platform sends may be a script."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return ""
    return address or "" if parts.scheme in ("http", "https") and parts.netloc else ""
