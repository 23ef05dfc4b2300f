"""The comment itself, as it was captured: its text in pieces, its attachments, what an edit changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.records import Captured, MediaFact
from bot.web.reading.attachments import Attachment, attachments, web_address
from bot.web.segments import Change, Segment, Span, changes, segments
from bot.web.times import Clock, When

_LONG_TEXT = 1500
_MANY_LINES = 16


@dataclass(frozen=True, slots=True)
class Shown:
    """A captured comment, ready to be shown."""

    author: str
    posted: When
    version: int
    text: str
    pieces: list[Segment]
    media: list[Attachment]
    link: str
    destroyed: bool
    """Whether the text was destroyed under a retention schedule."""
    changes: list[Change]
    """Against the version before; empty for a first version."""

    @property
    def long(self) -> bool:
        """Whether the text gets a frame of its own to scroll in."""
        return len(self.text) > _LONG_TEXT or self.text.count("\n") > _MANY_LINES


def shown(versions: Sequence[Captured], spans: Sequence[Span], media: Mapping[str, MediaFact], clock: Clock) -> Shown:
    """Prepare the newest of a comment's versions.

    Args:
        versions: every captured version, oldest first.
        spans: the evidence in the newest one's text.
        media: what came of fetching its attachments.
        clock: puts moments into words.
    """
    newest = versions[-1]
    text = newest.text or ""
    edited = changes(versions[-2].text or "", text) if len(versions) > 1 else []
    return Shown(
        author=newest.author_name or "",
        posted=clock.when(newest.created),
        version=newest.version,
        text=text,
        pieces=segments(text, spans),
        media=attachments(newest, media),
        link=web_address(newest.permalink),
        destroyed=newest.text is None,
        changes=edited,
    )
