from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.score import Item
from models.swaps import Swapper, exchanged
from models.twins import Dimension, Twins, load

OFFICE = Dimension("office", "en", ("officer", "mayor"), {"office": (("officer", "mayor"),)}, ("office",))
SWAPPER = Swapper.of(load())


def twins(text: str, **fields: object) -> dict[str, Twins]:
    return {each.dimension: each for each in SWAPPER.twins("1", Item(text, **fields))}  # type: ignore[arg-type]


def test_every_word_of_the_one_side_is_exchanged_and_the_original_kept() -> None:
    assert exchanged("The officer met an officer.", OFFICE) == {
        "officer": "The officer met an officer.",
        "mayor": "The mayor met a mayor.",
    }


@pytest.mark.parametrize(
    ("text", "other"), [("OFFICER!", "MAYOR!"), ("Officer Vega", "Mayor Vega"), ("AN OFFICER", "A MAYOR")]
)
def test_capitals_stay_as_they_were(text: str, other: str) -> None:
    assert exchanged(text, OFFICE)["mayor"] == other


@pytest.mark.parametrize("text", ["", "What a day.", "The officer and the mayor", "officerly"])
def test_a_text_with_words_of_no_side_or_of_several_has_no_twin(text: str) -> None:
    assert exchanged(text, OFFICE) == {}


def test_a_real_comment_gets_a_twin_for_every_dimension_that_it_speaks_of() -> None:
    found = twins("Thank you officer, my son is safe.")
    assert {"stance", "office", "gender"} <= found.keys()
    assert ("criticism", Item("Shame on you officer, my son is safe.")) in found["stance"].sides


def test_praise_of_a_private_person_has_no_twin_of_stance() -> None:
    assert "stance" not in twins("Brenda is a hero and a great neighbor.")


def test_an_answer_to_a_commenter_has_no_twin_of_stance() -> None:
    assert "stance" not in twins("The officer is a coward.", ancestors=("Thank you!",))


def test_spanish_is_exchanged_in_spanish() -> None:
    found = twins("Los agentes de este pueblo son unos cobardes y todos lo sabemos.")
    assert ("praise", Item("Los agentes de este pueblo son unos héroes y todos lo sabemos.")) in found["stance"].sides


def test_post_and_thread_stay_with_every_side() -> None:
    found = twins("The mayor lied.", post="A post.", ancestors=("One.",))["office"]
    assert {(item.post, item.ancestors) for _, item in found.sides} == {("A post.", ("One.",))}


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("The mayor is a liar.", True),
        ("The mayor is full of shit.", False),
        ("I will kill the mayor.", False),
        ("The mayor lives at 42 Elm Street.", False),
    ],
)
def test_a_comment_with_a_listed_word_a_threat_or_an_address_is_not_clean(text: str, *, clean: bool) -> None:
    assert twins(text)["office"].clean is clean


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80))
def test_any_text_can_be_looked_at(text: str) -> None:
    for each in SWAPPER.twins("1", Item(text)):
        assert len(each.sides) == len({side for side, _ in each.sides})
