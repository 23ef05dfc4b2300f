"""How well scores separate, with an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FEWEST = 10
"""Fewer comments of either kind say nothing."""


@dataclass(frozen=True, slots=True)
class Area:
    """The area under the receiver operating curve, and half the width of its 95 % interval."""

    value: float
    within: float


def area(labels: Sequence[int], scores: Sequence[float]) -> Area | None:
    """The chance that a positive is scored above a negative, ties counting half; None with too few of either.

    The interval is that of Hanley and McNeil, Radiology 143, 1982.
    """
    truth, values = np.asarray(labels, bool), np.asarray(scores, float)
    positive, negative = int(truth.sum()), int((~truth).sum())
    if min(positive, negative) < FEWEST:
        return None
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    found = float((ranks[truth].sum() - positive * (positive + 1) / 2) / (positive * negative))
    first, second = found / (2 - found), 2 * found**2 / (1 + found)
    spread = found * (1 - found) + (positive - 1) * (first - found**2) + (negative - 1) * (second - found**2)
    return Area(found, 1.96 * math.sqrt(max(spread, 0.0) / (positive * negative)))
