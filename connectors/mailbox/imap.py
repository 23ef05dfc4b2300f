"""The mailbox over IMAP, read-only: opened with EXAMINE, read with BODY.PEEK, bounded in time and size.

`imap-tools` speaks the protocol, over the standard `imaplib`. Left to themselves they check no certificate
(``ssl._create_stdlib_context``) and bound the wait for each byte only.
"""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from socket import SHUT_RDWR
from threading import Timer
from typing import Any, Literal

from connectors._library import library
from connectors.base import ConnectorError, ForbiddenError, GoneError, UnauthorizedError, UnavailableError

with library("imap_tools"):
    from imap_tools import BaseMailBox
    from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

Security = Literal["tls", "starttls", "none"]
_PASSING = re.compile(rb"\[(?:UNAVAILABLE|SERVERBUG|INUSE|LIMIT|CONTACTADMIN)\]", re.IGNORECASE)
"""Response codes that say that it is not the credential's or the folder's fault (RFC 5530)."""
_NO_RIGHT = re.compile(rb"\[(?:NOPERM|PRIVACYREQUIRED)\]", re.IGNORECASE)
_NUMBERS = re.compile(rb"RFC822\.SIZE (\d{1,12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a visit to the mailbox may take."""

    silence: float = 15.0
    """Seconds without a single byte."""
    whole: float = 120.0
    """Seconds for the whole visit: a server that drips never falls silent."""


@dataclass(frozen=True, slots=True)
class Where:
    """A folder of an account on a server."""

    page: str
    host: str
    port: int
    security: Security
    user: str
    folder: str
    trusted: str | None = None
    """File with the certificates that are trusted; None for those of the system."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it lies in the folder."""

    raw: bytes
    """Its beginning, up to the size that was asked for."""
    size: int
    """The bytes that there are in all."""
    arrived: datetime
    """When the server took it (UTC)."""


class Box:
    """An open folder."""

    def __init__(self, mailbox: BaseMailBox, deadline: float) -> None:
        self._mailbox = mailbox
        self._deadline = deadline
        self.validity = self._validity()
        """Two folders, or one before and after it was made anew, differ in it: then no UID means the same."""

    @property
    def half_spent(self) -> bool:
        """Whether half of the time for this visit is over."""
        return time.monotonic() > self._deadline

    def uids_after(self, last: int) -> list[int]:
        """The numbers of the mails that came after number `last`, the oldest first.

        ``UID n:*`` always names the newest mail, even when its number is below n: the server turns the range round.
        """
        found = self._mailbox.uids(f"UID {last + 1}:*", charset=None)
        return sorted(uid for uid in map(int, found) if uid > last)

    def mail(self, uid: int, most: int) -> Mail | None:
        """The first `most` bytes of a mail; None when it is not there any more."""
        parts = f"(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.{most}>)"
        _, answer = self._mailbox.client.uid("FETCH", str(uid), parts)
        for each in answer or ():
            if isinstance(each, tuple) and len(each) == 2:
                told = each[0] + b" " + b" ".join(rest for rest in answer if isinstance(rest, bytes))
                size = _NUMBERS.search(told)
                return Mail(each[1][:most], int(size[1]) if size else len(each[1]), _arrival(told))
        return None

    def _validity(self) -> int:
        _, answer = self._mailbox.client.response("UIDVALIDITY")
        try:
            return int((answer or [None])[-1] or b"")
        except ValueError:
            raise imaplib.IMAP4.abort("no UIDVALIDITY") from None


@contextmanager
def opened(where: Where, password: str, limits: Limits | None = None) -> Iterator[Box]:
    """Open the folder for reading, and close the connection afterwards.

    Raises:
        ConnectorError: when it cannot be opened, or the connection breaks within the ``with``. No message holds what
            the server said: it can repeat what it was told.
    """
    limits = limits or Limits()
    place = f"Page {where.page}: the mail server {where.host}"
    started = time.monotonic()
    try:
        mailbox = _MailBox(where, limits)
        try:
            _log_in(mailbox, where.user, password)
            mailbox.folder.set(where.folder, readonly=True)
            yield Box(mailbox, started + limits.whole / 2)
        finally:
            with suppress(imaplib.IMAP4.error, ImapToolsError, OSError, ValueError):
                mailbox.logout()
            mailbox.client.end_of_visit()
    except ConnectorError:
        raise
    except MailboxLoginError as error:
        raise _login_refused(place, where, _said(error)) from None
    except MailboxFolderSelectError as error:
        raise _folder_refused(place, where, _said(error)) from None
    except ssl.SSLCertVerificationError as error:
        hint = f"it is tried again ({error.verify_message})"
        raise UnavailableError(f"{place} shows a certificate that is not trusted; {hint}.") from None
    except (imaplib.IMAP4.error, ImapToolsError, OSError, ValueError) as error:
        kind = "does not answer in time" if isinstance(error, TimeoutError) else "cannot be reached, or broke off"
        raise UnavailableError(f"{place} {kind} ({type(error).__name__}); it is tried again.") from None


def _log_in(mailbox: BaseMailBox, user: str, password: str) -> None:
    if f"{user}{password}".isascii():
        mailbox.login(user, password, initial_folder=None)
    else:
        mailbox.login_utf8(user, password, initial_folder=None)


def _said(error: ImapToolsError) -> bytes:
    result: tuple[str, list[Any]] = getattr(error, "command_result", ("", []))
    return b" ".join(each for each in result[1] if isinstance(each, bytes))


def _login_refused(place: str, where: Where, said: bytes) -> ConnectorError:
    if _PASSING.search(said):
        return UnavailableError(f"{place} lets nobody in just now; it is tried again.")
    if _NO_RIGHT.search(said):
        return ForbiddenError(f"{place} does not let {where.user} in this way; look at security and the account.")
    hint = f"run: ofrecord connect {where.page}"
    return UnauthorizedError(f"{place} does not accept the user {where.user} with this password; {hint}")


def _folder_refused(place: str, where: Where, said: bytes) -> ConnectorError:
    if _PASSING.search(said):
        return UnavailableError(f"{place} cannot open {where.folder} just now; it is tried again.")
    if _NO_RIGHT.search(said):
        return ForbiddenError(f"{place} does not let {where.user} read {where.folder}; share that folder with it.")
    return GoneError(f"{place} has no folder {where.folder}; make it, or correct folder.")


def _arrival(told: bytes) -> datetime:
    found = imaplib.Internaldate2tuple(told)
    return datetime.now(UTC) if found is None else datetime.fromtimestamp(time.mktime(found), UTC)


class _Visit(imaplib.IMAP4):
    """A connection that ends by itself when the visit takes too long."""

    def __init__(self, whole: float, *args: Any, **kwargs: Any) -> None:
        self._whole = whole
        super().__init__(*args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> None:
        super().open(*args, **kwargs)
        self._end = Timer(self._whole, self._cut)
        self._end.daemon = True
        self._end.start()

    def shutdown(self) -> None:
        self._end.cancel()
        super().shutdown()

    def end_of_visit(self) -> None:
        """Let go of the connection, however it stands."""
        self._end.cancel()
        with suppress(OSError):
            self.sock.close()

    def _cut(self) -> None:
        with suppress(OSError, ValueError):
            self.sock.shutdown(SHUT_RDWR)


class _SecureVisit(_Visit, imaplib.IMAP4_SSL):
    """The same over TLS from the first byte on."""


class _MailBox(BaseMailBox):
    def __init__(self, where: Where, limits: Limits) -> None:
        self._where = where
        self._limits = limits
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        where, silence = self._where, self._limits.silence
        if where.security == "tls":
            trust = ssl.create_default_context(cafile=where.trusted)
            return _SecureVisit(self._limits.whole, where.host, where.port, ssl_context=trust, timeout=silence)
        client = _Visit(self._limits.whole, where.host, where.port, timeout=silence)
        if where.security == "starttls":
            # Refused where the server offers none: never in the clear instead.
            client.starttls(ssl.create_default_context(cafile=where.trusted))
        return client
