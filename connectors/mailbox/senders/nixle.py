"""Nixle and Everbridge: answers of residents to a notice that went out by mail.

Notices go one way (Everbridge's interface has POST /notifications and nothing that comes back); whoever presses
"reply" in a mail program writes to the Department's own mailbox. Such an answer is recognised by the notice that it
answers; its sender is the resident, and so the proof is one of the resident's domain.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.mailbox.letter import Letter
from connectors.mailbox.quoting import new_words
from connectors.mailbox.told import Told, topic, under

domains = ("nixle.com", "everbridge.net", "everbridge.com")
_NOTICE = re.compile(r"(?:nixle|everbridge)\b[\s:|-]*", re.IGNORECASE)
_BELOW = re.compile(
    r"^.{0,200}(?:sent (?:to you )?(?:by|via|through) (?:nixle|everbridge)|for full details,? (?:view|go|click)"
    r"|to (?:manage your|unsubscribe|change your)[^\n]{0,80}nixle)",
    re.IGNORECASE,
)


def read(letter: Letter, domains: Sequence[str]) -> Told | None:
    """Read an answer to a notice; a mail from Nixle itself is no answer."""
    if under(letter.domain, domains) or not _answers_a_notice(letter, domains):
        return None
    words = new_words(letter.text, answer=True).split("\n")
    end = next((n for n, line in enumerate(words) if _BELOW.match(line[:400])), len(words))
    text = "\n".join(words[:end]).strip() or "\n".join(words).strip()
    subject = topic(letter.subject)
    name = letter.name or letter.address or "(not named)"
    return Told(name, text, topic(_NOTICE.sub("", subject, count=1)) or subject, author_id=letter.address or None)


def _answers_a_notice(letter: Letter, domains: Sequence[str]) -> bool:
    if any(under(each.rpartition("@")[2].lower(), domains) for each in letter.answers):
        return True
    return topic(letter.subject) != letter.subject and _NOTICE.match(topic(letter.subject)) is not None
