"""Fits the n-gram model's two heads and keeps the features that matter.

It learns from people's labels and from the teacher's together: each comment counts as so much positive and so much
negative (Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network", 2015).
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from models.encoder import LABELS
from models.ngrams import characters_of, pairs_of
from models.training.data import Example, drawn
from models.weights import Head

Step = Callable[[str], None]
HEADS = {"obscenity": LABELS.index("obscene"), "attack": LABELS.index("attack")}
"""The heads by name, with their place among the labels."""
_TAUGHT_SHARE = {"obscenity": 0.25, "attack": 0.5}
"""The teacher's part of a label where people gave one too. It knows insults better than it knows obscene words."""
_TAUGHT_WEIGHT = 0.5
"""How much a comment counts that only the teacher labelled."""
_LEAST = 0.03
"""Parts of a comment that count less are left out."""
_NOT_FOR_WORDS = frozenset({"reported"})
"""Sentences whose words are those of insults, and whose sense is not."""
_RAREST = {"characters": 5, "words": 3}
_KEPT = {"characters": 70_000, "words": 50_000}
_C = 3.0
"""Inverse strength of the regularisation."""
_SEED = 11


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The features in use, characters before words, with their inverse document frequency."""

    characters: Sequence[str]
    words: Sequence[str]
    idf: Mapping[str, float]
    """Keyed by the feature, words and pairs with a leading tab."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was found: the vocabulary and the heads."""

    vocabulary: Vocabulary
    squares: Sequence[float]
    heads: Mapping[str, Head]


def fit(examples: Sequence[Example], step: Step) -> Fitted:
    """Fit on a draw of what is not of the dev split; calibrate on what is. `step` hears what was done."""
    train = drawn([each for each in examples if not each.dev and each.source not in _NOT_FOR_WORDS], _SEED)
    full = _count(train)
    step(f"{len(full.idf):,} features counted in {len(train):,} comments")
    vocabulary = _prune(full, _coefficients(train, full, step))
    return _final(examples, train, vocabulary, step)


def features_of(words: Sequence[str]) -> Counter[str]:
    """The features of a text as at run time: distinct words and pairs, and the n-grams of each distinct word."""
    distinct = dict.fromkeys(words)
    found = Counter(gram for word in distinct for gram in characters_of(word))
    found.update(f"\t{each}" for each in dict.fromkeys([*distinct, *pairs_of(list(words))]))
    return found


def _count(train: Sequence[Example]) -> Vocabulary:
    seen: Counter[str] = Counter()
    for each in train:
        seen.update(features_of(each.words).keys())
    characters = sorted(f for f, n in seen.items() if f[0] != "\t" and n >= _RAREST["characters"])
    words = sorted(f for f, n in seen.items() if f[0] == "\t" and n >= _RAREST["words"])
    return _vocabulary(
        characters, words, {f: math.log((1 + len(train)) / (1 + seen[f])) + 1 for f in characters + words}
    )


def _vocabulary(characters: Sequence[str], words: Sequence[str], idf: Mapping[str, float]) -> Vocabulary:
    return Vocabulary(tuple(characters), tuple(words), {feature: idf[feature] for feature in (*characters, *words)})


def _matrix(examples: Iterable[Example], vocabulary: Vocabulary) -> csr_matrix:
    place = {feature: at for at, feature in enumerate((*vocabulary.characters, *vocabulary.words))}
    columns, values, ends = array("i"), array("d"), array("l", [0])
    for each in examples:
        found = {feature: n for feature, n in features_of(each.words).items() if feature in place}
        length = {True: 0.0, False: 0.0}
        for feature, n in found.items():
            length[feature[0] == "\t"] += n * vocabulary.idf[feature] ** 2
        for feature, n in found.items():
            columns.append(place[feature])
            values.append(n * vocabulary.idf[feature] / math.sqrt(length[feature[0] == "\t"]))
        ends.append(len(columns))
    shape = (len(ends) - 1, len(place))
    return csr_matrix((np.frombuffer(values), np.frombuffer(columns, np.int32), np.frombuffer(ends, np.int64)), shape)


def _coefficients(train: Sequence[Example], vocabulary: Vocabulary, step: Step) -> dict[str, tuple[np.ndarray, float]]:
    matrix = _matrix(train, vocabulary)
    found = {}
    for head in HEADS:
        positive = np.array([_counts(each, head) for each in train])
        negative = np.array([_counts(each, head, of=0) for each in train])
        first, second = np.flatnonzero(positive >= _LEAST), np.flatnonzero(negative >= _LEAST)
        labels = np.r_[np.ones(len(first)), np.zeros(len(second))]
        model = LogisticRegression(C=_C, solver="liblinear", max_iter=80, tol=1e-3, random_state=0)
        model.fit(vstack([matrix[first], matrix[second]]), labels, np.r_[positive[first], negative[second]])
        found[head] = (model.coef_[0], float(model.intercept_[0]))
        step(f"{head}: fitted with {matrix.shape[1]:,} features")
    return found


def _counts(example: Example, head: str, of: int = 1) -> float:
    """How much the example counts as positive (`of` 1) or negative (0) for a head; nothing without any label."""
    own, taught = example.labels[HEADS[head]], example.labels[HEADS[head] + len(LABELS)]
    if own < 0 and taught < 0:
        return 0.0
    share = 0.0 if taught < 0 else 1.0 if own < 0 else _TAUGHT_SHARE[head]
    mixed = (1 - share) * max(own, 0.0) + share * max(taught, 0.0)
    return (_TAUGHT_WEIGHT if own < 0 else 1.0) * (mixed if of else 1.0 - mixed)


def _prune(full: Vocabulary, coefficients: Mapping[str, tuple[np.ndarray, float]]) -> Vocabulary:
    names = (*full.characters, *full.words)
    weight = np.max([np.abs(values) for values, _ in coefficients.values()], axis=0)
    rank = weight * np.array([full.idf[name] for name in names])
    first = len(full.characters)
    characters = np.argsort(-rank[:first], kind="stable")[: _KEPT["characters"]]
    words = np.argsort(-rank[first:], kind="stable")[: _KEPT["words"]] + first
    return _vocabulary(sorted(names[at] for at in characters), sorted(names[at] for at in words), full.idf)


def _final(examples: Sequence[Example], train: Sequence[Example], vocabulary: Vocabulary, step: Step) -> Fitted:
    names = (*vocabulary.characters, *vocabulary.words)
    idf = np.array([vocabulary.idf[name] for name in names])
    dev = [each for each in examples if each.dev]
    dev_matrix = _matrix(dev, vocabulary)
    heads = {}
    for head, (values, intercept) in _coefficients(train, vocabulary, step).items():
        labels = np.array([each.labels[HEADS[head]] for each in dev])
        raw = (dev_matrix @ values + intercept)[labels >= 0]
        platt = LogisticRegression(C=1e6).fit(raw.reshape(-1, 1), labels[labels >= 0])
        heads[head] = Head((values * idf).tolist(), intercept, float(platt.coef_[0][0]), float(platt.intercept_[0]))
    return Fitted(vocabulary, (idf**2).tolist(), heads)
