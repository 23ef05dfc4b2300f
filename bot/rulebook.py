"""Putting together, from the configuration, what comments are judged by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.classifiers import in_use, load
from bot.config import ConfigError, Loaded
from bot.judgement import Rulebook
from bot.unchanged import Unchanged
from models.combine import Combination, Rule
from models.default import CLASSIFIERS
from models.score import Category, Classifier, ScoringError


def rulebook(config: Loaded, default: Sequence[type[Classifier]] = CLASSIFIERS) -> Rulebook:
    """Load the classifiers that the configuration has in use, and the policy in force.

    A classifier that cannot be loaded is named in `Rulebook.unusable`: comments are queued and nothing is hidden.

    Args:
        config: the configuration.
        default: the classifiers that are in use unless switched off.

    Raises:
        ConfigError: when the configuration names a classifier that does not exist, or a key that it does not have, or
            the table [combine] names one that is not in use or never finds that category.
    """
    loaded: list[Unchanged] = []
    unusable: dict[str, str] = {}
    kinds = in_use(config, default)
    combination = _combination(config, {each.name for each in kinds})
    for kind, settings in kinds.items():
        try:
            loaded.append(Unchanged(load(kind, settings, config.path.parent)))
        except ScoringError as error:
            unusable[kind.name] = str(error)
    _refuse_idle(config, {each.name: each.categories for each in loaded if each.categories})
    department = config.department
    return Rulebook(
        tuple(loaded),
        config.policy,
        department.languages,
        department.scope or None,
        unusable,
        combination,
        allow_other_languages=department.other_languages == "allow",
    )


def _combination(config: Loaded, used: Collection[str]) -> Combination:
    problems = [
        f"combine.{category}.of: {name} is not in use; in use are {', '.join(sorted(used))}"
        for category, table in config.combine.items()
        for name in table.of
        if name not in used
    ]
    if Category.CRITICISM in config.combine:
        problems.append(
            "combine.criticism: criticism is protected by whichever classifier finds it; leave the table out"
        )
    if problems:
        raise ConfigError(config.path, problems)
    return Combination({category: Rule(table.rule, table.of) for category, table in config.combine.items()})


def _refuse_idle(config: Loaded, categories: Mapping[str, Collection[Category]]) -> None:
    """Refuse a rule that counts in a classifier which never finds the category: its silence would lower every value."""
    problems = [
        f"combine.{category}.of: {name} never finds {category}; those that do: {_finders(category, categories)}"
        for category, table in config.combine.items()
        for name in table.of
        if name in categories and category not in categories[name]
    ]
    if problems:
        raise ConfigError(config.path, problems)


def _finders(category: Category, categories: Mapping[str, Collection[Category]]) -> str:
    return ", ".join(sorted(name for name, found in categories.items() if category in found)) or "none in use"
