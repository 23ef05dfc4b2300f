"""Measures what is shipped, as it runs: by question, by source, by the group that a comment speaks of."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import precision_recall_curve, roc_auc_score

from models.encoder import Encoder
from models.score import Category, Item
from models.toxicity import Toxicity
from models.training.data import NOT_TRAINED_ON, Example, as_example, lines_of
from models.training.fit import HEADS

FIGURES = Path(__file__).with_name("figures.json")
QUEUED = 0.8
"""The threshold from which the default policy queues."""
_CATEGORIES = {"obscenity": Category.OBSCENITY, "attack": Category.PERSONAL_ATTACK}
_DRAWS = 200
_SEED = 7
_BINS = 10
_POINTS = 50
_FEWEST = 10
"""Positive and negative comments that a figure needs at least."""
_MEASURED_AT_MOST = 2_000
GROUPS = {
    "police or government": r"police|cops?|officers?|sheriff|mayor|government|council",
    "Black people": r"blacks?|african|african-americans?",
    "white people": r"whites?",
    "women": r"wom[ae]n|girls?|female",
    "men": r"m[ae]n|boys?|male",
    "gay, lesbian or trans people": r"gays?|lesbians?|trans|transgender|lgbtq?",
    "Muslims": r"muslims?|islam|islamic",
    "Jews": r"jews?|jewish",
    "Christians": r"christians?|catholics?|church",
    "immigrants or Mexicans": r"immigrants?|immigration|mexicans?|refugees?",
}
"""Of whom a comment speaks, by whole words."""

Figures = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Measured:
    """Comments with people's labels and the model's values; both of shape (comments, 2), columns as in `HEADS`."""

    examples: Sequence[Example]
    labels: np.ndarray
    values: np.ndarray


def not_trained_on(folder: Path) -> list[Example]:
    """Read the sets that may be measured on and not trained on, of each the first 2,000 comments.

    Raises:
        FileNotFoundError: when ``train.jsonl`` is missing.
    """
    found: dict[str, list[Example]] = {name: [] for name in sorted(NOT_TRAINED_ON)}
    for row in lines_of(folder / "train.jsonl"):
        if row["source"] in found and len(found[row["source"]]) < _MEASURED_AT_MOST:
            found[row["source"]].append(as_example(row["source"], str(row["text"]), row))
    return [each for examples in found.values() for each in examples]


def measured(examples: Sequence[Example], folder: Path, encoder: Encoder | None) -> Measured:
    """Let the model in `folder` score the examples."""
    model = Toxicity(folder, lambda _: encoder)
    values = [_values(model, each.raw) for each in examples]
    labels = [[each.labels[place] for place in HEADS.values()] for each in examples]
    return Measured(examples, np.array(labels), np.array(values))


def _values(model: Toxicity, text: str) -> list[float]:
    scores = {score.category: score.value for score in model.score([Item(text)])[0]}
    return [scores.get(_CATEGORIES[head], 0.0) for head in HEADS]


def figures_of(dev: Measured, alone: Measured, others: Measured, read: float) -> Figures:
    """Give all figures as plain values: `alone` is the n-grams on the dev split, `others` the sets not trained on.

    `read` is the share of dev comments that the transformer reads.
    """
    return {
        "read_by_transformer": round(read, 3),
        "dev": {head: _question(dev, at) for at, head in enumerate(HEADS)},
        "ngrams_alone": {head: _auc(alone, at, _all(alone)) for at, head in enumerate(HEADS)},
        "not_trained_on": {
            head: {name: _row(others, at, _of(others, name)) for name in sorted(NOT_TRAINED_ON)}
            for at, head in enumerate(HEADS)
        },
        "clean_by_group": _groups(dev, others),
    }


def _question(of: Measured, at: int) -> Figures:
    names = sorted({each.source.split("_")[0] for each in of.examples})
    chosen = of.labels[:, at] >= 0
    halved = chosen & (np.arange(len(chosen)) % 2 == 0)
    return {
        "all": _row(of, at, chosen),
        "by_source": {name: row for name in names if (row := _row(of, at, _of(of, name)))["comments"]},
        "reliability": _reliability(of.labels[halved, at], of.values[halved, at]),
        "precision_recall": _curve(of.labels[chosen, at], of.values[chosen, at]),
    }


def _all(of: Measured) -> np.ndarray:
    return np.ones(len(of.examples), dtype=bool)


def _of(of: Measured, name: str) -> np.ndarray:
    found: np.ndarray = np.array([name in (each.source, each.source.split("_")[0]) for each in of.examples])
    return found


def _row(of: Measured, at: int, chosen: np.ndarray) -> dict[str, object]:
    """How one question goes on some comments: counts, area, what is found at 0.8, and the clean that are flagged."""
    labels, flagged = of.labels[:, at], of.values[:, at] >= QUEUED
    positive, negative = chosen & (labels == 1), chosen & (labels == 0)
    return {
        "comments": int(positive.sum() + negative.sum()),
        "positive": int(positive.sum()),
        "auc": _auc(of, at, chosen),
        "found": share_of(int((flagged & positive).sum()), int(positive.sum())),
        "clean_flagged": share_of(int((flagged & negative).sum()), int(negative.sum())),
    }


def _auc(of: Measured, at: int, chosen: np.ndarray) -> list[float] | None:
    """The area under the curve with its 95 % interval, by drawing comments again; None of too few."""
    chosen = chosen & (of.labels[:, at] >= 0)
    labels, values = of.labels[chosen, at], of.values[chosen, at]
    if min((labels == 1).sum(), (labels == 0).sum()) < _FEWEST:
        return None
    chance = np.random.default_rng(_SEED)
    draws = [chance.integers(0, len(labels), len(labels)) for _ in range(_DRAWS)]
    drawn = [roc_auc_score(labels[draw], values[draw]) for draw in draws if 0 < labels[draw].sum() < len(draw)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return [round(float(each), 4) for each in (roc_auc_score(labels, values), low, high)]


def share_of(count: int, total: int) -> list[float] | None:
    """A share with its 95 % interval (Wilson, J. American Statistical Association, 1927); None of nothing."""
    if not total:
        return None
    z, share = 1.96, count / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    reach = z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return [round(each, 4) for each in (share, max(middle - reach, 0.0), min(middle + reach, 1.0))]


def _reliability(labels: np.ndarray, values: np.ndarray) -> list[Figures]:
    """Of the comments whose value lies in each tenth: how many, the mean value, the share that is positive."""
    places = np.minimum((values * _BINS).astype(int), _BINS - 1)
    return [
        {
            "from": at / _BINS,
            "comments": int((places == at).sum()),
            "value": round(float(values[places == at].mean()), 4),
            "positive": share_of(int(labels[places == at].sum()), int((places == at).sum())),
        }
        for at in range(_BINS)
        if (places == at).any()
    ]


def _curve(labels: np.ndarray, values: np.ndarray) -> list[Figures]:
    precision, recall, thresholds = precision_recall_curve(labels, values)
    chosen = np.unique(np.linspace(0, len(thresholds) - 1, _POINTS).astype(int))
    return [
        {
            "threshold": round(float(thresholds[at]), 4),
            "precision": round(float(precision[at]), 4),
            "recall": round(float(recall[at]), 4),
        }
        for at in chosen
    ]


def _groups(*sets: Measured) -> Figures:
    """Of comments without attack and obscenity, by whom they speak of: how many are flagged as either."""
    examples = [each for of in sets for each in of.examples]
    labels, values = np.concatenate([of.labels for of in sets]), np.concatenate([of.values for of in sets])
    clean = (labels == 0).all(1)
    flagged = (values >= QUEUED).any(1)
    found = {"all": clean}
    for name, words in GROUPS.items():
        pattern = re.compile(rf"\b(?:{words})\b")
        found[name] = clean & np.array([bool(pattern.search(each.text)) for each in examples])
    return {
        name: {"comments": int(chosen.sum()), "flagged": share_of(int((chosen & flagged).sum()), int(chosen.sum()))}
        for name, chosen in found.items()
    }
