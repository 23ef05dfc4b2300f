"""A Department's own model: what it is asked, what is believed of its answer, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.policy import DEFAULT_RULES, Verdict
from models.remote import HIGHEST, Remote, Settings, question
from models.score import Category, Item, ScoringError, Target

T = TypeVar("T")
ALL = tuple(Category)


class Server:
    """Gives its answers in turn and keeps what it was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers = [each if isinstance(each, bytes) else json.dumps(each).encode() for each in answers]
        self.asked: list[list[dict[str, Any]]] = []

    def __call__(self, question: bytes, read: Callable[[bytes], T]) -> T:
        self.asked.append(json.loads(question)["comments"])
        return read(self.answers.pop(0))


def answer(*findings: dict[str, object]) -> dict[str, object]:
    """An answer about one comment."""
    return {"model": "own-1", "scores": [list(findings)]}


def scored(text: str, *findings: dict[str, object], post: str | None = None) -> Any:
    return Remote(Server(answer(*findings)), "own-1", ALL).score([Item(text, post)])[0]


def refused(content: object, text: str = "You fool.", categories: tuple[Category, ...] = ALL) -> str:
    with pytest.raises(ScoringError) as error:
        Remote(Server(content), "own-1", categories).score([Item(text)])
    return str(error.value)


def test_a_comment_is_asked_about_in_its_place() -> None:
    item = Item(
        "Thank you for the quick answer about the road.", "Main Street is closed.", ("Why?", "Water."), "Safety."
    )
    (asked,) = json.loads(question([item]))["comments"]
    assert asked == {
        "text": "Thank you for the quick answer about the road.",
        "post": "Main Street is closed.",
        "ancestors": ["Why?", "Water."],
        "scope": "Safety.",
        "language": "en",
    }


def test_what_cannot_be_sent_keeps_its_place() -> None:
    (asked,) = json.loads(question([Item("a\ud800b\x00", None, ("\udfff",))]))["comments"]
    assert (asked["text"], asked["ancestors"]) == ("a\ufffdb\x00", ["\ufffd"])


def test_a_finding_becomes_a_score_with_its_evidence_and_its_reason() -> None:
    (score,) = scored(
        "What utter filth.", {"category": "obscenity", "value": 0.9, "why": "filthy word", "span": [11, 16]}
    )
    assert (score.category, score.value, score.span) == (Category.OBSCENITY, 0.9, (11, 16))
    assert score.rule == "remote.obscenity"
    assert score.why == "The own model: filthy word (90%)."


def test_a_finding_without_a_reason_is_given_one() -> None:
    (score,) = scored("Buy now", {"category": "spam", "value": 0.5})
    assert score.why == "The own model: finds spam (50%)."


@pytest.mark.parametrize(
    "rule", [each for each in DEFAULT_RULES if each.verdict is Verdict.HIDE], ids=lambda it: it.name
)
def test_it_never_reaches_what_a_default_rule_may_hide_for(rule: Any) -> None:
    (score,) = scored("Filth", {"category": rule.category.value, "value": 1.0, "span": [0, 5]})
    assert score.value == HIGHEST[rule.category] < rule.at_least


def test_comments_are_asked_about_so_many_at_a_time_and_answered_in_order() -> None:
    def about(*values: float) -> dict[str, object]:
        return {"model": "own-1", "scores": [[{"category": "spam", "value": each}] for each in values]}

    server = Server(about(0.1, 0.2), about(0.3))
    found = Remote(server, "own-1", ALL, at_once=2).score([Item("a"), Item("b"), Item("c")])
    assert [len(each) for each in server.asked] == [2, 1]
    assert [row[0].value for row in found] == [0.1, 0.2, 0.3]


def test_nothing_is_asked_about_nothing() -> None:
    assert Remote(Server(), "own-1", ALL).score([]) == []


def test_the_version_in_the_log_names_the_model() -> None:
    assert Remote(Server(), "own-1", ALL).version == "1+own-1"


def test_the_target_is_the_models() -> None:
    found = {"category": "personal_attack", "value": 0.9, "span": [0, 8], "target": "commenter"}
    assert scored("You fool", found, post="Hello.")[0].target is Target.COMMENTER


def test_criticism_of_officials_stays_that_whatever_the_model_says() -> None:
    found = {"category": "personal_attack", "value": 0.9, "span": [0, 24], "target": "private_person"}
    assert scored("The police chief is a fool.", found)[0].target is Target.OFFICIAL


def test_a_person_is_a_target_only_with_the_words_that_show_it() -> None:
    found = {"category": "personal_attack", "value": 0.9, "target": "private_person"}
    assert scored("What a fool.", found)[0].target is Target.UNKNOWN


def test_without_a_target_our_own_rules_tell() -> None:
    found = {"category": "personal_attack", "value": 0.9, "span": [0, 24]}
    assert scored("The police chief is a fool.", found)[0].target is Target.OFFICIAL


@pytest.mark.parametrize(
    "finding",
    [
        {},
        {"category": "obscenity"},
        {"category": "rudeness", "value": 0.5},
        {"category": "obscenity", "value": 1.01},
        {"category": "obscenity", "value": -0.01},
        {"category": "obscenity", "value": "0.5"},
        {"category": "obscenity", "value": True},
        {"category": "obscenity", "value": None},
        {"category": "obscenity", "value": 0.5, "confidence": 1},
        {"category": "obscenity", "value": 0.5, "why": "x" * 301},
        {"category": "obscenity", "value": 0.5, "why": "\x1b[2J"},
        {"category": "obscenity", "value": 0.5, "why": "a\u202eb"},
        {"category": "obscenity", "value": 0.5, "span": [0, 10]},
        {"category": "obscenity", "value": 0.5, "span": [-1, 3]},
        {"category": "obscenity", "value": 0.5, "span": [3, 3]},
        {"category": "obscenity", "value": 0.5, "span": [4, 3]},
        {"category": "obscenity", "value": 0.5, "span": [0, 1, 2]},
        {"category": "obscenity", "value": 0.5, "span": [0.5, 1]},
        {"category": "personal_attack", "value": 0.5, "target": "the mayor"},
    ],
    ids=str,
)
def test_one_finding_that_is_not_as_documented_refuses_the_answer(finding: dict[str, object]) -> None:
    good = {"category": "obscenity", "value": 0.5}
    assert "own model" in refused(answer(good, finding))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><h1>Just a moment</h1>",
        b'{"model": "own-1", "scores": [[{"category": "obscenity", "va',
        b'{"model": "own-1", "scores": [[{"category": "obscenity", "value": NaN}]]}',
        b'{"model": "own-1", "scores": [[{"category": "obscenity", "value": Infinity}]]}',
        b'{"model": "own-1", "scores": [[{"category": "obscenity", "value": 1e999}]]}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
        b"null",
        {"scores": [[]]},
        {"model": "own-1"},
        {"model": "own-1", "scores": None},
        {"model": "own-1", "scores": {"0": []}},
        {"model": "own-1", "scores": [[]], "more": 1},
        {"model": "own-1", "scores": [[{"category": "spam", "value": 0.1}] * 21]},
    ],
    ids=lambda it: str(it)[:40],
)
def test_what_is_no_answer_is_refused(content: object) -> None:
    assert "not as documented" in refused(content)


@pytest.mark.parametrize("rows", [0, 2])
def test_an_answer_about_another_number_of_comments_is_refused(rows: int) -> None:
    assert f"about 1 comments and answered about {rows}" in refused({"model": "own-1", "scores": [[]] * rows})


def test_an_answer_of_another_model_is_refused() -> None:
    assert "own-2" in refused({"model": "own-2", "scores": [[]]})


def test_a_category_that_was_not_announced_is_refused() -> None:
    content = answer({"category": "criticism", "value": 0.9})
    assert "criticism" in refused(content, categories=(Category.OBSCENITY,))


def test_a_message_holds_nothing_that_a_terminal_obeys_and_nothing_of_the_comment() -> None:
    told = refused({"model": "\x1b[31mown", "scores": [[]]}) + refused({"model": "own-1", "scores": [["You fool."]]})
    assert told.isprintable()
    assert "fool" not in told


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from([*Category, "own-1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["model", "scores", "category", "value", "span", "why"]), inner, max_size=4)
    ),
)


@given(JSON | st.binary(max_size=40))
def test_whatever_the_server_sends_is_scores_or_a_scoring_error(content: object) -> None:
    try:
        found = Remote(Server(content), "own-1", ALL).score([Item("You fool.")])
    except ScoringError:
        return
    assert len(found) == 1


def settings(url: str) -> Settings:
    return Settings.model_validate({"url": url, "model": "own-1", "categories": ["spam"]})


@pytest.mark.parametrize(
    "url", ["https://model.example.gov/score", "http://127.0.0.1:9", "http://[::1]:9/", "http://localhost/x?y=1"]
)
def test_https_or_this_machine_is_an_address(url: str) -> None:
    assert settings(url).url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://model.example.gov/score",
        "http://127.0.0.1.example.gov/",
        "http://localhost.example.gov/",
        "http://10.0.0.5/",
        "https://user:pass@model.example.gov/",
        "https://model.example.gov/#x",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "model.example.gov",
        "",
    ],
)
def test_any_other_address_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        settings(url)
