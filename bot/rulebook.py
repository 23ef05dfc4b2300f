"""Putting together, from the configuration, what comments are judged by."""

from __future__ import annotations

from bot.config import Config, ConfigError, Loaded
from bot.judgement import Rulebook
from models.default import default_classifiers


def rulebook(config: Loaded) -> Rulebook:
    """Load the classifiers that the configuration has in use, and the policy in force.

    Raises:
        ConfigError: when the configuration names a classifier that does not exist.
    """
    available = default_classifiers()
    known = {each.name for each in available}
    if unknown := sorted(config.classifiers.keys() - known):
        raise ConfigError(
            config.path, [f"classifiers.{unknown[0]}: is not known; known are {', '.join(sorted(known))}"]
        )
    in_use = tuple(each for each in available if _enabled(config, each.name))
    return Rulebook(in_use, config.policy, config.department.languages, config.department.scope or None)


def _enabled(config: Config, name: str) -> bool:
    table = config.classifiers.get(name)
    return table is None or table.enabled
