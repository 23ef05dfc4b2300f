"""Sending mail: one message, one server, a clear answer. No mail holds comment text.

Whoever calls knows one of three things afterwards: the server took the message (`Accepted`, with the recipients that it
refused), it refused it (`RefusedError`), or it could not be reached (`UnreachableError`). After a lost connection the
server may have taken the message all the same, so a repeat carries the same Message-ID.
"""

from __future__ import annotations

import email.policy
import email.utils
import os
import smtplib
import ssl
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address, Group
from email.message import EmailMessage
from pathlib import Path

from bot.config import Loaded, Mail
from bot.secret_files import SecretError, read_secret
from models.loopback import is_loopback

TIMEOUT = 30.0
"""Seconds to wait for each answer of the mail server."""
_POLICY = email.policy.SMTP.clone(cte_type="7bit")
_LONGEST_ANSWER = 200


class MailError(Exception):
    """A message was not sent. The text names the server and the next step, never the password."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        """Keep whether trying again without a change can help."""
        super().__init__(message)
        self.permanent = permanent


class UnreachableError(MailError):
    """No mail can be sent at present: the server, its certificate or the log-in fails."""


class RefusedError(MailError):
    """The server refused this message or all of its recipients; others may pass."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One recipient that the server refused while it took the message for others."""

    recipient: str
    code: int
    """SMTP reply code: 4xx may pass later, 5xx will not."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has taken responsibility for the message."""

    recipients: int
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends through the configured server, one connection for each message."""

    settings: Mail
    folder: Path
    """Where the configuration lies; the password's path is relative to it."""
    trust: ssl.SSLContext | None = None
    """Which certificates to believe; the system's authorities if left out."""
    timeout: float = TIMEOUT

    def send(self, message: EmailMessage) -> Accepted:
        """Send a message to everyone in its To header. Raises as `deliver` does."""
        return self.deliver(to_bytes(message), recipients_of(message))

    def deliver(self, content: bytes, recipients: Sequence[str]) -> Accepted:
        """Send finished bytes as they are.

        Raises:
            UnreachableError: when no mail can be sent at present.
            RefusedError: when the server refused the message or every recipient.
        """
        with self._explained(), self._connected() as server:
            refused = server.sendmail(self.settings.sender, list(recipients), content)
        refusals = tuple(Refusal(recipient, code) for recipient, (code, _) in sorted(refused.items()))
        return Accepted(len(recipients) - len(refusals), refusals)

    def check(self) -> None:
        """Connect and log in, without sending anything. Raises as `deliver` does."""
        with self._explained(), self._connected() as server:
            server.noop()

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._connect()
        try:
            if self.settings.security == "starttls":
                server.starttls(context=self.trust or ssl.create_default_context())
            if self.settings.user is not None:
                server.login(self.settings.user, self._password())
            yield server
            # What goes wrong after the server's yes must not look like a no: the message would be sent twice.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        settings = self.settings
        assert settings.host is not None, "without a host, mail goes into a folder"
        if settings.security == "none" and not is_loopback(settings.host):
            raise UnreachableError(
                f'mail.security is "none", but {settings.host} is not this machine; use "starttls" or "tls"',
                permanent=True,
            )
        if settings.security == "tls":
            trust = self.trust or ssl.create_default_context()
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=self.timeout, context=trust)
        return smtplib.SMTP(settings.host, settings.port, timeout=self.timeout)

    def _password(self) -> str:
        if self.settings.password_file is None:
            raise UnreachableError("mail.user is set without mail.password_file; add the file", permanent=True)
        try:
            return read_secret(self.settings.password_file, self.folder)
        except SecretError as error:
            raise UnreachableError(f"mail.password_file: {error}", permanent=True) from error

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise _explain(error, f"mail server {self.settings.host}:{self.settings.port}") from None


class FolderMailer(Mailer):
    """Puts every message into a folder instead of sending it: for trying out, demonstrations and lessons."""

    def deliver(self, content: bytes, recipients: Sequence[str]) -> Accepted:
        """Write finished bytes as an .eml file that only its owner can read.

        Raises:
            UnreachableError: when the folder cannot be written.
        """
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{os.getpid()}.eml"
        try:
            path = self._made() / name
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
        except OSError as error:
            raise UnreachableError(f"mail.folder cannot be written ({error.strerror})", permanent=False) from error
        return Accepted(len(recipients), ())

    def check(self) -> None:
        """Make sure that the folder is there. Raises as `deliver` does."""
        try:
            self._made()
        except OSError as error:
            raise UnreachableError(f"mail.folder cannot be made ({error.strerror})", permanent=False) from error

    def _made(self) -> Path:
        assert self.settings.folder is not None, "chosen by `mailer`"
        folder = self.folder / self.settings.folder
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def mailer(config: Loaded) -> Mailer | None:
    """The configured way out for mail, or None where none is configured. Nothing is opened yet."""
    if config.mail is None:
        return None
    kind = Mailer if config.mail.folder is None else FolderMailer
    return kind(config.mail, config.path.parent)


def _explain(error: Exception, server: str) -> MailError:
    """Put what the library raised into words; the order matters, the later classes hold the earlier ones."""
    match error:
        case smtplib.SMTPAuthenticationError():
            # The answer is left out: some servers repeat in it what they were given.
            return UnreachableError(
                f"{server} refused the log-in ({error.smtp_code}); check mail.user and mail.password_file",
                permanent=error.smtp_code >= 500,
            )
        case smtplib.SMTPRecipientsRefused():
            codes = [code for code, _ in error.recipients.values()]
            return RefusedError(
                f"{server} refused every recipient ({', '.join(map(str, sorted(set(codes))))}); check the addresses",
                permanent=min(codes, default=500) >= 500,
            )
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return UnreachableError(f"{server} turned us away ({_answer(error)}); ask its operator", permanent=False)
        case smtplib.SMTPResponseException():
            return RefusedError(
                f"{server} refused the message ({_answer(error)}); check mail.sender, or ask its operator",
                permanent=error.smtp_code >= 500,
            )
        case smtplib.SMTPNotSupportedError():
            return UnreachableError(
                f"{server} does not offer what is configured ({one_line(str(error))}); check mail.security, mail.user "
                "and the addresses",
                permanent=True,
            )
        case ssl.SSLCertVerificationError():
            return UnreachableError(
                f"{server} shows a certificate that is not trusted ({error.verify_message}); check mail.host",
                permanent=True,
            )
        case UnicodeError():
            return UnreachableError(
                f"{server}: the log-in or an address has letters that the server cannot take; use plain ASCII",
                permanent=True,
            )
    return UnreachableError(
        f"{server} cannot be reached ({_reason(error)}); check mail.host, mail.port and mail.security", permanent=False
    )


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return one_line(str(error))[:_LONGEST_ANSWER]
    return one_line(getattr(error, "strerror", None) or type(error).__name__)


def _answer(error: smtplib.SMTPResponseException) -> str:
    text = error.smtp_error
    words = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
    return f"{error.smtp_code} {one_line(words)}"[:_LONGEST_ANSWER]


def one_line(text: str) -> str:
    """Make text safe for a header or a log line: no line breaks, no control or direction characters."""
    return " ".join("".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text).split())


def new_message(
    settings: Mail, *, sender_name: str, to: Sequence[str], subject: str, message_id: str, now: datetime
) -> EmailMessage:
    """Make an empty message with every header that our mail carries.

    Args:
        settings: the mail server's table; gives the sender and who reads answers.
        sender_name: the Department's name.
        to: the recipients' addresses.
        subject: the subject.
        message_id: as `message_id` makes it.
        now: goes into the Date header.

    Raises:
        RefusedError: when an address is none.
    """
    message = EmailMessage(_POLICY)
    message["From"] = _address(settings.sender, one_line(sender_name))
    message["To"] = [_address(each) for each in dict.fromkeys(to)] or [Group("undisclosed-recipients")]
    if settings.reply_to is not None:
        message["Reply-To"] = _address(settings.reply_to)
    message["Subject"] = one_line(subject)
    message["Date"] = email.utils.format_datetime(now.astimezone(UTC))
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _address(spec: str, name: str = "") -> Address:
    try:
        return Address(display_name=name, addr_spec=spec)
    except (MessageError, ValueError, IndexError):
        raise RefusedError(f'"{one_line(spec)}" is no mail address; correct it in the file', permanent=True) from None


def message_id(settings: Mail, *parts: str) -> str:
    """Make the Message-ID of something that may be sent again: the same parts give the same identifier."""
    return f"<{'.'.join(parts)}@{settings.sender.rpartition('@')[2]}>"


def recipients_of(message: EmailMessage) -> list[str]:
    """The plain addresses in the To header."""
    return [address.addr_spec for address in message["To"].addresses]


def to_bytes(message: EmailMessage) -> bytes:
    """Write a message as it goes over the wire: ASCII, lines ended by CR LF."""
    return message.as_bytes(policy=_POLICY)


def from_text(text: str) -> EmailMessage:
    """Read back a message that was kept as text."""
    return email.message_from_string(text, EmailMessage, policy=_POLICY)
