"""Where twins come from: templates, a file of comments, the Department's own log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.classify import LineError, read_question
from bot.records import Records
from models.comment import safe_text
from models.score import Item
from models.swaps import Swapper
from models.twins import TWINS_FILE, Catalogue, Twins, TwinsError, load

_AT_ONCE = 500


def catalogue(path: Path | None) -> Catalogue:
    """Read a file of twins; the shipped one where none is given.

    Raises:
        LineError: when it cannot be used.
    """
    try:
        return load(path or TWINS_FILE)
    except TwinsError as error:
        raise LineError(str(error)) from error


def from_comments(path: Path, swapper: Swapper) -> Iterator[Twins]:
    """Make twins of the comments in a file of JSON lines, as `ofrecord classify` reads them.

    Raises:
        LineError: when the file, or a line of it, cannot be read.
    """
    try:
        rows = path.read_text(encoding="utf-8", errors="surrogateescape").split("\n")
    except OSError as error:
        raise LineError(f"{path} cannot be read ({error.strerror}); give a file of JSON lines") from None
    for number, line in enumerate(rows, start=1):
        if line.strip():
            asked = read_question(line, number)
            item = Item(safe_text(asked.text), asked.post, asked.thread, asked.scope)
            yield from swapper.twins(str(asked.id), item)


def from_log(records: Records, swapper: Swapper) -> Iterator[Twins]:
    """Make twins of the visitors' comments as they were first captured; those whose text was destroyed are left out."""
    after = -1
    while entries := records.entries(after, _AT_ONCE, {"comment.seen"}):
        for entry in entries:
            text = entry.opened.get("comment.text")
            if text and not entry.pub["by_page"]:
                yield from swapper.twins(f"entry {entry.seq}", Item(text))
        after = entries[-1].seq
