"""Telling people by e-mail: urgent flags, restores that failed, referrals, pages that stopped.

The log says what is due (`Records.unsent_alerts`) and, by `alert.raised`, what was done. That entry follows the mail
server's yes; a crash between the two sends the mail again with the same Message-ID, so that a reader sees it once.
Nothing here holds comment text: mail is forwarded, and stays in mailboxes for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from bot import letters
from bot.config import Loaded
from bot.events import Actor, AlertRaised, Subject, SystemDegraded
from bot.letters import Letter
from bot.mail import Accepted, Mailer, MailError, RefusedError, UnreachableError, message_id, new_message
from bot.records import Entry, Records

FLOOD = 10
"""More urgent letters than this in one pass become one letter that counts them."""
MAIL = Subject("log", "mail")
"""The subject of entries about the mail server."""
_NOT_OF_A_COMMENT = ("review.referred", "page.credential_ending", "system.degraded")
"""What has letters of its own."""
_LONGEST_PAUSE = timedelta(minutes=15)


@dataclass(slots=True)
class Pauses:
    """Lets a letter that was refused wait longer each time, without holding up the others."""

    _next: dict[tuple[int, ...], tuple[datetime, timedelta]] = field(default_factory=dict)

    def waiting(self, key: tuple[int, ...], now: datetime) -> bool:
        """Whether it is too early to try again."""
        return key in self._next and now < self._next[key][0]

    def refused(self, key: tuple[int, ...], now: datetime) -> None:
        """Double the pause, up to a quarter of an hour."""
        pause = min(self._next[key][1] * 2, _LONGEST_PAUSE) if key in self._next else timedelta(seconds=30)
        self._next[key] = (now + pause, pause)

    def done(self, key: tuple[int, ...]) -> None:
        """Forget it."""
        self._next.pop(key, None)


def send_due(
    records: Records, config: Loaded, mailer: Mailer, actor: Actor, now: datetime, pauses: Pauses | None = None
) -> int:
    """Send every mail that the log says is due, and record each once the server has taken it.

    Args:
        records: the log.
        config: who is told, and where the review application is.
        mailer: the mail server.
        actor: who tells.
        now: the present moment.
        pauses: kept between calls, it lets refused letters wait on their own; without it they are tried every time.

    Returns:
        How many letters were sent.

    Raises:
        UnreachableError: when no mail can be sent at present. Nothing is lost: call again later.
        RefusedError: when a letter was refused, after all others were sent; only without `pauses`.
    """
    sent = 0
    refused: RefusedError | None = None
    for letter in _due(records, config):
        if pauses is not None and pauses.waiting(letter.about, now):
            continue
        try:
            sent += _tell(records, config, mailer, letter, actor, now)
        except UnreachableError as error:
            note_mail_failure(records, actor, error)
            raise
        except RefusedError as error:
            note_mail_failure(records, actor, error)
            refused = error
            if pauses is not None:
                pauses.refused(letter.about, now)
        else:
            if pauses is not None:
                pauses.done(letter.about)
    if refused is not None and pauses is None:
        raise refused
    return sent


def page_stopped(
    records: Records, config: Loaded, mailer: Mailer, actor: Actor, now: datetime, described: Entry
) -> bool:
    """Tell about one page that needs a person, once for each time it stopped.

    Args:
        records: the log.
        config: who is told.
        mailer: the mail server.
        actor: who tells.
        now: the present moment.
        described: the page's newest ``page.described``.

    Returns:
        Whether a letter was sent: not when the page works, or people were told of this stop before.

    Raises:
        MailError: when it was not sent; call again later.
    """
    if not _untold(records, described):
        return False
    return _tell(records, config, mailer, letters.page_stopped(config, described), actor, now)


def _due(records: Records, config: Loaded) -> Iterator[Letter]:
    due = records.unsent_alerts()
    urgent = list(_urgent(records, config, [entry for entry in due if entry.type not in _NOT_OF_A_COMMENT]))
    if len(urgent) > FLOOD:
        yield letters.flood(config, [entry for letter in urgent for entry in letter.entries])
    else:
        yield from urgent
    for entry in due:
        if entry.type == "review.referred":
            yield letters.referral(config, entry)
        elif entry.type == "page.credential_ending":
            yield letters.credential_ending(config, entry)
        elif entry.type == "system.degraded":
            yield letters.attachments_wait(config, entry)
    for name in config.pages:
        described = records.page_described(name)
        if described is not None and _untold(records, described):
            yield letters.page_stopped(config, described)


def _urgent(records: Records, config: Loaded, due: Sequence[Entry]) -> Iterator[Letter]:
    """One letter for each comment: a restore that failed is both an outcome and a flag, and still one matter."""
    by_comment = sorted(due, key=lambda entry: entry.subject.ref)
    for ref, entries in groupby(by_comment, key=lambda entry: entry.subject.ref):
        yield letters.urgent(config, list(entries), records.comment(ref), records.open_flag(ref))


def _untold(records: Records, described: Entry) -> bool:
    if described.pub["health"] != "stopped":
        return False
    told = records.last("alert.raised", described.subject.ref)
    return told is None or told.pub["about"] < described.seq


def _tell(records: Records, config: Loaded, mailer: Mailer, letter: Letter, actor: Actor, now: datetime) -> bool:
    if not letter.to:
        # Recorded all the same, with nobody told: it waits in the queue, and does not come up here again and again.
        _raised(records, letter, actor, 0, "")
        return False
    identifier = message_id(mailer.settings, letter.kind, _digest(entry.id for entry in letter.entries))
    message = new_message(
        mailer.settings,
        sender_name=config.department.name,
        to=letter.to,
        subject=letter.subject,
        message_id=identifier,
        now=now,
    )
    message.set_content(letter.text)
    accepted = mailer.send(message)
    _raised(records, letter, actor, accepted.recipients, identifier)
    note_refusals(records, actor, accepted)
    return True


def _raised(records: Records, letter: Letter, actor: Actor, recipients: int, identifier: str) -> None:
    with records.writing() as writing:
        for entry in letter.entries:
            writing.append(
                AlertRaised(
                    actor=actor,
                    subject=entry.subject,
                    cause=(entry.seq,),
                    kind=letter.kind,
                    about=entry.seq,
                    recipients=recipients,
                    message_id=identifier,
                )
            )


def _digest(identifiers: Iterable[str]) -> str:
    """Another set of entries is another letter, and gets another identifier."""
    return hashlib.sha256(" ".join(identifiers).encode()).hexdigest()[:24]


def note_refusals(records: Records, actor: Actor, accepted: Accepted) -> None:
    """Record that the server took a message for some and refused it for others."""
    if accepted.refused:
        codes = ", ".join(f"{each.recipient} ({each.code})" for each in accepted.refused)
        records.append(SystemDegraded(actor=actor, subject=MAIL, what="mail refused for some recipients", detail=codes))


def note_mail_failure(records: Records, actor: Actor, error: MailError) -> None:
    """Record the first failure, and nothing more until a mail went through again."""
    last = records.last("system.degraded", MAIL.ref)
    if last is not None and last.pub["what"] == "mail" and last.seq > _last_sent(records):
        return
    records.append(SystemDegraded(actor=actor, subject=MAIL, what="mail", detail=str(error)))


def _last_sent(records: Records) -> int:
    newest = (records.last(each) for each in ("alert.raised", "summary.sent"))
    return max((entry.seq for entry in newest if entry is not None), default=-1)
