"""Whom an attack is aimed at, by a short list of rules read from top to bottom.

The rules look at the sentence around the evidence. They lean towards *official*: where police, an official or a
public body is named and nobody else is plainly addressed, the words are criticism.
"""

from __future__ import annotations

import re

from models.folding import fold
from models.people import speaks_of
from models.score import Item, Target
from models.text import Normal

IN_WORDS = {
    Target.COMMENTER: "another commenter",
    Target.PRIVATE_PERSON: "a private person",
    Target.GROUP: "a group of people",
    Target.OFFICIAL: "police, an official or government, whom anybody may criticise",
    Target.NOBODY: "nobody in particular",
    Target.UNKNOWN: "somebody, it is not clear whom",
}
"""Each target as a reason names it."""
_SENTENCE_END = re.compile(r"(?<![.!?])[.!?]+(?=\s|$)|\n+")
_NAMED_AT = re.compile(r"(?<!\w)@[a-z]\w{2,}")
_CAPITALISED = re.compile(r"\b[A-Z][a-z]{2,14}\b")
_NAME = r"[A-Z][a-z]{2,14}"
_ADDRESSED_BY_NAME = re.compile(
    rf"(?:\b[Yy]ou(?:'re| are)?\b[^.!?\n]{{0,60}}, ?{_NAME}\b)"
    rf"|(?:(?:^|[.!?]\s+)(?:(?:[Ss]hut up|[Oo]h|[Hh]ey|[Ll]ol|[Nn]o|[Ww]ell|[Ss]orry),? )?{_NAME}(?: {_NAME})?,? "
    rf"(?:you(?:'re| are|r)?|stop|go|get|shut)\b)"
    rf"|(?:\b[Ss]hut up,? {_NAME}\b)"
)
_PLAIN_NAME = re.compile(rf"(?<=[a-z,;] )({_NAME})(?: {_NAME})?\b|^({_NAME}) {_NAME}\b")


def target_of(normal: Normal, item: Item, span: tuple[int, int] | None) -> Target:
    """Give whom the words at `span` (in the original text) are aimed at.

    1. Somebody addressed by name or @name, or as commenters address each other (*people like you*), is a commenter.
    2. *You* in answer to a comment is its author, unless it is *you cops*, *your department*.
    3. Police, officials and public bodies in the sentence, or named in the comment and meant by *he*, *they* or *you*
       in it: official.
    4. *You* without any of these: the author of the post or of a comment. Under a post it is not known which, so
       unknown; else a commenter.
    5. The writer, a party or movement, a thing: nobody.
    6. *He*, *that woman*, a name: a private person. *They*, a people: a group.
    7. Else unknown.
    """
    sentence, original = _sentence(normal, item.text, span)
    addressed = _addressed_by_name(original) or bool(_NAMED_AT.search(sentence))
    addressed = addressed or speaks_of("commenter_addressed", sentence)
    second = speaks_of("second_person", sentence)
    institution = speaks_of("official_addressed", sentence)
    if addressed and not speaks_of("title", sentence) and not institution:
        return Target.COMMENTER
    if second and item.ancestors and not institution:
        return Target.COMMENTER
    if institution or speaks_of("official", sentence) or _means_official(normal.text, sentence):
        return Target.OFFICIAL
    if second:
        return Target.UNKNOWN if item.post is not None and not item.ancestors else Target.COMMENTER
    return _third_party(sentence, original)


def _third_party(sentence: str, original: str) -> Target:
    if speaks_of("self", sentence) or speaks_of("party", sentence):
        return Target.NOBODY
    if speaks_of("third_person", sentence) or _named(original):
        return Target.PRIVATE_PERSON
    if speaks_of("group", sentence):
        return Target.GROUP
    return Target.NOBODY if speaks_of("thing", sentence) else Target.UNKNOWN


def _sentence(normal: Normal, original: str, span: tuple[int, int] | None) -> tuple[str, str]:
    """The sentence around the span, folded and as written; the whole text when there is no span."""
    if span is None:
        return normal.text, original
    begin, end = 0, len(original)
    for match in _SENTENCE_END.finditer(original):
        if match.end() <= span[0]:
            begin = match.end()
        elif match.start() >= span[1]:
            end = match.start()
            break
    written = original[begin:end].strip()
    return fold(written).text, written


def _addressed_by_name(original: str) -> bool:
    return any(_names(match[0]) for match in _ADDRESSED_BY_NAME.finditer(original))


def _named(original: str) -> bool:
    return any(_names(match[0]) for match in _PLAIN_NAME.finditer(original))


def _names(words: str) -> bool:
    """Whether one of the capitalised words is more than a sentence's beginning."""
    return any(not speaks_of("not_a_name", word.lower()) for word in _CAPITALISED.findall(words))


def _means_official(text: str, sentence: str) -> bool:
    """Whether an official named elsewhere in the comment is who a pronoun of this sentence means."""
    return speaks_of("pronoun", sentence) and speaks_of("official", text)
