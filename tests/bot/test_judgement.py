from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.judgement import InPlace, Rulebook, judge
from models.other_languages import OtherLanguages
from models.policy import Approval, Cap, Policy, Rule, Verdict
from models.score import Category, Item, Score
from models.wordlist import Wordlist

HIDES = Rule("any", Category.OBSCENITY, 0.5, Verdict.HIDE, "5.04", approved=Approval("Chief Vega", date(2026, 11, 1)))
SPANISH = "La policía de este pueblo nunca llega cuando uno la llama"
FRENCH = "Merci beaucoup pour votre travail dans notre ville"


class Model:
    """Finds every text obscene, as a trained model with a lenient threshold might."""

    name, version = "toxicity", "1"
    categories = (Category.OBSCENITY,)
    files = ()

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        return [[Score(Category.OBSCENITY, 0.96, "toxicity.obscenity", "why", (0, 2))] for _ in items]


MODEL = Rulebook((Model(),), Policy("5.04", (HIDES,)), ("en", "es"))
LISTS = Rulebook((Wordlist(), OtherLanguages()), Policy("5.04", (HIDES,)), ("en", "es"))


def verdict(text: str, rulebook: Rulebook) -> Verdict:
    return judge([InPlace(text)], rulebook)[0].decision.verdict


def test_the_trained_model_never_hides_spanish_on_its_own() -> None:
    assert verdict(SPANISH, MODEL) is Verdict.QUEUE
    assert verdict("The police of this town never come when one calls them", MODEL) is Verdict.HIDE


def test_a_listed_word_hides_spanish() -> None:
    assert verdict(f"{SPANISH}, puta madre", LISTS) is Verdict.HIDE


def test_another_language_is_queued_or_left_up_by_setting() -> None:
    assert verdict(FRENCH, LISTS) is Verdict.QUEUE
    assert verdict(FRENCH, replace(LISTS, allow_other_languages=True)) is Verdict.ALLOW


def test_strong_words_of_another_language_are_queued_under_either_setting() -> None:
    for allow in (False, True):
        judged = judge([InPlace(f"{FRENCH}, bande de connards")], replace(LISTS, allow_other_languages=allow))[0]
        assert judged.decision.verdict is Verdict.QUEUE
        assert {score.rule for score in judged.scores} == {"other_languages.french"}


def test_a_listed_word_in_another_language_never_hides() -> None:
    judged = judge([InPlace(f"{FRENCH}, fuck")], replace(LISTS, allow_other_languages=True))[0]
    assert (judged.decision.verdict, judged.decision.caps) == (Verdict.QUEUE, (Cap.OTHER_LANGUAGE,))
