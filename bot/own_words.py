"""The Department's own words on the word list, in words and for the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.classifiers import people_named, settings_in
from bot.config import Loaded
from models.own_words import Added, OwnWords
from models.viewpoint import IN_WORDS, named


def own_words(config: Loaded) -> OwnWords:
    """What the configuration adds to the word list and takes from it.

    Raises:
        ConfigError: when a word is refused, with every problem found.
    """
    found = settings_in(config, "wordlist")
    assert isinstance(found, OwnWords)
    return found


def as_json(config: Loaded) -> dict[str, Any]:
    """The words as plain values, for the log and for other programs; raises as `own_words`."""
    words, people = own_words(config), people_named(config)
    return {"add": [_as_json(each, people) for each in words.add], "remove": list(words.remove)}


def in_words(config: Loaded) -> Iterator[str]:
    """One line for each own word, with what it names and who signed it off; raises as `own_words`."""
    people = people_named(config)
    for each in own_words(config).add:
        what = named(each.word, people)
        names = f", names {IN_WORDS[what.kind]}" if what else ""
        signed = f", signed off by {each.approved.by} on {each.approved.on}" if each.approved else ""
        yield f"{each.word}: {each.tier.value}{names}{signed}"


def _as_json(added: Added, people: frozenset[str]) -> dict[str, Any]:
    what = named(added.word, people)
    return {
        "word": added.word,
        "tier": added.tier.value,
        "names": what.kind if what else None,
        "approved": [added.approved.by, added.approved.on.isoformat()] if added.approved else None,
    }
