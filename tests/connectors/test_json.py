"""Cutting JSON apart: nothing is changed, and nothing is lost."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors._json import items, members, without

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=6,
)
INDENTS = st.sampled_from([None, 0, 2])


@settings(max_examples=50)
@given(st.dictionaries(st.text(), VALUES), INDENTS, st.booleans())
def test_members_are_the_members(value: dict[str, object], indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found = members(text)
    assert {name: json.loads(each) for name, each in found.items()} == value
    assert all(each in text for each in found.values())


@settings(max_examples=50)
@given(st.lists(VALUES), INDENTS)
def test_items_are_the_items(value: list[object], indent: int | None) -> None:
    assert [json.loads(each) for each in items(json.dumps(value, indent=indent))] == value


@settings(max_examples=50)
@given(st.dictionaries(st.text(), VALUES, min_size=1), INDENTS, st.data())
def test_without_leaves_the_others_as_they_are(
    value: dict[str, object], indent: int | None, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(value)))
    left = without(json.dumps(value, indent=indent), name)
    assert json.loads(left) == {each: value[each] for each in value if each != name}


@pytest.mark.parametrize("text", ["", "[]", "1", "{", '{"a"}', '{"a":1', '{"a":1 "b":2}', "{1:2}", '{"a":}'])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        members(text)


@pytest.mark.parametrize("text", ["", "{}", "[1", "[1 2]", "[1,", "[,]"])
def test_what_is_no_array_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        items(text)
