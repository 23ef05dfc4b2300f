"""Reads an export: CSV with a head, or JSON lines. What cannot be read is given back with its line and the reason."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from models.comment import Author, Comment, Media, Post, State

COLUMNS = {
    "id": "the platform's id of the comment; made from author, time and text where there is none",
    "text": "what the visitor wrote; may be empty where there is an attachment",
    "author": "the name as the page shows it",
    "created": "when it was posted: ISO 8601, such as 2026-11-22T14:05:00-07:00",
    "post_id": "the platform's id of the post; made from its text where there is none",
    "post_text": "what the Department had posted",
    "parent_id": "the id of the comment that it answers",
    "link": "the address of the comment",
    "state": "visible, hidden, held, spam or gone; visible where there is none",
    "attachments": "addresses of attachments, with a space between them",
}
"""The columns that are known, with their meaning. Others are kept in the record as they came."""
NEEDED = ("text", "author", "created")
_LONGEST = 256 * 1024
_DIALECTS = ",;\t"


class ExportError(Exception):
    """A file as a whole is no export. The message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read."""

    line: int
    """Where it begins in the file, counted from 1."""
    why: str
    row: str
    """As it stands in the file, as far as that is known."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read: a comment and the post that it stands under."""

    comment: Comment
    post: Post


def read(content: bytes, name: str, page: str, zone: tzinfo) -> Iterator[Row | BadRow]:
    """Read every row of an export; the ending of `name` says which kind it is. Times without a zone are in `zone`.

    Raises:
        ExportError: when the file is neither CSV with the needed columns nor JSON lines, or is not UTF-8.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ExportError(f"it is not UTF-8 (byte {error.start}); export it again with that encoding") from None
    found = _table(text) if name.endswith(".csv") else _objects(text)
    for line, fields in found:
        yield fields if isinstance(fields, BadRow) else _row(line, fields, page, zone)


def _table(text: str) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    head = text.partition("\n")[0]
    delimiter = max(_DIALECTS, key=head.count)
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        names = [str(name).strip().lower() for name in table.fieldnames or ()]
    except csv.Error as error:
        raise ExportError(f"its first line is not CSV ({error})") from None
    if missing := [name for name in NEEDED if name not in names]:
        raise ExportError(f"its first line has no column {', '.join(missing)}; needed are {', '.join(NEEDED)}")
    table.fieldnames = names
    before = table.line_num
    while True:
        try:
            fields = next(table)
        except StopIteration:
            return
        except csv.Error as error:
            yield before + 1, BadRow(before + 1, f"not CSV: {error}", "")
            return
        if None in fields or None in fields.values():
            yield before + 1, BadRow(before + 1, f"it has not {len(names)} columns as the first line", _plain(fields))
        else:
            yield before + 1, fields
        before = table.line_num


def _objects(text: str) -> Iterator[tuple[int, Mapping[str, Any] | BadRow]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, BadRow(number, f"not JSON: {error}", line[:_LONGEST])
            continue
        if isinstance(fields, dict):
            yield number, fields
        else:
            yield number, BadRow(number, "not an object with names and values", line[:_LONGEST])


def _row(line: int, fields: Mapping[str, Any], page: str, zone: tzinfo) -> Row | BadRow:
    row = _plain(fields)
    if len(row) > _LONGEST:
        return BadRow(line, f"it is longer than {_LONGEST // 1024} kB", row[:1000])
    try:
        return _understood(fields, row, page, zone)
    except ValueError as error:
        return BadRow(line, str(error), row)


def _understood(fields: Mapping[str, Any], row: str, page: str, zone: tzinfo) -> Row:
    known = {name: _text(fields, name) for name in COLUMNS}
    author = known["author"] or "(not named)"
    created = _moment(known["created"], zone)
    attachments = known["attachments"].split()
    if not known["text"] and not attachments:
        raise ValueError("it has neither text nor attachments")
    post_id = known["post_id"] or _made(known["post_text"])
    comment = Comment(
        page=page,
        platform_id=known["id"] or _made(author, created.isoformat(), known["text"]),
        post_id=post_id,
        author=Author(author),
        text=known["text"],
        created=created,
        parent_id=known["parent_id"] or None,
        media=tuple(Media(_made(address), "other", address) for address in attachments),
        state=_state(known["state"]),
        permalink=known["link"],
        raw=row.encode("utf-8", "surrogatepass"),
    )
    return Row(comment, Post(page, post_id, known["post_text"]))


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | None):
        raise ValueError(f"{name} is not a text")  # noqa: TRY004 - the file is wrong, not the program
    return "" if value is None else str(value)


def _moment(text: str, zone: tzinfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f"created is {text[:40]!r}, not a time such as 2026-11-22T14:05:00-07:00") from None


def _state(text: str) -> State:
    try:
        return State(text.strip().lower()) if text.strip() else State.VISIBLE
    except ValueError:
        raise ValueError(f"state is {text[:40]!r}; known are visible, hidden, held, spam, gone") from None


def _made(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:24]


def _plain(fields: Mapping[Any, Any]) -> str:
    return json.dumps({str(name): value for name, value in fields.items()}, ensure_ascii=False, default=str)
