"""The model card's section about off-topic, from the figures that were written last."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

FIGURES = Path(__file__).with_name("relevance_figures.json")
_TEXT = """\
## Off-topic

Two logistic regressions of three numbers (`data/relevance.json`): the cosine of the meanings of post and comment, the
share of words, the length; the second does without the meaning. Fitted on {pairs:,} pairs of a post and a comment,
half of them swapped at random, from {sources}.
Area under the curve with 95 % intervals, drawn by post:

| source | cosine alone | source held out | post held out | words alone | flagged: its own post | swapped |
|---|---|---|---|---|---|---|
{rows}

"Flagged" is at the default threshold, 0.9, with the whole source held out. A swapped comment may well fit its new
post, and some comments under their own post are about something else, so no figure here can come near 1. The {police}
pairs written for this project look like a Department's page and were never fitted on; their author knew what the model
compares.
"""


def card_section(path: Path = FIGURES) -> str:
    """Give the section."""
    figures = json.loads(path.read_text(encoding="utf-8"))
    names = [name for name in figures if name not in ("macro", "police")]
    rows = [_row(name, each) for name, each in figures.items()]
    return _TEXT.format(
        pairs=figures["macro"]["pairs"],
        sources=", ".join(names),
        rows="\n".join(rows),
        police=figures["police"]["pairs"],
    )


def _row(name: str, figures: Mapping[str, object]) -> str:
    areas = (figures[column] for column in ("cosine", "by_source", "by_post", "words"))
    shares = (f"{figures[column]:.1%}" for column in ("flagged_own", "flagged_swapped"))
    label = {"macro": "mean of the sources", "police": "written for this project"}.get(name, name)
    return f"| {' | '.join([label, *map(_area, areas), *shares])} |"


def _area(figures: object) -> str:
    value, *interval = figures if isinstance(figures, list) else [figures]
    return f"{value:.3f}" + (f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else "")
