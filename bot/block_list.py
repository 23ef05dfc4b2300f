"""Reading a list of blocked accounts that somebody kept elsewhere: a table with a heading, or one name a line.

Every cell is a stranger's words. What cannot be taken is told with its line; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_COLUMNS = {
    "name": ("name", "full name", "display name"),
    "account": ("account", "handle", "user", "username", "user name", "account name", "id", "profile id"),
    "link": ("link", "url", "profile", "profile link", "profile url"),
    "note": (
        *(
            "note",
            "notes",
            "reason",
            "reasons",
            "why",
            "comment",
            "comments",
            "reason for block",
            "reason for blocking",
        ),
        *("reason for the block", "reason blocked", "block reason", "why blocked"),
    ),
}
_MOST = {"name": 200, "account": 200, "link": 2000, "note": 2000}
_LONGEST_HEADING = 60
_MOST_BYTES = 1_000_000
_MOST_ROWS = 2_000
"""One import is one transaction, and what polls bring waits for its end."""
_LINE_END = re.compile(r"\r\n|\n|\r")
_SPACE = re.compile(r"\s+")


class BlockListError(Exception):
    """The list cannot be read as a whole. The message says what to change."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One blocked account."""

    line: int
    name: str
    account: str = ""
    link: str = ""
    note: str = ""
    """What the list says of it, such as why it was blocked."""

    @property
    def identity(self) -> str:
        """What tells it from others: the link, else the account, else the name, as written by a careless hand."""
        if self.link:
            return f"link:{self.link.rstrip('/')}"
        if self.account:
            return f"account:{_alike(self.account).removeprefix('@')}"
        return f"name:{_alike(self.name)}"


@dataclass(frozen=True, slots=True)
class Refused:
    """One line that cannot be taken."""

    line: int
    why: str
    """What is wrong with it; no word of the line itself."""


@dataclass(frozen=True, slots=True)
class BlockList:
    """A whole list."""

    text: str
    """As it was given."""
    listed: tuple[Listed, ...]
    """Each account once, as it stands first."""
    refused: tuple[Refused, ...] = ()
    repeated: int = 0
    """Lines that name an account again."""
    unread: tuple[str, ...] = ()
    """The headings of columns that were passed over, with nothing in them that a terminal would obey."""

    @property
    def rows(self) -> int:
        """Lines that say something."""
        return len(self.listed) + len(self.refused) + self.repeated


def read_list(data: bytes) -> BlockList:
    """Read a list.

    Raises:
        BlockListError: when none of it can be read safely.
    """
    if len(data) > _MOST_BYTES:
        raise BlockListError(f"it is larger than {_MOST_BYTES:,} bytes; import it in parts.")
    text = _decoded(data)
    listed: dict[str, Listed] = {}
    refused: list[Refused] = []
    repeated = 0
    for row in _rows(text):
        if isinstance(row, Refused):
            refused.append(row)
        elif row.identity in listed:
            repeated += 1
        else:
            listed[row.identity] = row
    found = BlockList(text, tuple(listed.values()), tuple(refused), repeated, _unread(text))
    if not found.rows:
        raise BlockListError("it names nobody; give one name a line, or a table with a heading such as: name,link,note")
    if found.rows > _MOST_ROWS:
        raise BlockListError(f"it has more than {_MOST_ROWS:,} lines; import it in parts.")
    return found


def _decoded(data: bytes) -> str:
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise BlockListError("it is no UTF-8 text; save it again as UTF-8 (in a spreadsheet: CSV UTF-8).") from None


def _rows(text: str) -> Iterator[Listed | Refused]:
    lines = _LINE_END.split(text)
    at = _first(lines)
    sign, heading = _heading(lines[at])
    if len(heading) > 1:
        yield from _table(text, sign, [_column(cell) for cell in heading])
    else:
        yield from _names(lines, at + len(heading))


def _unread(text: str) -> tuple[str, ...]:
    lines = _LINE_END.split(text)
    unknown = [cell for cell in _heading(lines[_first(lines)])[1] if cell and not _column(cell)]
    return tuple("".join(each if each.isprintable() else "?" for each in cell)[:_LONGEST_HEADING] for cell in unknown)


def _first(lines: list[str]) -> int:
    return next((number for number, line in enumerate(lines) if line.strip()), 0)


def _heading(line: str) -> tuple[str, list[str]]:
    """What parts the columns, and their headings; none where the line is no heading."""
    for sign in ",;\t":
        cells = [cell.strip('" ') for cell in line.split(sign)]
        if {"name", "account"} & {_column(cell) for cell in cells}:
            return sign, cells
    return "", []


def _names(lines: list[str], start: int) -> Iterator[Listed | Refused]:
    for number, line in enumerate(lines[start:], start + 1):
        if line.strip():
            yield _checked(number, {"name": line})


def _table(text: str, sign: str, columns: list[str]) -> Iterator[Listed | Refused]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    headed = False
    begins = 1
    try:
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not headed:
                headed = True
            elif len(cells) > len(columns):
                yield Refused(line, "it has more cells than the heading; put a cell that holds a comma in quotes")
            else:
                yield _checked(line, {name: cell for name, cell in zip(columns, cells, strict=False) if name})
    except csv.Error:
        raise BlockListError(
            f"line {begins}: the quotation marks do not fit together; correct it, and import the list again."
        ) from None


def _checked(line: int, cells: dict[str, str]) -> Listed | Refused:
    given = {name: _SPACE.sub(" ", cell).strip() for name, cell in cells.items()}
    name = given.get("name", "") or given.get("account", "")
    if not _seen(name):
        return Refused(line, "it names nobody")
    for column, cell in given.items():
        if len(cell) > _MOST[column]:
            return Refused(line, f"its {column} is longer than {_MOST[column]:,} signs")
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in cell):
            return Refused(line, f"its {column} holds a control sign")
    if given.get("link") and not given["link"].startswith(("https://", "http://")):
        return Refused(line, "its link is no web address; give one that begins with https://, or leave it empty")
    return Listed(line, **{**given, "name": name})


def _seen(text: str) -> bool:
    """Whether there is anything in it that a person can see."""
    return any(unicodedata.category(sign)[0] not in "CZ" for sign in text)


def _column(heading: str) -> str:
    return next((name for name, known in _COLUMNS.items() if _alike(heading) in known), "")


def _alike(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip().casefold()
