"""Fits the two heads and keeps the features that matter."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from models.ngrams import characters_of, pairs_of
from models.training.data import HEADS, Row
from models.weights import Head

Step = Callable[[str], None]
_RAREST = {"characters": 5, "words": 3}
_KEPT = {"characters": 70_000, "words": 50_000}
_QUEUED = 0.8
_C = 3.0
"""Inverse strength of the regularisation."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features in use, characters before words, with their inverse document frequency."""

    characters: Sequence[str]
    words: Sequence[str]
    idf: Mapping[str, float]
    """Keyed by the feature, words and pairs with a leading tab."""


@dataclass(frozen=True, slots=True)
class DevFigures:
    """How one head does on the rows of the dev split that are labelled for it."""

    auc: float
    positive: int
    negative: int
    found: float
    """Share of the positive rows at or above 0.8, the threshold from which the default policy queues."""
    false: float
    """Share of the negative rows at or above 0.8."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What training found: the vocabulary, the heads, and their figures on the dev split."""

    vocabulary: Vocabulary
    squares: Sequence[float]
    heads: Mapping[str, Head]
    dev: Mapping[str, DevFigures]


def fit(rows: Sequence[Row], step: Step) -> Fitted:
    """Fit on the rows that are not of the dev split; calibrate on those that are. `step` hears what was done."""
    train = [row for row in rows if not row.dev]
    full = _count(train)
    step("features counted")
    coefficients = _coefficients(train, full, step)
    vocabulary = _prune(full, coefficients)
    step("vocabulary pruned")
    return _final(rows, train, vocabulary, step)


def features_of(words: Sequence[str]) -> Counter[str]:
    """The features of a text as at run time: distinct words and pairs, and the n-grams of each distinct word."""
    distinct = dict.fromkeys(words)
    found = Counter(gram for word in distinct for gram in characters_of(word))
    found.update(f"\t{each}" for each in dict.fromkeys([*distinct, *pairs_of(list(words))]))
    return found


def _count(train: Sequence[Row]) -> Vocabulary:
    seen: Counter[str] = Counter()
    for row in train:
        seen.update(features_of(row.words).keys())
    characters = sorted(f for f, n in seen.items() if f[0] != "\t" and n >= _RAREST["characters"])
    words = sorted(f for f, n in seen.items() if f[0] == "\t" and n >= _RAREST["words"])
    return _vocabulary(
        characters, words, {f: math.log((1 + len(train)) / (1 + seen[f])) + 1 for f in characters + words}
    )


def _vocabulary(characters: Sequence[str], words: Sequence[str], idf: Mapping[str, float]) -> Vocabulary:
    return Vocabulary(tuple(characters), tuple(words), {feature: idf[feature] for feature in (*characters, *words)})


def _matrix(rows: Iterable[Row], vocabulary: Vocabulary) -> csr_matrix:
    place = {feature: at for at, feature in enumerate((*vocabulary.characters, *vocabulary.words))}
    columns, values, ends = array("i"), array("d"), array("l", [0])
    for row in rows:
        found = {feature: n for feature, n in features_of(row.words).items() if feature in place}
        length = {True: 0.0, False: 0.0}
        for feature, n in found.items():
            length[feature[0] == "\t"] += n * vocabulary.idf[feature] ** 2
        for feature, n in found.items():
            columns.append(place[feature])
            values.append(n * vocabulary.idf[feature] / math.sqrt(length[feature[0] == "\t"]))
        ends.append(len(columns))
    shape = (len(ends) - 1, len(place))
    return csr_matrix((np.frombuffer(values), np.frombuffer(columns, np.int32), np.frombuffer(ends, np.int64)), shape)


def _coefficients(train: Sequence[Row], vocabulary: Vocabulary, step: Step) -> dict[str, tuple[np.ndarray, float]]:
    matrix = _matrix(train, vocabulary)
    step(f"{matrix.shape[0]:,} comments, {matrix.shape[1]:,} features")
    found = {}
    for head in HEADS:
        at, labels = _labelled(train, head)
        model = LogisticRegression(C=_C, solver="liblinear", max_iter=80, random_state=0).fit(matrix[at], labels)
        found[head] = (model.coef_[0], float(model.intercept_[0]))
        step(f"{head}: {len(at):,} comments, {labels.mean():.1%} positive")
    return found


def _labelled(rows: Sequence[Row], head: str) -> tuple[np.ndarray, np.ndarray]:
    at = [place for place, row in enumerate(rows) if row.labels[head] is not None]
    return np.array(at), np.array([rows[place].labels[head] for place in at])


def _prune(full: Vocabulary, coefficients: Mapping[str, tuple[np.ndarray, float]]) -> Vocabulary:
    names = (*full.characters, *full.words)
    weight = np.max([np.abs(values) for values, _ in coefficients.values()], axis=0)
    rank = weight * np.array([full.idf[name] for name in names])
    first = len(full.characters)
    characters = np.argsort(-rank[:first], kind="stable")[: _KEPT["characters"]]
    words = np.argsort(-rank[first:], kind="stable")[: _KEPT["words"]] + first
    return _vocabulary(sorted(names[at] for at in characters), sorted(names[at] for at in words), full.idf)


def _final(rows: Sequence[Row], train: Sequence[Row], vocabulary: Vocabulary, step: Step) -> Fitted:
    names = (*vocabulary.characters, *vocabulary.words)
    idf = np.array([vocabulary.idf[name] for name in names])
    dev = [row for row in rows if row.dev]
    dev_matrix = _matrix(dev, vocabulary)
    heads, figures = {}, {}
    for head, (values, intercept) in _coefficients(train, vocabulary, step).items():
        at, labels = _labelled(dev, head)
        raw = dev_matrix[at] @ values + intercept
        platt = LogisticRegression(C=1e6).fit(raw.reshape(-1, 1), labels)
        heads[head] = Head((values * idf).tolist(), intercept, float(platt.coef_[0][0]), float(platt.intercept_[0]))
        figures[head] = _figures(labels, platt.predict_proba(raw.reshape(-1, 1))[:, 1])
    return Fitted(vocabulary, (idf**2).tolist(), heads, figures)


def _figures(labels: np.ndarray, probabilities: np.ndarray) -> DevFigures:
    flagged = probabilities >= _QUEUED
    return DevFigures(
        auc=float(roc_auc_score(labels, probabilities)),
        positive=int(labels.sum()),
        negative=int((1 - labels).sum()),
        found=float(flagged[labels == 1].mean()),
        false=float(flagged[labels == 0].mean()),
    )
