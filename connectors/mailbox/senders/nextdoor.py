"""Nextdoor: its notifications to an agency about comments on what the agency posted.

Nextdoor publishes no description of these mails: the forms below are assumptions. A mail that looks otherwise is read
in general, whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.mailbox.letter import Letter
from connectors.mailbox.told import Form, Told, notification

domains = ("nextdoor.com",)
_FORM = Form(
    subjects=(
        re.compile(
            r"(?P<author>\S.{0,80}?) (?:commented on|replied to|replied on) "
            r"your (?:agency's )?(?:post|alert|event|poll|comment)[:.!]?(?: (?P<post>.+))?",
            re.IGNORECASE,
        ),
        re.compile(
            r"new (?:comment|reply)(?: \d+)? (?:on|to) your (?:post|alert|event|poll)[:.!]?(?: (?P<post>.+))?",
            re.IGNORECASE,
        ),
    ),
    own_lines=re.compile(
        r".{0,80} (?:commented on|replied to|replied on) your .{0,300}"
        r"|(?:view|see|read)\b.{0,60}(?:nextdoor|comment|reply|post|conversation)\b.{0,1500}|reply\W*|https://\S+",
        re.IGNORECASE,
    ),
    last_line=re.compile(
        r"(?:unsubscribe|you(?:'re| are) receiving|you received this|this (?:email|message) was (?:sent|intended)"
        r"|manage your (?:email|notification)|nextdoor(?:,| holdings))",
        re.IGNORECASE,
    ),
)


def read(letter: Letter, domains: Sequence[str]) -> Told | None:
    """Read a notification about one comment."""
    return notification(letter, domains, _FORM)
