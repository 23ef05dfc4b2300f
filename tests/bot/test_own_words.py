"""A Department's own words: refused when the configuration is read, and told wherever it is shown or logged."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.check import check
from bot.config import ConfigError, Loaded
from bot.once import once
from bot.own_words import as_json
from bot.policy_command import as_json as policy_as_json
from bot.policy_command import rows
from bot.rulebook import rulebook
from models.score import Item
from models.wordlist import Wordlist
from tests.bot.town import log_of, page_of, page_table, town

SIGNED = 'approved = { by = "City Attorney B. Example", on = 2026-11-02 }'
TOLD = "pigs: mild, names a stance on police or government, signed off by City Attorney B. Example on 2026-11-02"


def words(folder: Path, *add: str, remove: str = "") -> Loaded:
    table = f"[classifiers.wordlist]\nadd = [{', '.join(add)}]\nremove = [{remove}]\n"
    return town(folder, page_table("a"), table)


def problems(config: Loaded) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        rulebook(config, (Wordlist,))
    return caught.value.problems


def test_an_own_word_is_judged_by(tmp_path: Path) -> None:
    book = rulebook(words(tmp_path, '{ word = "jagoff", tier = "strong" }'), (Wordlist,))
    assert book.classifiers[0].score([Item("jagoff")])[0][0].value == 1.0


def test_a_refused_word_is_named_with_its_place_and_the_reason(tmp_path: Path) -> None:
    (problem,) = problems(words(tmp_path, '{ word = "jagoff", tier = "mild" }', '{ word = "4cab", tier = "mild" }'))
    assert problem.startswith('classifiers.wordlist.add.1: "4cab" names a stance')


@pytest.mark.parametrize("word", ["nash", "jackson"])
def test_the_names_of_the_configuration_are_persons(tmp_path: Path, word: str) -> None:
    assert "names a person" in problems(words(tmp_path, f'{{ word = "{word}", tier = "strong" }}'))[0]


def test_every_refused_word_is_told_at_once(tmp_path: Path) -> None:
    assert len(problems(words(tmp_path, '{ word = "pig", tier = "mild" }', '{ word = "blm", tier = "mild" }'))) == 2


def test_an_unknown_key_of_a_word_names_the_known_ones(tmp_path: Path) -> None:
    (problem,) = problems(words(tmp_path, '{ word = "jagoff", tier = "mild", aproved = 1 }'))
    assert problem == 'classifiers.wordlist.add.0.aproved: unknown key; did you mean "approved"?'


def test_check_and_policy_show_tell_every_own_word_with_its_sign_off(tmp_path: Path) -> None:
    config = words(tmp_path, f'{{ word = "pigs", tier = "mild", {SIGNED} }}', remove='"bitch"')
    assert ("own word", TOLD) in [(each.where, each.message) for each in check(config, offline=True)]
    assert list(rows(config))[-2:] == [f"  own word {TOLD}", "  not looked for, though shipped: bitch"]
    assert policy_as_json(config)["words"] == as_json(config)


def test_the_log_holds_the_words_with_their_sign_off_when_a_program_starts(tmp_path: Path) -> None:
    config = words(tmp_path, f'{{ word = "pigs", tier = "mild", {SIGNED} }}', remove='"bitch"')
    page_of(config, "a", "Thank you.")
    once(config)
    assert log_of(config, "config.loaded")[0].pub["words"] == {
        "add": [
            {"word": "pigs", "tier": "mild", "names": "stance", "approved": ["City Attorney B. Example", "2026-11-02"]}
        ],
        "remove": ["bitch"],
    }
