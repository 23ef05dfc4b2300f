"""Rules kept as data: lists of words and patterns with a stated confidence, read from ``data/*.toml``.

What is found, and how sure it is, stands in files that a person can read and print; the code only applies them.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from models.score import Category, ScoringError
from models.weights import DATA

_PART = re.compile(r"\{([a-z_]+)\}")
_TWO_WORDS = " (?:[a-z']+ ){0,2}?"
_SPACE = r"(?:[ \t]{1,3})"
_CLASS_OR_BLANK = re.compile(r"\[[^\]]*\]| ")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern with the category and the confidence that it is stated with."""

    name: str
    category: Category
    value: float
    why: str
    pattern: re.Pattern[str]
    firm: bool = False
    """Whether it holds beside words of negation, which its own words contain: ``you won't live to see tomorrow``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that matched, from `start` to `end` of the normalised text, with its value in that context."""

    rule: Rule
    value: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Rules:
    """One file: its rules in order and its lists by name, each list one pattern of whole words."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, re.Pattern[str]]
    version: str
    """The first 8 digits of the SHA-256 of the file."""

    def findings(self, text: str, start: int = 0) -> Iterator[Finding]:
        """Give the first match of every rule in `text`, which begins at `start` of the whole."""
        for rule in self.rules:
            match = rule.pattern.search(text)
            if match:
                yield Finding(rule, rule.value, start + match.start(), start + match.end())


def files(*names: str) -> tuple[Path, ...]:
    """Where the rules of these names lie."""
    return tuple(DATA / f"{name}.toml" for name in names)


@cache
def load(name: str) -> Rules:
    """Read ``data/<name>.toml``.

    Raises:
        ScoringError: when the file is missing or damaged.
    """
    path = DATA / f"{name}.toml"
    try:
        return _parse(path)
    except (OSError, ValueError, KeyError, TypeError, re.error) as error:
        raise ScoringError(f"The rules {path} cannot be read ({error}). Install OfRecord again.") from error


def whole_words(patterns: list[str]) -> re.Pattern[str]:
    """Compile alternatives that match only between word boundaries; a blank matches up to three."""
    joined = _CLASS_OR_BLANK.sub(lambda found: _SPACE if found[0] == " " else found[0], "|".join(patterns))
    return re.compile(rf"(?<![\w'])(?:{joined})(?!\w)")


def _parse(path: Path) -> Rules:
    content = path.read_bytes()
    data: dict[str, Any] = tomllib.loads(content.decode())
    parts = data.get("parts", {})
    rules = tuple(
        Rule(
            raw["name"],
            Category(raw["category"]),
            float(raw["value"]),
            raw["why"],
            whole_words([_expand(pattern, parts) for pattern in raw["any"]]),
            raw.get("firm", False),
        )
        for raw in data.get("rules", ())
    )
    lists = {
        name: whole_words([_expand(each, parts) for each in words]) for name, words in data.get("lists", {}).items()
    }
    return Rules(rules, lists, hashlib.sha256(content).hexdigest()[:8])


def _expand(pattern: str, parts: Mapping[str, str]) -> str:
    """Put the named parts in, which may name others."""
    while match := _PART.search(pattern):
        pattern = pattern[: match.start()] + parts[match[1]] + pattern[match.end() :]
    return pattern.replace(" _ ", _TWO_WORDS)
