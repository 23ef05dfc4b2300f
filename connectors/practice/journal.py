"""The practice page's store: an append-only journal of JSON lines, and an index of each entry's newest line.

Every access takes the lock of the folder, so that any number of processes can write and read. A line counts once its
line end is written (and synced); a torn last line, left by a writer that was killed, is cut off by whoever comes next.
The index only saves time. It may be removed: it is made again from the journal.
"""

from __future__ import annotations

import fcntl
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from connectors.practice.entry import Entry, from_line, number_of, to_line

JOURNAL = "journal.jsonl"
INDEX = "journal.index"
_HEADER = struct.Struct("<8sQ")
"""A mark, and how many bytes of the journal the index covers."""
_SLOT = struct.Struct("<QQ")
"""Where the newest line of an entry begins in the journal, and its length without the line end."""
_MARK = b"practic1"
_CHUNK = 1 << 18


class PageError(Exception):
    """The practice page could not be used. The message names its folder and the next step."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Some consecutive lines of the journal."""

    entries: tuple[Entry, ...]
    position: int
    """Where the next line begins."""
    more: bool


class Journal:
    """The journal in one folder. It keeps nothing open between calls, so it can be shared by threads."""

    def __init__(self, folder: Path, *, synced: bool = True) -> None:
        """Use the journal in `folder`. `synced` False leaves writes to the operating system (for measuring only)."""
        self.folder = folder
        self._synced = synced

    def create(self) -> None:
        """Make the folder and an empty journal; an existing one is kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / JOURNAL).touch()

    @contextmanager
    def open(self) -> Iterator[OpenJournal]:
        """Hold the lock; what was appended inside is written at the end, whole or not at all.

        Raises:
            PageError: when the folder is missing, cannot be read or written, or its journal is damaged.
        """
        try:
            with self._files() as (journal, index):
                opened = OpenJournal(self.folder, journal, index, synced=self._synced)
                yield opened
                opened.flush()
        except FileNotFoundError as error:
            hint = f"make it with: python -m connectors.practice.site {self.folder}"
            raise PageError(f"There is no practice page in {self.folder}; {hint}") from error
        except OSError as error:
            hint = "see to the disk and the permissions of the folder"
            raise PageError(f"The practice page in {self.folder}: {error.strerror}; {hint}.") from error

    @contextmanager
    def _files(self) -> Iterator[tuple[int, int]]:
        journal = os.open(self.folder / JOURNAL, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        try:
            fcntl.flock(journal, fcntl.LOCK_EX)
            index = os.open(self.folder / INDEX, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            try:
                yield journal, index
            finally:
                os.close(index)
        finally:
            os.close(journal)


class OpenJournal:
    """The journal while its lock is held."""

    def __init__(self, folder: Path, journal: int, index: int, *, synced: bool) -> None:
        """Bring the index up to the journal's end, cutting off a torn last line."""
        self._folder = folder
        self._journal = journal
        self._index = index
        self._synced = synced
        self._new: list[Entry] = []
        self.end = self._catch_up()
        self._next = self._count() + 1

    def next_id(self, kind: str) -> str:
        """Give the next free id; `kind` is ``p`` or ``c``."""
        self._next += 1
        return f"{kind}{self._next - 1}"

    def newest(self, entry_id: str) -> Entry | None:
        """Read an entry as it stands now, or None when this page never had it."""
        number = number_of(entry_id)
        slot = os.pread(self._index, _SLOT.size, _place(number)) if number else b""
        if len(slot) < _SLOT.size:
            return None
        start, length = _SLOT.unpack(slot)
        if length == 0 or start + length >= self.end:
            return None
        entry = self._entry(os.pread(self._journal, length, start), start)
        return entry if entry.id == entry_id else None

    def lines(self, start: int, limit: int) -> Lines:
        """Read at most `limit` lines from the position `start`."""
        if start > self.end or (start and os.pread(self._journal, 1, start - 1) != b"\n"):
            hint = "put its journal back, or give the page a new name in the configuration"
            raise PageError(f"The practice page in {self._folder} is not the one that was read before; {hint}.")
        entries: list[Entry] = []
        position = start
        for raw in self._raw_lines(start):
            entries.append(self._entry(raw, position))
            position += len(raw) + 1
            if len(entries) == limit:
                break
        return Lines(tuple(entries), position, position < self.end)

    def append(self, entry: Entry) -> Entry:
        """Add a line at the end of the journal; gives the entry with the bytes that will stand there."""
        written = replace(entry, raw=to_line(entry))
        self._new.append(written)
        return written

    def flush(self) -> None:
        """Write what was appended: the journal first, then the index."""
        if not self._new:
            return
        try:
            _write_all(self._journal, b"".join(entry.raw + b"\n" for entry in self._new))
            if self._synced:
                os.fsync(self._journal)
        except OSError:
            with suppress(OSError):  # a tail that stays is cut off by the next one who opens the journal
                os.ftruncate(self._journal, self.end)
            raise
        self.end = self._enter(((entry.id, len(entry.raw)) for entry in self._new), self.end)
        self._new.clear()

    def _raw_lines(self, start: int) -> Iterator[bytes]:
        rest, position = b"", start
        while position < self.end:
            chunk = os.pread(self._journal, min(_CHUNK, self.end - position), position)
            position += len(chunk)
            *whole, rest = (rest + chunk).split(b"\n")
            yield from whole

    def _entry(self, raw: bytes, start: int) -> Entry:
        try:
            return from_line(raw)
        except ValueError as error:
            path = self._folder / JOURNAL
            raise PageError(f"{path} is damaged at byte {start}; put back a copy, or cut it there.") from error

    def _catch_up(self) -> int:
        size = os.fstat(self._journal).st_size
        covered = self._covered()
        if covered > size:  # another journal was put in its place
            covered = 0
        if covered == 0:
            os.ftruncate(self._index, 0)
            os.pwrite(self._index, _HEADER.pack(_MARK, 0), 0)
        if covered < size:
            whole = self._last_line_end(covered, size)
            if whole < size:
                os.ftruncate(self._journal, whole)
            self.end = whole
            covered = self._enter(self._lengths(covered), covered)
        return covered

    def _covered(self) -> int:
        header = os.pread(self._index, _HEADER.size, 0)
        if len(header) < _HEADER.size:
            return 0
        mark, covered = _HEADER.unpack(header)
        return int(covered) if mark == _MARK else 0

    def _last_line_end(self, start: int, size: int) -> int:
        """Where the last whole line after `start` ends; `start` when there is none."""
        position = size
        while position > start:
            begin = max(start, position - _CHUNK)
            found = os.pread(self._journal, position - begin, begin).rfind(b"\n")
            if found >= 0:
                return begin + found + 1
            position = begin
        return start

    def _lengths(self, start: int) -> Iterator[tuple[str, int]]:
        position = start
        for raw in self._raw_lines(start):
            yield self._entry(raw, position).id, len(raw)
            position += len(raw) + 1

    def _enter(self, lines: Iterator[tuple[str, int]], start: int) -> int:
        """Put lines that follow each other from `start` into the index; gives where the last one ends."""
        for entry_id, length in lines:
            os.pwrite(self._index, _SLOT.pack(start, length), _place(number_of(entry_id)))
            start += length + 1
        os.pwrite(self._index, _HEADER.pack(_MARK, start), 0)
        return start

    def _count(self) -> int:
        return max(0, os.fstat(self._index).st_size - _HEADER.size) // _SLOT.size


def _place(number: int) -> int:
    return _HEADER.size + (number - 1) * _SLOT.size


def _write_all(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]
