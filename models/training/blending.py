"""Fits how the two parts answer together: two slopes and offsets a question, and when the n-grams answer alone.

The log-odds of the n-grams, of people's head and of the teacher's head are added as they are. Weights fitted on the
dev split would lean on people's head, which knows the dev split's sources best; the plain sum does better on others.
From an attack a part of the obscenity is taken off: who swears at nobody attacks nobody, and the labels that were
learnt from confuse the two.
A clear comment gets the log-odds that both parts give such comments on average, by a straight line (least squares).

One half of the dev split, every other comment, is for the slopes and offsets. On the other half the bounds are chosen,
and the calibration is measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from models.blend import Blend, Question
from models.encoder import LABELS, Encoder
from models.regression import Regression
from models.toxicity import stretches_of
from models.training.data import Example
from models.training.fit import HEADS

_BOUNDS = np.arange(-6.0, -1.9, 0.25)
_LOST = 0.002
"""How much area under the curve the cascade may cost."""
_LOST_FLAGS = 0.005
_FLAGGED = 0.8
_SWEARING = 0.2
"""How much of the log-odds of people's obscenity is taken off an attack."""
_FEWEST = 100
"""Clear comments that a line needs."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What both parts say of some comments: of each one's worst stretch, by question; columns in order of `HEADS`."""

    ngrams: np.ndarray
    """Log-odds, shape (comments, 2)."""
    totals: np.ndarray
    """Sums of three log-odds, shape (comments, 2)."""
    labels: np.ndarray
    """People's labels, shape (comments, 2); -1 without one."""


def answers_of(examples: Sequence[Example], ngrams: Regression, encoder: Encoder) -> Answers:
    """Ask both parts, without a cascade."""
    odds, totals = [], []
    for each in examples:
        stretches = stretches_of(each.text)
        found = [ngrams.log_odds([word.text for word in stretch.words]) for stretch in stretches]
        own = np.array([[row[head] for head in HEADS] for row in found])
        judged = encoder.judge([stretch.text for stretch in stretches])
        added = own + judged @ np.array([_weights(head) for head in HEADS]).T
        odds.append(own.max(0))
        totals.append(added.max(0))
    labels = [[each.labels[place] for place in HEADS.values()] for each in examples]
    return Answers(np.array(odds), np.array(totals), np.array(labels))


def fit_blend(answers: Answers) -> Blend:
    """Fit on the comments of a dev split, in its order."""
    fitting = np.arange(len(answers.labels)) % 2 == 1
    together = [_platt(answers.totals[:, at], answers.labels[:, at], fitting) for at in range(len(HEADS))]
    best = max(
        (_cascaded(answers, bounds, together, fitting) for bounds in product(_BOUNDS.tolist(), repeat=len(HEADS))),
        key=lambda found: found[0],
    )
    _, bounds, alone = best
    return {
        head: Question(1.0, _weights(head), *together[at], *alone[at], float(bounds[at]))
        for at, head in enumerate(HEADS)
    }


def clear(answers: Answers, bounds: Sequence[float]) -> np.ndarray:
    """Which comments the n-grams answer alone."""
    found: np.ndarray = np.all(answers.ngrams < np.array(bounds), axis=1)
    return found


def _weights(head: str) -> list[float]:
    """The weight of each of the judge's answers: 1 of people's and of the teacher's to the question itself."""
    found = [1.0 if at % len(LABELS) == HEADS[head] else 0.0 for at in range(2 * len(LABELS))]
    if head == "attack":
        found[HEADS["obscenity"]] = -_SWEARING
    return found


Line = tuple[float, float]
"""A slope and an offset."""


def _platt(odds: np.ndarray, labels: np.ndarray, chosen: np.ndarray) -> Line:
    chosen = chosen & (labels >= 0)
    model = LogisticRegression(C=1e6).fit(odds[chosen].reshape(-1, 1), labels[chosen])
    return float(model.coef_[0][0]), float(model.intercept_[0])


def _cascaded(
    answers: Answers, bounds: Sequence[float], together: Sequence[Line], fitting: np.ndarray
) -> tuple[float, Sequence[float], Sequence[Line]]:
    """The share that is clear under these bounds, or -1 where they cost too much; with the lines of the clear."""
    skipped = clear(answers, bounds)
    alone: list[Line] = []
    for at in range(len(HEADS)):
        odds, labels = answers.ngrams[:, at], answers.labels[:, at]
        full = together[at][0] * answers.totals[:, at] + together[at][1]
        if skipped.sum() < _FEWEST:
            return -1.0, bounds, alone
        slope, offset = np.polyfit(odds[skipped], full[skipped], 1).tolist()
        alone.append((slope, offset))
        measured = ~fitting & (labels >= 0)
        cut = np.where(skipped, alone[at][0] * odds + alone[at][1], full)
        lost = roc_auc_score(labels[measured], full[measured]) - roc_auc_score(labels[measured], cut[measured])
        flagged = measured & (full >= np.log(_FLAGGED / (1 - _FLAGGED)))
        if lost > _LOST or slope <= 0 or (flagged & skipped).sum() > _LOST_FLAGS * flagged.sum():
            return -1.0, bounds, alone
    return float(skipped.mean()), bounds, alone
