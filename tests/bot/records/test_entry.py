from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bot import events
from bot.records import entry
from bot.records.entry import EntryError
from tests.bot.records.samples import BOT, ORIGIN, START, seen

texts = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=127))
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_our_canonical_json_is_that_of_rfc_8785(value: object) -> None:
    assert entry.canonical_bytes(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [0.5, 2**53, -(2**53), {"é": 1}, {1: 1}, "\ud800", b"bytes", {"a": [1.0]}, {1, 2}])
def test_what_canonical_json_has_no_form_for_is_refused(value: object) -> None:
    with pytest.raises(EntryError):
        entry.canonical_bytes(value)


@given(st.binary(min_size=32, max_size=32), keys, plain)
def test_a_commitment_is_opened_by_its_salt_and_value_alone(salt: bytes, name: str, value: object) -> None:
    made = entry.commitment(salt, name, entry.canonical(value))
    assert made == sha256(b"cmb/field/v1\x00" + salt + rfc8785.dumps([name, value])).digest()  # type: ignore[list-item]
    assert made != entry.commitment(bytes(32) if salt != bytes(32) else b"\x01" * 32, name, entry.canonical(value))
    assert made != entry.commitment(salt, name, entry.canonical([value]))


def written(event: events.Event) -> entry.Written:
    return entry.write(event, seq=7, origin=ORIGIN, now=START, series="UNSCHEDULED")


def test_an_entry_names_its_log_its_place_and_its_time() -> None:
    said = json.loads(written(seen("c_1")).content)
    assert (said["log"], said["seq"], said["ts"]) == (ORIGIN, 7, "2026-11-22T13:00:00.000Z")
    assert (said["type"], said["subject"]) == ("comment.seen", {"kind": "comment", "ref": "c_1"})


def test_an_entry_holds_no_committed_value_in_the_open() -> None:
    content = written(seen("c_1", "platform-77", text="Call me at 555-0100")).content.decode()
    assert "555-0100" not in content
    assert "platform-77" not in content
    assert "A. Visitor" not in content


def test_every_commitment_of_an_entry_can_be_opened() -> None:
    made = written(seen("c_1", text="bidi \u202e, NUL \x00, 👮"))
    com = json.loads(made.content)["com"]
    assert set(com) == {each.name for each in made.payload}
    assert all(
        entry.commitment(each.salt, each.name, each.value_json) == b64decode(com[each.name]) for each in made.payload
    )


def test_two_entries_of_one_event_share_neither_salt_nor_nonce() -> None:
    first, second = written(seen("c_1")), written(seen("c_1"))
    assert {each.salt for each in first.payload}.isdisjoint(each.salt for each in second.payload)
    assert json.loads(first.content)["nonce"] != json.loads(second.content)["nonce"]


def test_an_event_with_a_float_is_refused() -> None:
    event = events.ModelLoaded(actor=BOT, subject=events.LOG, name="clf", version=0.5)  # type: ignore[arg-type]
    with pytest.raises(EntryError, match="basis points"):
        written(event)
