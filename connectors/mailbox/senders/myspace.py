"""MySpace: its notifications about comments on a profile.

No description of these mails is to be had: the forms below are assumptions. A mail that looks otherwise is read in
general, whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from connectors.mailbox.letter import Letter
from connectors.mailbox.told import Form, Told, notification

domains = ("myspace.com", "message.myspace.com")
_FORM = Form(
    subjects=(
        re.compile(
            r"(?P<author>\S.{0,80}?) (?:commented on|left a (?:new )?comment on|posted a (?:new )?comment on) "
            r"your (?:profile|page|photo|video|song|mix|status|post)[:.!]?(?: (?P<post>.+))?",
            re.IGNORECASE,
        ),
        re.compile(r"(?:you have a )?new (?:profile )?comment(?: on myspace)?[.!]?", re.IGNORECASE),
    ),
    own_lines=re.compile(
        r".{0,80} (?:commented on|left a (?:new )?comment on|posted a (?:new )?comment on) your .{0,300}"
        r"|(?:view|see|read|approve)\b.{0,60}(?:myspace|comment|profile)\b.{0,1500}|https://\S+",
        re.IGNORECASE,
    ),
    last_line=re.compile(
        r"(?:unsubscribe|you(?:'re| are) receiving|you received this|to stop receiving|myspace (?:llc|inc))",
        re.IGNORECASE,
    ),
)


def read(letter: Letter, domains: Sequence[str]) -> Told | None:
    """Read a notification about one comment."""
    return notification(letter, domains, _FORM)
