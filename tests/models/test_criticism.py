from __future__ import annotations

import pytest

from models.criticism import Criticism
from models.score import Category, Item, Target

CRITICISM = Criticism()


@pytest.mark.parametrize(
    "text",
    [
        "The chief is corrupt and should resign.",
        "ACAB",
        "Defund the police",
        "Fuck the police",
        "f*ck this department",
        "Our mayor is a liar and a coward",
        "You people protect your own",
        "Why is it always the cops who lie",
        "Officers used excessive force",
        "La policía es corrupta, qué verguenza",
        "Council wasted our money again",
    ],
)
def test_criticism_is_recognised_in_any_tone(text: str) -> None:
    scores = CRITICISM.score([Item(text)])[0]
    assert [(score.category, score.target) for score in scores] == [(Category.CRITICISM, Target.OFFICIAL)]
    assert scores[0].value >= 0.5


@pytest.mark.parametrize(
    "text", ["Brenda you are an idiot", "What time is the parade?", "Thank you officers!", "That dog is cute", ""]
)
def test_what_judges_no_official_is_none(text: str) -> None:
    assert CRITICISM.score([Item(text)]) == [[]]
