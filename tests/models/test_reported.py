"""A listed word that a comment tells of is for a person to look at; the same word as the comment's own is not."""

from __future__ import annotations

import pytest

from models.score import Category, Item
from models.wordlist import Wordlist

WORDLIST = Wordlist()


def values(text: str) -> list[tuple[Category, float]]:
    (found,) = WORDLIST.score([Item(text)])
    return [(score.category, score.value) for score in found]


@pytest.mark.parametrize(
    "text",
    [
        "My daughter was called a faggot at the bus stop and nobody at the school did anything.",
        "I was called a nigger at your front desk. I want an apology.",
        "Being called a faggot by an officer is not okay.",
        "They called the new family kikes and threw eggs at the door.",
        "My kid comes home crying because they call him names like faggot.",
        "Your officer said faggot on the body cam. It is on video.",
        "Officer Hanley used the word nigger in his report, look it up.",
        "Somebody spray painted NIGGERS on our church last night.",
        "NIGGER was painted on our church last night.",
        "Le dijeron maricón a mi hijo en la escuela.",
        "he said shut up bitch and pushed me down",
        "He called my wife's sister a whore.",
        "I'm a faggot and proud of it, see you at Pride.",
        "Cunt is an old word for a ditch, read Chaucer.",
        'Cohen v. California: "Fuck the Draft" is protected speech.',
    ],
)
def test_what_is_reported_is_at_most_queued(text: str) -> None:
    assert values(text) == [(Category.OBSCENITY, 0.85)]


@pytest.mark.parametrize(
    "text",
    [
        "Go to hell you faggot",
        "You are a nigger and everybody knows it",
        "I said fuck you all",
        "You bitch, he said nothing of that.",
        "That is what they said. Go home, you faggot",
        "What a bunch of faggots",
    ],
)
def test_what_the_comment_says_itself_counts_in_full(text: str) -> None:
    assert [value for _, value in values(text)] == [1.0]


@pytest.mark.parametrize(
    "text",
    [
        "There's a chink in the guardrail by the bridge.",
        "There's some gook all over the road by 3rd.",
        "My uncle Kike lives on 5th.",
        "My bitch just had six pups.",
    ],
)
def test_an_innocent_sense_is_never_flagged(text: str) -> None:
    assert [value for _, value in values(text)] == [0.3]
