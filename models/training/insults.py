"""Insults written for this project: how commenters put each other down, most of them without a listed word.

The labelled sets know the words of insults well and their turns of phrase badly. Each sentence is labelled as an
attack; beside them stand clean sentences of the same make, so that *you* alone tells nothing, and sentences that swear
at nobody, so that a swear word alone is no attack. Around all of them stand the same openings and endings.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from models.training.put_downs import ADJECTIVES, MOCKED, NOUNS, PEOPLE, PUT_DOWNS
from models.training.second_person import ASIDES, CLEAN, CLEAN_PATTERNS, PRAISE, SWEARING

_WITH_NOUN = (
    "you are a {}", "you're such a {}", "what a {} you are", "shut up you {}", "only a {} would write that",
    "spoken like a true {}", "go away {}", "ur a {} lol", "nobody asked you {}", "{}s like you are the problem",
    "look at this {} talking again", "he is a {} and so is his brother", "your wife married a {}",
    "hey {} learn to read", "congratulations, you are the biggest {} on here", "you sound like a {}",
    "the guy above me is a {}", "you always were a {} and you always will be",
    "is there a bigger {} in this thread than you?", "you {}", "{}", "what a {}", "bye {}", "you must be a {}",
    "you are nothing but a {}", "keep talking, {}", "stop acting like a {}", "don't be such a {}", "u r a {}",
    "I knew you were a {} from your first comment", "you look like a {}", "your comment shows what a {} you are",
    "you are the definition of a {}", "another {} who can't read", "stfu {}", "the only {} here is you",
    "thanks for proving that you are a {}", "you and the other {}s can leave", "you write like a {}", "cry more {}",
    "why do you have to be such a {}", "some {} on here thinks he is a lawyer", "wtf are you talking about {}",
    "I don't argue with a {}", "your mother raised a {}", "you are a {} and everybody knows it", "ok {}",
)  # fmt: skip
_WITH_ADJECTIVE = (
    "you are {}", "how {} can one person be?", "you must be really {} to believe that",
    "are you {} or just pretending?", "you {} little man", "she is as {} as she looks",
    "your comment is {} and so are you", "you people are {}", "your whole family is {}", "wow, just how {} are you",
    "only {} people think like you", "ur {}", "u r so {}", "are you really that {}?", "you are too {} to get it",
    "are you always this {} or is today special?", "you are the most {} person on this page", "you sound {}",
    "I can't believe how {} you are", "look how {} you are", "you are just {}", "it must be hard to be so {}",
    "you are either {} or paid to say that", "your {} friends agree with you, nobody else does",
)  # fmt: skip
_OPENINGS = ("", "", "", "", "lol", "wow", "hey", "seriously,", "haha", "sorry but", "omg")
_ENDINGS = ("", "", "", "", "", "lol", "!!", "smh", "...", "haha", "😂")
_MADE = {"insults": 2_200, "clean": 1_000, "swearing": 300}
"""How many sentences of each kind; those that are written out as a whole come on top."""
_ADDRESSED = 0.25
"""Share of the sentences that address somebody by name."""
_ASIDES = (0, 0, 0, 1, 1, 2)
_SEED = 5


def attack_sentences() -> Iterator[str]:
    """Give every insult, in a fixed order."""
    chance = random.Random(_SEED)
    yield from PUT_DOWNS
    yield from _made(chance, _MADE["insults"], lambda: _insult(chance))


def clean_counterparts() -> Iterator[str]:
    """Give the clean sentences that look like them."""
    chance = random.Random(_SEED + 1)
    yield from CLEAN
    yield from _made(chance, _MADE["clean"], lambda: _clean(chance))


def swearing_sentences() -> Iterator[str]:
    """Give sentences that swear and attack nobody."""
    chance = random.Random(_SEED + 2)
    yield from SWEARING
    yield from _made(chance, _MADE["swearing"], lambda: chance.choice(SWEARING))


def _insult(chance: random.Random) -> str:
    (kind,) = chance.choices(("noun", "both", "adjective", "whole"), (6, 3, 4, 7))
    noun, adjective = chance.choice(NOUNS), chance.choice(ADJECTIVES)
    return {
        "noun": chance.choice(_WITH_NOUN).format(noun),
        "both": chance.choice(_WITH_NOUN).format(f"{adjective} {noun}"),
        "adjective": chance.choice(_WITH_ADJECTIVE).format(adjective),
        "whole": chance.choice(("{0}", "{0}", "{1}, {0}")).format(chance.choice(PUT_DOWNS), chance.choice(MOCKED)),
    }[kind]


def _clean(chance: random.Random) -> str:
    return chance.choice((chance.choice(CLEAN_PATTERNS).format(chance.choice(PRAISE)), *chance.choices(CLEAN, k=2)))


def _made(chance: random.Random, count: int, core: Callable[[], str]) -> Iterator[str]:
    """Give distinct sentences around what `core` gives: as commenters write, in their own case, in a longer comment."""
    seen: set[str] = set()
    while len(seen) < count:
        sentence = _dressed(chance, core())
        if sentence not in seen:
            seen.add(sentence)
            yield sentence


def _dressed(chance: random.Random, core: str) -> str:
    said = [chance.choice(_OPENINGS), core, chance.choice(_ENDINGS)]
    if chance.random() < _ADDRESSED:
        said.insert(chance.choice((0, 2)), chance.choice(PEOPLE))
    text = _written(chance, " ".join(filter(None, said)))
    for _ in range(chance.choice(_ASIDES)):
        text = chance.choice((f"{text} {chance.choice(ASIDES)}", f"{chance.choice(ASIDES)} {text}"))
    return text


def _written(chance: random.Random, text: str) -> str:
    return chance.choice((text, text, text[0].upper() + text[1:], text.lower(), text.upper()))
