"""Downloading one large file: in pieces, going on where an earlier try stopped, and whole or not at all.

What has come so far lies beside the target as ``NAME.part``. A server that cannot continue (no HTTP ``Range``) is asked
for everything again.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

LARGEST = 4 * 1024**3
"""Bytes; no file that is fetched here comes near, and a server that never ends must not fill the disk."""
_PIECE = 64 * 1024
_PATIENCE = (10.0, 60.0)
"""Seconds to wait for a connection, and for the next bytes."""
_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+)")

Told = Callable[[int, int | None], object]
"""Is told how many bytes are there and, where the server says, how many there will be."""


class DownloadError(Exception):
    """A file could not be downloaded; the message says why and what to do."""


def part_of(target: Path) -> Path:
    """Where the beginning of an unfinished file lies."""
    return target.with_name(f"{target.name}.part")


def download(url: str, target: Path, told: Told, largest: int = LARGEST) -> None:
    """Download `url` to `target`; what it holds is for the caller to judge.

    Args:
        url: where the file is; redirects are followed, but never from https to http.
        target: where it goes, under its own name only when it is complete.
        told: hears how far it is.
        largest: bytes beyond which nothing is taken.

    Raises:
        DownloadError: when there is no network, the server refuses, the file ends early or is too large, or the disk
            cannot take it. What has come stays, for the next try.
    """
    part = part_of(target)
    try:
        _fetch(url, part, told, largest)
        part.replace(target)
    except requests.RequestException as error:
        raise DownloadError(_broken(url, error, begun=_size(part) > 0)) from error
    except OSError as error:
        raise DownloadError(_unwritable(part, error)) from error


def _fetch(url: str, part: Path, told: Told, largest: int) -> None:
    here = _size(part)
    with _asked(url, here) as answer:
        if here and answer.status_code == requests.codes.requested_range_not_satisfiable:
            if _range(answer)[1] == here:
                return
            part.unlink()
            _fetch(url, part, told, largest)
            return
        _acceptable(url, answer)
        begin, whole = _range(answer)
        if begin != here:
            here, whole = 0, _length(answer)
        if whole is not None and whole > largest:
            raise DownloadError(f"{url}: {whole} bytes is more than such a file has; nothing was taken.")
        _write(part, here, answer.iter_content(_PIECE), lambda there: told(there, whole), largest)
    if whole is not None and _size(part) != whole:
        raise DownloadError(f"{url}: ended after {_size(part)} of {whole} bytes. {_AGAIN}")


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _asked(url: str, here: int) -> requests.Response:
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={here}-"} if here else {})}
    return requests.get(url, headers=headers, stream=True, timeout=_PATIENCE)


def _write(part: Path, here: int, pieces: Iterator[bytes], told: Callable[[int], object], largest: int) -> None:
    with part.open("r+b" if here else "wb") as file:
        file.seek(here)
        for piece in pieces:
            here += len(piece)
            if here > largest:
                raise DownloadError(f"{part}: more than {largest} bytes came; that is not the file that was asked for.")
            file.write(piece)
            told(here)
        file.flush()
        os.fsync(file.fileno())


def _acceptable(url: str, answer: requests.Response) -> None:
    if not answer.ok:
        raise DownloadError(f"{url}: the server answers {answer.status_code}. {_BY_HAND}")
    if url.startswith("https:") and not answer.url.startswith("https:"):
        raise DownloadError(f"{url}: the server leads away from https; nothing was taken. {_BY_HAND}")


def _range(answer: requests.Response) -> tuple[int | None, int | None]:
    """The first byte of a part and the whole file's length, as far as the server says (RFC 9110, 14.4)."""
    match = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
    return (int(match[1]) if match[1] else None, int(match[2])) if match else (None, None)


def _length(answer: requests.Response) -> int | None:
    length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() else None


_AGAIN = "Run the same command again: it goes on where this one stopped."
_BY_HAND = "Try later, or bring the files on another way and name their folder with --from."


def _broken(url: str, error: requests.RequestException, *, begun: bool) -> str:
    if begun:
        return f"{url}: the connection broke. {_AGAIN}"
    if isinstance(error, requests.ConnectionError | requests.Timeout):
        return f"{url}: cannot be reached from this machine. {_BY_HAND}"
    return f"{url}: cannot be downloaded ({error}). {_BY_HAND}"


def _unwritable(part: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{part}: the disk is full. Make room; {_AGAIN[0].lower()}{_AGAIN[1:]}"
    return f"{part}: cannot be written ({error.strerror or error}). Name another folder with --to."
