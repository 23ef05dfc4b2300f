"""Plots of an evaluation as PNG: reliability, scores, precision against recall. Each comes with the same in words.

What they draw are plain values, as `bot.evaluation.figures` gives them and as they stand in a JSON file. The colours
are those of Okabe and Ito, which people with any colour vision tell apart; line, marker and hatch say the same again.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

KINDS = ("reliability", "scores", "precision-recall")
Figures = Mapping[str, Any]
"""What `bot.evaluation.figures` gives for one label."""
Axes: TypeAlias = Any
_SIZE = (6.0, 4.2)
_DPI = 110
_drawing = threading.Lock()
"""Matplotlib's fonts and text layout are not safe for several threads."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of a plot."""

    paper: str
    ink: str
    grid: str
    first: str
    second: str


LIGHT = Scheme("#ffffff", "#1b2126", "#d5d2c8", "#0072b2", "#d55e00")
DARK = Scheme("#1c2226", "#e8ebec", "#38424a", "#56b4e9", "#e69f00")


def png(kind: str, figures: Figures, title: str, scheme: Scheme = LIGHT) -> bytes:
    """Draw one of `KINDS`.

    Args:
        kind: which plot.
        figures: what `bot.evaluation.figures` gives for one label.
        title: stands above the plot.
        scheme: `LIGHT` or `DARK`.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with _drawing:
        figure = Figure(figsize=_SIZE, dpi=_DPI, facecolor=scheme.paper, layout="constrained")
        canvas = FigureCanvasAgg(figure)
        axes = figure.add_subplot()
        _dress(axes, title, scheme)
        _DRAW[kind](axes, figures, scheme)
        _legend(axes, scheme)
        written = io.BytesIO()
        canvas.print_png(written)
    return written.getvalue()


def in_words(kind: str, figures: Figures) -> str:
    """What the plot shows, for somebody who does not see it."""
    return _SAY[kind](figures)


def _dress(axes: Axes, title: str, scheme: Scheme) -> None:
    axes.set_facecolor(scheme.paper)
    axes.set_title(title, color=scheme.ink, fontsize=12, loc="left")
    axes.tick_params(colors=scheme.ink)
    axes.grid(color=scheme.grid, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlim(-0.01, 1.01)
    for spine in axes.spines.values():
        spine.set_color(scheme.grid)


def _label(axes: Axes, across: str, up: str, scheme: Scheme) -> None:
    axes.set_xlabel(across, color=scheme.ink)
    axes.set_ylabel(up, color=scheme.ink)


def _legend(axes: Axes, scheme: Scheme) -> None:
    if axes.get_legend_handles_labels()[1]:
        axes.legend(facecolor=scheme.paper, edgecolor=scheme.grid, labelcolor=scheme.ink)


def _reliability(axes: Axes, figures: Figures, scheme: Scheme) -> None:
    filled = _filled(figures)
    _label(axes, "score", "share that people called so", scheme)
    axes.set_ylim(-0.01, 1.01)
    axes.plot([0, 1], [0, 1], linestyle="--", color=scheme.ink, linewidth=1, label="a perfect probability")
    if filled:
        across, up = [each["mean"] for each in filled], [each["share"] for each in filled]
        reach = [[each["share"] - each["low"] for each in filled], [each["high"] - each["share"] for each in filled]]
        axes.errorbar(
            across, up, yerr=reach, fmt="o-", color=scheme.first, capsize=3, linewidth=1.5, label="tenths, with 95 %"
        )


def _scores(axes: Axes, figures: Figures, scheme: Scheme) -> None:
    shown = figures["histogram"]
    edges = shown["edges"]
    middles = [(start + end) / 2 for start, end in pairwise(edges)]
    width = (edges[1] - edges[0]) * 0.45
    _label(axes, "score", "comments (logarithmic)", scheme)
    kinds = (("no", -width / 2, scheme.first, "", "no"), ("yes", width / 2, scheme.second, "///", "yes"))
    for name, aside, colour, hatch, words in kinds:
        at = [middle + aside for middle in middles]
        axes.bar(
            at, shown[name], width, color=colour, hatch=hatch, edgecolor=scheme.paper, label=f"people said {words}"
        )
    axes.set_yscale("symlog", linthresh=1)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter("{x:.0f}")


def _precision_recall(axes: Axes, figures: Figures, scheme: Scheme) -> None:
    points = figures["curve"]
    _label(axes, "recall: share of them that is found", "precision: share of the found that is right", scheme)
    axes.set_ylim(-0.01, 1.03)
    if points:
        across, up = [each["recall"] for each in points], [each["precision"] for each in points]
        axes.plot(across, up, color=scheme.first, linewidth=1.8, marker="o", markersize=3, label="every threshold")
    found = figures["all"]
    if found["precision"]["value"] is not None and found["recall"]["value"] is not None:
        here = ([found["recall"]["value"]], [found["precision"]["value"]])
        axes.plot(*here, color=scheme.second, marker="D", markersize=9, linestyle="none", label="the policy in force")


def _filled(figures: Figures) -> Sequence[Mapping[str, Any]]:
    return [each for each in figures["reliability"] if each["count"]]


def _say_reliability(figures: Figures) -> str:
    tenths = [f"score {each['mean']:.2f}: {each['share']:.0%} of {each['count']}" for each in _filled(figures)]
    return f"Reliability, the share that people called so in each tenth of the score. {'; '.join(tenths) or 'None'}."


def _say_scores(figures: Figures) -> str:
    shown = figures["histogram"]
    half = len(shown["yes"]) // 2
    high = [f"{sum(shown[name][half:])} of {sum(shown[name])}" for name in ("yes", "no")]
    return (
        f"Histogram of the scores. At 0.5 or above lie {high[0]} comments that people called so, "
        f"and {high[1]} that they did not."
    )


def _say_precision_recall(figures: Figures) -> str:
    said = []
    for wanted in (0.5, 0.8, 0.95):
        reached = [each["precision"] for each in figures["curve"] if each["recall"] >= wanted]
        if reached:
            said.append(f"{max(reached):.0%} at a recall of {wanted:.0%}")
    return f"Precision against recall over all thresholds. Precision is {', '.join(said) or 'not known'}."


_DRAW: Mapping[str, Callable[[Axes, Figures, Scheme], None]] = {
    "reliability": _reliability,
    "scores": _scores,
    "precision-recall": _precision_recall,
}
_SAY: Mapping[str, Callable[[Figures], str]] = {
    "reliability": _say_reliability,
    "scores": _say_scores,
    "precision-recall": _say_precision_recall,
}
