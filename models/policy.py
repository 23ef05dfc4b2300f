"""The Department's policy as an ordered table, and the one pure function that applies it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum

from models.score import Category, Score, Target


class Verdict(StrEnum):
    """What should happen to a comment, from mild to strict."""

    ALLOW = "allow"
    QUEUE = "queue"
    HIDE = "hide"

    @property
    def strictness(self) -> int:
        """0 for allow, 1 for queue, 2 for hide."""
        return _STRICTNESS[self]


_STRICTNESS = {Verdict.ALLOW: 0, Verdict.QUEUE: 1, Verdict.HIDE: 2}


class Urgency(IntEnum):
    """How soon a person should look. Urgent flags also send one e-mail at once."""

    LOW = 0
    NORMAL = 1
    URGENT = 2


class Life(StrEnum):
    """A rule's life. Only an automatic rule may hide, and only when it is approved."""

    DRAFT = "draft"
    SHADOW = "shadow"
    QUEUE_ONLY = "queue-only"
    AUTOMATIC = "automatic"


class Ground(StrEnum):
    """The three grounds on which the policy lets the Department remove a comment (5.04 A.3.d(1))."""

    OBSCENITY = "obscenity"
    OFF_TOPIC = "off_topic"
    PERSONAL_ATTACK = "personal_attack"

    @property
    def clause(self) -> str:
        """The clause of the policy, as it is cited in the log."""
        return CLAUSES[self]


CLAUSES = {
    Ground.OBSCENITY: "5.04 A.3.d(1) obscenities",
    Ground.OFF_TOPIC: "5.04 A.3.d(1) off-topic comments",
    Ground.PERSONAL_ATTACK: "5.04 A.3.d(1) personal attacks",
}
NO_GROUND = "none: a person is alerted, nothing is hidden"


class Cap(StrEnum):
    """Why a decision may be at most *queue*, in words that a moderator reads."""

    SCORING_FAILED = "scoring failed"
    LANGUAGE_UNTESTED = "language untested"
    MEDIA_ONLY = "media only"
    CAPTURE_INCOMPLETE = "capture incomplete"
    OTHER_LANGUAGE = "another language, left up by setting"

    @property
    def leaves_a_doubt(self) -> bool:
        """Whether the comment could not be judged, so that a person looks even when nothing was found."""
        return self not in (Cap.CAPTURE_INCOMPLETE, Cap.OTHER_LANGUAGE)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who allowed something in writing, and when."""

    by: str
    on: date


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the policy table."""

    name: str
    category: Category
    at_least: float
    verdict: Verdict
    clause: str
    urgency: Urgency = Urgency.NORMAL
    targets: frozenset[Target] | None = None
    """The targets it speaks of; None for any. A score that names no target counts as `unknown`.

    A personal attack is never one on an official, whatever the table says: that is criticism.
    """
    waives: Category | None = None
    """A category whose findings this row sets aside, unless aimed at a commenter or private person."""
    life: Life = Life.AUTOMATIC
    approved: Approval | None = None
    """A rule that hides needs it; without it the rule queues."""

    def matches(self, score: Score) -> bool:
        """Whether the score is of this row's category and target and reaches its threshold."""
        if score.category is not self.category or score.value < self.at_least:
            return False
        if self.category is Category.PERSONAL_ATTACK and score.target is Target.OFFICIAL:
            return False
        return self.targets is None or (score.target or Target.UNKNOWN) in self.targets

    @property
    def effective(self) -> Verdict:
        """The verdict that the rule's life and approval leave it."""
        if self.life in (Life.DRAFT, Life.SHADOW):
            return Verdict.ALLOW
        if self.verdict is Verdict.HIDE and (self.life is Life.QUEUE_ONLY or self.approved is None):
            return Verdict.QUEUE
        return self.verdict


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules in force, in order, with the version of the written policy that they carry out."""

    version: str
    rules: tuple[Rule, ...]
    digest: str = field(init=False, repr=False, compare=False)
    """SHA-256 (hex) of the version and the table: another digest means another policy."""

    def __post_init__(self) -> None:
        # Every classified comment names it, so it is computed once.
        content = json.dumps([self.version, self.as_json()], sort_keys=True, separators=(",", ":"))
        object.__setattr__(self, "digest", hashlib.sha256(content.encode()).hexdigest())

    def as_json(self) -> list[dict[str, object]]:
        """The table as plain values without floating-point numbers, for the log; thresholds in basis points."""
        return [_row(rule) for rule in self.rules]


def _row(rule: Rule) -> dict[str, object]:
    return {
        "name": rule.name,
        "category": rule.category.value,
        "targets": sorted(rule.targets) if rule.targets is not None else None,
        "at_least_bp": round(rule.at_least * 10_000),
        "verdict": rule.verdict.value,
        "clause": rule.clause,
        "urgency": rule.urgency.name.lower(),
        "life": rule.life.value,
        "waives": rule.waives.value if rule.waives else None,
        "approved": [rule.approved.by, rule.approved.on.isoformat()] if rule.approved else None,
    }


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched, with the scores that made it match."""

    rule: Rule
    scores: tuple[Score, ...]
    verdict: Verdict
    """What this hit contributes, after life, approval, waiver and evidence were taken into account."""
    note: str = ""
    """Why it contributes less than the rule says; empty when it does not."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from the scores: the verdict and everything that led to it."""

    verdict: Verdict
    urgency: Urgency
    hits: tuple[Hit, ...] = ()
    misses: tuple[str, ...] = ()
    """The names of the rules that were evaluated and did not match."""
    caps: tuple[Cap, ...] = ()
    """Why nothing stricter than *queue* was possible."""

    @property
    def basis(self) -> Hit | None:
        """The first hit that carries the verdict, or None when nothing was found."""
        return next((hit for hit in self.hits if hit.verdict is self.verdict is not Verdict.ALLOW), None)

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories of the hits that flag, each once, in the order of the table."""
        return tuple(dict.fromkeys(hit.rule.category.value for hit in self.hits if hit.verdict is not Verdict.ALLOW))


def decide(
    scores: Sequence[Score], policy: Policy, caps: Collection[Cap] = (), *, listed_only: bool = False
) -> Decision:
    """Apply every row of the policy to the scores of one comment.

    The strictest verdict wins (hide > queue > allow); urgency is separate and takes the highest of the rows that flag.
    Any cap lowers hide to queue; one that leaves a doubt also queues what would be allowed. With `listed_only`, for a
    text in a language that the trained model never learned, only a listed word may hide, whatever the thresholds.
    """
    hits: list[Hit] = []
    misses: list[str] = []
    waived = _waived(scores, policy)
    for rule in policy.rules:
        if rule.life is Life.DRAFT:
            continue
        found = tuple(score for score in scores if rule.matches(score))
        if found:
            hits.append(_hit(rule, found, waived, caps, listed_only=listed_only))
        else:
            misses.append(rule.name)
    flagging = [hit for hit in hits if hit.verdict is not Verdict.ALLOW]
    verdict = max((hit.verdict for hit in flagging), key=lambda each: each.strictness, default=Verdict.ALLOW)
    urgency = max((hit.rule.urgency for hit in flagging), default=Urgency.LOW)
    if verdict is Verdict.ALLOW and any(cap.leaves_a_doubt for cap in caps):
        verdict = Verdict.QUEUE
    return Decision(verdict, urgency, tuple(hits), tuple(misses), tuple(sorted(caps)))


_LISTED = "wordlist."
"""How the name of every finding of the word list begins."""


def _waived(scores: Sequence[Score], policy: Policy) -> frozenset[Category]:
    rows = (rule for rule in policy.rules if rule.waives is not None and rule.life is not Life.DRAFT)
    return frozenset(rule.waives for rule in rows if rule.waives and any(map(rule.matches, scores)))


def _hit(
    rule: Rule,
    found: tuple[Score, ...],
    waived: frozenset[Category],
    caps: Collection[Cap],
    *,
    listed_only: bool,
) -> Hit:
    verdict, note = rule.effective, ""
    if verdict is not rule.verdict:
        unapproved = rule.life is Life.AUTOMATIC
        note = "not approved to hide" if unapproved else f"the rule is {rule.life.value}"
    personal = {Target.COMMENTER, Target.PRIVATE_PERSON}
    if rule.category in waived and not any(score.target in personal for score in found):
        return Hit(rule, found, Verdict.ALLOW, "criticism of police or government is protected")
    if verdict is Verdict.HIDE and caps:
        return Hit(rule, found, Verdict.QUEUE, ", ".join(sorted(caps)))
    if verdict is Verdict.HIDE and listed_only and not any(score.rule.startswith(_LISTED) for score in found):
        return Hit(rule, found, Verdict.QUEUE, "the trained model knows English only")
    if verdict is Verdict.HIDE and not any(score.span for score in found):
        return Hit(rule, found, Verdict.QUEUE, "no evidence span")
    return Hit(rule, found, verdict, note)


_ATTACKED = frozenset({Target.COMMENTER, Target.PRIVATE_PERSON, Target.GROUP, Target.UNKNOWN})
DEFAULT_RULES = (
    Rule("threat", Category.THREAT, 0.5, Verdict.QUEUE, CLAUSES[Ground.PERSONAL_ATTACK], Urgency.URGENT),
    Rule("self-harm", Category.SELF_HARM, 0.5, Verdict.QUEUE, NO_GROUND, Urgency.URGENT),
    Rule("private-information", Category.PRIVATE_INFORMATION, 0.5, Verdict.QUEUE, NO_GROUND, Urgency.URGENT),
    Rule("strong-language", Category.OBSCENITY, 0.97, Verdict.HIDE, CLAUSES[Ground.OBSCENITY]),
    Rule("slur", Category.SLUR, 0.9, Verdict.HIDE, CLAUSES[Ground.OBSCENITY]),
    Rule("likely-obscene", Category.OBSCENITY, 0.8, Verdict.QUEUE, CLAUSES[Ground.OBSCENITY]),
    Rule(
        "personal-attack",
        Category.PERSONAL_ATTACK,
        0.88,
        Verdict.QUEUE,
        CLAUSES[Ground.PERSONAL_ATTACK],
        targets=_ATTACKED,
    ),
    Rule("off-topic", Category.OFF_TOPIC, 0.9, Verdict.QUEUE, CLAUSES[Ground.OFF_TOPIC], Urgency.LOW),
    Rule("spam", Category.SPAM, 0.8, Verdict.QUEUE, CLAUSES[Ground.OFF_TOPIC], Urgency.LOW),
    Rule("criticism", Category.CRITICISM, 0.5, Verdict.ALLOW, "", waives=Category.PERSONAL_ATTACK),
    Rule("criticism-anywhere", Category.CRITICISM, 0.5, Verdict.ALLOW, "", waives=Category.OFF_TOPIC),
)
"""The default table, in the order in which a person would read it aloud. It hides nothing until it is approved."""
