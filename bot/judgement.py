"""Judging comments: a pure step from what was fetched to what the policy says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.combine import EVERY, Combination
from models.comment import Comment
from models.default import Scored, score_all
from models.language import language_of, only_lists_know, untested
from models.policy import Cap, Decision, Policy, decide
from models.score import Classifier, Item, Score


@dataclass(frozen=True, slots=True)
class Rulebook:
    """What comments are judged by."""

    classifiers: tuple[Classifier, ...]
    policy: Policy
    languages: tuple[str, ...] = ("en",)
    scope: str | None = None
    unusable: Mapping[str, str] = field(default_factory=dict)
    """Classifiers that should be in use and could not be loaded, with the reason; nothing is hidden without them."""
    combination: Combination = EVERY
    allow_other_languages: bool = False
    """Whether a comment in none of the `languages` is left up where nothing was found, and not queued."""

    @property
    def models(self) -> dict[str, str]:
        """The version of each classifier, by name; and under ``combine`` that of the rules that count them together."""
        counted = {"combine": self.combination.version} if self.combination.rules else {}
        return {each.name: each.version for each in self.classifiers} | counted


@dataclass(frozen=True, slots=True)
class InPlace:
    """A comment's content together with what it answers."""

    text: str
    post: str | None = None
    ancestors: tuple[str, ...] = ()
    media_only: bool = False
    complete: bool = True
    """Whether all of it was captured: the platform's own bytes and the bytes of every attachment."""
    scope: str | None = None
    """What its page is for, where that is not the Department's scope."""

    @classmethod
    def of(cls, comment: Comment, post: str | None, ancestors: tuple[str, ...]) -> InPlace:
        """Take from a comment what judging needs."""
        media_only = bool(comment.media) and not comment.text.strip()
        # Attachments are fetched beside the polls, later than this, and some never come: not captured whole.
        return cls(comment.text, post, ancestors, media_only, complete=bool(comment.raw) and not comment.media)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the classifiers found in one comment and what the policy makes of it."""

    scores: tuple[Score, ...]
    decision: Decision
    language: str | None = None
    """The likeliest language, an ISO 639-1 code; None for a text under 20 letters, where nobody could tell."""

    @property
    def scores_bp(self) -> dict[str, int]:
        """The highest value of each category found, in basis points."""
        highest: dict[str, int] = {}
        for score in self.scores:
            value = round(score.value * 10_000)
            highest[score.category.value] = max(value, highest.get(score.category.value, 0))
        return highest

    @property
    def reasons(self) -> list[dict[str, Any]]:
        """Every finding as plain values, for the log."""
        return [_reason(score) for score in self.scores]

    @property
    def span(self) -> list[int] | None:
        """The evidence of the verdict: where it stands in the text, or None."""
        basis = self.decision.basis
        spans = [score.span for score in basis.scores if score.span] if basis else []
        return list(spans[0]) if spans else None


def _reason(score: Score) -> dict[str, Any]:
    return {
        "category": score.category.value,
        "value_bp": round(score.value * 10_000),
        "span": list(score.span) if score.span else None,
        "why": score.why,
        "rule": score.rule,
        "target": score.target.value if score.target else None,
    }


def judge(comments: Sequence[InPlace], rulebook: Rulebook) -> list[Judgement]:
    """Score the comments in one batch and apply the policy to each."""
    items = [Item(each.text, each.post, each.ancestors, each.scope or rulebook.scope) for each in comments]
    scored = score_all(rulebook.classifiers, items, rulebook.combination)
    return [_judgement(each, found, rulebook) for each, found in zip(comments, scored, strict=True)]


def _judgement(comment: InPlace, found: Scored, rulebook: Rulebook) -> Judgement:
    caps = _caps(comment, rulebook, found.failed)
    listed_only = only_lists_know(comment.text, rulebook.languages)
    decision = decide(found.scores, rulebook.policy, caps, listed_only=listed_only)
    return Judgement(tuple(found.scores), decision, language_of(comment.text))


def _caps(comment: InPlace, rulebook: Rulebook, failed: Sequence[str]) -> set[Cap]:
    caps = set()
    if failed or rulebook.unusable:
        caps.add(Cap.SCORING_FAILED)
    if comment.text and untested(comment.text, rulebook.languages):
        caps.add(Cap.OTHER_LANGUAGE if rulebook.allow_other_languages else Cap.LANGUAGE_UNTESTED)
    if comment.media_only:
        caps.add(Cap.MEDIA_ONLY)
    if not comment.complete:
        caps.add(Cap.CAPTURE_INCOMPLETE)
    return caps
