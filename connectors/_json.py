"""Cutting JSON apart without changing a byte of it: what is kept as evidence is what the platform sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def members(text: str) -> dict[str, str]:
    """Give the members of a JSON object by name, each value as it is written. Of a repeated name the last counts.

    Raises:
        ValueError: when `text` is no JSON object.
    """
    return {name: text[start:end] for name, _, start, end in _members(text)}


def items(text: str) -> list[str]:
    """Give the items of a JSON array, each as it is written.

    Raises:
        ValueError: when `text` is no JSON array.
    """
    return [text[start:end] for start, end in _items(text)]


def without(text: str, name: str) -> str:
    """Give a JSON object without one of its members; the others stay as they are written.

    Raises:
        ValueError: when `text` is no JSON object.
    """
    kept = [text[begin:end] for each, begin, _, end in _members(text) if each != name]
    return "{" + ",".join(kept) + "}"


def _members(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Each member's name, where its name begins, and where its value begins and ends."""
    at = _expect(text, 0, "{")
    while text[at : at + 1] != "}":
        name, colon = _DECODER.raw_decode(text, at)
        if not isinstance(name, str):
            raise ValueError("a name in an object is no string")  # noqa: TRY004 - of the text, not of the caller
        start = _expect(text, colon, ":")
        _, end = _DECODER.raw_decode(text, start)
        yield name, at, start, end
        at = _next(text, end, "}")


def _items(text: str) -> Iterator[tuple[int, int]]:
    at = _expect(text, 0, "[")
    while text[at : at + 1] != "]":
        _, end = _DECODER.raw_decode(text, at)
        yield at, end
        at = _next(text, end, "]")


def _next(text: str, at: int, closing: str) -> int:
    """Step over a comma, or stay at the closing bracket."""
    at = _skip(text, at)
    return at if text[at : at + 1] == closing else _expect(text, at, ",")


def _expect(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(f"{mark} is missing")
    return _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at
