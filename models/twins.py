"""Twin sentences: the same sentence about the other side, written from the templates of ``data/twins.toml``.

A policy that is blind to viewpoint gives twins the same verdict.
"""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.score import Item
from models.weights import DATA

TWINS_FILE = DATA / "twins.toml"
_SLOT = re.compile(r"()\{([a-z_]+)\}")
_AFTER_ARTICLE = re.compile(r"(?:\b([Aa]) )?\{([a-z_]+)\}")


class TwinsError(Exception):
    """A file of twins cannot be used; the message names what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Twins:
    """One sentence, once for each side of a dimension."""

    name: str
    """Where it is from: the template with the varied slot left open, or the comment's id."""
    dimension: str
    language: str
    clean: bool
    """Whether nothing in it gives reason to flag any of them: no strong word, slur, threat or the like."""
    sides: tuple[tuple[str, Item], ...]
    """Each side's name with its sentence, at least two."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """What may be swapped in a language: for example the office, with its sides officer, mayor, teacher."""

    name: str
    language: str
    sides: tuple[str, ...]
    slots: Mapping[str, tuple[tuple[str, ...], ...]]
    """By the slot's name its rows; a row has one phrase a side."""
    swap: tuple[str, ...] = ()
    """The slots whose phrases are looked for in real comments."""


@dataclass(frozen=True, slots=True)
class Template:
    """A sentence with slots in braces."""

    text: str
    language: str
    clean: bool
    post: str | None
    vary: tuple[str, ...] | None
    """The dimensions that it is written for; None for all that it has a slot of."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A file of dimensions and templates."""

    dimensions: tuple[Dimension, ...]
    templates: tuple[Template, ...]


def load(path: Path = TWINS_FILE) -> Catalogue:
    """Read a file of twins.

    Raises:
        TwinsError: when it is missing, is not TOML, or says something that does not fit.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TwinsError(
            f"{path}: cannot be read ({error.strerror}); give a file such as models/data/twins.toml"
        ) from error
    except ValueError as error:
        raise TwinsError(f"{path}: cannot be read ({error}); give a file such as models/data/twins.toml") from error
    try:
        catalogue = Catalogue(
            tuple(_dimension(raw) for raw in data["dimensions"]),
            tuple(itertools.chain.from_iterable(map(_templates, data["templates"]))),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise TwinsError(f"{path}: does not have the form of models/data/twins.toml ({error!r})") from error
    _require_sound(catalogue, path)
    return catalogue


def written(catalogue: Catalogue) -> Iterator[Twins]:
    """Write every template out, for each dimension that it has a slot of; Spanish also without accents."""
    for template in catalogue.templates:
        for twins in _written(template, [each for each in catalogue.dimensions if each.language == template.language]):
            yield twins
            bare = tuple((side, Item(without_accents(item.text), item.post)) for side, item in twins.sides)
            if bare != twins.sides:
                yield Twins(without_accents(twins.name), twins.dimension, twins.language, twins.clean, bare)


def without_accents(text: str) -> str:
    """Give `text` as many people type it: no accents and no ü, but ñ stays."""
    parts = (char if char in "ñÑ" else unicodedata.normalize("NFD", char)[0] for char in text)
    return "".join(parts)


def _written(template: Template, dimensions: Sequence[Dimension]) -> Iterator[Twins]:
    used = _slots(template.text)
    here = [each for each in dimensions if used & each.slots.keys()]
    for varied in here:
        if template.vary is not None and varied.name not in template.vary:
            continue
        others = [each for each in here if each is not varied]
        for fixed in itertools.product(*(list(_fillings(each, used)) for each in others)):
            said = {slot: phrase for filling in fixed for slot, phrase in filling.items()}
            for rows in _rows(varied, used):
                texts = [said | {slot: row[at] for slot, row in rows} for at in range(len(varied.sides))]
                items = [Item(_fill(template.text, each, template.language), template.post) for each in texts]
                name = _fill(template.text, said | {slot: "/".join(row) for slot, row in rows}, template.language)
                sides = tuple(zip(varied.sides, items, strict=True))
                yield Twins(name, varied.name, varied.language, template.clean, sides)


def _slots(text: str) -> set[str]:
    return {slot for _, slot in _SLOT.findall(text)}


def _rows(dimension: Dimension, used: set[str]) -> Iterator[list[tuple[str, tuple[str, ...]]]]:
    """Every choice of a row for each of the dimension's slots that are used."""
    slots = sorted(used & dimension.slots.keys())
    for rows in itertools.product(*(dimension.slots[slot] for slot in slots)):
        yield list(zip(slots, rows, strict=True))


def _fillings(dimension: Dimension, used: set[str]) -> Iterator[dict[str, str]]:
    """Everything that the dimension's slots may say, all of one side."""
    for rows in _rows(dimension, used):
        for at in range(len(dimension.sides)):
            yield {slot: row[at] for slot, row in rows}


def with_article(article: str, phrase: str) -> str:
    """Give `phrase` after the English article ``a`` or ``an``, whichever it takes; `article` may be empty."""
    if not article:
        return phrase
    return f"{article[0]}{'n' if phrase[:1].lower() in 'aeio' else ''} {phrase}"


def _fill(text: str, said: Mapping[str, str], language: str) -> str:
    slot = _AFTER_ARTICLE if language == "en" else _SLOT
    filled = slot.sub(lambda found: with_article(found[1], said[found[2]]), text)
    return filled[:1].upper() + filled[1:]


def _dimension(raw: Mapping[str, Any]) -> Dimension:
    slots = {name: tuple(tuple(row) for row in rows) for name, rows in raw["slots"].items()}
    return Dimension(raw["name"], raw["language"], tuple(raw["sides"]), slots, tuple(raw.get("swap", ())))


def _templates(raw: Mapping[str, Any]) -> Iterator[Template]:
    for text in raw["sentences"]:
        yield Template(text, raw["language"], raw.get("clean", True), raw.get("post"), _vary(raw))


def _vary(raw: Mapping[str, Any]) -> tuple[str, ...] | None:
    return tuple(raw["vary"]) if "vary" in raw else None


def _require_sound(catalogue: Catalogue, path: Path) -> None:
    for each in catalogue.dimensions:
        uneven = [slot for slot, rows in each.slots.items() if any(len(row) != len(each.sides) for row in rows)]
        if len(each.sides) < 2 or uneven:
            where = f"the slot {uneven[0]}" if uneven else "it"
            raise TwinsError(f"{path}: {each.name} ({each.language}): {where} needs one phrase for each of its sides")
        if unknown := set(each.swap) - each.slots.keys():
            raise TwinsError(f"{path}: {each.name} ({each.language}): swap names {min(unknown)}, which is no slot")
    for template in catalogue.templates:
        known = {slot for each in catalogue.dimensions if each.language == template.language for slot in each.slots}
        if unknown := _slots(template.text) - known:
            raise TwinsError(f"{path}: {template.text!r}: no dimension of its language has the slot {min(unknown)}")
