"""Telling people in time that a page's credential ends: 14, 7, 3 and 1 days ahead, once each."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.events import Actor, PageCredentialEnding, Subject
from bot.moments import timestamp
from bot.records import Records

WARNED_AHEAD = (14, 7, 3, 1)
"""Days."""


def warn_of_the_end(records: Records, actor: Actor, page: str, expires_at: datetime, now: datetime) -> bool:
    """Record that a credential ends soon, which is what calls for the mail. Returns whether it was time to.

    A credential with another end is another one, and starts anew.
    """
    near = [days for days in WARNED_AHEAD if expires_at - now <= timedelta(days=days)]
    if not near:
        return False
    days, ends = min(near), timestamp(expires_at)
    last = records.last("page.credential_ending", page)
    if last is not None and last.pub["expires_at"] == ends and last.pub["days"] <= days:
        return False
    records.append(
        PageCredentialEnding(actor=actor, subject=Subject("page", page), page=page, days=days, expires_at=ends)
    )
    return True
