"""What other thresholds would have done, and what is never offered."""

from __future__ import annotations

import dataclasses
from datetime import date

from bot.thresholds import FEWEST, Example, Proposal, in_words, proposals
from models.policy import DEFAULT_RULES, Approval, Policy, Rule, Verdict
from models.score import Category, Score, Target

APPROVED = Approval("City Attorney", date(2026, 11, 2))


def policy(**thresholds: float) -> Policy:
    """The default rules, approved, some with another threshold."""
    rules = (
        dataclasses.replace(
            rule,
            at_least=thresholds.get(rule.name.replace("-", "_"), rule.at_least),
            approved=APPROVED if rule.verdict is Verdict.HIDE else None,
        )
        for rule in DEFAULT_RULES
    )
    return Policy("2010-08", tuple(rules))


def example(
    value: float, *, hidden: bool, category: Category = Category.OBSCENITY, also: Score | None = None
) -> Example:
    found = Score(category, value, "fake", "Because.", (0, 4), Target.COMMENTER)
    return Example((found, also) if also else (found,), hidden)


def of(rule: str, examples: list[Example], file: Policy | None = None, now: Policy | None = None) -> Proposal:
    file = file or policy()
    return next(each for each in proposals(file, now or file, examples) if each.rule.name == rule)


MIXED = [
    *(example(0.972, hidden=False) for _ in range(10)),
    *(example(0.978, hidden=True) for _ in range(5)),
    *(example(0.999, hidden=True) for _ in range(95)),
]
"""110 decided hides of the rule strong-language: 10 of them wrong, all just above its threshold."""


def test_a_higher_threshold_shows_fewer_wrong_hides_against_more_misses() -> None:
    found = of("strong-language", MIXED)
    shown = {each.at_least_bp: (each.fewer_wrong, each.more_missed) for each in found.candidates}
    assert shown == {
        9_700: (0, 0),
        9_750: (10, 0),
        9_800: (10, 5),
        9_850: (10, 5),
        9_900: (10, 5),
        9_950: (10, 5),
        10_000: (10, 100),
    }


def test_the_shares_have_their_intervals() -> None:
    found = of("strong-language", MIXED).in_force
    assert (found.wrong.hits, found.wrong.of) == (10, 110)
    assert found.wrong.low is not None
    assert found.wrong.high is not None
    assert 0.04 < found.wrong.low < 0.06
    assert 0.15 < found.wrong.high < 0.17


def test_a_threshold_that_flags_nothing_any_more_cannot_be_chosen() -> None:
    found = of("strong-language", MIXED)
    assert [each.at_least_bp for each in found.candidates if not each.may_be_chosen] == [9_700, 10_000]


def test_with_too_few_decisions_nothing_can_be_chosen_and_the_number_missing_is_told() -> None:
    found = of("strong-language", MIXED[:40])
    assert found.why_not == f"{FEWEST - 40} more decided flags of this rule are needed; it has 40 of {FEWEST}."
    assert not any(each.may_be_chosen for each in found.candidates)


def test_where_people_agreed_with_every_flag_there_is_nothing_to_choose() -> None:
    found = of("strong-language", [example(0.99, hidden=True)] * 150)
    assert "there is nothing to gain" in found.why_not


def test_a_rule_that_hides_is_offered_nothing_below_the_default() -> None:
    lower = policy(strong_language=0.9)
    assert (
        min(each.at_least_bp for each in of("strong-language", MIXED, lower).candidates if each.may_be_chosen) == 9_700
    )


def test_a_rule_that_hides_is_offered_nothing_below_what_the_file_approves() -> None:
    file = policy(strong_language=0.98)
    assert min(each.at_least_bp for each in of("strong-language", MIXED, file).candidates) == 9_800


def test_a_rule_that_was_raised_may_come_down_again_as_far_as_the_file() -> None:
    found = of("strong-language", MIXED, policy(), policy(strong_language=0.99))
    assert [each.at_least_bp for each in found.candidates if each.more_missed < 0] == [9_700, 9_750]


def test_a_rule_that_queues_is_offered_no_lower_threshold() -> None:
    examples = [example(0.1 + 0.005 * (i % 180), hidden=i % 3 == 0) for i in range(900)]
    assert min(each.at_least_bp for each in of("likely-obscene", examples).candidates) == 8_000


def test_no_proposal_changes_anything_but_the_threshold() -> None:
    assert [each.rule for each in proposals(policy(), policy(), MIXED)] == [
        rule for rule in policy().rules if rule.verdict is not Verdict.ALLOW and rule.urgency < 2
    ]


def test_what_alerts_a_person_is_never_proposed_to_alert_less() -> None:
    names = {each.rule.name for each in proposals(policy(), policy(), MIXED)}
    assert names.isdisjoint({"threat", "self-harm", "private-information", "criticism"})


def test_a_finding_that_criticism_sets_aside_is_no_flag_of_the_rule() -> None:
    criticism = Score(Category.CRITICISM, 0.9, "fake", "Speaks of the Department.")
    attack = Score(Category.PERSONAL_ATTACK, 0.9, "fake", "Insults.", (0, 4), Target.GROUP)
    assert of("personal-attack", [Example((attack, criticism), hidden=False)] * 120).decided == 0


def test_of_several_findings_the_highest_counts() -> None:
    second = Score(Category.OBSCENITY, 0.99, "fake", "Because.", (5, 9))
    assert of("strong-language", [example(0.98, hidden=True, also=second)] * 100).candidates[4].flagged == 100


def test_a_proposal_reads_as_a_table() -> None:
    lines = in_words(of("strong-language", MIXED))
    assert lines[0] == "strong-language: from 0.97, hide; 110 decided hides"
    assert lines[2].startswith("  0.975  10 fewer wrong, 0 more missed; wrong hides 0 of 100 (0.0 to 3.7 %)")


def test_a_rule_of_the_department_s_own_starts_from_the_file() -> None:
    own = Policy("1", (Rule("adverts", Category.SPAM, 0.85, Verdict.QUEUE, "5.04"),))
    adverts = [example(0.86, hidden=False, category=Category.SPAM)] * 120
    assert [each.at_least_bp for each in of("adverts", adverts, own).candidates][:2] == [8_500, 8_750]
