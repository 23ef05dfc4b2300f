"""Reading HTML as a visitor does: the words on the page, and where its links lead."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAKING = frozenset(
    (
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure", "footer", "header", "hr", "li"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "main", "ol", "p", "pre", "section", "table", "tr", "ul"),
    )
)
_SHOWN_ATTRIBUTES = ("href", "src", "title", "alt", "cite")


def readable(html: str) -> str:
    """Give the text that a visitor reads, followed by each address or hidden caption in parentheses.

    Tags and entities are resolved, because a word cut by ``<b></b>`` or spelled ``&#102;`` reads like any other. Text
    without any markup comes back as it is. Nothing but comments and tags is left out:
    what a classifier reads needlessly does less harm than what it never reads.
    """
    if "<" not in html and "&" not in html:
        return html
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._captions: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKING:
            self.parts.append("\n")
        given = dict(attrs)
        shown = [value for name in _SHOWN_ATTRIBUTES if (value := given.get(name))]
        caption = "".join(f" ({value})" for value in shown)
        if tag == "img":
            self.parts.append(caption)
        elif caption:
            self._captions.append((tag, caption))

    def handle_endtag(self, tag: str) -> None:
        if self._captions and self._captions[-1][0] == tag:
            self.parts.append(self._captions.pop()[1])
        if tag in _BREAKING:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def close(self) -> None:
        """Finish, with the captions of tags that were never closed."""
        super().close()
        self.parts.extend(caption for _, caption in reversed(self._captions))
