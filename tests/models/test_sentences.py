"""Sentences written for this project, by category, as a town's police page hears them: see ``sentences/*.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from models.criticism import Criticism
from models.insults import Insults
from models.policy import DEFAULT_RULES, Policy, decide
from models.score import Item
from models.spam import Spam
from models.urgent import Urgent
from models.wordlist import Wordlist

FOLDER = Path(__file__).with_name("sentences")
POLICY = Policy("5.04", DEFAULT_RULES)
RULES_AND_LISTS = (Wordlist(), Urgent(), Insults(), Spam(), Criticism())
CATEGORIES = {
    "spanish_attack": {"personal_attack"},
    "spanish_obscenity": {"obscenity", "slur"},
    "spanish_private_information": {"private_information"},
    "spanish_self_harm": {"self_harm"},
    "spanish_threat": {"threat"},
    "threat": {"threat"},
    "self_harm": {"self_harm"},
    "private_information": {"private_information"},
    "obscenity": {"obscenity", "slur"},
    "spam": {"spam"},
}


def sentences(name: str, kind: str) -> list[str]:
    texts: list[str] = tomllib.loads((FOLDER / f"{name}.toml").read_text())[kind]
    return texts


def categories(text: str) -> set[str]:
    scores = [score for each in RULES_AND_LISTS for score in each.score([Item(text)])[0]]
    return set(decide(scores, POLICY).categories)


@pytest.mark.parametrize("name", CATEGORIES)
def test_what_should_flag_flags_in_its_category(name: str) -> None:
    missed = [text for text in sentences(name, "flags") if not categories(text) & CATEGORIES[name]]
    assert missed == []


@pytest.mark.parametrize("name", CATEGORIES)
def test_what_only_sounds_like_it_does_not_flag(name: str) -> None:
    flagged = {text: found for text in sentences(name, "clean") if (found := categories(text))}
    assert flagged == {}


@pytest.mark.parametrize("name", CATEGORIES)
def test_every_category_has_sentences_of_both_kinds(name: str) -> None:
    assert min(len(sentences(name, "flags")), len(sentences(name, "clean"))) >= 25
