"""A mailbox as a peer: each comment is a mail in it, and the subject is what it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from connectors.mailbox import Mailbox, Settings, connect
from connectors.mailbox.imap import Limits
from models.comment import Comment, State
from tests.connectors.means import means
from tests.connectors.peers import RefusedError, absent
from tests.simulators.imap import Mailhost, serving

SERVER = "mx.pd.example.gov"


def mail(
    text: str,
    *,
    sender: str = "Pat Visitor <pat@visitor.example>",
    subject: str = "Re: The bridge is closed until Friday.",
    message_id: str | None = "<one@visitor.example>",
    proved: bool = True,
    html: str = "",
    when: datetime | None = None,
    **headings: str,
) -> bytes:
    """A mail as the Department's own server delivers it, with what that server found out about its sender."""
    made = EmailMessage(policy=SMTP)
    domain = sender.rstrip(">").rpartition("@")[2]
    found = f"dmarc=pass header.from={domain}" if proved else f"dmarc=fail header.from={domain}"
    made["Authentication-Results"] = f"{SERVER}; {found}"
    made["From"] = sender
    made["To"] = "moderation@pd.example.gov"
    made["Subject"] = subject
    if message_id is not None:
        made["Message-ID"] = message_id
    made["Date"] = when or datetime.now(UTC)
    for name, value in headings.items():
        made[name.replace("_", "-")] = value
    if text or not html:
        made.set_content(text)
    if html and text:
        made.add_alternative(html, subtype="html")
    elif html:
        made.set_content(html, subtype="html")
    return made.as_bytes()


class MailboxPeer:
    """A folder, and people who write to it."""

    page = "notices"

    def __init__(self, host: Mailhost) -> None:
        self.host = host
        self.secret = host.password
        self.settings: dict[str, object] = {
            "host": "127.0.0.1",
            "port": host.port,
            "security": "none",
            "user": host.user,
            "authserv_id": SERVER,
            "own": ["chief@pd.example.gov"],
            "at_once": 7,
        }
        self.connector: Mailbox = self.connected()
        self._subjects: dict[str, str] = {}
        self._texts: dict[str, str] = {}

    def connected(self, limits: Limits | None = None, **changed: object) -> Mailbox:
        """The connector with other settings or limits."""
        settings = Settings.model_validate({**self.settings, **changed})
        return connect(self.page, settings, means(self.secret), limits or Limits(silence=5, whole=20))

    def now(self) -> datetime:
        return datetime.now(UTC)

    def post(self, text: str) -> str:
        """What the Department published; its mails have it as their subject. The id is a hash of the subject."""
        post_id = hashlib.sha256(f"post\0{text}".encode()).hexdigest()[:24]
        self._subjects[post_id] = text
        return post_id

    def comment(self, post_id: str, text: str, *, parent: str | None = None, author: str = "Pat Visitor") -> str:
        if parent is not None:
            absent("answers: a mail tells what it is about, not which comment it answers")
        number = len(self._texts) + 1
        try:
            raw = mail(
                text,
                sender=f"{author} <visitor@visitor.example>",
                subject=f"Re: {self._subjects[post_id]}",
                message_id=f"<c{number}@visitor.example>",
                when=self.now(),
            )
        except UnicodeEncodeError:
            raise RefusedError("a mail is made of bytes") from None
        self.host.deliver(raw, self.now())
        comment_id = self._newest().platform_id
        self._texts[comment_id] = text
        return comment_id

    def edit(self, comment_id: str, text: str) -> None:
        absent("edits")

    def remove(self, comment_id: str) -> None:
        absent("removals that mail tells of")

    def stored(self, comment_id: str) -> str:
        return self._texts[comment_id].strip()

    def visible(self, comment_id: str) -> bool:
        return comment_id in self._texts

    def set_state(self, comment_id: str, state: State) -> None:
        absent("states")

    def revoke(self) -> None:
        self.host.password = "another one altogether"

    def cut_off(self) -> None:
        self.host.close()
        self.host.silent = True
        self.connector = self.connected(Limits(silence=0.2, whole=1))

    def _newest(self) -> Comment:
        last = self.host.mails[-1].uid - 1
        return self.connector.fetch(f"[{self.host.validity}, {last}]").comments[-1]


@contextmanager
def make_peer(folder: Path) -> Iterator[MailboxPeer]:
    """Serve an empty mailbox."""
    with serving(Mailhost()) as host:
        yield MailboxPeer(host)
