"""Wikitext as a visitor reads it: without its marks, with the words and addresses of its links."""

from __future__ import annotations

import re

from connectors._html import readable
from models.comment import Media

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<(?!/?(?P<name>[a-z][a-z0-9]*)(?:[\s/>]|\Z))|<(?=/?(?P<other>[a-z][a-z0-9]*))", re.IGNORECASE)
_TAGS = frozenset(
    (
        *("abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "data", "dd"),
        *("del", "dfn", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd"),
        *("li", "mark", "nowiki", "ol", "p", "pre", "q", "rb", "ref", "rp", "rt", "rtc", "ruby", "s", "samp", "small"),
        *("span", "strike", "strong", "sub", "sup", "table", "td", "th", "time", "tr", "tt", "u", "ul", "var", "wbr"),
    )
)
"""What MediaWiki takes for a tag (its ``Sanitizer.php``, and the tags of its own); any other one is shown as typed."""
_FILE = re.compile(r"\[\[\s*(?:File|Image)\s*:\s*([^\]|\n]+)(?:\|[^\]\n]*)?\]\]", re.IGNORECASE)
_LINK = re.compile(r"\[\[([^\[\]|\n]+)(?:\|([^\[\]\n]*))?\]\]")
_ADDRESS = re.compile(r"\[((?:https?:|ftp:|mailto:|//)[^\s\]]+)(?:[ \t]+([^\]\n]*))?\]", re.IGNORECASE)
_HEADING = re.compile(r"^(={1,6})[ \t]*(.+?)[ \t]*\1[ \t]*$", re.MULTILINE)
_LIST = re.compile(r"^[:*#;]+[ \t]*", re.MULTILINE)
_EMPHASIS = re.compile(r"'{2,5}")
_SIGNATURE = re.compile(
    r"(?:--|—|–)?[ \t]*\[\[(?:[^\[\]|\n]*:)[^\[\]\n]*\]\](?:[^\n\[\]]*\[\[[^\[\]\n]*\]\])*[^\n\[\]]{0,20}?"
    r"\d{1,2}:\d{2},[^\n]{4,40}\([A-Z]{2,5}\)[ \t]*$",
    re.MULTILINE,
)
"""What ``~~~~`` becomes: a link to the author's page, perhaps to their talk page, and the time."""
_SECTION = re.compile(r"/\*(.*?)\*/", re.DOTALL)
_BY_THE_WIKI = re.compile(
    r"new (?:section|topic)|Reply|Blanked the page"
    r"|(?:Undid|Undo) revision \d+ by \[\[[^\]]*\]\](?: \(\[\[[^\]]*\]\]\))?"
    r"|Reverted \d* ?edits? by .{1,200} to last (?:revision|version) by .{1,200}"
)
"""Summaries that a wiki in English fills in by itself. In another language they count as words of the author."""


def words(wikitext: str) -> str:
    """Give the text that a visitor reads; a word cut by marks, such as ``id'''io'''t``, reads like any other.

    Templates stay as they are typed: what they show stands on other pages. Signatures are left out.
    """
    text = _SIGNATURE.sub("", _COMMENT.sub("", wikitext))
    text = _FILE.sub(r"\1", text)
    text = _LINK.sub(_link, text)
    text = _ADDRESS.sub(_address, text)
    text = _LIST.sub("", _HEADING.sub(r"\2", _EMPHASIS.sub("", text)))
    return readable(_TAG.sub(_typed, text)).strip()


def media(wikitext: str) -> tuple[Media, ...]:
    """The files that are shown in a text."""
    names = dict.fromkeys(name.strip().replace("_", " ") for name in _FILE.findall(wikitext))
    return tuple(Media(f"File:{name}", "image") for name in names)


def summary_words(summary: str, wikitext: str) -> str:
    """What somebody wrote into the summary of an edit; empty where the wiki itself filled it in.

    Args:
        summary: the summary as listed.
        wikitext: what the edit added; the wiki's own summary of a new page repeats its beginning.
    """
    own = _SECTION.sub("", summary).strip()
    beginning = " ".join(wikitext.split())[:30]
    if _BY_THE_WIKI.fullmatch(own) or (beginning and beginning in " ".join(own.split())):
        return ""
    return words(own)


def tells(summary: str, wikitext: str) -> bool:
    """Whether a summary shows anything of what its author wrote, were it only a heading that the wiki repeats."""
    own = _SECTION.sub("", summary).strip()
    sections = [heading.strip() for heading in _SECTION.findall(summary)]
    return bool(own and not _BY_THE_WIKI.fullmatch(own)) or any(each and each in wikitext for each in sections)


def depth(line: str) -> int:
    """How far a line is indented, as talk pages mark an answer to what stands above it."""
    marks = _LIST.match(line)
    return len(marks[0].rstrip()) if marks else 0


def bare(line: str) -> str:
    """A line without its indentation, by which it is known again when somebody indents it otherwise."""
    return _LIST.sub("", line, count=1).strip()


def is_heading(line: str) -> bool:
    """Whether a line begins a section."""
    return _HEADING.fullmatch(line.rstrip()) is not None


def _link(found: re.Match[str]) -> str:
    target, label = found[1].strip(), (found[2] or "").strip()
    return f"{label} ({target})" if label and label != target else target


def _address(found: re.Match[str]) -> str:
    return f"{found[2].strip()} ({found[1]})" if found[2] else found[1]


def _typed(found: re.Match[str]) -> str:
    """The opening bracket of a tag, or of what only looks like one and is shown as it was typed."""
    name = (found["other"] or "").lower()
    return "<" if name in _TAGS else "&lt;"
