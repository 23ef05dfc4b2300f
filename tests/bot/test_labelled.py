"""Labelled comments in a file: what can be read, and which lines cannot."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.classify import LineError
from bot.labelled import Labelled, read_labelled

GOOD = '{"text": "You fool.", "labels": {"personal_attack": true, "spam": null}, "page": "blog", "flagged": false}'


def test_a_line_is_a_text_with_labels_and_where_it_was() -> None:
    assert read_labelled([GOOD]) == [Labelled("You fool.", {"personal_attack": True}, page="blog", flagged=False)]


def test_what_else_a_line_holds_is_passed_over_as_are_empty_lines() -> None:
    assert len(read_labelled(["", '{"text": "a", "labels": {}, "decision": "hide", "entry": 4}', "\n"])) == 1


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("nonsense", "not JSON"),
        ("[1]", 'give an object with "text" and "labels"'),
        ('{"labels": {}}', 'give an object with "text" and "labels"'),
        ('{"text": "a"}', 'give an object with "text" and "labels"'),
        ('{"text": "a", "labels": ["spam"]}', '"labels" is an object'),
        ('{"text": "a", "labels": {"spam": 1}}', '"labels" is an object'),
        ('{"text": "a", "labels": {"toxic": true}}', 'the category "toxic" is not known; known are obscenity, '),
        ('{"text": "a", "labels": {}, "page": 7}', '"page" is a text or null'),
        ('{"text": "a", "labels": {}, "flagged": "yes"}', '"flagged" is true, false or null'),
    ],
)
def test_a_bad_line_is_named_by_its_number(line: str, problem: str) -> None:
    with pytest.raises(LineError) as raised:
        read_labelled([GOOD, "", line])
    assert str(raised.value).startswith("line 3: ")
    assert problem in str(raised.value)


def test_every_bad_line_is_named_up_to_ten() -> None:
    with pytest.raises(LineError) as raised:
        read_labelled([GOOD, *["x"] * 12])
    assert [each.split(":")[0] for each in str(raised.value).splitlines()] == [
        *(f"line {number}" for number in range(2, 12)),
        "and 2 more lines",
    ]


def test_a_file_without_a_line_is_refused() -> None:
    with pytest.raises(LineError, match="there is no line to read"):
        read_labelled(["\n"])


@settings(max_examples=40)
@given(st.text(max_size=30) | (st.none() | st.floats() | st.lists(st.text(max_size=3), max_size=2)).map(json.dumps))
def test_no_line_makes_the_reader_fail_in_another_way(line: str) -> None:
    with pytest.raises(LineError):
        read_labelled([line])
