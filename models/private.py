"""Private information: telephone numbers, home addresses, numbers of papers, e-mail addresses, a child's name.

By rules with a stated confidence. The Department's own numbers and addresses are public and never flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from models import rules, shapes

_PAPERS = (
    ("private.plate", 0.65, "Gives the number of a licence plate.", shapes.PLATE),
    ("private.identity_number", 0.85, "Gives the number of an identity paper.", shapes.PAPER),
    ("private.account", 0.85, "Gives the number of a bank account.", shapes.ACCOUNT),
    ("private.birth_date", 0.6, "Gives somebody's date of birth.", shapes.BIRTH),
)
_NEAR = 60
"""How many characters around a number say whose it is."""
_OWN = 0.4
"""The value of a number that the author gives as theirs, below the default threshold: theirs to give."""


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
    yield from _papers(text)
    for match in shapes.CHILD.finditer(text):
        yield Private("private.child", 0.7, "Seems to name a child.", *match.span())


def _identity_numbers(text: str) -> Iterator[Private]:
    for pattern, value in ((shapes.PLAIN_SSN, 0.95), (shapes.SSN, 0.85)):
        match = pattern.search(text)
        if match:
            yield Private("private.identity_number", value, "Looks like a social security number.", *match.span())
            return


def _phones(text: str) -> Iterator[Private]:
    whole = list(shapes.PHONE.finditer(text))
    for match in whole:
        around = _around(text, match)
        personal = _says("personal", around)
        if shapes.TOLL_FREE.match(match[0]) or _says("office", around) or (_says("duty", around) and not personal):
            continue
        value = _OWN if _authors_own(text, match) else 0.85 if personal else 0.65
        yield Private("private.phone", value, "Gives a telephone number.", *match.span())
    for match in shapes.SHORT_PHONE.finditer(text):
        if any(each.start() <= match.start() < each.end() for each in whole):
            continue
        around = _around(text, match)
        if _says("personal", around) and not _says("office", around):
            value = _OWN if _authors_own(text, match) else 0.65
            yield Private("private.phone", value, "Gives somebody's telephone number.", *match.span())


def _emails(text: str) -> Iterator[Private]:
    for match in shapes.EMAIL.finditer(text):
        if not shapes.PUBLIC_DOMAIN.search(match[0]) and not shapes.PUBLIC_NAME.match(match[0]):
            yield Private("private.email", 0.65, "Gives an e-mail address.", *match.span())


def _addresses(text: str) -> Iterator[Private]:
    for match in shapes.ADDRESS.finditer(text):
        around = _around(text, match)
        if _says("lives", around) and not _says("office", around):
            yield Private("private.address", 0.9, "Says where somebody lives.", *match.span())

    for pattern in (shapes.BARE_ADDRESS, shapes.SPANISH_ADDRESS):
        for match in pattern.finditer(text):
            if not _says("office", _around(text, match)):
                yield Private("private.address", 0.8, "Says where somebody lives.", *match.span())

    for match in shapes.NAMED_ADDRESS.finditer(text):
        around = _around(text, match)
        if _says("pointed_at", around) and not _says("office", around):
            yield Private("private.named_address", 0.8, "Gives a person's name and address.", *match.span())


def _papers(text: str) -> Iterator[Private]:
    for rule, value, why, pattern in _PAPERS:
        match = pattern.search(text)
        if match:
            yield Private(rule, value, why, *match.span())
    for match in shapes.CARD.finditer(text):
        if _adds_up(match[0]):
            yield Private("private.card", 0.9, "Looks like a payment card's number.", *match.span())


def _adds_up(number: str) -> bool:
    """Whether the digits of a payment card agree with their check digit (Luhn's formula, ISO/IEC 7812-1)."""
    digits = [int(sign) for sign in reversed(number) if sign.isdigit()]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return len(digits) in (15, 16) and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _authors_own(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _NEAR) : match.start()].lower().rstrip(" :(+-")
    return _says("own", before) and not _says("luring", _around(text, match))


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - _NEAR) : match.end() + _NEAR].lower()


def _says(kind: str, around: str) -> bool:
    return rules.load("private").lists[kind].search(around) is not None
