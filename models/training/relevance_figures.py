"""What the off-topic heads reach on pairs that they were not fitted on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from sklearn.metrics import roc_auc_score

from models.training.police_pairs import PAIRS
from models.training.relevance_pairs import Pairs

_DRAWS = 300
_SEED = 7


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
