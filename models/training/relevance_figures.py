"""What the off-topic heads reach on pairs that they were not fitted on, and the card's section about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from models.training.police_pairs import PAIRS
from models.training.relevance_pairs import Pairs

FIGURES = Path(__file__).with_name("relevance_figures.json")
_DRAWS = 300
_SEED = 7
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


def figures_of(
    pairs: Pairs, unseen: Mapping[str, Mapping[str, np.ndarray]], limit: float, police: np.ndarray
) -> dict[str, dict[str, object]]:
    """Give the figures by source, for the mean of the sources (*macro*), and for the pairs written for this project."""
    meaning, words = unseen["meaning"], unseen["words"]
    columns = {
        "cosine": -pairs.features[:, 0],
        "by_source": meaning["by_source"],
        "by_post": meaning["by_post"],
        "words": words["by_source"],
    }
    figures: dict[str, dict[str, object]] = {}
    names = [str(name) for name in np.unique(pairs.sources)]
    draws = {name: _draws(pairs.posts[pairs.sources == name]) for name in names}
    for name in [*names, "macro"]:
        row: dict[str, object] = {"pairs": int((pairs.sources == name).sum()) or len(pairs.sources)}
        of = [name] if name in draws else names
        for column, logits in columns.items():
            row[column] = _auc(pairs, logits, {each: draws[each] for each in of})
        for kind, swapped in (("flagged_own", 0), ("flagged_swapped", 1)):
            shares = [
                (meaning["by_source"][(pairs.sources == each) & (pairs.swapped == swapped)] >= limit).mean()
                for each in of
            ]
            row[kind] = round(float(np.mean(shares)), 4)
        figures[name] = row
    figures["police"] = _police(meaning["police"], words["police"], limit, police)
    return figures


def card_section(path: Path = FIGURES) -> str:
    """The section of the model card about off-topic, from the figures that were written last."""
    figures = json.loads(path.read_text(encoding="utf-8"))
    names = [name for name in figures if name not in ("macro", "police")]
    rows = [_row(name, each) for name, each in figures.items()]
    return _TEXT.format(
        pairs=figures["macro"]["pairs"],
        sources=", ".join(names),
        rows="\n".join(rows),
        police=figures["police"]["pairs"],
    )


def _auc(pairs: Pairs, logits: np.ndarray, draws: Mapping[str, list[np.ndarray]]) -> list[float]:
    """The area under the curve, averaged over the sources in `draws`, and its interval."""
    every, drawn = [], []
    for name, of in draws.items():
        swapped, values = pairs.swapped[pairs.sources == name], logits[pairs.sources == name]
        every.append(roc_auc_score(swapped, values))
        drawn.append([roc_auc_score(swapped[rows], values[rows]) for rows in of])
    interval: np.ndarray = np.quantile(np.mean(drawn, axis=0), (0.025, 0.975))
    return [round(float(each), 4) for each in (np.mean(every), *interval)]


def _draws(posts: np.ndarray) -> list[np.ndarray]:
    """Rows for the bootstrap: whole posts drawn with replacement, as comments under one post are alike."""
    chance = np.random.default_rng(_SEED)
    names, at = np.unique(posts, return_inverse=True)
    rows = [np.flatnonzero(at == each) for each in range(len(names))]
    return [
        np.concatenate([rows[each] for each in chance.integers(len(names), size=len(names))]) for _ in range(_DRAWS)
    ]


def _police(logits: np.ndarray, words: np.ndarray, limit: float, features: np.ndarray) -> dict[str, object]:
    other = np.array([each.off_topic for each in PAIRS])

    def auc(values: np.ndarray) -> list[float]:
        return [round(float(roc_auc_score(other, values)), 4)]

    return {
        "pairs": len(PAIRS),
        "cosine": auc(-features[:, 0]),
        "by_source": auc(logits),
        "by_post": auc(logits),
        "words": auc(words),
        "flagged_own": round(float((logits[~other] >= limit).mean()), 4),
        "flagged_swapped": round(float((logits[other] >= limit).mean()), 4),
    }


def _row(name: str, figures: Mapping[str, object]) -> str:
    areas = (figures[column] for column in ("cosine", "by_source", "by_post", "words"))
    shares = (f"{figures[column]:.1%}" for column in ("flagged_own", "flagged_swapped"))
    label = {"macro": "mean of the sources", "police": "written for this project"}.get(name, name)
    return f"| {' | '.join([label, *map(_area, areas), *shares])} |"


def _area(figures: object) -> str:
    value, *interval = figures if isinstance(figures, list) else [figures]
    return f"{value:.3f}" + (f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else "")
