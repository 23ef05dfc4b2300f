from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text import normalise

ANY_TEXT = st.text(st.characters())
DISGUISED = ["f*ck", "f u c k", "s#!t", "sh1t", "f.u.c.k", "a$$hole", "fuuuuck", "fυck", "fu\u200bck", "motherf---ers"]
PLAIN = ["hello", "911", "é", " ", "\n", "...", "😀", "n\u0303", "@ann", "f", "u", "*", "(", "ﷺ"]
DISGUISES = st.lists(st.sampled_from([*DISGUISED, *PLAIN])).map(" ".join)


@given(ANY_TEXT | DISGUISES)
def test_every_span_leads_back_into_the_original(text: str) -> None:
    normal = normalise(text)
    for start in range(len(normal.text)):
        first, last = normal.span(start, start + 1)
        assert 0 <= first < last <= len(text)


@given(DISGUISES)
def test_spans_of_the_normalised_text_keep_their_order(text: str) -> None:
    normal = normalise(text)
    starts = [normal.span(at, at + 1)[0] for at in range(len(normal.text))]
    assert starts == sorted(starts)


@given(DISGUISES)
def test_a_written_out_word_stands_where_it_is_said_to(text: str) -> None:
    normal = normalise(text)
    for reading in normal.disguises:
        assert normal.text[reading.start : reading.end] == reading.word


@pytest.mark.parametrize("word", ["f*ck", "f u c k", "s#!t", "sh1t", "f.u.c.k", "motherf---ers", "fuuuuuuck", "𝓯*𝓬𝓴"])
def test_the_span_of_a_disguised_word_is_the_word_as_written(word: str) -> None:
    text = f"well {word} them"
    normal = normalise(text)
    reading = normal.disguises[0]
    assert text[slice(*normal.span(reading.start, reading.end))] == word


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("f*ck this", "fuck this"),
        ("f**k this", "fuck this"),
        ("F U C K this", "fuck this"),
        ("f\nu\nc\nk", "fuck"),
        ("fu ck you", "fuck you"),
        ("5h1t", "shit"),
        ("sh!!!!t", "shit"),
        ("a$$hole", "asshole"),
        ("@sshole", "asshole"),
        ("ass-hole", "asshole"),
        ("bull****", "bullshit"),
        ("f***ing", "fucking"),
        ("shiiiiit", "shit"),
        ("phuck", "fuck"),
        ("hijo de p.u.t.a", "hijo de puta"),
    ],
)
def test_disguised_listed_words_are_written_out(text: str, plain: str) -> None:
    assert normalise(text).text == plain


@pytest.mark.parametrize(
    "text",
    [
        "call 911 at 5:00 p.m. or e-mail us",
        "b2b for $100 and 50-50",
        "the f.b.i. and the j.p.d. in the u.s.a.",
        "shiite mosque",
        "do... be... go... put. as. bit...",
        "what the h*ll, d*mn it",
        "p. s. i love you",
        "spi. the f.c. won 3-2!",
        "a b c d e f g",
        "that's hit hard by 4th st.",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    normal = normalise(text)
    assert (normal.text, normal.disguises) == (text, ())


def test_there_is_no_span_outside_the_text() -> None:
    with pytest.raises(ValueError, match="from 2 to 9"):
        normalise("abc").span(2, 9)
