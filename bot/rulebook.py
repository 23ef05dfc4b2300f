"""Putting together, from the configuration, what comments are judged by."""

from __future__ import annotations

from collections.abc import Sequence

from bot.config import Config, ConfigError, Loaded
from bot.judgement import Rulebook
from models.default import CLASSIFIERS
from models.score import Classifier, ScoringError


def rulebook(config: Loaded, available: Sequence[type[Classifier]] = CLASSIFIERS) -> Rulebook:
    """Load the classifiers that the configuration has in use, and the policy in force.

    A classifier that cannot be loaded is named in `Rulebook.unusable`: comments are queued and nothing is hidden.

    Raises:
        ConfigError: when the configuration names a classifier that does not exist.
    """
    known = {load.name for load in available}
    if unknown := sorted(config.classifiers.keys() - known):
        raise ConfigError(
            config.path, [f"classifiers.{unknown[0]}: is not known; known are {', '.join(sorted(known))}"]
        )
    loaded: list[Classifier] = []
    unusable: dict[str, str] = {}
    for load in available:
        if not _in_use(config, load.name):
            continue
        try:
            loaded.append(load())
        except ScoringError as error:
            unusable[load.name] = str(error)
    scope = config.department.scope or None
    return Rulebook(tuple(loaded), config.policy, config.department.languages, scope, unusable)


def _in_use(config: Config, name: str) -> bool:
    table = config.classifiers.get(name)
    return table is None or table.enabled
