"""What somebody else said, told by the one who heard it, is not the teller's own obscenity: a person looks."""

from __future__ import annotations

import pytest

from bot.classify import default_rulebook
from bot.judgement import InPlace, Rulebook, judge
from models.policy import Verdict


@pytest.fixture(scope="module")
def shipped() -> Rulebook:
    return default_rulebook()


@pytest.mark.parametrize(
    "text",
    [
        "The officer called my wife a bitch during the stop. Is that policy?",
        "One of your guys called me a faggot. I want his badge number.",
        "He hit me and called me a whore, I have pictures.",
        "My neighbor calls us wetbacks every day. What can I do?",
        "They keep calling my son a little cunt at school.",
    ],
)
def test_a_victim_who_tells_what_was_said_is_never_hidden(shipped: Rulebook, text: str) -> None:
    assert judge([InPlace(text)], shipped)[0].decision.verdict is not Verdict.HIDE


@pytest.mark.parametrize("text", ["Fuck all of you.", "Call me later, you cunt.", "You bitch, they called you back."])
def test_the_writers_own_words_are_hidden_as_before(shipped: Rulebook, text: str) -> None:
    assert judge([InPlace(text)], shipped)[0].decision.verdict is Verdict.HIDE
