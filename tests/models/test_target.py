from __future__ import annotations

import pytest

from models.score import Item, Target
from models.target import target_of
from models.text import normalise

REPLY = {"post": "The bridge is closed.", "ancestors": ("I think it should stay closed.",)}


def target(text: str, **place: object) -> Target:
    return target_of(normalise(text), Item(text, **place), None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Karen Lopez you are a fool",
        "You are a fool, Brenda.",
        "Shut up Brenda, you fool.",
        "@brenda_k what a fool",
        "Only a fool like you believes that",
        "You are a fool",
        "Nobody asked for your opinion, fool",
    ],
)
def test_who_is_addressed_is_a_commenter(text: str) -> None:
    assert target(text) is Target.COMMENTER


def test_you_in_a_reply_is_the_commenter_above() -> None:
    assert target("You must love the cops, fool", **REPLY) is Target.COMMENTER


def test_you_under_a_post_may_be_the_department() -> None:
    assert target("You are fools", post="The bridge is closed.") is Target.UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "The police are fools",
        "Chief Hanley is a fool",
        "You cops are fools",
        "You people cannot do your job",
        "Your department is run by fools",
        "The mayor lied. He is a fool.",
        "Officer Smith, you are a fool",
        "Policías corruptos, son unos tontos",
        "JPD fools",
    ],
)
def test_police_and_officials_are_officials(text: str) -> None:
    assert target(text) is Target.OFFICIAL


def test_you_cops_in_a_reply_are_still_the_police() -> None:
    assert target("You cops are fools", **REPLY) is Target.OFFICIAL


@pytest.mark.parametrize("text", ["That woman is a fool", "He is a fool", "what a fool, Tom Baker again"])
def test_a_third_person_is_a_private_person(text: str) -> None:
    assert target(text) is Target.PRIVATE_PERSON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("La policía es tonta", Target.OFFICIAL),
        ("The teachers are fools", Target.OFFICIAL),
        ("Los demócratas son tontos", Target.NOBODY),
        ("The gun control people are fools", Target.NOBODY),
    ],
)
def test_the_words_around_the_evidence_are_read_alike_on_every_side_and_with_accents(
    text: str, expected: Target
) -> None:
    assert target_of(normalise(text), Item(text), (3, 6)) is expected


def test_a_people_is_a_group() -> None:
    assert target("Immigrants are fools") is Target.GROUP


@pytest.mark.parametrize(
    "text", ["I was a fool to park there", "Republicans and democrats are fools", "what a foolish stop sign"]
)
def test_oneself_a_party_and_a_thing_are_nobody(text: str) -> None:
    assert target(text) is Target.NOBODY


def test_a_bare_insult_is_unknown() -> None:
    assert target("Fool!") is Target.UNKNOWN


def test_only_the_sentence_of_the_evidence_counts() -> None:
    text = "The police did well. Brenda, you are a fool."
    assert target_of(normalise(text), Item(text), (38, 42)) is Target.COMMENTER
