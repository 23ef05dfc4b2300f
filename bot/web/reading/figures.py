"""How well the classifiers do on what was decided here, in words, with the plots that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.plots import KINDS, in_words
from bot.words import CATEGORIES, said_of

_NAMES = {
    "precision": "Precision: of what is flagged for it, how much is it",
    "recall": "Recall: of what is it, how much is flagged for it",
    "wrong_hides": "Wrong hides: of what is hidden for it, how much is not it",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its interval."""

    name: str
    value: str
    interval: str
    counts: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot: its kind in the address, and what it shows."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    """The figures of one label."""

    key: str
    name: str
    labelled: int
    figures: list[Figure]
    plots: list[Plot]


def labels(found: Mapping[str, Any]) -> list[Label]:
    """Put `OwnFigures.labels` into words."""
    return [
        Label(
            key=key,
            name=said_of(key, CATEGORIES),
            labelled=figures["all"]["labelled"],
            figures=[_figure(words, figures["all"][name]) for name, words in _NAMES.items()],
            plots=[Plot(kind, in_words(kind, figures)) for kind in KINDS],
        )
        for key, figures in found.items()
    ]


def _figure(name: str, found: Mapping[str, Any]) -> Figure:
    if found["value"] is None:
        return Figure(name, "not known", "", "none to count")
    interval = f"{100 * found['low']:.1f} to {100 * found['high']:.1f} %"
    return Figure(name, f"{100 * found['value']:.1f} %", interval, f"{found['hits']} of {found['of']}")
