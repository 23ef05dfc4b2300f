"""Makes characters visible that would otherwise hide or reorder what a moderator reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_FILLERS = frozenset("\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u2800\u3164\uffa0")
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
_JOINED = frozenset({"So", "Lo", "Mn", "Mc"})


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Split `text` into pieces: (False, plain text) and (True, a mark such as ``⟦U+202E⟧``).

    Marked are control, formatting, private-use and filler characters. Line breaks and tabs stay as they are, and so
    do the joiners inside emoji and inside scripts that are written with them.
    """
    plain: list[str] = []
    for at, char in enumerate(text):
        if not _unseen(char) or _joins(text, at) or _ends_line(text, at):
            plain.append(char)
            continue
        if plain:
            yield False, "".join(plain)
            plain.clear()
        yield True, mark(char)
    if plain:
        yield False, "".join(plain)


def visible(text: str) -> str:
    """The text with every unseen character written as a mark."""
    return "".join(piece for _, piece in pieces(text))


def mark(char: str) -> str:
    """How an unseen character is written, for example ``⟦U+202E⟧``."""
    return f"⟦U+{ord(char):04X}⟧"


def name_of(mark_text: str) -> str:
    """The Unicode name of the character behind a mark, in lower case, for a tooltip and for screen readers."""
    return unicodedata.name(chr(int(mark_text[3:-1], 16)), "control character").lower()


def _unseen(char: str) -> bool:
    if char in "\n\t":
        return False
    return char in _FILLERS or unicodedata.category(char) in _UNSEEN


def _ends_line(text: str, at: int) -> bool:
    return text[at] == "\r" and text[at + 1 : at + 2] == "\n"


def _joins(text: str, at: int) -> bool:
    if text[at] not in _JOINERS or at + 1 >= len(text):
        return False
    return unicodedata.category(text[at + 1]) in _JOINED
