from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import lexicon
from models.lexicon import Tier
from models.viewpoint import named, refused


def kind(entry: str, *names: str) -> str | None:
    what = named(entry, names)
    return what.kind if what else None


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("pig", "stance"),
        ("bacon", "stance"),
        ("corrupt", "stance"),
        ("ACAB", "stance"),
        ("copper", "stance"),
        ("jerk", "stance"),
        ("shame on you", "stance"),
        ("trump", "person"),
        ("democrats", "party"),
        ("maga", "party"),
        ("defund", "cause"),
        ("back the blue", "cause"),
        ("Black Lives Matter", "cause"),
        ("gun rights", "cause"),
        ("sheriff", "people"),
        ("muslims", "people"),
    ],
)
def test_a_stance_person_party_cause_or_people_is_named(entry: str, expected: str) -> None:
    assert kind(entry) == expected


@pytest.mark.parametrize(
    "entry",
    ["p1g", "P1GS", "piiigs", "p-i-g", "p.i.g", "4cab", "a.c.a.b", "1312", "b@con", "d3fund", "c0rrupt", "pígs", "ᴘɪɢ"],
)
def test_another_spelling_hides_nothing(entry: str) -> None:
    assert named(entry)


@pytest.mark.parametrize(
    "entry", ["defunded", "defunding", "defundthepolice", "corruption", "corruptly", "piggies", "trumpster", "liars"]
)
def test_inflections_and_compounds_are_named_too(entry: str) -> None:
    assert named(entry)


@pytest.mark.parametrize(
    "entry",
    ["cerdos", "corrupto", "corrupción", "asesinos", "policía", "sindicato", "demócratas", "ni una menos", "aborto"],
)
def test_spanish_is_named_with_accents_and_without(entry: str) -> None:
    assert named(entry)


def test_a_phrase_is_named_by_any_of_its_words() -> None:
    what = named("lousy pigs again")
    assert what is not None
    assert (what.kind, what.word) == ("stance", "pigs")


def test_a_name_of_the_configuration_is_a_person() -> None:
    assert kind("vega", "vega", "chief") == "person"
    assert kind("vega") is None


@pytest.mark.parametrize("entry", ["jagoff", "knobhead", "pigment", "despicable", "numpty", "tontolaba", "scheiss", ""])
def test_a_word_that_names_nothing_of_the_kind_is_not(entry: str) -> None:
    assert named(entry) is None


def test_no_entry_of_the_shipped_list_names_any() -> None:
    assert refused(lexicon.load()) == {}


def test_a_list_that_names_one_is_caught_wherever_it_stands() -> None:
    words = lexicon.changed(lexicon.load(), {"p1ggy bank": Tier.MILD, "defund": Tier.STRONG, "muslim": Tier.SLUR}, ())
    assert set(refused(words)) == {"p1ggy bank", "defund", "muslim"}


@given(st.text(max_size=60))
def test_any_entry_can_be_looked_at(entry: str) -> None:
    named(entry)
