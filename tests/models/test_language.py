from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import only_lists_know, untested


@pytest.mark.parametrize(
    "text",
    [
        "Thank you all for keeping us safe tonight",
        "lol smh fr fr no cap bruh jpd wildin",
        "THANK YOU OFFICER MARTINEZ AND DEPUTY GONZALEZ",
        "hahahaha hahahaha lmaooooo hahaha",
        "fυck thе pоlісе аnd yоur tісkеts",
        "𝓣𝓱𝓪𝓷𝓴 𝔂𝓸𝓾 𝓯𝓸𝓻 𝓴𝓮𝓮𝓹𝓲𝓷𝓰 𝓾𝓼 𝓼𝓪𝓯𝓮",
        "gracias oficial",
        "спасибо",
        "",
    ],
)
def test_odd_and_short_english_is_tested(text: str) -> None:
    assert not untested(text, ["en"])


@pytest.mark.parametrize(
    "text",
    [
        "Gracias por todo lo que hacen por nuestra comunidad",
        "Merci beaucoup pour votre travail dans notre ville",
        "Спасибо вам большое за работу полиции",
        "感谢警察为我们社区所做的一切工作辛苦了谢谢大家的努力",
        "شكرا لكم على كل ما تفعلونه من أجل مجتمعنا",
        "Cảm ơn các anh cảnh sát đã giúp đỡ chúng tôi",
    ],
)
def test_another_language_is_untested(text: str) -> None:
    assert untested(text, ["en"])


def test_every_language_of_the_department_is_tested() -> None:
    assert not untested("Gracias por todo lo que hacen por nuestra comunidad", ["en", "es"])
    assert not untested("Спасибо вам большое за работу полиции", ["en", "ru"])


@settings(deadline=None)
@given(st.text(st.characters(), max_size=200))
def test_any_text_gets_an_answer(text: str) -> None:
    assert untested(text, ["en"]) in (True, False)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you officers, gracias por todo, you are the best in town",
        "Yo creo que that was the right decision by the officers",
        "Officer Guadalupe Hernandez Rodriguez and Deputy Jean-Pierre Lefebvre",
        "😀😀😀👏👏👏🚓🚓🚓❤️❤️❤️😀😀😀👏👏👏",
        "Jose Maria Gonzalez, Luis Fernando Ortega Ruiz",
    ],
)
def test_switching_names_and_emoji_are_tested_where_both_languages_are(text: str) -> None:
    assert not untested(text, ["en", "es"])


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("La policía nunca llega cuando uno la llama", True),
        ("puta policía corrupta", True),
        ("The police never come when you call them", False),
        ("thank you officers", False),
        ("", False),
    ],
)
def test_only_lists_know_spanish(text: str, answer: bool) -> None:
    assert only_lists_know(text, ["en", "es"]) is answer


def test_a_short_text_is_english_to_an_english_department() -> None:
    assert not only_lists_know("puta policía", ["en"])
