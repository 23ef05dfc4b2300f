"""Labelled comments: JSON lines with a text and what it is. The form of the export, and of what is evaluated."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.classify import LineError
from models.comment import safe_text
from models.score import Category

_MOST_PROBLEMS = 10
_KNOWN = [category.value for category in Category]
_PLACES = {"post": str, "page": str, "language": str, "flagged": bool}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One text with what a person said about it."""

    text: str = field(repr=False)
    labels: Mapping[str, bool]
    """By category, whether it is that. A category that nobody judged is left out."""
    post: str | None = field(default=None, repr=False)
    page: str | None = None
    language: str | None = None
    flagged: bool | None = None
    """Whether the bot had flagged it before a person judged it; None where that is not known."""


def read_labelled(lines: Iterable[str]) -> list[Labelled]:
    """Read a file of labelled comments; empty lines are passed over.

    Raises:
        LineError: naming each line that cannot be read, up to ten. Nothing is evaluated then: a figure from half a
            file is no figure.
    """
    read: list[Labelled] = []
    problems: list[str] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                read.append(_labelled(line))
            except ValueError as error:
                problems.append(f"line {number}: {error}")
    if problems:
        more = len(problems) - _MOST_PROBLEMS
        raise LineError("\n".join([*problems[:_MOST_PROBLEMS], *([f"and {more} more lines"] if more > 0 else [])]))
    if not read:
        raise LineError(
            'there is no line to read; give JSON lines such as {"text": "…", "labels": {"obscenity": true}}'
        )
    return read


def _labelled(line: str) -> Labelled:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON ({error}); give one object a line") from None
    if not isinstance(fields, dict) or not isinstance(fields.get("text"), str) or "labels" not in fields:
        raise ValueError(
            'give an object with "text" and "labels", such as {"text": "…", "labels": {"obscenity": true}}'
        )
    places = {name: fields.get(name) for name in _PLACES}
    if wrong := [name for name, value in places.items() if not isinstance(value, _PLACES[name] | None)]:
        raise ValueError(f'"{wrong[0]}" is {"true, false" if wrong[0] == "flagged" else "a text"} or null')
    return Labelled(safe_text(fields["text"]), _labels(fields["labels"]), **places)


def _labels(found: Any) -> dict[str, bool]:
    if not isinstance(found, dict) or not all(isinstance(value, bool | None) for value in found.values()):
        raise ValueError('"labels" is an object of categories, each true, false or null')
    if unknown := sorted(found.keys() - set(_KNOWN)):
        raise ValueError(f'the category "{unknown[0]}" is not known; known are {", ".join(_KNOWN)}')
    return {name: value for name, value in found.items() if value is not None}
