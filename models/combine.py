"""Counting several classifiers' findings of one category together, by a named rule.

Without a rule every score counts by itself, and the policy takes the strongest. A rule never makes a value larger than
the largest that went into it, so it can keep a comment from being hidden and never cause it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from models.score import Category, Score, Target

_NOT_FLAGGED = frozenset({Target.OFFICIAL, Target.NOBODY})


class How(StrEnum):
    """How the findings of the named classifiers become one. Those of the others stand beside it, but for `ONLY`."""

    MAX = "max"
    """The largest value, of each target."""
    MEAN = "mean"
    """The mean of their values; one that found nothing counts as 0."""
    ALL = "all"
    """The smallest of their values; one that found nothing counts as 0."""
    ONLY = "only"
    """What the named ones find, each by itself; what others find does not count."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one category is counted, and by which classifiers."""

    how: How
    of: tuple[str, ...]
    """Names of classifiers."""

    def __str__(self) -> str:
        return f"{self.how}({', '.join(sorted(self.of))})"


@dataclass(frozen=True, slots=True)
class Combination:
    """The rules in force, by category; none for a category where every score counts."""

    rules: Mapping[Category, Rule] = field(default_factory=dict)

    @property
    def version(self) -> str:
        """Names the rules, for the log."""
        return "1+" + "; ".join(f"{name} = {self.rules[name]}" for name in sorted(self.rules))


EVERY = Combination()
"""Every score counts."""


def combine(
    found: Mapping[str, Sequence[Score]], combination: Combination, failed: Collection[str] = ()
) -> tuple[Score, ...]:
    """Apply the rules to what the classifiers found in one comment.

    Where one of the named classifiers failed, the rule is not applied and every score stands: such a comment is queued,
    and a person should see all that was found.

    Args:
        found: the scores by the classifier's name.
        combination: the rules.
        failed: names of classifiers that could not answer.
    """
    rules = {it: rule for it, rule in combination.rules.items() if not set(rule.of) & set(failed)}
    kept = [
        score
        for name, scores in found.items()
        for score in scores
        if score.category not in rules or (name in rules[score.category].of) is (rules[score.category].how is How.ONLY)
    ]
    merged = (
        one for category, rule in rules.items() if rule.how is not How.ONLY for one in _merged(category, rule, found)
    )
    return (*kept, *merged)


def _merged(category: Category, rule: Rule, found: Mapping[str, Sequence[Score]]) -> Iterator[Score]:
    """One score for what may be flagged and one for what may not; of the largest values, one a target."""
    named = [(name, it) for name in sorted(rule.of) for it in found.get(name, ()) if it.category is category]
    groups: dict[object, list[tuple[str, Score]]] = {}
    for name, score in named:
        key = score.target if rule.how is How.MAX else score.target in _NOT_FLAGGED
        groups.setdefault(key, []).append((name, score))
    for group in groups.values():
        yield _one(rule, group)


def _one(rule: Rule, group: Sequence[tuple[str, Score]]) -> Score:
    """The value by the rule; evidence, target and reason are those of the strongest finding."""
    values = dict.fromkeys(sorted(rule.of), 0.0)
    for name, score in group:
        values[name] = max(values[name], score.value)
    strongest = min((score for _, score in group), key=_rank)
    value = {How.MAX: max(values.values()), How.ALL: min(values.values())}.get(
        rule.how, sum(values.values()) / len(values)
    )
    told = ", ".join(f"{name} {each:.0%}" for name, each in values.items())
    why = f"{_IN_WORDS[rule.how]} of {told} is {value:.0%}. {strongest.why}"
    return Score(strongest.category, round(value, 4), f"combine.{rule.how}", why, strongest.span, strongest.target)


def _rank(score: Score) -> tuple[object, ...]:
    """The strongest first; of equals the one with evidence, so that the order of the classifiers does not matter."""
    return (-score.value, score.span is None, score.span or (0, 0), str(score.target), score.rule, score.why)


_IN_WORDS = {How.MAX: "The largest", How.MEAN: "The mean", How.ALL: "The smallest"}
