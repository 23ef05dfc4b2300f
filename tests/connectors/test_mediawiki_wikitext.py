"""Reading wikitext as a visitor does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.mediawiki.wikitext import bare, depth, media, summary_words, tells, words


@pytest.mark.parametrize(
    ("wikitext", "read"),
    [
        ("you id'''io'''t", "you idiot"),
        ("you id<!-- -->iot", "you idiot"),
        ("you id<nowiki/>iot", "you idiot"),
        ("you <b>id</b>iot", "you idiot"),
        ("you &#105;diot", "you idiot"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a < b and c > d", "a < b and c > d"),
        ("I <3 this town", "I <3 this town"),
        ("== Bridge ==\nIs it open?", "Bridge\nIs it open?"),
        ("::: I agree", "I agree"),
        ("* one\n* two", "one\ntwo"),
        ("see [[Road closure|the notice]]", "see the notice (Road closure)"),
        ("see [[Road closure]]", "see Road closure"),
        ("buy [https://shop.example/x watches]", "buy watches (https://shop.example/x)"),
        ("buy [https://shop.example/x]", "buy https://shop.example/x"),
        ("[[File:Mill Bridge.jpg|thumb|the bridge]]", "Mill Bridge.jpg"),
        ("'quoted' and \"twice\"", "'quoted' and \"twice\""),
    ],
)
def test_marks_go_and_words_stay(wikitext: str, read: str) -> None:
    assert words(wikitext) == read


@pytest.mark.parametrize(
    "signature",
    [
        "[[User:Pat|Pat]] ([[User talk:Pat|talk]]) 19:26, 22 November 2026 (UTC)",
        "[[Special:Contributions/127.0.0.1|127.0.0.1]] 19:26, 22 November 2026 (UTC)",
        "-- [[User:Pat|Pat]] 19:26, 22 November 2026 (UTC)",
    ],
)
def test_a_signature_is_left_out(signature: str) -> None:
    assert words(f"Is the bridge open? {signature}") == "Is the bridge open?"


def test_a_link_to_somebody_is_no_signature() -> None:
    assert words("ask [[User:Pat|Pat]] about it") == "ask Pat (User:Pat) about it"


def test_files_are_attachments() -> None:
    assert [each.id for each in media("look [[File:Mill_Bridge.jpg|thumb]] [[image:b.png]]")] == [
        "File:Mill Bridge.jpg",
        "File:b.png",
    ]


@pytest.mark.parametrize(
    "summary",
    [
        "",
        "/* Bridge */ new section",
        "/* Bridge */ Reply",
        'Created page with "Is the bridge open?"',
        "Blanked the page",
    ],
)
def test_what_the_wiki_writes_into_a_summary_is_nobodys_words(summary: str) -> None:
    assert summary_words(summary, "Is the bridge open?") == ""


def test_what_a_visitor_writes_into_a_summary_is_theirs() -> None:
    assert summary_words("/* Bridge */ you fools", "Is the bridge open?") == "you fools"


def test_a_summary_that_repeats_the_words_tells_them() -> None:
    assert tells('Created page with "Is the bridge open?"', "Is the bridge open?")
    assert tells("/* Fools all of you */ new section", "== Fools all of you ==\nhello")
    assert not tells("/* Bridge */ new section", "hello")


def test_an_answer_is_known_by_its_indentation() -> None:
    assert [depth(line) for line in ("a", ": a", ":: a", "*: a")] == [0, 1, 2, 2]
    assert bare(":: the same") == bare("*the same") == "the same"


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert words(words(text)) is not None


@given(st.text(alphabet="[]|'<>!-{}=:*#&;/a \n", max_size=300))
def test_no_arrangement_of_marks_stops_the_reading(text: str) -> None:
    words(text)
