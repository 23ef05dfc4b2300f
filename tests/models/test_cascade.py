from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from models.blend import Question, probability
from models.cascade import Cascade, Stretch
from models.ngrams import words_of

WORST = {"obscenity": 0.0, "attack": -1.0}
CLEAR = {"obscenity": -6.0, "attack": -7.0}
NGRAMS = {"awful": WORST, "fine": CLEAR, "meh": {"obscenity": -6.0, "attack": -1.5}}
JUDGED = [0.0, 3.0, 2.0, 0.0, 0.0] * 2
"""What the transformer says of any text with `hag` in it; of others nothing."""
BLEND = {
    "obscenity": Question(1.0, [0, 1, 0, 0, 0, 0, 1, 0, 0, 0], 0.5, 0.25, 2.0, 1.0, -4.0),
    "attack": Question(1.0, [0, 0, 1, 0, 0, 0, 0, 1, 0, 0], 1.0, -1.0, 1.0, 0.5, -4.0),
}


class Ngrams:
    """Knows whole texts by their first word."""

    def log_odds(self, words: list[str]) -> dict[str, float]:
        return NGRAMS[words[0]]

    def parts(self, words: list[str], name: str) -> list[float]:
        """Long words are worse."""
        return [float(len(word)) for word in words]


class Judge:
    """Notes what it read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def judge(self, texts: Sequence[str]) -> np.ndarray:
        self.read += texts
        found: np.ndarray = np.array([JUDGED if "hag" in text else [0.0] * 10 for text in texts])
        return found


def cascade(judge: Judge | None) -> Cascade:
    return Cascade(Ngrams(), BLEND, judge)  # type: ignore[arg-type]


def stretch(text: str) -> Stretch:
    return Stretch(words_of(text), text, 0)


def test_a_clear_stretch_never_reaches_the_transformer() -> None:
    judge = Judge()
    (found,) = cascade(judge).answers([stretch("fine words")])
    assert judge.read == []
    assert found["obscenity"] == pytest.approx(probability(2.0 * -6.0 + 1.0))


def test_a_stretch_that_is_clear_for_one_question_only_is_read() -> None:
    judge = Judge()
    cascade(judge).answers([stretch("meh words")])
    assert judge.read == ["meh words"]


def test_the_answers_are_added_as_log_odds() -> None:
    (found,) = cascade(Judge()).answers([stretch("awful hag")])
    assert found["obscenity"] == pytest.approx(probability(0.5 * (0.0 + 3.0 + 3.0) + 0.25))
    assert found["attack"] == pytest.approx(probability(1.0 * (-1.0 + 2.0 + 2.0) - 1.0))


def test_without_a_transformer_the_ngrams_answer_by_themselves() -> None:
    (found,) = cascade(None).answers([stretch("awful hag")])
    assert found == {"obscenity": 0.5, "attack": pytest.approx(probability(-1.0))}


def test_of_a_long_comment_the_eight_worst_stretches_are_read() -> None:
    judge = Judge()
    clear = [stretch("fine words")] * 4
    cascade(judge).answers([*clear, *[stretch("meh words")] * 20, stretch("awful words"), *clear])
    assert len(judge.read) == 8
    assert "awful words" in judge.read


def test_the_evidence_of_the_ngrams_is_what_they_say() -> None:
    judge = Judge()
    assert cascade(judge).parts(stretch("awful hag"), "obscenity") == [5.0, 3.0]
    assert judge.read == []


def test_where_the_ngrams_find_nothing_the_evidence_is_the_word_whose_absence_counts() -> None:
    assert cascade(Judge()).parts(stretch("meh, you hag you"), "attack") == [0.0, 0.0, 4.0, 0.0]


def test_the_evidence_is_sought_among_the_four_words_that_the_ngrams_find_worst() -> None:
    judge = Judge()
    parts = cascade(judge).parts(stretch("meh " + "word " * 40 + "haggard " + "awfully " * 3 + "hag " * 15), "attack")
    assert len(judge.read) == 5
    assert judge.read[1] == judge.read[0].replace("haggard", "")
    assert len(parts) == 60
