"""The reference page of the configuration, from its schema and from every platform's own settings."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from datetime import timedelta
from enum import EnumType
from pathlib import PurePath
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot import classifiers, platforms
from bot.config import Config
from docs.markdown import MADE, grid

_INTRODUCTION = """\
One TOML file, `config.toml`. `config.example.toml` has every key with a comment; an unknown key is refused.
Paths are relative to the file. A length of time is text: `"90s"`, `"15m"`, `"72h"`, `"7d"`.
A secret never stands in the file: a key ending in `_file` names a file of mode 0600,
or `credential:NAME`, a file that systemd hands over (`LoadCredential=`).
"""
_UNITS = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
_PLAIN = {str: "text", int: "whole number", float: "number", bool: "true or false", timedelta: "length of time"}


def page() -> str:
    """The whole page."""
    parts = [f"{MADE}\n# Configuration\n", _INTRODUCTION]
    for place, schema in tables():
        parts.append(f"## {place}\n\n{_about(schema)}\n\n{_keys(schema)}")
        if place == "[pages.NAME]":
            parts += [
                f'### [pages.NAME] with platform = "{name}"\n\n{_about(settings(name))}\n\n{_keys(settings(name))}'
                for name in platforms.names()
            ]
        if place == "[classifiers.NAME]":
            parts += [
                f"### [classifiers.{name}]\n\n{_about(own)}\n\n{_keys(own)}"
                for name in classifiers.names()
                if (own := classifiers.settings_of(name)).model_fields
            ]
    return "\n".join(parts)


def tables() -> list[tuple[str, type[BaseModel]]]:
    """Every table of the configuration with its place in the file, such as ``[pages.NAME]``."""
    return list(_tables("", Config))


def settings(platform: str) -> type[BaseModel]:
    """The schema of a platform's own keys."""
    schema: type[BaseModel] = importlib.import_module(f"connectors.{platform}").Settings
    return schema


def _tables(place: str, schema: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for key, field in schema.model_fields.items():
        inner = _inner(field.annotation)
        if inner is None:
            continue
        path = f"{place}.{key}{_name(field.annotation)}".strip(".")
        many = tuple in (get_origin(field.annotation), *map(get_origin, get_args(field.annotation)))
        yield (f"[[{path}]]" if many else f"[{path}]"), inner
        yield from _tables(path, inner)


def _name(annotation: Any) -> str:
    """What follows the key in the names of its tables: the Department's own names, or one of a few."""
    if get_origin(annotation) is not dict:
        return ""
    names = get_args(get_args(annotation)[0])
    return f".{{{','.join(names)}}}" if names else ".NAME"


def _inner(annotation: Any) -> type[BaseModel] | None:
    """The table that an annotation speaks of, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_inner(each) for each in get_args(annotation))
    return next((each for each in found if each is not None), None)


def _about(schema: type[BaseModel]) -> str:
    return inspect.cleandoc(schema.__doc__ or "")


def _keys(schema: type[BaseModel]) -> str:
    fields = schema.model_fields.items()
    rows = [(f"`{key}`", _type(field.annotation), _default(field), field.description or "") for key, field in fields]
    return grid(("key", "type", "default", "meaning"), rows)


def _type(annotation: Any) -> str:
    origin, inside = get_origin(annotation), [each for each in get_args(annotation) if each is not type(None)]
    if origin is Literal:
        return _one_of(inside)
    if origin in (Union, UnionType):
        return " or ".join(_type(each) for each in inside)
    if origin is tuple:
        return f"list of {_type(inside[0])}"
    if isinstance(annotation, EnumType):
        return _one_of([member.value for member in annotation])  # type: ignore[var-annotated]
    if isinstance(annotation, type) and issubclass(annotation, PurePath):
        return "path"
    return _PLAIN.get(annotation) or ("day" if _inner(annotation) is None else "table")


def _one_of(values: list[Any]) -> str:
    return " or ".join(f'`"{each}"`' for each in values)


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.is_required():
        return "required"
    if value is None or isinstance(value, dict | BaseModel):
        return "none"
    if isinstance(value, tuple):
        return f"`[{', '.join(_written(each) for each in value)}]`"
    return f"`{_written(value)}`"


def _written(value: object) -> str:
    """A default as the file would have it."""
    if isinstance(value, timedelta):
        size = int(value.total_seconds())
        unit, length = next(each for each in _UNITS if size % each[1] == 0)
        return f'"{size // length}{unit}"'
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else f'"{value}"'
