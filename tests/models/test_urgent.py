from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.score import Category, Item, Score
from models.urgent import Urgent

URGENT = Urgent()
FLAGS = 0.5


def flagged(text: str) -> set[Category]:
    return {score.category for score in URGENT.score([Item(text)])[0] if score.value >= FLAGS}


def first(text: str) -> Score:
    return URGENT.score([Item(text)])[0][0]


@pytest.mark.parametrize(
    "text",
    [
        "I'm going to kill you",
        "im gonna shoot every cop i see",
        "I know where you live Tom",
        "someone should burn his house down",
        "I will find that deputy and put a bullet in him",
        "you're a dead man",
        "I'll blow up the courthouse",
        "there is a bomb in the school",
        "kill all cops",
        "hope somebody shoots you",
        "te voy a matar",
        "I'm g0ing to k i l l you, I will kill you",
        "Tow my car again and I'll break your neck",
        "I'm going to shoot Deputy Hale",
        "we know where Judge Orr lives",
        "somebody should put a bullet in Mayor Finn",
    ],
)
def test_threats_are_urgent(text: str) -> None:
    assert flagged(text) == {Category.THREAT}


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "i dont want to live anymore",
        "thinking about ending it all",
        "my brother says he is going to kill himself, please help",
        "go kill yourself",
        "me quiero morir",
    ],
)
def test_words_of_self_harm_are_urgent(text: str) -> None:
    assert flagged(text) == {Category.SELF_HARM}


@pytest.mark.parametrize(
    "text",
    [
        "You guys are killing it!",
        "I'm going to break his record this weekend",
        "I will hang Officer Lee's medal on the wall",
        "I know where Officer Lee works, she helped me there",
        "They broke his jaw during the arrest",
        "I will beat Mayor Finn at the polls",
        "Shoot me a message",
        "I'll shoot you a text",
        "this traffic is killing me",
        "this traffic makes me want to kill myself lol",
        "my wife is going to kill me",
        "would it kill you to answer the phone",
        "shots fired on Main St",
        "he threatened to kill her",
        "He said 'I will kill you' and ran",
        "Police shot and killed a man on Tuesday",
        "stop killing our kids",
        "drive slower, you are going to kill someone",
        "if you drink and drive you're going to die",
        "suicide prevention: call 988",
        "he killed himself last year",
        "kill them with kindness",
        "we should hang the lights on Main Street",
        "I'll beat you there",
        "Cops kill people and get paid leave",
        "I want to end the war on drugs",
    ],
)
def test_figures_of_speech_news_and_reports_are_not(text: str) -> None:
    assert flagged(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "His number is 307-555-0182",
        "call her at 555-0182",
        "he lives at 42 Elm Street",
        "her home address is 1187 N Maple Ave",
        "SSN 123-45-6789",
        "mail bob.jones@mailbox.example",
        "The 15 year old is Tyler Brooks",
        "the victim was Emma Johnson, 8",
    ],
)
def test_private_information_is_urgent(text: str) -> None:
    assert flagged(text) == {Category.PRIVATE_INFORMATION}


@pytest.mark.parametrize(
    "text",
    [
        "Call 911 or 988",
        "call the station at 555-0100",
        "The non-emergency line is 307-555-0100",
        "Contact the department at (307) 555-0100",
        "Crime Stoppers 800-222-8477",
        "tips@jacksonpd.gov",
        "records@town.example",
        "crash at 400 Main Street",
        "police were at 12 Oak Ave",
        "case 24-00123-4567",
        "My son Tyler loves the dog",
        "A 17 year old died at Lincoln High School",
        "the 2023-2024 budget",
        "10-4 good buddy",
    ],
)
def test_public_numbers_and_places_are_not(text: str) -> None:
    assert flagged(text) == set()


def test_the_span_is_the_number() -> None:
    text = "His number is 307-555-0182, call him"
    assert text[slice(*(first(text).span or ()))] == "307-555-0182"


def test_the_span_of_a_threat_is_where_it_stands_in_the_original() -> None:
    text = "Listen. I’ll k\u200bill you."
    assert text[slice(*(first(text).span or ()))] == "I’ll k\u200bill you"


def test_the_reason_does_not_repeat_what_is_private() -> None:
    assert "0182" not in first("His number is 307-555-0182").why


@given(st.text(st.characters()) | st.text("i will kill you 5-@.,(ab)", max_size=80))
def test_any_text_is_scored_with_spans_inside_it(text: str) -> None:
    for score in URGENT.score([Item(text)])[0]:
        assert score.span
        assert 0 <= score.span[0] < score.span[1] <= len(text)
