"""``ofrecord classify``: one answer a line, in order, whatever the text is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.classify import BATCH, LineError, answers, default_rulebook
from bot.judgement import Rulebook
from tests.fakes import rulebook

ALWAYS = {"obscenity", "personal_attack", "off_topic", "threat"}


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    """The classifiers that are shipped."""
    return default_rulebook()


def line(number: object, text: str, **fields: object) -> str:
    return json.dumps({"id": number, "text": text, **fields})


def answer(book: Rulebook, text: str, **fields: object) -> dict[str, Any]:
    (found,) = answers([line(1, text, **fields)], book)
    return found


def test_answers_come_in_the_order_of_the_lines_across_batches() -> None:
    ids = [*range(BATCH), "last", None]
    found = list(answers([line(each, "Thank you.") for each in ids], rulebook()))
    assert [each["id"] for each in found] == ids


def test_an_answer_has_the_documented_fields() -> None:
    found = answer(rulebook(), "This is filth.")
    assert found["verdict"] == "hide"
    assert found["reasons"] == [
        {"category": "obscenity", "span": (8, 13), "why": "The word filth.", "rule": "fake.word"}
    ]


@pytest.mark.parametrize(
    "text", ["", "Thank you.", "\x00", "\ud83d alone", "\udcff no UTF-8", "x" * 65_536, "שלום \u202e evil", "fuck"]
)
def test_the_four_scores_are_there_whatever_the_text_is(shipped: Rulebook, text: str) -> None:
    found = answer(shipped, text, post="The bridge is closed.")
    assert set(found["scores"]) >= ALWAYS
    assert all(0 <= found["scores"][name] <= 1 for name in ALWAYS)
    assert json.loads(json.dumps(found, ensure_ascii=True))["verdict"] in ("allow", "queue", "hide")


def test_without_a_post_nothing_is_said_about_the_topic(shipped: Rulebook) -> None:
    assert answer(shipped, "Thank you.")["scores"]["off_topic"] is None
    assert answer(shipped, "Thank you.", post=None)["scores"]["off_topic"] is None
    assert answer(shipped, "Thank you.", post="The bridge is closed.")["scores"]["off_topic"] is not None


def test_what_caps_a_verdict_is_said_and_otherwise_left_out(shipped: Rulebook) -> None:
    assert answer(shipped, "Спасибо вам за помощь, вы лучшие.")["caps"] == ["language untested"]
    assert "caps" not in answer(shipped, "Thank you.")


def test_the_hiding_rules_are_approved(shipped: Rulebook) -> None:
    assert answer(shipped, "This is fucking bullshit.")["verdict"] == "hide"


def test_harsh_criticism_is_allowed(shipped: Rulebook) -> None:
    text = "You are useless. The Chief should resign today; this Department has failed our town for years."
    assert answer(shipped, text)["verdict"] == "allow"


def test_a_span_points_into_the_text_as_it_was_given(shipped: Rulebook) -> None:
    text = "😀 plain f.u.c.k here"
    spans = [each["span"] for each in answer(shipped, text)["reasons"] if each["rule"] == "wordlist.strong"]
    assert [text[start:end] for start, end in spans] == ["f.u.c.k"]


def test_a_thread_is_a_list_of_texts(shipped: Rulebook) -> None:
    assert answer(shipped, "Thank you.", thread=None)["verdict"] == "allow"
    assert answer(shipped, "Thank you.", thread=["Hello.", "Yes?"], scope="Public safety.")["verdict"] == "allow"


def test_empty_lines_are_passed_over() -> None:
    assert [each["id"] for each in answers(["\n", line(7, "Thank you."), "  \n"], rulebook())] == [7]


def test_a_byte_order_mark_before_the_first_line_is_no_part_of_it() -> None:
    assert [each["id"] for each in answers(["\ufeff" + line(7, "Thank you.")], rulebook())] == [7]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("not json", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1, 2]", 'an object with "id"'),
        ('{"id": 1}', "and a text"),
        ('{"text": "hello"}', '"id"'),
        ('{"id": 1, "text": 5}', "and a text"),
        ('{"id": 1, "text": "a", "post": 5}', '"post" is a text'),
        ('{"id": 1, "text": "a", "thread": [5]}', '"thread" is a list of texts'),
        ('{"id": 1, "text": "a", "thread": "b"}', '"thread" is a list of texts'),
        ('{"id": NaN, "text": "a"}', "NaN is no number in JSON"),
        ('{"id": -Infinity, "text": "a"}', "-Infinity is no number in JSON"),
        ('{"id": 1e999, "text": "a"}', "a number is too large; give it as a text"),
        ('{"id": ' + "7" * 6_000 + ', "text": "a"}', "more than 1000 digits; give it as a text"),
        ('{"id": 1, "text": "a", "text": "b"}', '"text" is given twice'),
        ('{"id": 1, "text": "a", "thraed": []}', 'unknown field "thraed"'),
    ],
)
def test_a_line_that_cannot_be_read_is_named(bad: str, said: str) -> None:
    with pytest.raises(LineError, match=r"^line 3: ") as error:
        list(answers([line(1, "Thank you."), "", bad], rulebook()))
    assert said in str(error.value)


def test_the_lines_before_a_bad_one_are_answered() -> None:
    found = answers([line(1, "Thank you."), "bad"], rulebook())
    assert next(found)["id"] == 1
    with pytest.raises(LineError):
        next(found)
