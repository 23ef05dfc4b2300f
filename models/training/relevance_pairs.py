"""Pairs of a post and a comment, half of them swapped, as what the off-topic heads see of them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models import overlap
from models.encoder import Encoder
from models.relevance import Meaning, length_of
from models.training.data import lines_of

_MOST_PAIRS = 1_000
"""Pairs of one source and kind: more say little more, and every text takes the encoder some milliseconds."""
_FOLDS = 5
_SEED = 5


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of all sources, one row each."""

    sources: np.ndarray
    posts: np.ndarray
    swapped: np.ndarray
    features: np.ndarray
    """Shape (pairs, 3): cosine of the meanings, share of the words, ln(1 + words)."""

    @property
    def weights(self) -> np.ndarray:
        """Every source weighs the same, however many pairs it has."""
        names, counts = np.unique(self.sources, return_counts=True)
        pairs = dict(zip(names, counts, strict=True))
        weights: np.ndarray = np.array([len(self.sources) / pairs[each] for each in self.sources])
        return weights

    @property
    def folds(self) -> np.ndarray:
        """Which of five parts each pair is in; all pairs of one post are in the same."""
        folds: np.ndarray = np.array(
            [int(hashlib.sha256(post.encode()).hexdigest(), 16) % _FOLDS for post in self.posts]
        )
        return folds


def read_pairs(folder: Path, found: Encoder, step: Callable[[float], None]) -> Pairs:
    """Read ``offtopic_pairs.jsonl`` (source, post, text, off_topic), at most 1,000 pairs a source and kind.

    `step` is told the share that is done.

    Raises:
        FileNotFoundError: when the file is missing.
    """
    groups: dict[tuple[str, int], list[dict[str, str]]] = {}
    for row in lines_of(folder / "offtopic_pairs.jsonl"):
        groups.setdefault((row["source"], int(row["off_topic"])), []).append(row)
    chance = random.Random(_SEED)
    rows = [row for key in sorted(groups) for row in chance.sample(groups[key], min(len(groups[key]), _MOST_PAIRS))]
    rows.sort(key=lambda row: row["post"])  # so that a post's meaning is still known for its next comment
    features = features_of([(row["post"], row["text"]) for row in rows], found, step)
    sources, posts, swapped = (np.array([row[name] for row in rows]) for name in ("source", "post", "off_topic"))
    return Pairs(sources, posts, swapped.astype(int), features)


def features_of(
    pairs: Sequence[tuple[str, str]], found: Encoder, step: Callable[[float], None] = lambda _: None
) -> np.ndarray:
    """Compare each comment with its post as the classifier does: shape (pairs, 3)."""
    meaning, words = Meaning(found), overlap.load()
    rows = []
    for at, (post, text) in enumerate(pairs):
        shared = overlap.shared(words.telling(text), words.telling(post))
        rows.append((meaning.nearest(text, [post]), shared, length_of(text)))
        step((at + 1) / len(pairs))
    features: np.ndarray = np.array(rows)
    return features
