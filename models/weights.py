"""The file of the trained weights: reading, writing, and the check that it is the one that was shipped.

One line of magic, then zlib-compressed: a JSON header on one line, the vocabulary one entry a line (character
n-grams first, then words and word pairs), and the numbers as little-endian float16: the squared inverse document
frequency of every entry, then for each head its weight of every entry.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models import shipped
from models.score import ScoringError

DATA = shipped.DATA
_MAGIC = b"ofrecord weights 1\n"
_LARGEST = 64 * 1024 * 1024
"""Bytes after decompression; a file that claims more is not ours."""


@dataclass(frozen=True, slots=True)
class Head:
    """One question that the model answers: weights, intercept, and the calibration of its answer."""

    weights: Sequence[float]
    intercept: float
    slope: float
    """The probability is 1 / (1 + exp(-(slope * raw + offset))): Platt, Advances in Large Margin Classifiers, 1999."""
    offset: float


@dataclass(frozen=True, slots=True)
class Weights:
    """Everything that the model knows."""

    characters: Mapping[str, int]
    """Character n-gram -> place in `squares` and in the weights of a head."""
    words: Mapping[str, int]
    """Word or pair of words -> place."""
    squares: Sequence[float]
    heads: Mapping[str, Head]
    version: str
    """The first 8 digits of the SHA-256 of the file."""


def read(path: Path) -> Weights:
    """Read a weights file, after comparing it with its shipped sum.

    Raises:
        ScoringError: when the file or its sum is missing, damaged, or not the one that was shipped.
    """
    content = shipped.read(path)
    try:
        return _parse(content, shipped.sums_of(path.parent)[path.name][:8])
    except (ValueError, KeyError, zlib.error, struct.error) as error:
        raise ScoringError(f"{path} is damaged ({error}). Install OfRecord again.") from error


def write(
    path: Path, characters: Sequence[str], words: Sequence[str], squares: Sequence[float], heads: Mapping[str, Head]
) -> None:
    """Write a weights file and its sum; the inverse of `read`."""
    header = {
        "characters": len(characters),
        "words": len(words),
        "heads": [[name, head.intercept, head.slope, head.offset] for name, head in heads.items()],
    }
    lines = [json.dumps(header), *characters, *words]
    numbers = [squares, *(head.weights for head in heads.values())]
    packed = b"".join(struct.pack(f"<{len(row)}e", *row) for row in numbers)
    content = _MAGIC + zlib.compress("\n".join(lines).encode() + b"\n\0" + packed, 9)
    path.write_bytes(content)
    shipped.record(path)


def _parse(content: bytes, version: str) -> Weights:
    if not content.startswith(_MAGIC):
        raise ValueError("it does not begin as a weights file")
    plain = zlib.decompressobj().decompress(content[len(_MAGIC) :], _LARGEST)
    end = plain.index(b"\n\0")
    lines = plain[:end].decode().split("\n")
    header = json.loads(lines[0])
    count, total = header["characters"], header["characters"] + header["words"]
    if len(lines) != total + 1:
        raise ValueError("the vocabulary is not complete")
    rows = list(_rows(plain[end + 2 :], total))
    heads = {
        name: Head(row, intercept, slope, offset)
        for (name, intercept, slope, offset), row in zip(header["heads"], rows[1:], strict=True)
    }
    return Weights(
        characters=dict(zip(lines[1 : count + 1], range(count), strict=True)),
        words=dict(zip(lines[count + 1 :], range(count, total), strict=True)),
        squares=rows[0],
        heads=heads,
        version=version,
    )


def _rows(packed: bytes, length: int) -> list[tuple[float, ...]]:
    row = struct.Struct(f"<{length}e")
    return list(row.iter_unpack(packed))
