from __future__ import annotations

import pytest

from models.other_languages import OtherLanguages
from models.score import Category, Item, Score

OTHER = OtherLanguages()


def found(text: str) -> list[Score]:
    return OTHER.score([Item(text)])[0]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("va te faire foutre", "other_languages.french"),
        ("seu filho da puta, vai tomar no cu", "other_languages.portuguese"),
        ("du Arschloch", "other_languages.german"),
        ("vaffanculo", "other_languages.italian"),
        ("kurwa mać", "other_languages.polish"),
        ("putang ina mo", "other_languages.tagalog"),
        ("иди на хуй", "other_languages.russian"),
        ("địt mẹ mày", "other_languages.vietnamese"),
    ],
)
def test_strong_words_of_languages_without_a_full_list_are_likely(text: str, rule: str) -> None:
    score = found(text)[0]
    assert (score.category, score.value, score.rule) == (Category.OBSCENITY, 0.9, rule)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you officers for your work",
        "Gracias por todo lo que hacen",
        "Merci beaucoup pour votre travail",
        "Obrigado pela ajuda da policia",
        "Vielen Dank an die Polizei",
        "Grazie per il vostro lavoro",
        "Спасибо вам большое за работу",
    ],
)
def test_clean_words_of_any_language_match_nothing(text: str) -> None:
    assert found(text) == []
