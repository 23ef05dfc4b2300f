from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.default import default_classifiers, score_all
from models.policy import DEFAULT_RULES, Approval, Policy, Verdict, decide
from models.score import Category, Item, Score, ScoringError

CLASSIFIERS = default_classifiers()
POLICY = Policy(
    "5.04", tuple(replace(rule, approved=Approval("Chief Vega", date(2026, 11, 1))) for rule in DEFAULT_RULES)
)
POST = "Main Street is closed on Saturday for the parade."


class Picky:
    """Refuses a batch in which one text is 'bad'."""

    name, version = "picky", "1"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        if any(item.text == "bad" for item in items):
            raise ScoringError("cannot read it")
        return [[Score(Category.SPAM, 0.1, "picky", "why")] for _ in items]


class Broken:
    """Has a defect."""

    name, version = "broken", "1"

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        raise RuntimeError("a defect")


def verdict(text: str) -> Verdict:
    return decide(score_all(CLASSIFIERS, [Item(text, POST)])[0].scores, POLICY).verdict


def test_one_comment_that_cannot_be_scored_is_marked_and_the_others_are_scored() -> None:
    scored = score_all([Picky()], [Item("good"), Item("bad"), Item("fine")])
    assert [each.failed for each in scored] == [(), ("picky",), ()]
    assert [len(each.scores) for each in scored] == [1, 0, 1]


def test_a_failing_classifier_leaves_what_the_others_said() -> None:
    scored = score_all([Picky(), CLASSIFIERS[0]], [Item("bad")])[0]
    assert [score.rule for score in scored.scores] == []
    assert scored.failed == ("picky",)


def test_a_defect_is_a_failure_like_any_other_and_stops_nothing() -> None:
    scored = score_all([Broken(), Picky()], [Item("x")])[0]
    assert scored.failed == ("broken",)
    assert [score.rule for score in scored.scores] == ["picky"]


def test_nothing_to_score_is_nothing() -> None:
    assert score_all(CLASSIFIERS, []) == []


def test_names_and_versions_tell_the_classifiers_apart() -> None:
    assert len({classifier.name for classifier in CLASSIFIERS}) == len(CLASSIFIERS)
    assert all(classifier.version.startswith(("1+", "2+")) for classifier in CLASSIFIERS)


@pytest.mark.parametrize("text", ["Fuck this parade", "f*ck you all", "What a sh1tty detour", "F U C K the police"])
def test_listed_strong_profanity_is_hidden_whatever_it_says(text: str) -> None:
    assert verdict(text) is Verdict.HIDE


@pytest.mark.parametrize(
    "text",
    [
        "The chief is a corrupt liar and a coward. Resign!",
        "ACAB. Defund these pigs.",
        "You people are a disgrace to the badge.",
        "Hell no, damn useless department.",
        "Murderers with badges. You killed an innocent man.",
        "The mayor is an idiot and so is the whole council.",
        "Bacon. Oink oink.",
        "Worst cops in the state, stupid lazy clowns, all of them.",
        "Thank you officers!",
        "Is Dick's Sporting Goods open during the parade?",
        "My cocker spaniel ran off near Essex Street.",
        "Arrest made in the sexual assault case, finally.",
        "🚓🚓👏",
    ],
)
def test_clean_criticism_thanks_and_innocent_words_are_allowed(text: str) -> None:
    assert verdict(text) is Verdict.ALLOW


@pytest.mark.parametrize(
    "text",
    [
        "Brenda you are a stupid ugly idiot",
        "I will kill you Tom",
        "He lives at 42 Elm Street, go visit",
        "Earn $5000 weekly, WhatsApp +1 234 567 8900",
        'They painted "fuck" on the wall, the kids can read the word',
    ],
)
def test_attacks_threats_private_information_and_adverts_are_queued(text: str) -> None:
    assert verdict(text) is Verdict.QUEUE


@settings(deadline=None)
@given(st.text(st.characters()), st.text(st.characters()))
def test_only_a_listed_word_can_hide(text: str, post: str) -> None:
    scores = score_all(CLASSIFIERS, [Item(text, post)])[0].scores
    decision = decide(scores, POLICY)
    if decision.verdict is Verdict.HIDE:
        assert decision.basis is not None
        assert any(score.rule.startswith("wordlist.") for score in decision.basis.scores)


@pytest.mark.parametrize(
    "piece",
    ["a", "e\u0301", "ﷺ", "f*x ", "f u c x ", "x.", '"a', "\u202e", "1-", "@a", "\x00", "kill ", "f**", "*a*", "..."],
)
def test_sixty_four_kilobytes_of_anything_are_scored(piece: str) -> None:
    text = piece * (65_536 // len(piece)) + "x"
    assert score_all(CLASSIFIERS, [Item(text, POST)])[0].failed == ()
