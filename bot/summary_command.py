"""``ofrecord summary``: print the weekly summary, write it to a file, or send it once."""

from __future__ import annotations

from pathlib import Path

from bot import report
from bot.config import Loaded
from bot.mail import mailer, to_bytes
from bot.moments import utc_now
from bot.startup import ACTOR, open_store
from bot.weeks import Week


def summarize(config: Loaded, week: str | None, *, send: bool, eml: Path | None) -> str:
    """Do what the command asks and give what it prints.

    Args:
        config: the configuration.
        week: an ISO week such as ``2026-W47``; None for the last full one.
        send: send it to ``mail.summary_to``, unless that was done before.
        eml: write the finished message to this file.

    Raises:
        WeekError, ReportError: when there is nothing to sum up, or nobody to send it to.
        MailError: when the server did not take it.
    """
    now = utc_now()
    with open_store(config) as records:
        wanted = Week.parse(week) if week else report.last_week(config, now)
        if eml is not None:
            _write(eml, to_bytes(report.compose(records, config, wanted, now)))
            return f"The summary of {wanted} is in {eml}."
        if not send:
            return report.text(records, config, wanted, now)
        sender = mailer(config)
        if sender is None:
            raise report.ReportError("[mail] is not set in the configuration; there is no way to send the summary.")
        sent = report.claim_and_send(records, config, sender, ACTOR, wanted, now)
        return f"The summary of {wanted} was sent." if sent else f"The summary of {wanted} was sent before."


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise report.ReportError(f"{path} cannot be written ({error.strerror}); give another file.") from error
