"""Plots of an evaluation: pictures that can be opened, and the same in words."""

from __future__ import annotations

import struct
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.evaluation import Example, figures
from bot.plots import DARK, KINDS, LIGHT, Scheme, in_words, png


def some(count: int = 40) -> dict[str, Any]:
    """Scores that rise evenly; the upper half is true."""
    return figures(
        [
            Example(i / count, true=2 * i >= count, flagged=i / count >= 0.8, hidden=False, page="", language="")
            for i in range(count)
        ]
    )


@pytest.mark.parametrize(("kind", "scheme"), list(zip(KINDS, (LIGHT, DARK, LIGHT), strict=True)))
def test_a_plot_is_a_png_of_a_readable_size(kind: str, scheme: Scheme) -> None:
    picture = png(kind, some(), "Obscenity", scheme)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (660, 462)


@pytest.mark.parametrize("kind", KINDS)
def test_a_plot_of_one_text_can_be_drawn(kind: str) -> None:
    assert png(kind, figures([Example(1.0, true=False, flagged=False, hidden=False, page="", language="")]), "One")


def test_plots_can_be_asked_for_at_once() -> None:
    with ThreadPoolExecutor(3) as pool:
        first, *others = pool.map(lambda title: png("scores", some(), title), ["At once"] * 3)
    assert others == [first, first]


def test_in_words_they_say_what_they_show() -> None:
    shown = some()
    assert "score 0.04: 0% of 4" in in_words("reliability", shown)
    assert "score 0.94: 100% of 4" in in_words("reliability", shown)
    assert "At 0.5 or above lie 20 of 20 comments that people called so, and 0 of 20" in in_words("scores", shown)
    assert "100% at a recall of 80%" in in_words("precision-recall", shown)


def test_without_anything_true_the_curve_says_that_it_is_not_known() -> None:
    nothing = figures([Example(0.1, true=False, flagged=False, hidden=False, page="", language="")])
    assert "Precision is not known" in in_words("precision-recall", nothing)
