"""How well classifiers and policy do on labelled comments: precision, recall, calibration, by page and language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bot import calibration, discrimination
from bot.intervals import Estimate, Share, share
from bot.judgement import InPlace, Judgement, Rulebook, judge
from bot.labelled import Labelled
from models.policy import Verdict
from models.score import Category, Score, Target

AT_ONCE = 64
FEWEST = 10
"""Fewer texts than this get no figure of their own but a count."""
MEASURED: Mapping[str, tuple[Category, ...]] = {
    "obscenity": (Category.OBSCENITY, Category.SLUR),
    "off_topic": (Category.OFF_TOPIC, Category.SPAM),
}
"""Grounds of the policy that more than one category is hidden on: a slur is hidden as an obscenity."""
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Example:
    """One text under one label: what was said of it, and what the bot makes of it."""

    value: float
    true: bool
    flagged: bool
    hidden: bool
    page: str
    language: str


@dataclass(frozen=True, slots=True)
class Measure:
    """The figures of one label, over all texts or over a group of them."""

    labelled: int
    positive: int
    """How many of them are what the label says."""
    precision: Share
    """Of those flagged for it, how many are it."""
    recall: Share
    """Of those that are it, how many are flagged for it."""
    false_flags: Share
    """Of those that are not it, how many are flagged for it all the same."""
    wrong_hides: Share
    """Of those that the policy hides for it, how many are not it."""
    auc: Estimate | None
    brier: Estimate | None
    calibration_error: Estimate | None


def evaluate(rows: Sequence[Labelled], rulebook: Rulebook, told: Told = lambda *_: None) -> dict[str, Any]:
    """Score the texts, apply the policy, and compare with the labels.

    Args:
        rows: labelled texts.
        rulebook: the classifiers and the policy that they are judged by.
        told: is told, after each batch, how many of how many are done.

    Returns:
        Plain values: `texts`, `policy`, `models`, and under `labels` each label's `all`, `by_page`, `by_language`, and
        what the plots draw: `reliability`, `histogram`, `curve`.
    """
    pairs = list(zip(rows, _judged(rows, rulebook, told), strict=True))
    return {
        "texts": len(rows),
        "never_flagged": sum(row.flagged is False for row in rows),
        "policy": rulebook.policy.version,
        "rules_sha256": rulebook.policy.digest,
        "models": dict(rulebook.models),
        "labels": by_label(pairs),
    }


def by_label(pairs: Sequence[tuple[Labelled, Judgement]]) -> dict[str, Any]:
    """The figures of every label that is given to any of the texts."""
    names = [category.value for category in Category if any(category.value in row.labels for row, _ in pairs)]
    return {
        name: figures([example(name, row, judgement) for row, judgement in pairs if name in row.labels])
        for name in names
    }


def _judged(rows: Sequence[Labelled], rulebook: Rulebook, told: Told) -> list[Judgement]:
    judgements: list[Judgement] = []
    for start in range(0, len(rows), AT_ONCE):
        judgements += judge([InPlace(row.text, row.post) for row in rows[start : start + AT_ONCE]], rulebook)
        told(len(judgements), len(rows))
    return judgements


def example(name: str, row: Labelled, judgement: Judgement) -> Example:
    """One text under one of its labels."""
    categories = MEASURED.get(name, (Category(name),))
    verdicts = [hit.verdict for hit in judgement.decision.hits if hit.rule.category in categories]
    return Example(
        value=_highest(judgement.scores, categories),
        true=row.labels[name],
        flagged=any(verdict is not Verdict.ALLOW for verdict in verdicts),
        hidden=Verdict.HIDE in verdicts,
        page=row.page or "",
        language=row.language or "",
    )


def _highest(scores: Sequence[Score], categories: Sequence[Category]) -> float:
    """The highest score of some categories, 0 without any. An attack on an official is criticism and no attack."""
    return max((score.value for score in scores if score.category in categories and not _criticism(score)), default=0.0)


def _criticism(score: Score) -> bool:
    return score.category is Category.PERSONAL_ATTACK and score.target is Target.OFFICIAL


def figures(examples: Sequence[Example]) -> dict[str, Any]:
    """Everything about one label, as plain values."""
    values, truths = _arrays(examples)
    return {
        "all": asdict(measure(examples)),
        "by_page": dict(_by([each.page for each in examples], examples)),
        "by_language": dict(_by([each.language for each in examples], examples)),
        "reliability": [asdict(each) for each in calibration.reliability(values, truths)],
        "histogram": asdict(calibration.histogram(values, truths)),
        "curve": [asdict(each) for each in discrimination.precision_and_recall(values, truths)],
    }


def _by(groups: Sequence[str], examples: Sequence[Example]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in sorted(set(groups) - {""}):
        yield name, asdict(measure([each for each, group in zip(examples, groups, strict=True) if group == name]))


def measure(examples: Sequence[Example]) -> Measure:
    """The figures of one label over some texts."""
    values, truths = _arrays(examples)
    flagged = [each for each in examples if each.flagged]
    hidden = [each for each in examples if each.hidden]
    hits, positive = sum(each.true for each in flagged), int(truths.sum())
    enough = len(examples) >= FEWEST
    return Measure(
        labelled=len(examples),
        positive=positive,
        precision=share(hits, len(flagged)),
        recall=share(hits, positive),
        false_flags=share(len(flagged) - hits, len(examples) - positive),
        wrong_hides=share(sum(not each.true for each in hidden), len(hidden)),
        auc=discrimination.auc(values, truths) if enough else None,
        brier=calibration.resampled(calibration.brier, values, truths) if enough else None,
        calibration_error=calibration.resampled(calibration.calibration_error, values, truths) if enough else None,
    )


def _arrays(examples: Sequence[Example]) -> tuple[discrimination.Values, discrimination.Truths]:
    return np.array([each.value for each in examples], np.float64), np.array([each.true for each in examples], np.bool_)
