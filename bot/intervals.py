"""Shares and estimates with their 95 % intervals: a figure without one is not shown."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959964
"""The normal quantile of a two-sided interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the interval in which the true share lies."""

    hits: int
    of: int
    value: float | None
    """hits / of; None when there is nothing to count."""
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval; without one where none can be given."""

    value: float
    low: float | None
    high: float | None


def share(hits: int, of: int) -> Share:
    """A share with its Wilson score interval.

    It stays within 0 and 1 and keeps its promise for small counts and for shares of 0 or 1, where the usual interval
    has no width. Source: E. B. Wilson, JASA 22 (1927), 209-212; recommended by Brown, Cai and DasGupta, Statistical
    Science 16 (2001), 101-133.
    """
    if of == 0:
        return Share(0, 0, None, None, None)
    observed, square = hits / of, _Z * _Z
    centre = (observed + square / (2 * of)) / (1 + square / of)
    half = _Z / (1 + square / of) * math.sqrt(observed * (1 - observed) / of + square / (4 * of * of))
    # Rounding must not put a share of 0 or 1 outside of its own interval.
    return Share(hits, of, observed, min(observed, max(0.0, centre - half)), max(observed, min(1.0, centre + half)))


def normal(value: float, variance: float) -> Estimate:
    """An estimate of known variance with its normal interval, kept within 0 and 1; no interval without a variance."""
    if variance <= 0:
        return Estimate(value, None, None)
    half = _Z * math.sqrt(variance)
    return Estimate(value, max(0.0, value - half), min(1.0, value + half))
