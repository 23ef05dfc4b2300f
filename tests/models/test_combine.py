"""Counting several classifiers together: what each rule means, and what none of them can do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.combine import EVERY, Combination, How, Rule, combine
from models.policy import DEFAULT_RULES, Approval, Policy, decide
from models.score import Category, Score, Target

ATTACK, OBSCENITY = Category.PERSONAL_ATTACK, Category.OBSCENITY
APPROVED = Approval("City Attorney", date(2026, 11, 2))
POLICY = Policy("1", tuple(replace(each, approved=APPROVED) for each in DEFAULT_RULES))


def attack(
    value: float, target: Target | None = Target.COMMENTER, why: str = "x", span: tuple[int, int] | None = (0, 1)
) -> Score:
    return Score(ATTACK, value, "a.attack", why, span, target)


def rules(how: How, *of: str, category: Category = ATTACK) -> Combination:
    return Combination({category: Rule(how, of)})


def values(scores: tuple[Score, ...]) -> list[float]:
    return sorted(each.value for each in scores)


def test_without_a_rule_every_score_counts() -> None:
    found = {"a": [attack(0.9)], "b": [attack(0.2), Score(OBSCENITY, 0.5, "b.x", "y")]}
    assert combine(found, EVERY) == (*found["a"], *found["b"])


@pytest.mark.parametrize(("how", "value"), [(How.MAX, 0.9), (How.MEAN, 0.6), (How.ALL, 0.3)])
def test_the_named_ones_become_one_value(how: How, value: float) -> None:
    assert values(combine({"a": [attack(0.9)], "b": [attack(0.3)]}, rules(how, "a", "b"))) == [value]


@pytest.mark.parametrize(("how", "value"), [(How.MAX, 0.9), (How.MEAN, 0.45), (How.ALL, 0.0)])
def test_one_that_found_nothing_counts_as_nothing(how: How, value: float) -> None:
    assert values(combine({"a": [attack(0.9)], "b": []}, rules(how, "a", "b"))) == [value]


def test_those_that_are_not_named_stand_beside() -> None:
    found = {"a": [attack(0.9)], "b": [attack(0.3)], "c": [attack(0.7)]}
    assert values(combine(found, rules(How.MEAN, "a", "b"))) == [0.6, 0.7]


def test_only_sets_the_others_aside_for_that_category() -> None:
    found = {"a": [attack(0.9), attack(0.8)], "b": [attack(0.3), Score(OBSCENITY, 0.5, "b.x", "y")]}
    assert values(combine(found, rules(How.ONLY, "a"))) == [0.5, 0.8, 0.9]


def test_the_strongest_finding_gives_evidence_target_and_reason() -> None:
    found = {
        "a": [attack(0.4, Target.GROUP, "weak", (5, 9))],
        "b": [attack(0.8, Target.COMMENTER, "Strong words.", (1, 4))],
    }
    (one,) = combine(found, rules(How.MEAN, "a", "b"))
    assert (one.span, one.target, one.rule) == ((1, 4), Target.COMMENTER, "combine.mean")
    assert one.why == "The mean of a 40%, b 80% is 60%. Strong words."


def test_criticism_of_officials_is_counted_apart() -> None:
    found = {"a": [attack(0.9, Target.OFFICIAL), attack(0.8)], "b": [attack(0.7)]}
    assert {each.target: each.value for each in combine(found, rules(How.MEAN, "a", "b"))} == {
        Target.OFFICIAL: 0.45,
        Target.COMMENTER: 0.75,
    }


def test_the_largest_is_kept_of_each_target() -> None:
    found = {"a": [attack(0.9, Target.GROUP), attack(0.5)], "b": [attack(0.85)]}
    assert {each.target: each.value for each in combine(found, rules(How.MAX, "a", "b"))} == {
        Target.GROUP: 0.9,
        Target.COMMENTER: 0.85,
    }


def test_where_a_named_one_failed_every_score_stands() -> None:
    found = {"a": [attack(0.9)], "b": []}
    assert values(combine(found, rules(How.ALL, "a", "b"), failed=["b"])) == [0.9]


def test_the_version_names_the_rules_in_whatever_order_they_stand() -> None:
    one = Combination({ATTACK: Rule(How.MEAN, ("b", "a")), OBSCENITY: Rule(How.ONLY, ("a",))})
    two = Combination({OBSCENITY: Rule(How.ONLY, ("a",)), ATTACK: Rule(How.MEAN, ("a", "b"))})
    assert one.version == two.version == "1+obscenity = only(a); personal_attack = mean(a, b)"


SCORES = st.builds(
    Score,
    st.sampled_from([ATTACK, OBSCENITY, Category.CRITICISM]),
    st.integers(0, 10_000).map(lambda each: each / 10_000),
    st.sampled_from(["x.a", "x.b"]),
    st.sampled_from(["one", "two"]),
    st.none() | st.sampled_from([(0, 1), (2, 5)]),
    st.none() | st.sampled_from(Target),
)
FOUND = st.dictionaries(st.sampled_from("abc"), st.lists(SCORES, max_size=4), max_size=3)
COMBINATIONS = st.builds(
    Combination,
    st.dictionaries(
        st.sampled_from([ATTACK, OBSCENITY]),
        st.builds(Rule, st.sampled_from(How), st.lists(st.sampled_from("abc"), min_size=1, unique=True).map(tuple)),
    ),
)


@given(FOUND, COMBINATIONS, st.randoms(use_true_random=False))
def test_the_order_of_classifiers_and_of_their_findings_does_not_matter(
    found: dict[str, list[Score]], combination: Combination, random: object
) -> None:
    shuffled = {name: sorted(found[name], key=lambda _: random.random()) for name in sorted(found, reverse=True)}  # type: ignore[attr-defined]
    assert sorted(map(repr, combine(found, combination))) == sorted(map(repr, combine(shuffled, combination)))


@given(FOUND, COMBINATIONS)
def test_no_value_is_above_the_highest_of_its_category(found: dict[str, list[Score]], combination: Combination) -> None:
    for score in combine(found, combination):
        assert score.value <= max(
            each.value for row in found.values() for each in row if each.category is score.category
        )


@given(FOUND, COMBINATIONS)
def test_no_rule_makes_a_verdict_stricter(found: dict[str, list[Score]], combination: Combination) -> None:
    combined, every = decide(combine(found, combination), POLICY), decide(combine(found, EVERY), POLICY)
    assert combined.verdict.strictness <= every.verdict.strictness


FULL = st.fixed_dictionaries({name: st.lists(SCORES, min_size=1, max_size=3) for name in "abc"})


@given(FULL, COMBINATIONS, st.sampled_from("abc"), st.floats(0, 1))
def test_a_higher_value_never_lowers_the_highest(
    found: dict[str, list[Score]], combination: Combination, name: str, more: float
) -> None:
    raised = {**found, name: [replace(found[name][0], value=max(found[name][0].value, more)), *found[name][1:]]}
    for category in (ATTACK, OBSCENITY):
        assert highest(combine(raised, combination), category) >= highest(combine(found, combination), category) - 1e-4


def highest(scores: tuple[Score, ...], category: Category) -> float:
    return max((each.value for each in scores if each.category is category), default=0.0)
