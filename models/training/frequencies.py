"""Counts in how many comments a stem occurs, for the relevance score."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from models.overlap import stem
from models.training.data import Example

_KEPT = 4_000


def write_frequencies(rows: Sequence[Example], path: Path) -> None:
    """Write the inverse document frequency of the 4,000 commonest stems; a rarer one counts as the last of them."""
    seen: Counter[str] = Counter()
    for row in rows:
        seen.update({stem(word) for word in row.words if len(word) > 1})
    common = sorted(seen.items(), key=lambda each: (-each[1], each[0]))[:_KEPT]
    lines = [f"{word} {math.log(len(rows) / count):.2f}" for word, count in common]
    head = "# Stem and inverse document frequency (natural logarithm), made by models/training from its training rows."
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
