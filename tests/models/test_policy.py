from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.policy import (
    DEFAULT_RULES,
    Approval,
    Cap,
    Decision,
    Ground,
    Life,
    Policy,
    Rule,
    Urgency,
    Verdict,
    decide,
)
from models.score import Category, Score, Target

APPROVED = Approval("Chief Vega", date(2026, 11, 1))
UNAPPROVED_POLICY = Policy("5.04", DEFAULT_RULES)
APPROVED_POLICY = Policy("5.04", tuple(replace(rule, approved=APPROVED) for rule in DEFAULT_RULES))
STRONG = Score(Category.OBSCENITY, 1.0, "wordlist.strong", "why", (0, 4))
ATTACK = Score(Category.PERSONAL_ATTACK, 0.9, "toxicity.attack", "why", (0, 4), Target.COMMENTER)
CRITICISM = Score(Category.CRITICISM, 0.9, "criticism", "why")

spans = st.none() | st.just((0, 3))
scores = st.builds(
    Score,
    category=st.sampled_from(Category),
    value=st.floats(0, 1),
    rule=st.just("r"),
    why=st.just("w"),
    span=spans,
    target=st.none() | st.sampled_from(Target),
)
rules = st.builds(
    Rule,
    name=st.text("abc", min_size=1, max_size=3),
    category=st.sampled_from(Category),
    at_least=st.floats(0, 1),
    verdict=st.sampled_from(Verdict),
    clause=st.just("5.04"),
    urgency=st.sampled_from(Urgency),
    targets=st.none() | st.frozensets(st.sampled_from(Target)),
    waives=st.none() | st.sampled_from(Category),
    life=st.sampled_from(Life),
    approved=st.none() | st.just(APPROVED),
)
policies = st.builds(Policy, version=st.just("1"), rules=st.lists(rules, max_size=6).map(tuple))
many_scores = st.lists(scores, max_size=6)
caps = st.frozensets(st.sampled_from(Cap))


@given(many_scores, policies, caps)
def test_a_hide_has_an_approved_automatic_rule_and_a_span_behind_it(
    found: list[Score], policy: Policy, why: frozenset[Cap]
) -> None:
    decision = decide(found, policy, why)
    if decision.verdict is Verdict.HIDE:
        basis = decision.basis
        assert basis is not None
        assert basis.rule.approved
        assert basis.rule.life is Life.AUTOMATIC
        assert any(score.span for score in basis.scores)


@given(many_scores, policies, caps)
def test_nothing_capped_is_hidden_and_every_doubt_is_queued(
    found: list[Score], policy: Policy, why: frozenset[Cap]
) -> None:
    verdict, uncapped = decide(found, policy, why).verdict, decide(found, policy).verdict
    doubtful = any(cap.leaves_a_doubt for cap in why)
    assert verdict is (Verdict.QUEUE if doubtful or (why and uncapped is Verdict.HIDE) else uncapped)


@given(many_scores, policies, caps, st.sampled_from(Cap))
def test_another_cap_never_makes_a_hide_and_never_drops_a_flag(
    found: list[Score], policy: Policy, why: frozenset[Cap], cap: Cap
) -> None:
    before, after = decide(found, policy, why), decide(found, policy, why | {cap})
    assert after.verdict.strictness <= max(before.verdict.strictness, Verdict.QUEUE.strictness)
    assert set(before.categories) == set(after.categories)


@given(many_scores, caps, st.floats(0, 1), st.none() | st.sampled_from(Target))
def test_criticism_never_makes_the_verdict_stricter(
    found: list[Score], why: frozenset[Cap], value: float, target: Target | None
) -> None:
    criticism = Score(Category.CRITICISM, value, "criticism", "w", (0, 3), target)
    before = decide(found, APPROVED_POLICY, why).verdict
    assert decide([*found, criticism], APPROVED_POLICY, why).verdict.strictness <= before.strictness


@given(many_scores, policies)
def test_every_rule_that_is_no_draft_is_reported_as_hit_or_miss(found: list[Score], policy: Policy) -> None:
    decision = decide(found, policy)
    told = [hit.rule.name for hit in decision.hits] + list(decision.misses)
    assert sorted(told) == sorted(rule.name for rule in policy.rules if rule.life is not Life.DRAFT)


@given(many_scores, policies, caps)
def test_the_verdict_is_the_strictest_of_the_hits(found: list[Score], policy: Policy, why: frozenset[Cap]) -> None:
    decision = decide(found, policy, why)
    strictest = max((hit.verdict.strictness for hit in decision.hits), default=0)
    doubt = any(cap.leaves_a_doubt for cap in why)
    assert decision.verdict.strictness == max(strictest, 1 if doubt else 0)


@given(many_scores)
def test_the_default_table_hides_nothing_before_it_is_approved(found: list[Score]) -> None:
    assert decide(found, UNAPPROVED_POLICY).verdict is not Verdict.HIDE


def names(decision: Decision) -> list[str]:
    return [hit.rule.name for hit in decision.hits]


def test_strong_profanity_is_hidden_once_the_rule_is_approved() -> None:
    decision = decide([STRONG], APPROVED_POLICY)
    assert decision.verdict is Verdict.HIDE
    assert decision.basis is not None
    assert decision.basis.rule.clause == Ground.OBSCENITY.clause


def test_strong_profanity_in_criticism_is_judged_the_same() -> None:
    assert decide([STRONG, CRITICISM], APPROVED_POLICY).verdict is Verdict.HIDE


def test_an_attack_on_a_commenter_is_queued_also_within_criticism() -> None:
    assert decide([ATTACK, CRITICISM], APPROVED_POLICY).verdict is Verdict.QUEUE


@pytest.mark.parametrize("target", [Target.OFFICIAL, Target.NOBODY])
def test_an_attack_on_an_official_or_nobody_is_no_attack(target: Target) -> None:
    assert decide([replace(ATTACK, target=target)], APPROVED_POLICY).verdict is Verdict.ALLOW


@pytest.mark.parametrize("target", [Target.GROUP, Target.UNKNOWN, None])
def test_criticism_sets_an_attack_on_nobody_in_particular_aside(target: Target | None) -> None:
    attack = replace(ATTACK, target=target)
    assert decide([attack], APPROVED_POLICY).verdict is Verdict.QUEUE
    assert decide([attack, CRITICISM], APPROVED_POLICY).verdict is Verdict.ALLOW


def test_a_threat_is_queued_urgently_and_never_hidden() -> None:
    decision = decide([Score(Category.THREAT, 1.0, "r", "w", (0, 3))], APPROVED_POLICY)
    assert (decision.verdict, decision.urgency) == (Verdict.QUEUE, Urgency.URGENT)


@pytest.mark.parametrize("category", [Category.OFF_TOPIC, Category.SPAM])
def test_off_topic_is_queued_low_and_never_hidden(category: Category) -> None:
    decision = decide([Score(category, 1.0, "r", "w", (0, 3))], APPROVED_POLICY)
    assert (decision.verdict, decision.urgency) == (Verdict.QUEUE, Urgency.LOW)


def test_criticism_is_never_off_topic() -> None:
    off_topic = Score(Category.OFF_TOPIC, 1.0, "r", "w")
    assert decide([off_topic, CRITICISM], UNAPPROVED_POLICY).verdict is Verdict.ALLOW


def test_a_mild_word_alone_is_allowed() -> None:
    decision = decide([Score(Category.OBSCENITY, 0.3, "wordlist.mild", "w", (0, 3))], APPROVED_POLICY)
    assert decision.verdict is Verdict.ALLOW
    assert names(decision) == []


def test_an_attack_on_an_official_is_never_flagged_whatever_the_table_says() -> None:
    broad = Policy("1", (Rule("any-attack", Category.PERSONAL_ATTACK, 0.5, Verdict.QUEUE, "5.04"),))
    attack = Score(Category.PERSONAL_ATTACK, 1.0, "test", "why", (0, 3), Target.OFFICIAL)
    assert decide([attack], broad).verdict is Verdict.ALLOW


@pytest.mark.parametrize(
    ("rule", "verdict"), [("wordlist.strong", Verdict.HIDE), ("toxicity.obscenity", Verdict.QUEUE)]
)
def test_where_only_lists_know_the_language_only_a_listed_word_hides(rule: str, verdict: Verdict) -> None:
    lenient = Rule("any", Category.OBSCENITY, 0.5, Verdict.HIDE, "5.04", approved=APPROVED)
    found = [Score(Category.OBSCENITY, 0.99, rule, "why", (0, 4))]
    assert decide(found, Policy("5.04", (lenient,)), listed_only=True).verdict is verdict
    assert decide(found, Policy("5.04", (lenient,))).verdict is Verdict.HIDE


def test_a_language_that_is_left_up_by_setting_is_allowed_where_nothing_was_found() -> None:
    assert decide([], Policy("5.04", ()), {Cap.OTHER_LANGUAGE}).verdict is Verdict.ALLOW
    assert decide([], Policy("5.04", ()), {Cap.LANGUAGE_UNTESTED}).verdict is Verdict.QUEUE
