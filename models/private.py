"""Private information: telephone numbers, home addresses, identity numbers, e-mail addresses, a child's name.

By rules with a stated confidence. The Department's own numbers and addresses are public and never flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from models import rules

_PHONE = re.compile(r"(?<![\w$.#/-])(?:\+?1[ .-]?)?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-]?)[2-9]\d{2}[ .-]?\d{4}(?![\w-])")
_SHORT_PHONE = re.compile(r"(?<![\w$.#/-])[2-9]\d{2}[ .-]\d{4}(?![\w-])")
_TOLL_FREE = re.compile(r"^\D*1?\D*8(?:00|33|44|55|66|77|88)")
_EMAIL = re.compile(
    r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9][\w-]{0,62}(?:\.[\w-]{1,62}){0,3}\.[A-Za-z]{2,10}\b"
)
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
_PLAIN_SSN = re.compile(
    r"(?:ssn|social(?: security(?: number)?)?)\W{0,3}(?:is |number |# ?)?\d{3}[ -]?\d{2}[ -]?\d{4}(?!\d)", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"(?<![\w$.#/-])\d{1,5}(?: ?[NSEW]\.?)?(?: (?:[A-Z][a-z]{1,15}|\d{1,3}(?:st|nd|rd|th)|[a-z]{3,15})){1,3} "
    r"(?:[Ss]treet|[Ss]t|[Aa]venue|[Aa]ve|[Rr]oad|[Rr]d|[Dd]rive|[Dd]r|[Ll]ane|[Ll]n|[Cc]ourt|[Cc]t|[Bb]oulevard|[Bb]lvd|"
    r"[Ww]ay|[Cc]ircle|[Cc]ir|[Pp]lace|[Pp]l|[Tt]errace|[Tt]rail|[Hh]ighway|[Pp]arkway|[Ll]oop)\b"
)
_FULL_NAME = r"[A-Z][a-z]{1,14} (?:[A-Z]\.? )?[A-Z][a-z]{1,14}\b"
_IS = r"(?:,| is| was| named| called|'s name is)? (?:is |was |named )?"
_AGE = r"(?:[1-9]|1[0-7])"
_MINOR = rf"\b(?:{_AGE}[ -]year[ -]old|juvenile|minor)"
_ROLE = r"(?:son|daughter|boy|girl|kid|child|student|suspect|victim|driver|shooter|teen|freshman|sophomore)"
_CHILD = re.compile(
    rf"{_MINOR}(?: {_ROLE})?{_IS}{_FULL_NAME}|\b{_ROLE}{_IS}{_FULL_NAME},? (?:is |\(|aged? |only ){{0,2}}{_AGE}\b"
)
_PUBLIC_DOMAIN = re.compile(
    r"(?:\.gov|\.mil|\.us|\.edu|police\.\w+|pd\.\w+|sheriff\.\w+)$|@(?:[\w-]+\.)*(?:gov|mil)\.", re.IGNORECASE
)
_PUBLIC_NAME = re.compile(
    r"^(?:info|tips?|records|contact|office|help|support|press|media|clerk|admin|police|news|jobs)@", re.IGNORECASE
)
_NEAR = 60
"""How many characters around a number say whose it is."""


class Private(NamedTuple):
    """Something private from `start` to `end` of the original text."""

    rule: str
    value: float
    why: str
    start: int
    end: int


def private_information(text: str) -> Iterator[Private]:
    """Give everything in the original `text` that looks like a private person's."""
    yield from _identity_numbers(text)
    yield from _phones(text)
    yield from _emails(text)
    yield from _addresses(text)
    for match in _CHILD.finditer(text):
        yield Private("private.child", 0.7, "Seems to name a child.", *match.span())


def _identity_numbers(text: str) -> Iterator[Private]:
    for pattern, value in ((_PLAIN_SSN, 0.95), (_SSN, 0.85)):
        match = pattern.search(text)
        if match:
            yield Private("private.identity_number", value, "Looks like a social security number.", *match.span())
            return


def _phones(text: str) -> Iterator[Private]:
    for match in _PHONE.finditer(text):
        around = _around(text, match)
        if _TOLL_FREE.match(match[0]) or _says("office", around):
            continue
        value = 0.85 if _says("personal", around) else 0.65
        yield Private("private.phone", value, "Gives a telephone number.", *match.span())
    for match in _SHORT_PHONE.finditer(text):
        around = _around(text, match)
        if _says("personal", around) and not _says("office", around):
            yield Private("private.phone", 0.65, "Gives somebody's telephone number.", *match.span())


def _emails(text: str) -> Iterator[Private]:
    for match in _EMAIL.finditer(text):
        if not _PUBLIC_DOMAIN.search(match[0]) and not _PUBLIC_NAME.match(match[0]):
            yield Private("private.email", 0.65, "Gives an e-mail address.", *match.span())


def _addresses(text: str) -> Iterator[Private]:
    for match in _ADDRESS.finditer(text):
        around = _around(text, match)
        if _says("lives", around) and not _says("office", around):
            yield Private("private.address", 0.9, "Says where somebody lives.", *match.span())


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - _NEAR) : match.end() + _NEAR].lower()


def _says(kind: str, around: str) -> bool:
    return rules.load("private").lists[kind].search(around) is not None
