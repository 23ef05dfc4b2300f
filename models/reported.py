"""Words that a comment tells of and does not say: what somebody was called or heard, or found painted on a wall.

People who report abuse repeat it, and so do those who complain of an officer's words. A listed word that stands where
such a report may reach is for a person to look at. Where that is wrong, a person looks once too often.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_SAID = (
    "said|says|saying|tell|tells|told|telling|yell|yells|yelled|yelling|shout|shouts|shouted|shouting|scream|screams|"
    "screamed|screaming|chanted|chanting|muttered|muttering|whispered|whispering|hissed|wrote|writes|writing|written|"
    "painted|painting|sprayed|spraying|carved|carving|scratched|scratching|scrawled|keyed|texted|texting|posted|posting|"
    "typed|used|uses|using|heard"
)
_CALLS = (
    r"(?:calls|called|calling|named|nicknamed|labeled|(?:they|people|kids|guys|boys|who|others|always|would) call) "
)
_SPANISH = (
    r"(?:me|nos|le|les|lo|la|los|las) (?:dijo|dijeron|decia|decian|dice|dicen|llamo|llamaron|llama|llaman|llamaba|"
    r"llamaban|grito|gritaron|gritaba|gritaban|pusieron|escribieron) |(?:gritando|diciendo|diciendole|llamandolo) "
)
_REACH = r"(?:(?![.!?](?:\s|$)|\n).){1,120}"
"""To the end of the sentence."""
_BEFORE = re.compile(
    rf"\b(?:(?<!\bi )(?:{_SAID})\b|{_CALLS}|{_SPANISH}|(?:the|that|la) (?:words?|slurs?|terms?|palabras?|letters) )"
    rf"{_REACH}"
)
"""*He called my wife a …*; *I was called a …*; *somebody painted …*; *the word …*. What *I said* is one's own."""
_SELF = re.compile(r"\b(?:(?:i am|i'm|im) an? (?:\w{1,15} ){0,2}?|(?:we are|we're) (?:\w{1,15} )?)\w{1,20}")
"""*I'm a … and proud of it.*"""
_AFTER = re.compile(
    rf"\S{{1,20}} (?:is|was|were|got|has been|being) (?:an? |the )?(?:\w{{1,15}} )?(?:{_SAID}|words?|slurs?|terms?)\b"
)
"""*… was painted on our church*; *… is an old word*."""


def reports(text: str) -> Iterator[tuple[int, int]]:
    """Give the places of a normalised text where a word may be told of, each as start and end."""
    for pattern in (_BEFORE, _SELF, _AFTER):
        for match in pattern.finditer(text):
            yield match.span()
