"""The words of a status: Mastodon gives HTML, in which each name, each hashtag and each address is a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from connectors._html import readable

_BREAK = re.compile(r"<br\s*/>")


def words_of(fields: dict[str, Any]) -> str:
    """What its author wrote: content warning, text, the choices of a poll, and what describes pictures and sounds.

    The card of a link is left out: the server adds it some time after the status came, and it would look like an edit.
    """
    poll = fields.get("poll")
    parts = [
        _text(fields.get("spoiler_text")),
        plain(_text(fields.get("content"))),
        *_texts(poll.get("options") if isinstance(poll, dict) else None, "title"),
        *_texts(fields.get("media_attachments"), "description"),
    ]
    return "\n\n".join(part for part in parts if part.strip())


def plain(html: str) -> str:
    """Read HTML as a visitor does; the address of a link that names somebody or a hashtag is left out."""
    # Written with a slash, as Mastodon writes it, a break would be read as two: where it begins and where it ends.
    return readable(_BREAK.sub("<br>", html), _only_names)


def _only_names(words: str, classes: str, address: str) -> bool:
    """Whether a link says no more than its words: ``@JacksonPD`` that leads to ``…/@JacksonPD``.

    Anybody's server can call any link a mention, so its address has to bear the name that it shows.
    """
    shown = words.strip()
    if "mention" not in classes.split() or not shown.startswith(("@", "#")):
        return False
    try:
        place = unquote(urlsplit(address).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        return False
    name = shown[1:].partition("@")[0]
    return bool(name) and place.removeprefix("@").casefold() == name.casefold()


def _texts(items: object, name: str) -> Iterator[str]:
    for each in items if isinstance(items, list) else ():
        if isinstance(each, dict):
            yield _text(each.get(name))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
