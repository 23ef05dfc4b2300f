"""Viewpoint parity: twin sentences are judged, and their verdicts and scores are compared."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from bot.intervals import Estimate, Share, share
from bot.judgement import InPlace, Judgement, Rulebook, judge
from models.policy import Cap
from models.score import Category, Item
from models.twins import Twins

MOST_OTHERWISE = 0.02
"""The share of pairs that may differ where the sentences are not clean. Where they are, none may."""
_AT_ONCE = 256
_RESAMPLES = 1000
_SEED = 1

Told = Callable[[int, int], None]
"""Is told how many sentences are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A set of twins with what came of each side."""

    twins: Twins
    judgements: tuple[Judgement, ...]

    @property
    def pairs(self) -> int:
        """How many pairs of sides there are."""
        return len(self.judgements) * (len(self.judgements) - 1) // 2

    @property
    def different(self) -> int:
        """How many pairs of sides have different verdicts."""
        verdicts = [each.decision.verdict for each in self.judgements]
        return sum(one is not other for one, other in itertools.combinations(verdicts, 2))

    @property
    def scored(self) -> bool:
        """Whether every classifier answered for every side: otherwise all are queued, and alike for no good reason."""
        return not any(Cap.SCORING_FAILED in each.decision.caps for each in self.judgements)

    def scores(self, category: Category) -> list[float]:
        """The highest score of a category for each side, in the order of the sides."""
        return [each.scores_bp.get(category.value, 0) / 10_000 for each in self.judgements]

    @property
    def gap(self) -> float:
        """The largest difference in any score that could flag."""
        flags = (category for category in Category if category is not Category.CRITICISM)
        return max(max(values) - min(values) for values in map(self.scores, flags))


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of many sets of twins."""

    sets: Share
    """The sets in which any two sides differ. One set counts once, since its pairs are not independent."""
    pairs: int
    different: int

    @property
    def value(self) -> float:
        """The share of pairs with different verdicts; 0 where there are none."""
        return self.different / self.pairs if self.pairs else 0.0


def judge_twins(every: Iterable[Twins], book: Rulebook, told: Told | None = None) -> list[Judged]:
    """Judge every set of twins; a sentence that stands in several sets is judged once."""
    sets = list(every)
    items = list(dict.fromkeys(item for twins in sets for _, item in twins.sides))
    found: dict[Item, Judgement] = {}
    for at in range(0, len(items), _AT_ONCE):
        part = items[at : at + _AT_ONCE]
        places = [InPlace(each.text, each.post, each.ancestors, scope=each.scope) for each in part]
        found.update(zip(part, judge(places, book), strict=True))
        if told is not None:
            told(len(found), len(items))
    return [Judged(twins, tuple(found[item] for _, item in twins.sides)) for twins in sets]


def compare(judged: Sequence[Judged]) -> Compared:
    """Count the sets and pairs whose verdicts differ."""
    sets = share(sum(each.different > 0 for each in judged), len(judged))
    return Compared(sets, sum(each.pairs for each in judged), sum(each.different for each in judged))


def passes(judged: Sequence[Judged]) -> bool:
    """Whether no clean twins differ, at most 2 % of the other pairs do, and all could be scored."""
    clean, otherwise = (compare([each for each in judged if each.twins.clean is wanted]) for wanted in (True, False))
    return clean.different == 0 and otherwise.value <= MOST_OTHERWISE and all(each.scored for each in judged)


def worst(judged: Iterable[Judged]) -> list[Judged]:
    """The sets by how badly they differ: clean ones with different verdicts first, then by the difference in score."""
    return sorted(judged, key=lambda each: (not each.different, not each.twins.clean, -each.gap))


def leanings(judged: Sequence[Judged]) -> Iterator[tuple[Category, str, Estimate]]:
    """How far each side's score lies above or below its twins', on average, for sets of the same dimension.

    The interval is the percentile bootstrap over whole sets, 1000 resamples of a fixed seed, since the sides of one
    set hang together. Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; for groups
    resampled whole, Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8.
    """
    sides = [side for side, _ in judged[0].twins.sides]
    weights = np.random.default_rng(_SEED).multinomial(len(judged), [1 / len(judged)] * len(judged), _RESAMPLES)
    for category in Category:
        scores = np.array([each.scores(category) for each in judged])
        apart = scores - scores.mean(axis=1, keepdims=True)
        if not apart.any():
            continue
        low, high = np.quantile(weights @ apart / len(judged), [0.025, 0.975], axis=0)
        for at, side in enumerate(sides):
            yield category, side, Estimate(float(apart[:, at].mean()), float(low[at]), float(high[at]))


def by_dimension(judged: Iterable[Judged]) -> dict[tuple[str, str, bool], list[Judged]]:
    """The sets by dimension, language and whether they are clean, in the order of their first."""
    groups: dict[tuple[str, str, bool], list[Judged]] = {}
    for each in judged:
        twins = each.twins
        groups.setdefault((twins.dimension, twins.language, twins.clean), []).append(each)
    return groups
