"""Parts what somebody wrote from what their mail program quoted below or around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_WROTE = re.compile(r"(?:On|El|Le|Am)\s.{5,300}\s(?:wrote|escribió|a écrit|schrieb)\s?:", re.IGNORECASE)
_ORIGINAL = re.compile(r"-{2,12} ?(?:Original Message|Mensaje original|Original Appointment) ?-{2,12}", re.IGNORECASE)
_FROM = re.compile(r"\*?(?:From|De):\*? ?\S.*", re.IGNORECASE)
_SENT = re.compile(r"\*?(?:Sent|Date|Enviado|Enviado el|Fecha):", re.IGNORECASE)
_SUBJECT = re.compile(r"\*?(?:Subject|Asunto):", re.IGNORECASE)
_WROTE_LINES = 3
"""Mail programs break the line "On … wrote:" where it gets long."""
_HEAD_LINES = 6


def new_words(text: str, *, answer: bool) -> str:
    """Give what is new in a mail.

    Args:
        text: the whole text.
        answer: whether the mail answers another one; only then are lines with ``>`` taken for that mail's.

    Returns:
        The new words; the whole text where nothing would be left, for whoever writes only "quoted" lines wrote them.
    """
    lines = text.split("\n")
    kept = list[str]()
    place = 0
    while place < len(lines):
        if not _may_begin_a_quotation(lines[place]):
            kept.append(lines[place])
            place += 1
        elif _heads_an_original(lines[place : place + _HEAD_LINES]):
            break
        elif after := _attribution(lines[place : place + _WROTE_LINES + 2]):
            place += after
            if not lines[place].startswith(">"):
                break
            place = _past(lines, place)
        elif answer and lines[place].startswith(">"):
            place = _past(lines, place)
        else:
            kept.append(lines[place])
            place += 1
    return "\n".join(kept).strip() or text.strip()


def _may_begin_a_quotation(line: str) -> bool:
    return line.lstrip()[:1].lower() in {"o", "e", "l", "a", "-", "_", "f", "d", "*", ">"}


def _heads_an_original(lines: Sequence[str]) -> bool:
    """Whether these lines are how Outlook heads the mail that is answered."""
    if _ORIGINAL.fullmatch(lines[0].strip()):
        return True
    head = [line.strip() for line in lines if line.strip(" _")]
    if not head or not _FROM.fullmatch(head[0][:300]):
        return False
    return any(_SENT.match(line) for line in head[1:]) and any(_SUBJECT.match(line) for line in head[1:])


def _attribution(lines: Sequence[str]) -> int:
    """How many lines "On … wrote:" takes with the empty ones after it; 0 where it is none, or nothing follows."""
    for count in range(1, min(_WROTE_LINES, len(lines)) + 1):
        if lines[count - 1].rstrip().endswith(":") and _WROTE.fullmatch(
            " ".join(line.strip() for line in lines[:count])[:500]
        ):
            rest = next((n for n, line in enumerate(lines[count:]) if line.strip()), None)
            return 0 if rest is None else count + rest
    return 0


def _past(lines: Sequence[str], place: int) -> int:
    """The first line after a quotation, which may have empty lines between its own."""
    end = place
    while place < len(lines) and (lines[place].startswith(">") or not lines[place].strip()):
        place += 1
        if lines[place - 1].startswith(">"):
            end = place
    return end
