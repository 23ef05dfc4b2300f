"""A report as plain values, and its plain-text form.

The HTML form (`bot.document_html`) is made of the same values, so that the two parts of a mail cannot disagree.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

WIDTH = 72
"""Columns of plain text."""


@dataclass(frozen=True, slots=True)
class Table:
    """Data under headings; the first cell of every row names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: str = ""
    """``l`` or ``r`` for each column; left out, all but the first are numbers and stand flush right."""

    def flush_right(self, column: int) -> bool:
        """Whether a column stands flush right."""
        return self.align[column] == "r" if self.align else column > 0


@dataclass(frozen=True, slots=True)
class Link:
    """An address, with what is there."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Exact:
    """Lines that must be copied to the letter."""

    caption: str
    text: str
    brief: str = ""
    """What the HTML part shows in its place, where the whole is too long to be looked at; it must be as good."""


Block = str | Table | Link | Exact
"""A piece of a section; a string is a paragraph."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: tuple[Block, ...]
    pressing: bool = False
    """Whether it asks the reader to do something."""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    sender: str
    title: str
    """What matters, in one sentence."""
    period: str
    sections: tuple[Section, ...]
    foot: tuple[str, ...]


def plain(document: Document) -> str:
    """The report as plain text: aligned columns, 72 wide where the content allows."""
    parts = [
        [document.sender, document.period, "", *_wrapped(document.title)],
        *(_section(section) for section in document.sections),
        ["-" * WIDTH, *chain.from_iterable(_wrapped(line) for line in document.foot)],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts) + "\n"


def _section(section: Section) -> list[str]:
    lines = [section.title.upper(), "=" * len(section.title)]
    for block in section.blocks:
        lines += [*_block(block), ""]
    return lines[:-1]


def _block(block: Block) -> list[str]:
    if isinstance(block, str):
        return _wrapped(block)
    if isinstance(block, Link):
        return [f"{block.words}: {block.url}"]
    if isinstance(block, Exact):
        return [f"{block.caption}:", "", *block.text.splitlines()]
    return [f"{block.caption}:", "", *_table(block)]


def _wrapped(paragraph: str) -> list[str]:
    return textwrap.wrap(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)


def _table(table: Table) -> Iterator[str]:
    lines = (table.head, *table.rows)
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.head))]
    yield _row(table.head, widths, table)
    yield "  " + "  ".join("-" * width for width in widths)
    for row in table.rows:
        yield _row(row, widths, table)


def _row(row: tuple[str, ...], widths: list[int], table: Table) -> str:
    cells = (
        cell.rjust(width) if table.flush_right(column) else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return ("  " + "  ".join(cells)).rstrip()
