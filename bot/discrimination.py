"""How well a score tells two kinds of comments apart: the area under the curve, precision against recall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from bot.intervals import Estimate, normal

Values: TypeAlias = Any
"""One score a text: an array of floats between 0 and 1, shape (n,)."""
Truths: TypeAlias = Any
"""Whether each text is what the score is about: an array of truth values, shape (n,)."""
_MOST_POINTS = 200


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold would give: everything from it on is flagged."""

    at_least: float
    precision: float
    recall: float


def auc(values: Values, truths: Truths) -> Estimate | None:
    """The area under the ROC curve with DeLong's interval; None without both kinds.

    The variance is that of DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988), 837-845, computed from mid-ranks
    as in Sun and Xu, IEEE Signal Processing Letters 21 (2014), 1389-1393. Where no pair is ranked wrongly it is zero
    and says nothing, so there is no interval.
    """
    positive, negative = values[truths], values[~truths]
    m, n = len(positive), len(negative)
    if not m or not n:
        return None
    ranks = _midranks(np.concatenate([positive, negative]))
    area = (ranks[:m].sum() - m * (m + 1) / 2) / (m * n)
    above = (ranks[:m] - _midranks(positive)) / n
    below = 1 - (ranks[m:] - _midranks(negative)) / m
    return normal(float(area), _variance(above) / m + _variance(below) / n)


def _midranks(values: Values) -> Values:
    """Ranks from 1; equal values share the mean of theirs."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def _variance(values: Values) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def precision_and_recall(values: Values, truths: Truths) -> list[Point]:
    """What every threshold would give, from the highest down; at most 200 points, evenly taken."""
    if not truths.any():
        return []
    order = np.argsort(-values, kind="stable")
    ranked, hits = values[order], np.cumsum(truths[order])
    last = np.flatnonzero(np.append(np.diff(ranked) != 0, True))  # equal scores are flagged together
    kept = last[np.unique(np.linspace(0, len(last) - 1, min(len(last), _MOST_POINTS)).round().astype(int))]
    return [Point(float(ranked[i]), float(hits[i] / (i + 1)), float(hits[i] / hits[-1])) for i in kept]
