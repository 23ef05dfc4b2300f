"""The comparison as a picture: accuracy by place, and speed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.classifiers.comparison import Measured

_MARKS = ("o", "s", "^", "D", "v")
_COLOURS = ("#0072B2", "#56B4E9", "#E69F00", "#009E73", "#CC79A7")
"""Okabe and Ito's colours, told apart by colour-blind readers; the marks differ too."""


def draw(measured: Sequence[Measured], path: Path) -> None:
    """Write a PNG: on the left the area under the curve by place and question, on the right the speeds."""
    from matplotlib.figure import Figure as Picture

    picture = Picture(figsize=(11, 5.5), layout="constrained")
    left, right = picture.subplots(1, 2, width_ratios=(3, 2))
    asked = list(dict.fromkeys(key for each in measured for key in each.areas))
    for at, each in enumerate(measured):
        style = {"color": _COLOURS[at % len(_COLOURS)], "marker": _MARKS[at % len(_MARKS)], "label": each.name}
        known = [place for place, key in enumerate(asked) if key in each.areas]
        if known:
            values = [each.areas[asked[place]].value for place in known]
            within = [each.areas[asked[place]].within for place in known]
            left.errorbar(values, known, xerr=within, linestyle="none", **style)
        right.scatter([each.single_per_second], [each.batch_per_second], s=70, **style)
    left.set_yticks(range(len(asked)), [f"{question}: {place}" for place, question in asked])
    left.set_xlabel("area under the curve, with its 95 % interval (0.5 is chance)")
    left.set_title("How well scores separate")
    left.invert_yaxis()
    right.set(
        xscale="log", yscale="log", xlabel="comments a second, one by one", ylabel="comments a second, in a batch"
    )
    right.set_title("Speed of one thread")
    right.legend(loc="lower right")
    for axes in (left, right):
        axes.grid(visible=True, alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.savefig(path, dpi=110)
