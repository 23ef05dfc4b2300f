"""Why a comment is in the queue: every finding in plain words, and what the policy made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.records import Entry
from bot.web.segments import Span
from bot.web.words import TARGETS, VERDICTS
from bot.words import CATEGORIES, said_of

_WORTH_SHOWING = 5_000
_STRENGTHS = ((9_700, "very sure"), (8_000, "fairly sure"), (5_000, "not sure"), (0, "a weak sign"))
"""From how many basis points on a finding is called what."""
_PROTECTED = "This criticises the Department. Policy does not allow hiding criticism."
_VIEW_PROTECTED = (
    "This criticises the Department. That view is protected and no reason to hide it; "
    "only the words listed as reasons are judged."
)


@dataclass(frozen=True, slots=True)
class Reason:
    """One finding."""

    category: str
    label: str
    why: str
    target: str
    strength: str
    rule: str
    weak: bool


@dataclass(frozen=True, slots=True)
class Why:
    """What was found and what follows from it."""

    reasons: list[Reason]
    weaker: list[Reason]
    spans: list[Span]
    protection: str
    """What is said above a comment that criticises the Department, which the policy protects; else empty."""
    verdict: str
    small_print: str


NOTHING = Why([], [], [], protection="", verdict="", small_print="")


def why(classified: Entry | None, version: int) -> Why:
    """Explain the newest classification of a comment; an older version's findings say nothing about this text."""
    if classified is None or classified.pub["version"] != version:
        return NOTHING
    return explained(classified.opened.get("explain.reasons") or [], classified.pub)


def explained(reasons: Sequence[dict[str, Any]], pub: Mapping[str, Any]) -> Why:
    """Explain findings: `reasons` and `pub` are as `comment.classified` holds them."""
    found = _strongest_first(reasons)
    strong = [each for each in found if each["value_bp"] >= _WORTH_SHOWING]
    return Why(
        reasons=[_reason(each) for each in strong],
        weaker=[_reason(each) for each in found if each not in strong],
        spans=[_span(each) for each in strong if each.get("span")],
        protection=_protection(found, pub),
        verdict=_verdict(pub),
        small_print=_small_print(pub),
    )


def _protection(found: Sequence[Mapping[str, Any]], pub: Mapping[str, Any]) -> str:
    """Criticism beside something that the policy acts on may be hidden for that: no promise against it then."""
    if not any(each["category"] == "criticism" and each["value_bp"] >= _WORTH_SHOWING for each in found):
        return ""
    beside = any(each["category"] != "criticism" for each in found)
    return _VIEW_PROTECTED if beside and pub["verdict"] != "allow" else _PROTECTED


def _strongest_first(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda each: -each["value_bp"])


def _reason(found: Mapping[str, Any]) -> Reason:
    strength = next(words for least, words in _STRENGTHS if found["value_bp"] >= least)
    target = found.get("target")
    return Reason(
        category=found["category"],
        label=said_of(found["category"], CATEGORIES),
        why=found["why"],
        target=said_of(target, TARGETS) if target else "",
        strength=f"{strength} ({found['value_bp'] // 100} of 100)",
        rule=found["rule"],
        weak=found["value_bp"] < _WORTH_SHOWING,
    )


def _span(found: Mapping[str, Any]) -> Span:
    start, end = found["span"]
    return Span(start, end, found["category"], said_of(found["category"], CATEGORIES))


def _verdict(pub: Mapping[str, Any]) -> str:
    caps = f" It may at most ask, because: {', '.join(pub['caps'])}." if pub.get("caps") else ""
    return f"The policy says: {said_of(pub['verdict'], VERDICTS)}.{caps}"


def _small_print(pub: Mapping[str, Any]) -> str:
    models = ", ".join(f"{name} {version}" for name, version in sorted(pub.get("models", {}).items()))
    hit = ", ".join(pub.get("rules_hit", [])) or "none"
    language = f" Language, most likely: {pub['language']}." if pub.get("language") else ""
    return f"Rules that hit: {hit}. Policy {pub['policy']}. Models: {models or 'none'}.{language}"
