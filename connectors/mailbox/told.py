"""What a mail tells of: a comment somewhere, or simply what its writer wants to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.mailbox.letter import Letter

_LINK = re.compile(r"https://[^\s<>\"')\]]{1,2000}")
_ANSWERS = re.compile(r"(?:(?:re|aw|sv|rv|fwd?|wg|resp?)(?:\[\d{1,3}\])?\s?:|\[external\])\s*", re.IGNORECASE)
_MOST_MARKS = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A comment as a mail tells of it."""

    author: str
    text: str
    post: str
    """What it was written under, as far as the mail says."""
    author_id: str | None = None
    link: str = ""
    """Where the comment is, as the mail says: believed only of a proved sender."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a site's notifications look: what their subjects say, and which lines are the site's own words."""

    subjects: tuple[re.Pattern[str], ...]
    """With the groups `author` and `post`, each where the subject tells."""
    own_lines: re.Pattern[str]
    """A line that the site wrote around the comment."""
    last_line: re.Pattern[str]
    """The line from which on everything is the site's."""


_NAMED = re.compile(r"(?P<author>[^\s:][^:\n]{0,60}):(?:\s+(?P<text>\S.*))?")


def notification(letter: Letter, domains: Sequence[str], form: Form) -> Told | None:
    """Read a notification of a known form; None when it is not from there, or the form does not fit."""
    if not under(letter.domain, domains):
        return None
    subject = next((found for each in form.subjects if (found := each.fullmatch(letter.subject[:300]))), None)
    lines = _between(letter.text, form)
    if subject is None or not lines:
        return None
    given = {name: value for name, value in subject.groupdict().items() if value}
    author = given.get("author", "")
    if not author and (named := _NAMED.fullmatch(lines[0])):
        author = named["author"]
        lines[:1] = [named["text"]] if named["text"] else []
    text = "\n".join(lines).strip()
    if not text:
        return None
    return Told(author or "(not named)", text, given.get("post", "").strip(' "“”'), link=_link(letter.text, domains))


def under(host: str, domains: Sequence[str]) -> bool:
    """Whether a host is one of the domains, or below one."""
    return any(host == each or host.endswith("." + each) for each in domains)


def topic(subject: str) -> str:
    """The subject of a conversation: without what mail programs put before it."""
    for _ in range(_MOST_MARKS):
        mark = _ANSWERS.match(subject)
        if not mark:
            break
        subject = subject[mark.end() :]
    return subject.strip()


def _between(text: str, form: Form) -> list[str]:
    lines = list[str]()
    for line in (each.strip() for each in text.split("\n")):
        if form.last_line.match(line[:300]):
            break
        if not form.own_lines.fullmatch(line[:2000]):
            lines.append(line)
    while lines and not lines[0]:
        del lines[0]
    return lines


def _link(text: str, domains: Sequence[str]) -> str:
    """The first address on the site that leads somewhere."""
    for found in _LINK.finditer(text):
        if led := on_site(found[0].rstrip(".,;"), domains):
            return led
    return ""


def on_site(link: str, domains: Sequence[str]) -> str:
    """The link, when it leads to a page of these domains over https and to nowhere else; else nothing."""
    try:
        parts = urlsplit(link)
        plain = parts.scheme == "https" and not parts.username and not parts.password and parts.port is None
    except ValueError:
        return ""
    return link if plain and parts.path.strip("/") and under((parts.hostname or "").lower(), domains) else ""
