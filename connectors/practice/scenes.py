"""Reading what the visitors say, from the files in ``texts/``."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from connectors.practice.truth import Truth
from models.comment import State

_TEXTS = Path(__file__).with_name("texts")
_GROUPS = ("fair.toml", "against.toml", "odd.toml")
_WORD = re.compile(r"\{(\w+)\}")
_LONG = "On page {n} the overtime grows again, and the reason given is the summer season, as it was last year. "


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a scene, its words still open."""

    do: str
    """write, edit, remove or move."""
    name: str
    """The comment's name inside the scene."""
    text: str = ""
    truth: Truth | None = None
    """What the text is; None where nothing is written."""
    by: str = "{first} {last}"
    to: str | None = None
    """The name of the comment that it answers."""
    media: tuple[str, ...] = ()
    """The kinds of what is attached."""
    state: State = State.VISIBLE
    by_page: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Some lines under one post that belong together."""

    post: str
    """The key of the post."""
    lines: tuple[Line, ...]
    flood: int = 1
    """How often its lines are repeated, one right after the other."""


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that can be played."""

    posts: Mapping[str, str]
    """The text of each post, by its key."""
    scenes: tuple[Scene, ...]
    words: Mapping[str, tuple[str, ...]]
    """What may stand for each word in braces."""


@cache
def script() -> Script:
    """Read the script. Every text of a group is a scene of its own."""
    start = _toml("posts.toml")
    groups = [group for name in _GROUPS for group in _toml(name)["group"]]
    singles = [_single(group, text) for group in groups for text in group["texts"]]
    stories = [_story(scene) for scene in _toml("scenes.toml")["scene"]]
    return Script(
        {post["key"]: post["text"] for post in start["post"]},
        (*singles, *stories),
        {word: tuple(choices) for word, choices in start["words"].items()},
    )


def fill(text: str, dice: random.Random, known: Mapping[str, str] | None = None) -> str:
    """Put words for those in braces: from `known` where it has them, else drawn with `dice`."""
    words = script().words

    def word(found: re.Match[str]) -> str:
        name = found[1]
        if known and name in known:
            return known[name]
        if name == "long":
            return "".join(_LONG.replace("{n}", str(n)) for n in range(1, 120)).rstrip()
        return "\ud800" if name == "surrogate" else dice.choice(words[name])

    return _WORD.sub(word, text).replace(".m..", ".m.")  # a time at the end of a sentence


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((_TEXTS / name).read_text(encoding="utf-8"))


def _single(group: Mapping[str, Any], text: str) -> Scene:
    return Scene(group["post"], (Line("write", "one", text, _truth(group, group)),))


def _story(scene: Mapping[str, Any]) -> Scene:
    return Scene(scene["post"], tuple(_line(scene, step) for step in scene["steps"]), scene.get("flood", 1))


def _line(scene: Mapping[str, Any], step: Mapping[str, Any]) -> Line:
    return Line(
        do=step["do"],
        name=step["as"],
        text=step.get("text", ""),
        truth=_truth(scene, step) if "text" in step else None,
        by=step.get("by", "{first} {last}"),
        to=step.get("to"),
        media=tuple(step.get("media", ())),
        state=State(step.get("state", "visible")),
        by_page=step.get("by_page", False),
    )


def _truth(whole: Mapping[str, Any], part: Mapping[str, Any]) -> Truth:
    categories = frozenset(part.get("truth", ()))
    return Truth(whole["kind"], categories, part.get("may_hide", False), whole.get("language", "en"))
