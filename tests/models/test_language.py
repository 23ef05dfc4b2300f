from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import untested


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
