from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors._html import readable
from connectors._markup import cut


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


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<b '>shown</b> '>", "shown '>"),
        ('<b =">shown</b>">', 'shown">'),
        ('<b a="x"c>shown</b>', "shown"),
        ("<b a=>shown</b>", "shown"),
        ("<!-- --!>shown<!-- -->", "shown"),
        ("<!-->shown<!-- -->", "shown"),
        ("<textarea><!-- shown --></textarea>", "<!-- shown -->"),
        ("<title><b>shown</title>", "<b>shown"),
        ("a<![if x]>b<?php ?>c<!doctype html>d</ x>e", "abcde"),
        ("<a href='x>y'>z</a>", "z (x>y)"),
        ("<a href=1 href=2>z</a>", "z (1)"),
        ("&#0000102;&#x0066;", "ff"),
    ],
)
def test_it_is_cut_where_a_browser_cuts_it(html: str, text: str) -> None:
    assert readable(html) == text


@pytest.mark.parametrize("html", ['<b a=">shown', "<!-- shown", "<b shown", "<script>shown", "<b a='>shown</b>"])
def test_what_never_ends_is_read_though_no_browser_would_show_it(html: str) -> None:
    assert "shown" in readable(html)


def test_a_number_too_large_for_any_character_stops_nothing() -> None:
    assert readable(f"a&#{'9' * 5_000};b&#{'0' * 5_000}99;&#x{'f' * 5_000};") == "a\ufffdbc\ufffd"


_PIECES = st.sampled_from(["<", ">", "/", "!", "-", "[", "=", '"', "'", " ", "a", "&#", "9", "<script>", "<!--"])


@given(st.lists(_PIECES))
def test_what_is_cut_is_what_was_there(pieces: list[str]) -> None:
    html = "".join(pieces)
    texts = [piece for piece in cut(html) if isinstance(piece, str)]
    assert all(texts)
    place = 0
    for text in texts:
        place = html.index(text, place) + len(text)


HOSTILE = ("<!--", "<![", "<?", "</", "<a ", "<a b='", "<a b=\"'>", "<a href=x>", "&#", "<a \"'", "<")


@pytest.mark.parametrize("unit", HOSTILE)
@pytest.mark.parametrize("end", ["", ">", "</a>" * 5_000])
def test_a_hostile_text_takes_no_more_time_than_its_length_calls_for(unit: str, end: str) -> None:
    # A fraction of a second where each character is looked at once; minutes where it is looked at again and again.
    began = process_time()
    readable(unit * (120_000 // len(unit)) + end, lambda *_: True)
    assert process_time() - began < 5
