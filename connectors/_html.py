"""Reading HTML as a visitor does: the words on the page, and where its links lead.

Strangers write it, so it is cut by `connectors._markup`, in time that grows as the text does: Python's own parser takes
minutes for ``<a `` written twenty thousand times, and raises at ``<![x]>``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from connectors._markup import Closed, Opened, cut, unescaped

_BREAKING = frozenset(
    (
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "header", "hr", "li"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "main", "ol", "p", "pre", "section", "table", "tr", "ul"),
    )
)
_SHOWN_ATTRIBUTES = ("href", "src", "title", "alt", "cite")
_WORDS_OF_A_LINK = 20
"""Pieces of text; a link around more of them is not asked about."""


Plain = Callable[[str, str, str], bool]
"""Says of a link, by its words, its classes and its address, that the address tells nothing which the words do not."""


def readable(html: str, plain: Plain = lambda *_: False) -> str:
    """Give the text that a visitor reads, followed by each address or hidden caption in parentheses.

    Tags and entities are resolved, because a word cut by ``<b></b>`` or spelled ``&#102;`` reads like any other. Text
    without any markup comes back as it is. Nothing but comments and tags is left out, and addresses where `plain` says
    so: what a classifier reads needlessly does less harm than what it never reads.
    """
    if "<" not in html and "&" not in html:
        return html
    reader = _Reader(plain)
    for piece in cut(html):
        match piece:
            case Opened():
                reader.open(piece.tag, piece.attributes)
                if piece.empty:
                    reader.close(piece.tag)
            case Closed():
                reader.close(piece.tag)
            case _:
                reader.parts.append(unescaped(piece))
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.whole())).strip()


class _Reader:
    def __init__(self, plain: Plain) -> None:
        self.parts: list[str] = []
        self._plain = plain
        self._captions: list[tuple[str, str, int, Mapping[str, str]]] = []

    def open(self, tag: str, given: Mapping[str, str]) -> None:
        if tag in _BREAKING:
            self.parts.append("\n")
        shown = [value for name in _SHOWN_ATTRIBUTES if (value := given.get(name))]
        caption = "".join(f" ({value})" for value in shown)
        if tag == "img":
            self.parts.append(caption)
        elif caption:
            self._captions.append((tag, caption, len(self.parts), given))

    def close(self, tag: str) -> None:
        if self._captions and self._captions[-1][0] == tag:
            _, caption, start, given = self._captions.pop()
            if tag != "a" or not self._says_all(self.parts[start : start + _WORDS_OF_A_LINK + 1], given):
                self.parts.append(caption)
        if tag in _BREAKING:
            self.parts.append("\n")

    def whole(self) -> list[str]:
        """Everything, with the captions of tags that were never closed."""
        return [*self.parts, *(caption for _, caption, *_ in reversed(self._captions))]

    def _says_all(self, words: list[str], given: Mapping[str, str]) -> bool:
        """Whether a link has nothing to tell but an address that its words tell as well."""
        if len(words) > _WORDS_OF_A_LINK or any(given.get(name) for name in _SHOWN_ATTRIBUTES if name != "href"):
            return False
        return self._plain("".join(words), given.get("class", ""), given.get("href", ""))
