"""Cutting HTML into text and tags as a browser does, however broken, and never in more time than its length calls for.

No stretch is looked through twice: a tag that is found is stepped over, and what was sought in vain once (an end, a
quotation mark) is not there further down either. What has no end is text, where a browser would show nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape

_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_COMMENT_END = re.compile(r"--!?>")
_ATTRIBUTE = re.compile(r"[\s/]*(?:(>)|([^\s/>][^\s/>=]*)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(?![\"'])([^\s>]*)))?)")
"""The next one of a tag, or the tag's end. A quotation mark is one only behind a name and ``=``."""
_VERBATIM = frozenset(
    ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes", "plaintext"),
)
"""Elements in which a browser sees no markup but their own end."""
_ZEROS = re.compile(r"(&#[xX]?)0+(?=[0-9a-fA-F])")
_TOO_LARGE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")


@dataclass(frozen=True, slots=True)
class Opened:
    """A tag that opens an element."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    """The first of each name, as a browser has it."""
    empty: bool = False
    """Whether it is written as one that closes itself: ``<br/>``."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A tag that closes one."""

    tag: str


Piece = str | Opened | Closed
"""Text with its entities unresolved, or a tag."""


def unescaped(text: str) -> str:
    """The text with its entities resolved. A number that is no character is one that cannot be shown."""
    if "&" not in text:
        return text
    # Python reads such a number whole, and refuses one of more than 4300 digits.
    return unescape(_TOO_LARGE.sub("\ufffd", _ZEROS.sub(r"\1", text)))


def cut(html: str) -> Iterator[Piece]:
    """Cut HTML into its pieces, in order; comments and declarations are left out."""
    scan, text, onward = _Scan(html), 0, 0
    while (start := html.find("<", onward)) >= 0:
        end, piece = scan.markup(start)
        if end is None:  # no markup after all
            onward = start + 1
            continue
        yield from filter(None, (html[text:start], piece))
        text = onward = end
        if isinstance(piece, Opened) and piece.tag in _VERBATIM:
            onward = _end_of(piece.tag, html, end)
    yield from filter(None, (html[text:],))


def _end_of(tag: str, html: str, at: int) -> int:
    """Where an element's own end begins; the end of everything where there is none."""
    found = re.compile(rf"</{tag}[\s/>]", re.IGNORECASE).search(html, at)
    return found.start() if found else len(html)


class _Scan:
    """Finds where markup ends; remembers what there is no more of."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._last_end = html.rfind(">")
        self._comments_end = True
        self._tags_end = True

    def markup(self, start: int) -> tuple[int | None, Piece | None]:
        """Where the markup that begins at a ``<`` ends, None when it is none; and what it is, None for a comment."""
        html = self._html
        after = html[start + 1 : start + 2]
        if start > self._last_end:
            return None, None
        if after.isascii() and after.isalpha():
            return self._tag(start)
        if after == "/":
            name = _NAME.match(html, start + 2)
            return html.find(">", start) + 1, Closed(name[0].lower()) if name else None
        if html.startswith("<!--", start):
            return self._comment(start), None
        return (html.find(">", start) + 1, None) if after in ("!", "?") else (None, None)

    def _comment(self, start: int) -> int | None:
        # From the dashes that open it: ``<!-->`` is a whole comment.
        end = _COMMENT_END.search(self._html, start + 2) if self._comments_end else None
        self._comments_end = end is not None
        return end.end() if end else None

    def _tag(self, start: int) -> tuple[int, Opened]:
        name = _NAME.match(self._html, start + 1)
        assert name is not None, "looked at its first letter"
        tag = name[0].lower()
        whole = self._attributes(tag, name.end(), len(self._html)) if self._tags_end else None
        if whole is None:
            # It ends within quotation marks that are never closed. So may every tag that follows, and to find that out
            # each time would take too long: from here on a tag ends at the next ``>``, and more is read as text.
            self._tags_end = False
            end = self._html.find(">", name.end()) + 1
            whole = self._attributes(tag, name.end(), end) or (end, Opened(tag))
        return whole

    def _attributes(self, tag: str, at: int, until: int) -> tuple[int, Opened] | None:
        """Where a tag ends, and the tag with its attributes; None when it does not end."""
        given: dict[str, str] = {}
        while found := _ATTRIBUTE.match(self._html, at, until):
            at = found.end()
            end, name, *values = found.groups()
            if end:
                return at, Opened(tag, given, empty="/" in found[0])
            given.setdefault(name.lower(), unescaped(next((each for each in values if each is not None), "")))
        return None
