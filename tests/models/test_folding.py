from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.folding import fold

ANY_TEXT = st.text(st.characters())
ODD_TEXT = st.text("aAnÑñ\u0303\u0301е𝓯ﬁ\u200b\u202e\x00 \ud800İßẞ⁴ﷺ…fuck*!")


@given(ANY_TEXT | ODD_TEXT)
def test_folding_takes_any_text_and_keeps_the_way_back(text: str) -> None:
    folded = fold(text)
    places = [folded.source(at) for at in range(len(folded.text))]
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@given(ANY_TEXT | ODD_TEXT)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


@given(st.text("abc \n.,!?'0129", max_size=60).filter(lambda text: not re.search(r"([a-c])\1{3}", text)))
def test_plain_small_letters_stay_as_they_are(text: str) -> None:
    assert fold(text).text == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Fυсk", "fuck"),
        ("𝓯𝓾𝓬𝓴", "fuck"),
        ("ＦＵＣＫ", "fuck"),
        ("🅕🅤🅒🅚", "fuck"),
        ("fu\u200bck", "fuck"),
        ("\u202efuck\u202c", "fuck"),
        ("f\u0301u\u0335c\u0489k", "fuck"),
        ("soooooo", "sooo"),
        ("it’s “fine”", 'it\'s "fine"'),
        ("Año Nuevo", "año nuevo"),
        ("An\u0303o", "año"),
        ("a\x00b", "ab"),
        ("policía", "policia"),
    ],
)
def test_look_alikes_hidden_and_stretched_letters_become_plain(text: str, plain: str) -> None:
    assert fold(text).text == plain


def test_a_million_combining_marks_fold_to_their_letter() -> None:
    assert fold("a" + "\u0301\u0323" * 500_000).text == "a"
