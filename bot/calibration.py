"""Whether scores are the probabilities that they look like: reliability, expected calibration error, Brier score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.discrimination import Truths, Values
from bot.intervals import Estimate, share

BINS = 10
_RESAMPLES = 500
_SEED = 1
Statistic = Callable[[Values, Truths], float]


@dataclass(frozen=True, slots=True)
class Bin:
    """The texts whose score lies in one tenth."""

    start: float
    end: float
    count: int
    mean: float | None
    """Their mean score; None where there are none."""
    share: float | None
    """How many of them are what the score is about."""
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many texts of either kind have which score, in twentieths."""

    edges: tuple[float, ...]
    yes: tuple[int, ...]
    no: tuple[int, ...]


def reliability(values: Values, truths: Truths) -> list[Bin]:
    """Tenths of the score, each with the share found true in it and that share's Wilson interval."""
    place = _bin_of(values)
    return [_bin(i, values[place == i], truths[place == i]) for i in range(BINS)]


def _bin_of(values: Values) -> Any:
    return np.minimum((values * BINS).astype(np.intp), BINS - 1)


def _bin(number: int, values: Values, truths: Truths) -> Bin:
    found = share(int(truths.sum()), len(truths))
    mean = float(values.mean()) if len(values) else None
    return Bin(number / BINS, (number + 1) / BINS, len(values), mean, found.value, found.low, found.high)


def histogram(values: Values, truths: Truths) -> Histogram:
    """Count both kinds of texts by score."""
    edges = np.linspace(0, 1, 2 * BINS + 1)
    yes, no = (np.histogram(values[each], edges)[0] for each in (truths, ~truths))
    return Histogram(tuple(float(edge) for edge in edges), tuple(map(int, yes)), tuple(map(int, no)))


def calibration_error(values: Values, truths: Truths) -> float:
    """The expected calibration error over ten equal bins.

    The mean distance between score and share, each bin weighted by its texts. Source: Naeini, Cooper and Hauskrecht,
    AAAI 2015; Guo et al., ICML 2017, equation 3.
    """
    place = _bin_of(values)
    apart = np.bincount(place, values, BINS) - np.bincount(place, truths.astype(np.float64), BINS)
    return float(np.abs(apart).sum() / len(values))


def brier(values: Values, truths: Truths) -> float:
    """The mean squared distance between score and truth. Source: G. W. Brier, Monthly Weather Review 78 (1950), 1-3."""
    return float(((values - truths) ** 2).mean())


def resampled(statistic: Statistic, values: Values, truths: Truths) -> Estimate:
    """A figure with its percentile bootstrap interval, from 500 resamples of a fixed seed.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13. Of few texts, the calibration
    error comes out too large, in the resamples even more; its interval then lies high.
    """
    random = np.random.default_rng(_SEED)
    found = np.empty(_RESAMPLES)
    for i in range(_RESAMPLES):
        chosen = random.integers(0, len(values), len(values))
        found[i] = statistic(values[chosen], truths[chosen])
    low, high = map(float, np.quantile(found, [0.025, 0.975]))
    return Estimate(statistic(values, truths), low, high)
