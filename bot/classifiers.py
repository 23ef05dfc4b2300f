"""Finding classifiers by name, and loading those that the configuration has in use.

A classifier is a module in `models/` with a class whose `name` is the module's. Its own keys in the configuration are
described by the module's `Settings`, and handed to the class as keyword arguments.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from pydantic import ValidationError

import models
from bot.config import ClassifierTable, ConfigError, Loaded, explain, keys_at
from bot.model_server import ModelServer
from models import remote
from models.folding import fold
from models.score import Classifier
from models.settings import ClassifierSettings

_SHORTEST_NAME = 3


def names() -> list[str]:
    """Every classifier that can be named in the configuration."""
    return [name for name in _modules() if kind_of(name) is not None]


def settings_of(name: str) -> type[ClassifierSettings]:
    """The schema of a classifier's own keys."""
    module = importlib.import_module(f"models.{name}") if name in _modules() else None
    return cast("type[ClassifierSettings]", getattr(module, "Settings", ClassifierSettings))


def in_use(config: Loaded, default: Sequence[type[Classifier]]) -> dict[type[Classifier], ClassifierSettings]:
    """The classifiers that the configuration has in use, with their settings.

    Those of `default` are, unless switched off; every other one is when it has a table that does not switch it off.

    Raises:
        ConfigError: when a classifier does not exist, or its own keys do not fit it; with every problem found.
    """
    tables = {**dict.fromkeys((each.name for each in default), ClassifierTable()), **config.classifiers}
    known = {each.name: each for each in default}
    problems: list[str] = []
    found: dict[type[Classifier], ClassifierSettings] = {}
    for name, table in tables.items():
        kind = known.get(name) or kind_of(name)
        if kind is None:
            problems.append(f"classifiers.{name}: is not known; known are {', '.join(sorted({*known, *names()}))}")
            continue
        settings, wrong = _settings(name, table, config)
        problems += wrong
        if settings is not None and table.enabled:
            found[kind] = settings
    if problems:
        raise ConfigError(config.path, problems)
    return found


def settings_in(config: Loaded, name: str) -> ClassifierSettings:
    """A classifier's own keys as the configuration has them, whether it is in use or not.

    Raises:
        ConfigError: when they do not fit it; with every problem found.
    """
    settings, wrong = _settings(name, config.classifiers.get(name, ClassifierTable()), config)
    if settings is None:
        raise ConfigError(config.path, wrong)
    return settings


def load(kind: type[Classifier], settings: ClassifierSettings, folder: Path) -> Classifier:
    """Load a classifier. One behind an address is given the way there, as `models/` has no network.

    Args:
        kind: the classifier's class.
        settings: its own keys.
        folder: where the configuration lies.

    Raises:
        ScoringError: when a file of it is missing, damaged, or not the one that was recorded.
    """
    if isinstance(settings, remote.Settings):
        server = ModelServer(settings, folder)
        return remote.Remote(server.ask, settings.model, settings.categories, settings.at_once)
    return kind(**dict(settings))


def _settings(name: str, table: ClassifierTable, config: Loaded) -> tuple[ClassifierSettings | None, list[str]]:
    """Read a classifier's own keys; one that is switched off needs none of them, and those it has must be right."""
    schema = settings_of(name)
    try:
        context = {"folder": config.path.parent, "names": people_named(config)}
        return schema.model_validate(table.options, context=context), []
    except ValidationError as error:
        wrong = [each for each in error.errors() if table.enabled or each["type"] != "missing"]
        known = [*keys_at(ClassifierTable, ()), *schema.model_fields]
        return None, [
            explain(each, f"classifiers.{name}", lambda at: keys_at(schema, at) if at else known) for each in wrong
        ]


def people_named(config: Loaded) -> frozenset[str]:
    """The words of the names that the configuration gives, in small letters: no word list may name these people."""
    pages, rules = config.pages.values(), config.rules or ()
    approvals = [*(page.approval for page in pages), *(rule.approved for rule in rules)]
    text = " ".join((config.department.name, *(each.by for each in approvals if each)))
    return frozenset(word for word in re.findall(r"[a-zñ]+", fold(text).text) if len(word) >= _SHORTEST_NAME)


def _modules() -> list[str]:
    return sorted(each.name for each in pkgutil.iter_modules(models.__path__) if not each.ispkg)


def kind_of(name: str) -> type[Classifier] | None:
    """The class of a classifier; None where no module of this name has one."""
    if name not in _modules():
        return None
    module = importlib.import_module(f"models.{name}")
    classes: Mapping[str, type] = {each: it for each, it in vars(module).items() if isinstance(it, type)}
    own = (it for it in classes.values() if it.__module__ == module.__name__ and getattr(it, "name", None) == name)
    return cast("type[Classifier] | None", next(own, None))
