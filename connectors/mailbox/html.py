"""Reads a mail that is written in HTML as its reader sees it, with what is quoted in it marked as in a plain one.

The standard parser takes a time that grows with the square of the length for tags that are never closed, and a mail
comes from anybody: here each character is looked at once.
"""

from __future__ import annotations

import re

from connectors._markup import unescaped

_TOKEN = re.compile(r"<!--|-->|<(?P<end>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>[^<>]*)>")
_HREF = re.compile(r"\bhref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", re.IGNORECASE)
_BREAKING = frozenset(("address", "br", "div", "dd", "dl", "dt", "h1", "h2", "h3", "h4", "hr", "li", "p", "pre", "tr"))
_UNSHOWN = frozenset(("script", "style", "title"))
_DEEPEST = 5


def readable_mail(html: str) -> str:
    """Give the words, each link's address after it in parentheses, and ``>`` before each line of a quotation.

    What a browser never shows (styles, which fill most of a notification) is left out, but only where it ends again:
    whatever follows an opening that is never closed is read.
    """
    reader = _Reader()
    place, skipped = 0, 0
    for token in _TOKEN.finditer(html):
        if not reader.skipping:
            reader.words(html[place : token.start()])
            skipped = token.end()
        place = token.end()
        reader.token(token)
    reader.words(html[place:] if not reader.skipping else _TOKEN.sub(" ", html[skipped:]))
    lines = [line.strip() for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader:
    """What was read so far, and within what it stands."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.skipping = ""
        """The tag, or ``<!--``, whose end is waited for."""
        self._quoted = 0
        self._link = ""

    def words(self, text: str) -> None:
        self.parts.append(re.sub(r"\s+", " ", unescaped(text)))

    def token(self, token: re.Match[str]) -> None:
        tag, ends = (token["tag"] or token[0]).lower(), bool(token["end"]) or token[0] == "-->"
        if self.skipping:
            if ends and tag == ("-->" if self.skipping == "<!--" else self.skipping):
                self.skipping = ""
        elif tag == "<!--" or (tag in _UNSHOWN and not ends):
            self.skipping = tag
        elif tag == "a":
            self._led(token["rest"], ends=ends)
        elif tag == "blockquote":
            self._quoted = max(0, self._quoted + (-1 if ends else 1))
            self._line()
        elif tag in _BREAKING:
            self._line()

    def _led(self, rest: str, *, ends: bool) -> None:
        if ends:
            self.parts.append(f" ({self._link})" if self._link else "")
            self._link = ""
        elif found := _HREF.search(rest):
            self._link = unescaped(next(each for each in found.groups() if each is not None))

    def _line(self) -> None:
        self.parts.append("\n" + "> " * min(self._quoted, _DEEPEST))
