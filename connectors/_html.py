"""Reading HTML as a visitor does: the words on the page, and where its links lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

_BREAKING = frozenset(
    (
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "header", "hr", "li"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "main", "ol", "p", "pre", "section", "table", "tr", "ul"),
    )
)
_SHOWN_ATTRIBUTES = ("href", "src", "title", "alt", "cite")


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
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip()


class _Reader(HTMLParser):
    def __init__(self, plain: Plain) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._plain = plain
        self._captions: list[tuple[str, str, int, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING:
            self.parts.append("\n")
        given = dict(attrs)
        shown = [value for name in _SHOWN_ATTRIBUTES if (value := given.get(name))]
        caption = "".join(f" ({value})" for value in shown)
        if tag == "img":
            self.parts.append(caption)
        elif caption:
            self._captions.append((tag, caption, len(self.parts), given))

    def handle_endtag(self, tag: str) -> None:
        if self._captions and self._captions[-1][0] == tag:
            _, caption, start, given = self._captions.pop()
            if tag != "a" or not self._says_all("".join(self.parts[start:]), given):
                self.parts.append(caption)
        if tag in _BREAKING:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def close(self) -> None:
        """Finish, with the captions of tags that were never closed."""
        super().close()
        self.parts.extend(caption for _, caption, *_ in reversed(self._captions))

    def _says_all(self, words: str, given: dict[str, str | None]) -> bool:
        """Whether a link has nothing to tell but an address that its words tell as well."""
        others = any(given.get(name) for name in _SHOWN_ATTRIBUTES if name != "href")
        return not others and self._plain(words, given.get("class") or "", given.get("href") or "")
