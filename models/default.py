"""The classifiers in use by default, and scoring with all of them so that one failure stops nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.combine import EVERY, Combination, combine
from models.criticism import Criticism
from models.insults import Insults
from models.other_languages import OtherLanguages
from models.relevance import Relevance
from models.score import Classifier, Item, Score
from models.spam import Spam
from models.toxicity import Toxicity
from models.urgent import Urgent
from models.wordlist import Wordlist


@dataclass(frozen=True, slots=True)
class Scored:
    """What all classifiers said about one item."""

    scores: tuple[Score, ...]
    failed: tuple[str, ...] = ()
    """The names of the classifiers that could not answer: the verdict is capped at *queue*."""


CLASSIFIERS: tuple[type[Classifier], ...] = (
    Wordlist,
    Toxicity,
    Urgent,
    Insults,
    OtherLanguages,
    Spam,
    Criticism,
    Relevance,
)
"""The default classifiers, the surest first; each is loaded by calling it."""


def default_classifiers() -> tuple[Classifier, ...]:
    """Load the default classifiers.

    Raises:
        ScoringError: when a file of theirs is missing, damaged, or not the one that was shipped.
    """
    return tuple(load() for load in CLASSIFIERS)


def score_all(
    classifiers: Sequence[Classifier], items: Sequence[Item], combination: Combination = EVERY
) -> list[Scored]:
    """Score the items with every classifier, in batches, and count together what the combination says.

    A classifier that fails for the batch is asked again item by item, so that one comment that cannot be scored does
    not cap the others. That it failed is in the verdict, whatever the reason: a defect costs a look by a person, and
    never the capture of a page.
    """
    rows: list[dict[str, list[Score]]] = [{} for _ in items]
    failed: list[list[str]] = [[] for _ in items]
    for classifier in classifiers:
        for row, failures, scores in zip(rows, failed, _answers(classifier, items), strict=True):
            if scores is None:
                failures.append(classifier.name)
            else:
                row[classifier.name] = scores
    return [
        Scored(combine(row, combination, failures), tuple(failures)) for row, failures in zip(rows, failed, strict=True)
    ]


def _answers(classifier: Classifier, items: Sequence[Item]) -> Sequence[list[Score] | None]:
    try:
        return classifier.score(items)
    except Exception:  # noqa: BLE001 - see above
        return [None] * len(items) if len(items) == 1 else [_answers(classifier, [item])[0] for item in items]
