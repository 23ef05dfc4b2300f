"""Taking a comment's lines out of a page's text, and putting them back where they stood."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import SequenceMatcher

from connectors.mediawiki.authorship import Line
from connectors.mediawiki.history import Revision


def without(lines: Sequence[Line], comment: int) -> str:
    """The page's text without the lines of a comment."""
    return "\n".join(text for text, owner in lines if owner != comment)


def put_back(before: Sequence[Line], now: Sequence[Line], comment: int) -> str:
    """The page's text of now with the comment's lines after those that they stood after.

    Args:
        before: the page when the comment was last on it.
        now: the page as it is.
        comment: whose lines.
    """
    others = [text for text, owner in before if owner != comment]
    lines = [text for text, _ in now]
    blocks = SequenceMatcher(None, others, lines, autojunk=False).get_matching_blocks()
    places: dict[int, list[str]] = {}
    passed = 0
    for text, owner in before:
        if owner == comment:
            place = max(
                (new + min(size, passed - old) for old, new, size in blocks if size and old < passed), default=0
            )
            places.setdefault(place if passed else 0, []).append(text)
        else:
            passed += 1
    result: list[str] = []
    for at in range(len(lines) + 1):
        result += places.get(at, [])
        result += lines[at : at + 1]
    return "\n".join(result)


def showable(carriers: Sequence[Revision], revisions: Sequence[Revision], lines: Collection[str]) -> list[Revision]:
    """Which of the revisions that carry a comment's lines can be shown without showing what else is hidden in them.

    A revision holds the whole page. What visitors can read anywhere else is no secret; a line that they can read
    nowhere is there because something else was hidden.
    """
    public = {line for each in revisions if not each.text_hidden for line in (each.text or "").split("\n")}
    public |= set(lines)
    return [
        each
        for each in carriers
        if each.text is not None and all(line in public or not line.strip() for line in each.text.split("\n"))
    ]
