"""A comment is cut at the edges of its evidence, and an edit is told word by word."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.web.segments import Change, Segment, Span, changes, segments

FILTH = Span(5, 10, "obscenity", "strong language")
THREAT = Span(8, 14, "threat", "threat")


def test_evidence_is_cut_out_of_the_text() -> None:
    assert segments("what filth is", [FILTH]) == [
        Segment("what "),
        Segment("filth", ("obscenity",), (FILTH,)),
        Segment(" is"),
    ]


def test_where_evidence_overlaps_both_categories_are_named() -> None:
    both = segments("what filth is that", [FILTH, THREAT])[2]
    assert (both.text, both.css) == ("th", "hit-obscenity hit-threat")


def test_overlapping_evidence_of_one_kind_is_labelled_once_at_its_end() -> None:
    longer = Span(0, 10, "obscenity", "strong language")
    found = segments("what filth is", [FILTH, longer, Span(0, 10, "obscenity", "strong language")])
    assert [[span.label for span in piece.ends] for piece in found] == [[], ["strong language"], []]


def test_a_span_outside_the_text_is_left_out() -> None:
    assert segments("short", [Span(3, 99, "threat", "threat"), Span(4, 2, "slur", "slur")]) == [Segment("short")]


def test_an_empty_text_has_no_pieces() -> None:
    assert segments("", [FILTH]) == []


@given(st.text(), st.lists(st.tuples(st.integers(-2, 40), st.integers(-2, 40))))
def test_the_pieces_together_are_the_text(text: str, edges: list[tuple[int, int]]) -> None:
    found = segments(text, [Span(start, end, "slur", "slur") for start, end in edges])
    assert "".join(piece.text for piece in found) == text


def test_an_edit_shows_the_words_that_went_and_came() -> None:
    assert changes("the old road", "the new road") == [
        Change("same", "the "),
        Change("removed", "old "),
        Change("added", "new "),
        Change("same", "road"),
    ]


def test_a_very_long_edit_is_shown_whole() -> None:
    assert [each.kind for each in changes("a b " * 2000, "b a " * 2000)] == ["removed", "added"]


@given(st.text(), st.text())
def test_an_edit_holds_both_texts_whole(before: str, after: str) -> None:
    found = changes(before, after)
    assert "".join(each.text for each in found if each.kind != "added") == before
    assert "".join(each.text for each in found if each.kind != "removed") == after
