"""What a page says about itself, held against what the policy asks of it (5.04 A). A hint, never more.

A page can say a thing in ways that no rule knows, or in a picture. What is found missing is therefore shown to people,
with wording that would do; nothing follows from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.config import Config
from bot.events import Actor, PageNotice, Subject
from bot.notice_points import POINTS, Point
from bot.records import Records

_WITHIN = r"[^.!?\n]{0,160}?"
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-"})
_TELEPHONE = r"(?<!\d)\(?\d{3}\)?[ .-]{0,2}\d{3}[ .-]\d{4}(?!\d)"
_MAIL = r"[\w.+-]+@[\w-]+\.[\w.-]+"
_ADDRESS = r"(?<![@\w.-])(?:https?://|www\.)?(?:[\w-]+\.)+(?:gov|us|org|com|net)\b(?!@)"
_DENIED = re.compile(r"(?:\b(?:not|never|no longer|cannot|nor|without)|n't)(?: (?:\w+|-)){0,2} ?$")
_LONGEST = 10_000
"""Characters of a notice that are read."""
_ENOUGH_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Named:
    """Whose pages they are: what their notices may say by name."""

    name: str
    site: str = ""
    contact: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Config) -> Named:
        """As the configuration has it."""
        told = config.department
        return cls(told.name, told.site, told.contact)

    @property
    def terms(self) -> dict[str, str]:
        """What stands for the Department in a way of saying."""
        contact = [_of_contact(each) for each in self.contact] or [_TELEPHONE, _MAIL]
        return {
            "<who>": rf"(?:the |our )?(?:{'|'.join(self._names())}|(?:the|our|this) (?:police )?department)",
            "<contact>": f"(?:{'|'.join(contact)})",
            "<site>": _of_site(self.site) if self.site else _ADDRESS,
            "<visitors>": r"\b(?:opinions?|views?|comments?|statements?|content|posts?)",
            "<to>": _WITHIN,
        }

    def _names(self) -> Iterator[str]:
        """The name, and what people make of it."""
        name = plain(self.name).removeprefix("the ")
        yield re.escape(name)
        place, police, _ = name.partition(" police department")
        if police and place:
            yield from (re.escape(f"{place} pd"), rf"{re.escape(place)} police(?! department)")

    def wording(self, point: Point) -> str:
        """Words that would say what is missing; where something is not configured, a blank to fill in."""
        contact = ", ".join(self.contact) or "[telephone or e-mail]"
        name = self.name.removeprefix("the ").removeprefix("The ")
        return point.suggestion.format(name=name, contact=contact, site=self.site or "[address]")


def plain(text: str) -> str:
    """The text as it is compared: lower case, plain quotation marks, single blanks."""
    lines = text[:_LONGEST].translate(_QUOTES).casefold().splitlines()
    return "\n".join(" ".join(line.split()) for line in lines)


def missing(about: str, named: Named) -> list[Point]:
    """What the policy asks a page to say and this text does not seem to."""
    text, terms = plain(about), named.terms
    return [point for point in POINTS if not all(_said(text, ways, terms) for ways in point.parts)]


def _said(text: str, ways: tuple[str, ...], terms: dict[str, str]) -> bool:
    return any(
        not _DENIED.search(text[max(0, match.start() - 40) : match.start()])
        for way in ways
        for match in re.finditer(_filled(way, terms), text)
    )


def _filled(way: str, terms: dict[str, str]) -> str:
    for term, meaning in terms.items():
        way = way.replace(term, meaning)
    return way


def _of_contact(contact: str) -> str:
    """A telephone number however it is written; anything else as it stands."""
    digits = re.sub(r"\D", "", contact)
    if len(digits) >= _ENOUGH_DIGITS and not re.search(r"[^\d\s()+./-]", contact):
        return r"(?<!\d)" + r"[^\d\n]{0,3}".join(digits[-10:]) + r"(?!\d)"
    return re.escape(plain(contact))


def _of_site(site: str) -> str:
    """Its host, with or without ``www``; not as the end of a mail address."""
    host = re.sub(r"^(?:https?://)?(?:www\.)?", "", plain(site)).partition("/")[0]
    return rf"(?<![@\w.-])(?:https?://)?(?:www\.)?{re.escape(host)}(?![\w-]|\.\w)"


def note(records: Records, actor: Actor, page: str, about: str, named: Named) -> bool:
    """Record what a page's notice does not seem to say, when that is not what was recorded last. Returns whether so."""
    keys = [point.key for point in missing(about, named)]
    last = records.last("page.notice", page)
    if last is not None and last.pub["missing"] == keys:
        return False
    records.append(
        PageNotice(actor=actor, subject=Subject("page", page), page=page, missing=keys, about=about[:_LONGEST])
    )
    return True


def unsaid(records: Records, page: str) -> list[str]:
    """What a page's notice did not seem to say when that was last looked at, in words."""
    last = records.last("page.notice", page)
    keys = last.pub["missing"] if last is not None else []
    return [point.says for point in POINTS if point.key in keys]
