"""Threats of violence and words of self-harm, by the rules of ``data/threats.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from models import rules
from models.rules import Finding, Rules
from models.score import Category
from models.sentences import Sentence, sentences_of

_LOWERED = 0.4
"""The value of what is most likely a joke, a report or a figure of speech: below the default threshold."""
_WARNINGS = frozenset({"threat.doom", "threat.wish", "threat.watch_out"})
"""Rules whose words also warn of an accident: ``if you drink and drive you are going to die``."""
_LAUGHING = re.compile("[😂🤣😆😜😉]")


def findings(text: str) -> Iterator[Finding]:
    """Give every rule that matches a sentence of the normalised text, lowered where the context speaks against it."""
    threats = rules.load("threats")
    sentences = list(sentences_of(text))
    for sentence, after in zip_longest(sentences, sentences[1:]):
        taken_back = after is not None and _taken_back(sentence, after, threats)
        for found in threats.findings(sentence.text):
            if _figurative(found, sentence, threats):
                continue
            value = min(found.value, _LOWERED) if taken_back or _lowered(found, sentence, threats) else found.value
            yield replace(found, value=value, start=sentence.start + found.start, end=sentence.start + found.end)


def _figurative(found: Finding, sentence: Sentence, threats: Rules) -> bool:
    text, lists = sentence.text, threats.lists
    if lists["figurative"].search(text, found.start):
        return True
    return lists["election"].search(text, found.start) is not None and not lists["armed"].search(text)


def _taken_back(sentence: Sentence, after: Sentence, threats: Rules) -> bool:
    """Whether a question is answered at once with something lawful: ``hanged for treason? no, voted out``."""
    return sentence.text.rstrip().endswith("?") and threats.lists["taken_back"].search(after.text) is not None


def _lowered(found: Finding, sentence: Sentence, threats: Rules) -> bool:
    text, lists = sentence.text, threats.lists
    until = text[: found.end]
    if lists["joking"].search(text) or _LAUGHING.search(text):
        return True
    if lists["negated"].search(until) and not found.rule.firm:
        return True
    if found.rule.name in _WARNINGS and lists["conditional"].search(until):
        return True
    if found.rule.category is Category.THREAT or found.rule.name.startswith("self_harm.urged"):
        return lists["reported"].search(until) is not None
    return found.rule.name == "self_harm.own" and lists["overstated"].search(text) is not None
