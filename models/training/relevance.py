"""``python -m models.training.relevance FOLDER [--out FOLDER]``: fits the off-topic heads.

Two logistic regressions of three numbers. Held out are whole sources, and posts within the sources; what the heads
say of those sets the value from which a comment is flagged, and gives the figures.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.progress import Progress
from sklearn.linear_model import LogisticRegression

from models import encoder, shipped
from models.relevance import HEADS
from models.training.police_pairs import PAIRS
from models.training.relevance_card import FIGURES, card_section
from models.training.relevance_figures import figures_of
from models.training.relevance_pairs import Pairs, features_of, read_pairs

THRESHOLD = 0.9
FALSE_RATE = 0.005
"""Share of unswapped comments, in sources that were not fitted, that may reach the threshold."""
COLUMNS = {"meaning": [0, 1, 2], "words": [1, 2]}
"""The columns of the features that each head looks at."""
_NAMES = ("nearest", "shared", "length")


def main() -> None:
    """Fit, write the numbers and the figures, and print the card's section."""
    parser = argparse.ArgumentParser(prog="python -m models.training.relevance", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="folder with offtopic_pairs.jsonl")
    parser.add_argument("--out", type=Path, default=shipped.DATA, help="where the numbers go (default: %(default)s)")
    parser.add_argument("--figures", type=Path, default=FIGURES, help="where the figures go (default: %(default)s)")
    arguments = parser.parse_args()
    with Progress() as progress:
        bar = progress.add_task("Comparing posts and comments", total=1.0)
        fit_relevance(
            arguments.folder, arguments.out, arguments.figures, lambda share: progress.update(bar, completed=share)
        )
    print(card_section(arguments.figures))


def fit_relevance(
    folder: Path, out: Path = shipped.DATA, figures: Path = FIGURES, step: Callable[[float], None] = lambda _: None
) -> None:
    """Fit the heads on the pairs in `folder`; write ``relevance.json`` with its sum, and the figures.

    The encoder must lie in `out` already.

    Raises:
        ScoringError: when it is damaged.
        RuntimeError: when onnxruntime or tokenizers is not installed.
        FileNotFoundError: when ``offtopic_pairs.jsonl`` is missing.
    """
    found = encoder.load(out)
    if found is None:
        raise RuntimeError("The encoder cannot be run. Install onnxruntime and tokenizers.")
    pairs = read_pairs(folder, found, step)
    police = features_of([(each.post, each.text) for each in PAIRS], found)
    heads, lines, unseen = {}, {}, {}
    for name, columns in COLUMNS.items():
        by_source = held_out(pairs, columns, pairs.sources)
        limit = _limit(pairs, by_source) if name == "meaning" else 0.0
        start, weights = fitted(pairs, columns, np.ones(len(pairs.swapped), dtype=bool))
        shift = np.log(THRESHOLD / (1 - THRESHOLD)) - limit if name == "meaning" else 0.0
        numbers = dict.fromkeys(_NAMES, 0.0) | {_NAMES[at]: weight for at, weight in zip(columns, weights, strict=True)}
        heads[name] = {key: round(float(number), 4) for key, number in {"start": start + shift, **numbers}.items()}
        lines[name] = limit
        unseen[name] = {
            "by_source": by_source,
            "by_post": held_out(pairs, columns, pairs.folds),
            "police": start + police[:, columns] @ weights,
        }
    path = out / HEADS
    path.write_text(json.dumps(heads, indent=2) + "\n", encoding="utf-8")
    shipped.record(path)
    found_figures = figures_of(pairs, unseen, lines["meaning"], police)
    figures.write_text(json.dumps(found_figures, indent=2) + "\n", encoding="utf-8")


def fitted(pairs: Pairs, columns: list[int], chosen: np.ndarray) -> tuple[float, np.ndarray]:
    """Fit on the chosen rows: the intercept, and the weight of each column."""
    model = LogisticRegression(C=10.0, max_iter=2_000)
    model.fit(pairs.features[chosen][:, columns], pairs.swapped[chosen], sample_weight=pairs.weights[chosen])
    return float(model.intercept_[0]), model.coef_[0]


def held_out(pairs: Pairs, columns: list[int], groups: np.ndarray) -> np.ndarray:
    """The logit of every pair by a head that was fitted without the group it is in."""
    logits = np.zeros(len(groups))
    for group in np.unique(groups):
        start, weights = fitted(pairs, columns, groups != group)
        logits[groups == group] = start + pairs.features[groups == group][:, columns] @ weights
    return logits


def _limit(pairs: Pairs, logits: np.ndarray) -> float:
    """The logit that the allowed share of unswapped comments exceeds, every source weighing the same."""
    kept = pairs.swapped == 0
    order = np.argsort(-logits[kept])
    above = np.cumsum(pairs.weights[kept][order]) / pairs.weights[kept].sum()
    return float(logits[kept][order][np.searchsorted(above, FALSE_RATE)])


if __name__ == "__main__":
    main()
