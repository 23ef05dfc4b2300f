"""Reads disguised words: spaced letters, masks, digits for letters, stretched letters, other spellings.

Only words of the approved list are ever read out of a disguise, so that ordinary text stays as it is.
Everything works on folded text (see `models.folding`) and in time proportional to its length.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from models.broken import broken_words
from models.lexicon import Lexicon, single_letters

_TOKEN = re.compile(r"""[^\s,;:?"()\[\]{}<>/\\]+""")
_ODD = re.compile(r"[0-9@$!¡|+€£*#%_.\-~^&=]|([a-z])\1\1|f{1,2}u{1,2}c{1,2}k")
_MASKS = frozenset("*#%_-~^&=@$!+")
"""Signs that stand for a letter. A full stop does not: f.c. is a pair of initials."""
_SENTENCE_MARKS = ".,!'-~"
_JOINTS = re.compile(r"[*_\-.~'·]+")
_MASK_RUN = re.compile(r"[*#%_\-.~^&=@$!+]{3,}")
_EDGES = ".,¡'`-_~*#!&=^%"
_LONGEST_TOKEN = 40
# Bounded, like every repetition in this package: an unbounded one that fails at its end is quadratic.
_SPACED = re.compile(r"(?<![a-z0-9@$])(?:[a-z0-9@$!|][\s._\-*~·,/]{1,3}){2,40}[a-z0-9@$!|]s?(?![a-z0-9@$*])")
LETTERS = [
    str.maketrans("01345789@$!¡|+€£", "oieastbgasiiitel"),
    str.maketrans("01345789@$!¡|+€£", "oleastbgaslllcel"),
]
_GAP = range(2, 6)
"""How many letters a run of three or more masks may stand for."""
_SHORTEST_SPACED = 4
_ALWAYS_MEANT = frozenset({"fuck", "shit", "cunt"})


@dataclass(frozen=True, slots=True)
class Reading:
    """A listed word read out of the folded text from `start` to `end`."""

    start: int
    end: int
    word: str
    doubtful: bool = False


def readings(text: str, lexicon: Lexicon) -> list[Reading]:
    """Give the disguised listed words in folded `text`, in order, never overlapping."""
    found = [*_spaced_words(text, lexicon), *(Reading(*each) for each in broken_words(text, lexicon))]
    found += _token_readings(text, lexicon)
    kept: list[Reading] = []
    for reading in sorted(found, key=lambda each: (each.start, -each.end)):
        if not kept or reading.start >= kept[-1].end:
            kept.append(reading)
    return kept


def _spaced_words(text: str, lexicon: Lexicon) -> Iterator[Reading]:
    for match in _SPACED.finditer(text):
        places = [place for place in range(*match.span()) if text[place].isalnum() or text[place] in "@$!|"]
        joined = "".join(text[place] for place in places).translate(LETTERS[0])
        at = 0
        while at <= len(joined) - _SHORTEST_SPACED:
            word = _longest_at(joined, at, lexicon)
            if word:
                yield Reading(places[at], places[at + len(word) - 1] + 1, word)
            at += len(word) or 1


def _longest_at(joined: str, at: int, lexicon: Lexicon) -> str:
    candidates = lexicon.by_first_letter.get(joined[at], ())
    return next((word for word in candidates if joined.startswith(word, at) and _stands_out(word, joined, lexicon)), "")


def _stands_out(word: str, joined: str, lexicon: Lexicon) -> bool:
    """Whether a word within spaced letters is meant: *t w a t e r* and *p r i c k l y* have one by chance."""
    long = len(word) > _SHORTEST_SPACED and word not in lexicon.meant
    return long or word in _ALWAYS_MEANT or joined in (word, f"{word}s")


def _token_readings(text: str, lexicon: Lexicon) -> Iterator[Reading]:
    known: dict[str, Reading | None] = {}
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token not in known:
            known[token] = _token(token, lexicon)
        reading = known[token]
        if reading:
            yield replace(reading, start=match.start() + reading.start, end=match.start() + reading.end)


def _token(token: str, lexicon: Lexicon) -> Reading | None:
    """The listed word in a token, placed within it."""
    if token in lexicon.spellings:
        return Reading(0, len(token), lexicon.spellings[token], token in lexicon.doubtful)
    if len(token) > _LONGEST_TOKEN:
        return None
    other = next((each for each in lexicon.inside if each in token), None)
    if other and token.isalpha():
        return Reading(0, len(token), token.replace(other, lexicon.inside[other]))
    return _odd_token(token, lexicon) if _ODD.search(token) else None


def _odd_token(token: str, lexicon: Lexicon) -> Reading | None:
    """Read a token of letters and other signs: whole first, then without the punctuation at its edges."""
    inner = token.strip(_EDGES)
    right = token.rstrip(".,'-_~!")
    for shape in dict.fromkeys((inner, right, token)):
        if len(shape) < 3 or not any(map(str.isalpha, shape)):
            continue
        word = shape if shape in lexicon.spellings else _read(shape, lexicon)
        if word and lexicon.tier(shape) is None:
            offset = token.find(shape)
            plain = lexicon.spellings.get(word, word)
            return Reading(offset, offset + len(shape), plain, word in lexicon.doubtful)
    return None


def _read(shape: str, lexicon: Lexicon) -> str | None:
    word = _decoded(shape, lexicon) or _joined(shape, lexicon)
    return (_unmasked(shape, lexicon) or word) if word is None or word in lexicon.doubtful else word


def _decoded(shape: str, lexicon: Lexicon) -> str | None:
    """Digits and signs for letters, and stretched letters."""
    for table in LETTERS:
        letters = shape.translate(table)
        if letters.isalpha():
            word = _listed(letters, lexicon)
            if word and not (word in lexicon.meant and sum(map(str.isalpha, shape)) * 2 < len(shape)):  # a road, A55
                return word
    return None


def _listed(letters: str, lexicon: Lexicon) -> str | None:
    if letters in lexicon.spellings or lexicon.plain(letters):
        return letters
    plain = lexicon.skeletons.get(single_letters(letters))
    stretched = any(letter * 3 in letters for letter in set(letters))
    stretched = stretched or (plain is not None and "fuck" in plain)
    return plain if plain and stretched and len(plain) <= len(letters) and _has_runs(letters, plain) else None


def _has_runs(letters: str, plain: str) -> bool:
    """Whether every doubled letter of `plain` is at least doubled in `letters`."""
    return all(letter * 2 in letters for letter in set(plain) if letter * 2 in plain)


def _joined(shape: str, lexicon: Lexicon) -> str | None:
    """Letters with something in between: ``f.u.c.k``, ``fu-ck``, ``ass-hole``."""
    joined = _JOINTS.sub("", shape)
    parts = _JOINTS.split(shape)
    if joined == shape or len(joined) < _SHORTEST_SPACED or any(lexicon.tier(part) for part in parts if len(part) > 3):
        return None
    return _decoded(joined, lexicon)


def _unmasked(shape: str, lexicon: Lexicon) -> str | None:
    """Letters behind signs: ``f*ck``, ``s#!t``, ``motherf---ers``. The word of the same length comes first."""
    shape = shape.strip(_SENTENCE_MARKS)
    known = sum(map(str.isalpha, shape))
    if known < 2 or not any(sign in _MASKS for sign in shape):
        return None
    candidates = lexicon.by_first_letter.get(shape[0], ())
    run = _MASK_RUN.search(shape)
    before, after = (shape[: run.start()], shape[run.end() :]) if run else ("", "")
    if run and not after and known < 3:
        return None
    exact = next((word for word in candidates if _fits(word, shape) and (known > 2 or word not in lexicon.meant)), None)
    if exact or known < 3 or not before.isalpha() or not after.isalpha():
        return exact
    weighty = (word for word in candidates if word not in lexicon.meant)
    return next((word for word in weighty if _fits_run(word, before, after)), None)


def _fits_run(word: str, before: str, after: str) -> bool:
    gap = len(word) - len(before) - len(after)
    return gap in _GAP and word.startswith(before) and word.endswith(after)


def _fits(word: str, shape: str) -> bool:
    return len(word) == len(shape) and all(a == b or b in _MASKS for a, b in zip(word, shape, strict=True))
