"""``ofrecord classify TEXT --explain``: everything that led to a verdict, and nothing that a terminal obeys."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from bot.classify import Question, in_place
from bot.cli import app
from bot.explain import Explained, show
from bot.judgement import Rulebook, judge
from bot.visible import visible
from tests.bot.test_config import SMALLEST
from tests.fakes import rulebook

HOSTILE = "\x1b[2J\x1b]0;owned\x07 \u202efilth\u202c \x9b31m \r\x08 [bold]x[/bold] :smile:"


def explained(text: str, book: Rulebook | None = None, *, terminal: bool = False, no_color: bool = False) -> str:
    book = book or rulebook()
    (judgement,) = judge([in_place(Question(None, text))], book)
    out = io.StringIO()
    console = Console(
        file=out,
        width=160,
        force_terminal=terminal,
        no_color=no_color,
        color_system="standard" if terminal else None,
        highlight=False,
        markup=False,
        emoji=False,
        _environ={},
    )
    show(Explained(in_place(Question(None, text)).text, judgement, book), console)
    return out.getvalue()


def line_with(said: str, *words: str) -> str:
    return next(line for line in said.splitlines() if all(word in line for word in words))


def test_the_verdict_comes_first_with_the_rule_that_carries_it() -> None:
    assert explained("This is filth.").startswith("HIDE: the comment is hidden")
    assert "(rule strong-language: 5.04 A.3.d(1) obscenities)" in explained("This is filth.").splitlines()[0]


def test_the_evidence_is_marked_in_its_place() -> None:
    assert "This is ⟦filth⟧." in explained("This is filth.")


def test_a_reason_is_told_with_its_value_its_rule_and_its_words() -> None:
    line = line_with(explained("This is filth."), "fake.word")
    assert all(part in line for part in ("obscenity", "1.00", "The word filth.", "“filth”"))


def test_every_row_of_the_policy_is_there_hit_or_missed() -> None:
    said = explained("This is filth.")
    assert line_with(said, "hit", "strong-language").split()[-1] == "hide"
    assert line_with(said, "likely-obscene").split()[-1] == "queue"
    assert line_with(said, "off-topic", "0.90").split()[-1] == "missed"


def test_why_a_rule_does_less_than_it_says_is_told() -> None:
    assert "queue (not approved to hide)" in explained("This is filth.", rulebook(approved=False))


def test_what_keeps_a_comment_from_being_hidden_is_told() -> None:
    assert "At most queue: scoring failed." in explained("This is filth.", rulebook(broken=True))


def test_an_urgent_flag_says_so() -> None:
    assert explained("A threat.").splitlines()[0].endswith("at once.")


def test_the_language_is_told() -> None:
    assert "too short to tell" in explained("Thank you.")
    assert "most likely es, surely none" in explained(
        "Muchas gracias por la respuesta tan rápida sobre la calle principal."
    )


@pytest.mark.parametrize("terminal", [False, True])
def test_a_terminal_is_shown_what_is_there_and_obeys_none_of_it(terminal: bool) -> None:
    said = explained(HOSTILE, terminal=terminal, no_color=True)
    assert "\\x1b[2J\\x1b]0;owned\\x07" in said
    assert "\\u202e" in said
    assert "[bold]x[/bold] :smile:" in said
    assert not {"\x07", "\u202e", "\x9b", "\r", "\x08"} & set(said)
    assert "\x1b[2J" not in said
    assert "\x1b]" not in said


@given(st.text())
def test_whatever_is_shown_prints(text: str) -> None:
    assert all(each.isprintable() or each == "\n" for each in visible(text))


def test_an_innocent_text_is_shown_as_it_is() -> None:
    assert visible("Grüße, señor! 你好\n❤ (ok)") == "Grüße, señor! 你好\n❤ (ok)"


def test_on_a_terminal_there_is_colour_and_elsewhere_none() -> None:
    assert "\x1b[1;31m" in explained("This is filth.", terminal=True)
    assert "\x1b" not in explained("This is filth.")


def test_without_colour_the_evidence_is_still_underlined() -> None:
    said = explained("This is filth.", terminal=True, no_color=True)
    assert "\x1b[1;4mfilth" in said
    assert "31m" not in said


@pytest.mark.parametrize("text", ["", " ", "\x00", "\ud800", "a\u0301" * 5_000, "filth " * 3_000, "x" * 65_536])
def test_any_text_is_explained(text: str) -> None:
    assert "What the policy says" in explained(text)


def run(*words: str, stdin: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["classify", *words], input=stdin, env={**os.environ, "COLUMNS": "160"})
    return result.exit_code, result.output


def test_one_text_is_explained_by_the_command() -> None:
    code, said = run("This is fucking bullshit.", "--post", "Main Street is closed.", "--explain")
    assert code == 0
    assert said.startswith("HIDE")
    assert "wordlist.strong" in said


def test_one_text_without_it_is_answered_as_a_line_is() -> None:
    code, said = run("Thank you.", "--thread", "Hello.", "--scope", "Safety.")
    assert code == 0
    assert json.loads(said)["verdict"] == "allow"


def test_a_configuration_judges_by_its_own_policy(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SMALLEST)
    _, said = run("This is fucking bullshit.", "--explain", "-c", str(path))
    assert said.startswith("QUEUE")
    assert "not approved to hide" in said


def test_lines_are_judged_by_a_configuration_too(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(SMALLEST + "[classifiers.wordlist]\nenabled = false\n")
    _, said = run("-c", str(path), stdin='{"id": 1, "text": "This is fucking bullshit."}\n')
    assert {each["rule"].split(".")[0] for each in json.loads(said)["reasons"]} & {"wordlist"} == set()


def test_a_post_without_a_text_is_refused() -> None:
    code, said = run("--post", "Main Street.", "--explain")
    assert code == 2
    assert "classify TEXT --explain" in said
