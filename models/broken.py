"""Disguises that go across signs and blanks: ``f(u)ck``, ``fu ck``, ``clusterf*ck``, ``azz hole``, ``suck my d1ck``.

They are found by patterns on the whole folded text. What stands within one token is read by `models.disguise`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from models.lexicon import Lexicon

_GAP_SIGN = r"[^\w\n]{0,2}"
_BROKEN = re.compile(
    rf"(?<![\w'])(?:f{_GAP_SIGN}u{_GAP_SIGN}[c(<]{_GAP_SIGN}k(?:{_GAP_SIGN}(s|ed|er|ers|in|ing|off|face))?(?![a-z])"
    + r"|(?P<letters>s_h_i_t|b_i_t_c_h|c_u_n_t|n_i_g_g_e_r|f_a_g_g_o_t)(?P<ending>s|es|ty)?(?![\w']))".replace(
        "_", r"[^\w\s]{0,2}"
    )
)
"""A word with signs or single blanks between some of its letters. With a blank only the commonest: *sh it* may be a
slip of the keyboard."""
_MASKED_INSIDE = re.compile(
    r"(?<![a-z])([a-z]{0,12})(?:f[*#@%$!]ck|fu[*#@%$!]k|f[*#@%$!]{2}k)([a-z]{0,14})(?![a-z*#@%$!])"
)
_HALVES = re.compile(
    r"(?<!\w)(d[i1!*]ck|dic(?= k)|a[sz$5*]{2}|[@4][sz$5]{2}|m[o0]ther|m[ou]tha) ?-?"
    r"(k?heads?|holes?|wads?|wipes?|f[*#@%$!'-]{2,7}(?:ers?|ing|in|s)?)(?![\w*])"
)
"""A disguised word of two halves: ``d!ck head``, ``azz hole``, ``mother f*****``."""
_PICTURED = re.compile(
    r"(?<!\w)(?:{})(s|ed|er|ers|in|ing|y|es)?(?!\w)".format(
        "|".join(
            f"(?P<{word}>{'|'.join(word[:at] + '_' + word[at + 1 :] for at in range(1, len(word) - 1))})"
            for word in ("fuck", "shit", "bitch", "cunt", "asshole")
        )
    ).replace("_", r"[^\w\s\x00-\x7f]{1,2}")
)
"""A picture in place of one letter."""
_FIRST_HALVES = {"d": "dick", "m": "mother"}
_INVITED = re.compile(
    r"(?<!\w)(s[u*@]c?k{1,4}|l[i1!*]ck|[e3]at) (my|a|his|these) "
    r"(d[i1!*]c{0,2}k|c[o0*]c?k|p[u*][s$*5]{2}y|b[a@4*]ll[sz$])(?!\w)"
)
"""An invitation of which the verb or the noun is disguised; each alone is a mild word, or an everyday one."""
_INVITATION = {"s": "suck", "l": "lick", "e": "eat", "3": "eat", "d": "dick", "c": "cock", "p": "pussy", "b": "balls"}


def broken_words(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Give start, end and listed word of each of these disguises in folded `text`; some may overlap."""
    for match in _BROKEN.finditer(text):
        letters = "".join(filter(str.isalpha, match["letters"] or "fuck"))
        word = letters + (match["ending"] or match[1] or "")
        if word != match[0] and lexicon.tier(word):
            yield (*match.span(), word)
    for match in _MASKED_INSIDE.finditer(text):
        if match[1] or match[2]:
            yield (*match.span(), f"{match[1]}fuck{match[2]}")
    for match in _HALVES.finditer(text):
        second = "fucker" if match[2].startswith("f") else match[2].removeprefix("k")
        word = _FIRST_HALVES.get(match[1][0], "ass") + second
        if lexicon.tier(word) and word != match[0]:
            yield (*match.span(), word)
    for match in _INVITED.finditer(text):
        phrase = f"{_INVITATION[match[1][0]]} {match[2]} {_INVITATION[match[3][0]]}"
        if phrase != match[0]:
            yield (*match.span(), phrase)
    yield from _pictured(text, lexicon)


def _pictured(text: str, lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    for match in () if text.isascii() else _PICTURED.finditer(text):
        stem = next(name for name, found in match.groupdict().items() if found)
        word = stem + (match[match.re.groups] or "")
        if lexicon.tier(word):
            yield (*match.span(), word)
