"""Folding: one plain lower-case letter for every way of writing it, with the way back to the original."""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

_LOOKALIKES = {
    "a": "аαɑᴀ∂Ꭺⲁɐ",
    "b": "вьƅʙβᏏ",
    "c": "сϲᴄⅽᏟ¢©₵ɔ",
    "d": "ԁᴅɗᎠ",
    "e": "еεᴇɛ℮єҽᎬǝ",
    "f": "ғꜰƒϝʄ",
    "g": "ɡԍɢɠ",
    "h": "һнʜɦᏂ",
    "i": "іιıɪӏɩᎥ",
    "j": "јᴊϳ",
    "k": "кκᴋҡᏦʞ",
    "l": "ʟłⅼᏞ",
    "m": "мᴍϻᎷ",
    "n": "пոηɴи",
    "o": "оοօᴏøσө",
    "p": "рρᴘᏢ",
    "q": "ԛգ",
    "r": "гʀɾᴦ",
    "s": "ѕꜱʂᏚ",
    "t": "тτᴛŧᎢʇ†",
    "u": "υսᴜʋц",
    "v": "νѵᴠᏙ",
    "w": "ԝшωᴡɯᏔ",
    "x": "хχ×",
    "y": "уүγʏ",
    "z": "ᴢʐᏃ",
    "'": "’‘‛ʼ`´′",
    '"': "“”„‟«»″",
    "-": "‐‑‒–—―−",
    "*": "∗•·∙●✱＊",
}
_PLAIN = {alike: plain for plain, alikes in _LOOKALIKES.items() for alike in alikes} | {"ß": "ss", "æ": "ae", "œ": "oe"}
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters by category that print as nothing."""
_TILDE = "\u0303"
_LONGEST_RUN = 3
_LONGEST_FORM = 4
"""Signs that stand for a whole phrase (ﷺ) stay one sign, or a short text would become a long one."""
_NEEDS_WORK = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f`]|([a-z])\1{3}")


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and, for each of its characters, the code point of the original that it came from."""

    text: str
    sources: array[int] | None
    """None where nothing moved: character i came from code point i."""

    def source(self, position: int) -> int:
        """The code point of the original behind the character at `position`."""
        return position if self.sources is None else self.sources[position]


def fold(text: str) -> Folded:
    """Fold `text` to lower case, plain letters and plain punctuation; never raises.

    Compatibility forms (NFKC), look-alike letters and accents become the plain letter, except ñ, which is a letter
    of its own. Zero-width, direction and control characters go. A letter repeated more than three times stays
    three times. Every step looks at one character, so time and memory grow with the length alone: normalising the
    whole string at once sorts combining marks, which is quadratic.
    """
    lowered = text.lower() if text.isascii() else ""
    if len(lowered) == len(text) and not _NEEDS_WORK.search(lowered):
        return Folded(lowered, None)
    return _fold_slowly(text)


def _fold_slowly(text: str) -> Folded:
    letters: list[str] = []
    sources = array("L")
    run = 0
    for position, char in enumerate(text):
        plain = plain_form(char)
        if not plain and char == _TILDE and letters and letters[-1] == "n":
            letters.pop()
            position = sources.pop()  # noqa: PLW2901  the ñ starts where its n did
            run, plain = 0, "ñ"
        for letter in plain:
            run = run + 1 if letters and letters[-1] == letter else 1
            if run <= _LONGEST_RUN or not letter.isalpha():
                letters.append(letter)
                sources.append(position)
    return Folded("".join(letters), sources)


@lru_cache(maxsize=8192)
def plain_form(char: str) -> str:
    """Give the folded form of one character: usually one character, nothing for an invisible one."""
    current = char
    for _ in range(4):
        step = "".join(map(_step, current))
        if step == current:
            break
        current = step
    return current


def _step(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    if char in "ñÑ":
        return "ñ"
    if char.isspace():
        return "\n" if char in "\n\r\u2028\u2029\x0b\x0c\x85" else " "
    if char in _FILLERS or unicodedata.category(char) in {"Cf", "Cc", "Mn", "Me"}:
        return ""
    enclosed = _enclosed(char)
    if enclosed:
        return enclosed
    compatible = unicodedata.normalize("NFKC", char)
    return "".join(map(_without_marks, compatible)).lower() if len(compatible) <= _LONGEST_FORM else char


def _without_marks(char: str) -> str:
    apart = unicodedata.normalize("NFD", char)
    marked = len(apart) > 1 and all(map(unicodedata.combining, apart[1:])) and char not in "ñÑ"
    return apart[0] if marked else char


def _enclosed(char: str) -> str:
    """Give the letter of 🅐, 🅰 and 🇦, which Unicode does not take apart."""
    code = ord(char)
    for start in (0x1F150, 0x1F170, 0x1F1E6):
        if start <= code < start + 26:
            return chr(ord("a") + code - start)
    return ""
