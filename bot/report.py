"""The weekly summary: composed once, sent once, also across a crash.

Before the mail server hears of it, `summary.claimed` keeps the finished message in the log; after its yes,
`summary.sent` and `checkpoint.published` follow. Whoever finds a claim without a yes sends the same bytes with the same
Message-ID again. See docs/decisions, "The weekly summary is sent once".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time
from email.message import EmailMessage

from bot.alerts import note_mail_failure, note_refusals
from bot.config import Loaded, Mail
from bot.document import plain
from bot.document_html import html
from bot.events import LOG, Actor, CheckpointPublished, Subject, SummaryClaimed, SummarySent
from bot.mail import Mailer, MailError, RefusedError, from_text, message_id, new_message, to_bytes
from bot.records import Entry, Records
from bot.summary import Summary, gather, verdict
from bot.summary_sections import document
from bot.turns import turn
from bot.weeks import Week

HOUR = time(6)
"""When on Monday the summary of the week before is sent, in the Department's time."""
_TURN = "summary.lock"
"""One sender at a time, among daemon and commands; whoever is killed loses the turn at once."""
_CHECKPOINT = "X-OfRecord-Checkpoint"


class ReportError(Exception):
    """The summary cannot be made or sent. The message says what to do."""


def compose(records: Records, config: Loaded, week: Week, now: datetime) -> EmailMessage:
    """Write the summary of a week as a mail of two parts with the same numbers.

    Signs a checkpoint of the log as it stands, and appends nothing.

    Args:
        records: the log.
        config: the Department, its pages and its mail table; without one the message is addressed to nobody.
        week: the week that is summed up; one that still runs is summed up so far, and says so.
        now: the present moment, of which the queue is told.

    Raises:
        ReportError: when the week has not begun, or lies before the log began.
        StoreError: when the log cannot be read, or does not continue its newest checkpoint.
    """
    mail = config.mail or Mail(host="localhost", sender=f"ofrecord@{records.origin.partition('/')[0]}")
    summary = _gathered(records, config, week, now)
    message = new_message(
        mail,
        sender_name=config.department.name,
        to=mail.summary_to,
        subject=f"{config.department.name} comments, {week.days}{summary.so_far}: {verdict(summary)}",
        message_id=message_id(
            mail,
            "summary",
            str(week),
            *summary.so_far.split(),
            hashlib.sha256(records.origin.encode()).hexdigest()[:12],
        ),
        now=now,
    )
    message["List-Id"] = f"<weekly-summary.{mail.sender.rpartition('@')[2]}>"
    message[_CHECKPOINT] = f"{summary.proof.size} {summary.proof.root}"
    written = document(summary, config)
    message.set_content(plain(written))
    message.add_alternative(html(written), subtype="html")
    return message


def text(records: Records, config: Loaded, week: Week, now: datetime) -> str:
    """The summary of a week as plain text; raises as `compose` does."""
    return plain(document(_gathered(records, config, week, now), config))


def _gathered(records: Records, config: Loaded, week: Week, now: datetime) -> Summary:
    if now < week.start(config.department.zone):
        raise ReportError(f"The week {week} has not begun; the newest full week is {last_week(config, now)}.")
    if not _covers(records, config, week):
        raise ReportError(f"The log began after the week {week}; there is nothing to sum up.")
    return gather(records, config, week, now)


def _recipients(config: Loaded) -> tuple[str, ...]:
    if config.mail is None or not config.mail.summary_to:
        raise ReportError("mail.summary_to is empty: nobody gets the summary; set [mail] in the configuration.")
    return config.mail.summary_to


def last_week(config: Loaded, now: datetime) -> Week:
    """The newest week that has ended."""
    return Week.of(now, config.department.zone).before


def _covers(records: Records, config: Loaded, week: Week) -> bool:
    first = records.entry(0)
    return first is not None and first.ts < week.end(config.department.zone)


def due(records: Records, config: Loaded, now: datetime) -> list[Week]:
    """The weeks whose summary is to be sent now, the older first.

    That is a claimed one whose mail may not have gone out, and last week's from Monday morning on: a daemon that is
    started on Wednesday still sends it. Older weeks that nobody was there to send are left out.
    """
    if config.mail is None or not config.mail.summary_to:
        return []
    found = set()
    claimed = records.last("summary.claimed")
    if claimed is not None and records.summary_state(claimed.subject.ref).sent is None:
        found.add(Week.parse(claimed.subject.ref))
    week, zone = last_week(config, now), config.department.zone
    begun = now >= datetime.combine(week.after.monday, HOUR, zone)
    if begun and _covers(records, config, week) and records.summary_state(str(week)).sent is None:
        found.add(week)
    return sorted(found)


def send_due(records: Records, config: Loaded, mailer: Mailer, actor: Actor, now: datetime) -> list[Week]:
    """Send the summaries that are due; for the daemon, as often as it likes.

    Returns:
        The weeks that were sent.

    Raises:
        MailError: when the server did not take one, after the others were tried. Nothing is lost: call again later.
    """
    sent: list[Week] = []
    refused: RefusedError | None = None
    for week in due(records, config, now):
        try:
            if claim_and_send(records, config, mailer, actor, week, now):
                sent.append(week)
        except RefusedError as error:
            refused = error
    if refused is not None:
        raise refused
    return sent


def claim_and_send(records: Records, config: Loaded, mailer: Mailer, actor: Actor, week: Week, now: datetime) -> bool:
    """Send the summary of a week, unless it was sent or another program is sending it.

    Returns:
        Whether it was sent by this call.

    Raises:
        ReportError: when it cannot be made.
        MailError: when the server did not take it: the claim stays, and the same message is sent by the next call.
    """
    recipients = _recipients(config)
    if now < week.end(config.department.zone):
        raise ReportError(f"The week {week} has not ended, so its summary cannot be sent yet; print it instead.")
    with turn(config.store_dir / _TURN) as ours:
        if not ours or records.summary_state(str(week)).sent is not None:
            return False
        claim = _claimed(records, config, actor, week, now)
        try:
            accepted = mailer.deliver(claim.content, recipients)
        except MailError as error:
            note_mail_failure(records, actor, error)
            raise
        _sent(records, actor, claim)
        note_refusals(records, actor, accepted)
        return True


@dataclass(frozen=True, slots=True)
class _Claim:
    """The message as it was composed, byte for byte."""

    entry: Entry
    content: bytes


def _claimed(records: Records, config: Loaded, actor: Actor, week: Week, now: datetime) -> _Claim:
    """The claim of a week: the one in the log, or a new one, on disk when this returns."""
    entry = records.summary_state(str(week)).claimed
    if entry is not None:
        kept = entry.opened.get("summary.eml")
        if kept is None:
            raise ReportError(f"The summary of {week} was claimed, and its message destroyed since; it is not sent.")
        return _Claim(entry, kept.encode("ascii"))
    message = compose(records, config, week, now)
    content = to_bytes(message)
    entry = records.append(
        SummaryClaimed(
            actor=actor,
            subject=Subject("summary", str(week)),
            week=str(week),
            recipients=len(_recipients(config)),
            message_id=message["Message-ID"],
            message=content.decode("ascii"),
        )
    )
    return _Claim(entry, content)


def _sent(records: Records, actor: Actor, claim: _Claim) -> None:
    pub, subject = claim.entry.pub, claim.entry.subject
    size, root = from_text(claim.content.decode("ascii"))[_CHECKPOINT].split()
    cause = (claim.entry.seq,)
    with records.writing() as writing:
        writing.append(
            SummarySent(actor=actor, subject=subject, cause=cause, week=pub["week"], message_id=pub["message_id"])
        )
        writing.append(
            CheckpointPublished(
                actor=actor, subject=LOG, cause=cause, size=int(size), root=root, to=f"summary {pub['week']}"
            )
        )
