from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import encoder, overlap, shipped
from models.encoder import Encoder
from models.relevance import DOUBTED, HEADS, Relevance
from models.score import Item, Score, ScoringError
from models.training.police_pairs import PAIRS

THRESHOLD = 0.9
RELEVANCE = Relevance()
WORDS_ALONE = Relevance(load=lambda _: None)
POST = "Main Street between 2nd and 5th will be closed on Saturday for the Harvest Parade. Please use Route 9."
UNRELATED = (
    "My blue couch with four cushions is for pickup, my grandmother knitted its blanket in Ohio before her wedding, "
    "and the lamp beside it has a ceramic base with painted tulips, plus a rocking chair, two quilts and a teapot"
)


class Vectors(Encoder):
    """An encoder for tests: every text means the same, or the opposite where it holds a word of the post."""

    def __init__(self, word: str = "") -> None:
        self.word, self.version = word, "test"
        self.asked: list[str] = []

    def meanings(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        rows: np.ndarray = np.array([[-1.0, 0.0] if self.word and self.word in text else [1.0, 0.0] for text in texts])
        return rows


class Unasked(Encoder):
    version = "test"

    def __init__(self) -> None:
        pass

    def meanings(self, texts: Sequence[str]) -> np.ndarray:
        raise AssertionError(f"The encoder was asked about {texts}.")


def score(text: str, post: str | None = POST, by: Relevance = RELEVANCE, **place: object) -> Score:
    return by.score([Item(text, post, **place)])[0][0]  # type: ignore[arg-type]


def value(text: str, post: str | None = POST, by: Relevance = RELEVANCE, **place: object) -> float:
    return score(text, post, by, **place).value


@pytest.mark.parametrize("post", [None, "", "  \n"])
def test_without_a_post_there_is_no_score(post: str | None) -> None:
    assert RELEVANCE.score([Item("Buy my couch", post)]) == [[]]


@pytest.mark.parametrize(
    "text", ["thank you!", "😀😀", "So sad", "Amen", "", "lol", "When?", "prayers", "great job guys"]
)
def test_short_reactions_are_never_flagged_under_any_post(text: str) -> None:
    assert max(value(text, pair.post) for pair in PAIRS) < THRESHOLD


def test_a_comment_about_something_else_is_above_one_about_the_post() -> None:
    on_topic = "Will the parade on Main Street pass the library, and is Route 9 open on Saturday?"
    assert value(on_topic) < 0.3 < 0.6 < value(UNRELATED)


def test_a_comment_that_shares_no_word_but_the_subject_is_nearer_than_one_that_shares_neither() -> None:
    assert (
        value("Traffic downtown this weekend is going to be awful")
        < value("My sourdough bread never seems to rise") - 0.3
    )


def test_no_comment_about_its_post_is_flagged() -> None:
    assert [pair.text for pair in PAIRS if not pair.off_topic and value(pair.text, pair.post) >= THRESHOLD] == []


def test_comments_about_something_else_rank_above_those_about_the_post() -> None:
    about = [value(pair.text, pair.post) for pair in PAIRS if not pair.off_topic]
    other = [value(pair.text, pair.post) for pair in PAIRS if pair.off_topic]
    above = sum(one > two for one in other for two in about) / (len(other) * len(about))
    assert above > 0.93


def test_no_word_is_on_topic_everywhere() -> None:
    police, garden = "crime patrol arrest burglary", "couch teapot quilt tulip"
    assert value(police, "Bake sale on Sunday", WORDS_ALONE) == value(garden, "Bake sale on Sunday", WORDS_ALONE)


@pytest.mark.parametrize("by", [RELEVANCE, WORDS_ALONE])
def test_an_answer_to_a_comment_is_measured_against_it_too(by: Relevance) -> None:
    answer = "Tulips bloom better with ceramic pots"
    assert value(answer, by=by, ancestors=("I plant tulips in ceramic pots",)) < value(answer, by=by)


@pytest.mark.parametrize("by", [RELEVANCE, WORDS_ALONE])
def test_the_departments_scope_counts(by: Relevance) -> None:
    text = "The tulips in the botanical garden are gorgeous this spring"
    assert value(text, by=by, scope="The botanical garden and its tulips") < value(text, by=by)


def test_without_the_encoder_words_are_compared_and_nothing_is_flagged() -> None:
    found = score(UNRELATED, by=WORDS_ALONE)
    assert (found.rule, found.value <= DOUBTED) == ("relevance.words", True)


def test_where_many_words_are_shared_the_encoder_is_not_asked() -> None:
    found = score("Is Harvest Parade parking on Main Street or Route 9?", by=Relevance(load=lambda _: Unasked()))
    assert (found.rule, found.value < 0.3) == ("relevance.words", True)


def test_what_the_encoder_cannot_read_is_not_asked_about() -> None:
    by = Relevance(load=lambda _: Unasked())
    for text in ("我们的街道很安静", "😀" * 300, "xq" * 2_500, "https://tulips.example/" + "ab" * 40, "", " "):
        assert value(text, by=by) <= DOUBTED


def test_a_post_is_read_once_for_all_its_comments() -> None:
    vectors = Vectors()
    Relevance(load=lambda _: vectors).score([Item(text, POST) for text in ("Tulips", "Couches", "Teapots")])
    assert len(vectors.asked) == 4


def test_a_far_comment_is_flagged_with_the_nearest_sentence_of_the_post() -> None:
    found = score(UNRELATED, by=Relevance(load=lambda _: Vectors("street")))
    assert found.value >= THRESHOLD
    assert found.why == (
        "Seems to be about something else than the post. The post's nearest sentence: “Please use Route 9.”"
    )


def test_a_far_comment_of_a_few_words_is_not_flagged() -> None:
    assert value("Tulips bloom gorgeously", by=Relevance(load=lambda _: Vectors("street"))) == DOUBTED


def test_far_comments_in_other_languages_are_not_flagged() -> None:
    spanish = "Vendo mi bicicleta azul con dos ruedas nuevas, escríbanme por favor si quieren verla esta semana"
    assert value(spanish, by=Relevance(load=lambda _: Vectors("street"))) == DOUBTED


def test_the_reason_names_what_it_was_compared_with() -> None:
    found = score(UNRELATED, ancestors=("I agree",), scope="News of the police of Milltown")
    assert "the post, the comments above and the Department's scope" in found.why


@given(st.text(st.characters()), st.text(st.characters(), min_size=1))
def test_any_text_under_any_post_is_scored(text: str, post: str) -> None:
    assert len(RELEVANCE.score([Item(text, post)])[0]) == bool(post.strip())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (overlap.FREQUENCIES, HEADS, shipped.SUMS):
        shutil.copy(shipped.DATA / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize("content", [None, "{}", '{"words": {"start": 1}}'])
def test_fitted_numbers_that_are_not_the_shipped_ones_are_refused_by_name(folder: Path, content: str | None) -> None:
    folder.joinpath(HEADS).unlink()
    if content is not None:
        folder.joinpath(HEADS).write_text(content)
    with pytest.raises(ScoringError, match=HEADS):
        Relevance(folder, lambda _: None)


def refit(folder: Path, start: float) -> None:
    numbers = json.loads(folder.joinpath(HEADS).read_text())
    numbers["words"]["start"] = start
    folder.joinpath(HEADS).write_text(json.dumps(numbers))
    shipped.record(folder / HEADS)


def test_other_fitted_numbers_are_another_version(folder: Path) -> None:
    before = Relevance(folder, lambda _: None).version
    refit(folder, 0.1)
    assert Relevance(folder, lambda _: None).version != before


def test_words_alone_never_flag_whatever_numbers_were_fitted(folder: Path) -> None:
    refit(folder, 20.0)
    assert value(UNRELATED, by=Relevance(folder, lambda _: None)) == DOUBTED


def test_the_version_tells_whether_the_encoder_was_there() -> None:
    assert encoder.load() is not None
    assert RELEVANCE.version != WORDS_ALONE.version
