from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.relevance import Relevance, stem
from models.score import Item, ScoringError

RELEVANCE = Relevance()
POST = "Main Street between 2nd and 5th will be closed on Saturday for the Harvest Parade. Please use Route 9."
UNRELATED = (
    "My blue couch with four cushions is for pickup, my grandmother knitted its blanket in Ohio before her wedding, "
    "and the lamp beside it has a ceramic base with painted tulips, plus a rocking chair, two quilts and a teapot"
)


def value(text: str, post: str | None = POST, **place: object) -> float:
    scores = RELEVANCE.score([Item(text, post, **place)])[0]  # type: ignore[arg-type]
    return scores[0].value


@pytest.mark.parametrize("post", [None, "", "  \n"])
def test_without_a_post_there_is_no_score(post: str | None) -> None:
    assert RELEVANCE.score([Item("Buy my couch", post)]) == [[]]


@pytest.mark.parametrize("text", ["thank you!", "😀😀", "So sad", "Amen", "", "lol", "When?"])
def test_short_reactions_are_not_off_topic(text: str) -> None:
    assert value(text) < 0.5


def test_a_long_comment_about_something_else_is_the_most_off_topic() -> None:
    on_topic = "Will the parade on Main Street pass the library, and is Route 9 open on Saturday?"
    assert value(on_topic) < 0.3 < value(UNRELATED)


def test_ordinary_comments_stay_below_the_threshold() -> None:
    assert value("Potholes on Mill road are swallowing cars and nobody at the council answers my letters.") < 0.9


def test_words_of_police_work_count_as_the_subject() -> None:
    assert value("Officers never patrol the neighborhood at night") < value("Tulips never bloom in our garden at night")


def test_an_answer_to_a_comment_is_measured_against_it_too() -> None:
    answer = "Tulips bloom better with ceramic pots"
    assert value(answer, ancestors=("I plant tulips in ceramic pots",)) < value(answer)


def test_the_departments_scope_counts() -> None:
    text = "The tulips in the botanical garden are gorgeous this spring"
    assert value(text, scope="The botanical garden and its tulips") < value(text)


@given(st.text(st.characters()), st.text(st.characters(), min_size=1))
def test_any_text_under_any_post_is_scored(text: str, post: str) -> None:
    assert len(RELEVANCE.score([Item(text, post)])) == 1


@pytest.mark.parametrize(
    ("word", "cut"), [("closing", "clos"), ("closed", "clos"), ("parades", "parad"), ("bus", "bus")]
)
def test_the_commonest_endings_are_cut(word: str, cut: str) -> None:
    assert stem(word) == cut


def test_missing_word_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ScoringError, match=str(tmp_path)):
        Relevance(tmp_path)
