"""What became of a text that a person tried: verdict, evidence, reasons, and every row of the policy."""

from __future__ import annotations

from dataclasses import dataclass

from bot.judgement import Judgement, Rulebook
from bot.rules_in_force import basis_points, shown
from bot.web.reading.why import Why, explained
from bot.web.segments import Segment, segments
from bot.web.words import VERDICTS
from bot.words import CATEGORIES, said_of
from models.policy import Hit, Life, Rule, Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of the policy, and whether it hit."""

    name: str
    category: str
    at_least: str
    verdict: str
    hit: bool
    found: str
    """The highest score that made it hit; empty without a hit."""
    outcome: str


@dataclass(frozen=True, slots=True)
class Trial:
    """Everything about a tried text. It exists while the answer is written, and is kept nowhere."""

    verdict: str
    words: str
    urgent: bool
    pieces: list[Segment]
    why: Why
    rows: list[Row]
    unusable: list[str]
    """Why a classifier that should be in use is not."""


_URGENT = 2
_HEADINGS = {"allow": "Left up", "queue": "A person would be asked", "hide": "Hidden"}


def trial(text: str, judged: Judgement, book: Rulebook) -> Trial:
    """Put a judgement into words."""
    decision = judged.decision
    pub = {
        "verdict": decision.verdict.value,
        "caps": [cap.value for cap in decision.caps],
        "rules_hit": [hit.rule.name for hit in decision.hits],
        "policy": book.policy.version,
        "models": book.models,
    }
    why = explained(judged.reasons, pub)
    hits = {hit.rule.name: hit for hit in decision.hits}
    return Trial(
        verdict=decision.verdict.value,
        words=_HEADINGS[decision.verdict.value],
        urgent=decision.urgency == _URGENT,
        pieces=segments(text, why.spans),
        why=why,
        rows=[_row(rule, hits.get(rule.name)) for rule in book.policy.rules],
        unusable=[f"{name}: {problem}" for name, problem in book.unusable.items()],
    )


def _row(rule: Rule, hit: Hit | None) -> Row:
    return Row(
        name=rule.name,
        category=said_of(rule.category.value, CATEGORIES),
        at_least=shown(basis_points(rule)),
        verdict=said_of(rule.verdict.value, VERDICTS),
        hit=hit is not None,
        found=shown(max(round(score.value * 10_000) for score in hit.scores)) if hit else "",
        outcome=_outcome(rule, hit),
    )


def _outcome(rule: Rule, hit: Hit | None) -> str:
    if rule.life is Life.DRAFT:
        return "a draft, not used"
    if hit is None:
        return "did not apply"
    note = f" ({hit.note})" if hit.note else ""
    if rule.verdict is Verdict.ALLOW:
        return "hit: protects"
    return f"hit: {said_of(hit.verdict.value, VERDICTS)}{note}"
