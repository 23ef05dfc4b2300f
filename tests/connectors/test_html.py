from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._html import readable


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("f&#117;ck", "fuck"),
        ("f<b></b>uck", "fuck"),
        ("I &lt;3 you &amp; them", "I <3 you & them"),
        ("one<br>two", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ('<a href="http://x.example">here</a> now', "here (http://x.example) now"),
        ('<abbr title="acronym">A</abbr>', "A (acronym)"),
        ('<img src="/p.png" alt="a patrol car">', "(/p.png) (a patrol car)"),
        ('<a href="http://x.example">never closed', "never closed (http://x.example)"),
        ("<!-- wp:paragraph --><p>A block</p><!-- /wp:paragraph -->", "A block"),
        ("it is 3 < 4", "it is 3 < 4"),
    ],
)
def test_what_a_visitor_reads_is_what_is_judged(html: str, text: str) -> None:
    assert readable(html) == text


@given(st.text(st.characters(exclude_characters="<&")))
def test_text_without_markup_comes_back_as_it_is(text: str) -> None:
    assert readable(text) == text


@given(st.text(st.sampled_from("<>&;#/!-ab \n\"'=?[]"), max_size=60))
def test_no_markup_however_broken_is_too_much(html: str) -> None:
    assert isinstance(readable(html), str)


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=1), st.sampled_from(["script", "style", "title", "b", "xx"])
)
def test_no_element_hides_its_words(words: str, tag: str) -> None:
    assert words in readable(f"<{tag}>{words}</{tag}>")


def test_the_address_of_a_link_is_left_out_only_where_it_is_said_to_tell_nothing() -> None:
    html = '<a class="name" href="http://x.example/pat">@pat</a> <a href="http://x.example">here</a>'
    assert readable(html, lambda words, classes, address: classes == "name") == "@pat here (http://x.example)"


def test_what_else_a_link_tells_is_never_left_out() -> None:
    html = '<a href="http://x.example/pat" title="not nice">@pat</a>'
    assert readable(html, lambda *_: True) == "@pat (http://x.example/pat) (not nice)"
