"""A small IMAP server on loopback (RFC 3501): what a reader of mail asks for, and what goes wrong.

Every behaviour names where it comes from. Commands that would change the mailbox are refused, and remembered.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

_COMMAND = re.compile(rb"(\S+) (UID )?(\S+) ?(.*)", re.IGNORECASE | re.DOTALL)
_PARTIAL = re.compile(rb"BODY\.PEEK\[\]<0\.(\d+)>", re.IGNORECASE)


@dataclass(frozen=True)
class Lying:
    """A mail as it lies in the folder."""

    uid: int
    raw: bytes
    arrived: datetime


@dataclass
class Mailhost:
    """An account with one folder, and everything that its readers said."""

    user: str = "dept"
    password: str = "open-sesame-42"
    folder: str = "INBOX"
    validity: int = 1000
    mails: list[Lying] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    """What readers asked for, without what they log in with."""
    refusal: str = "[AUTHENTICATIONFAILED] Authentication failed."
    """What is answered to a wrong password; RFC 5530 has codes that mean something else."""
    drip: float = 0.0
    """Seconds between two bytes of a mail: slow enough, it never falls silent."""
    silent: bool = False
    """Takes every command and answers none."""
    cut_after: int | None = None
    """The connection breaks after so many bytes of a mail."""
    garbage: bytes | None = None
    """What is answered instead of a mail."""
    trusted: ssl.SSLContext | None = None
    """Speaks TLS from the first byte on."""
    starttls: bool = False
    """Names STARTTLS among what it can do."""
    port: int = 0
    _next: int = 1
    _open: list[socket.socket] = field(default_factory=list)

    def deliver(self, raw: bytes, arrived: datetime | None = None) -> int:
        """Put a mail into the folder; gives its number."""
        uid, self._next = self._next, self._next + 1
        self.mails.append(Lying(uid, raw, arrived or datetime.now(UTC)))
        return uid

    def renumber(self) -> None:
        """Make the folder anew, as after a restore from backup: other numbers, another UIDVALIDITY.

        RFC 3501, 2.3.1.1. The new numbers are smaller than those known, so that nothing new would be found.
        """
        self.validity += 1
        self.mails = [Lying(number, each.raw, each.arrived) for number, each in enumerate(self.mails, start=1)]
        self._next = len(self.mails) + 1

    def found(self, first: int) -> list[int]:
        """What ``UID SEARCH UID first:*`` names.

        The range is turned round where `first` is above the newest number (RFC 3501, 6.4.8): the newest mail always
        answers. Seen on Dovecot 2.3.19.
        """
        newest = max((each.uid for each in self.mails), default=0)
        low, high = min(first, newest), max(first, newest)
        return [each.uid for each in self.mails if low <= each.uid <= high]

    def close(self) -> None:
        """Break every connection and take no new one."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class _Reader(StreamRequestHandler):
    disable_nagle_algorithm = True
    host: Mailhost

    def setup(self) -> None:
        if self.host.trusted is not None:
            self.request = self.host.trusted.wrap_socket(self.request, server_side=True)
        self.host._open.append(self.request)
        super().setup()

    def handle(self) -> None:
        self._say("* OK ready")
        with suppress(OSError):
            while (line := self.rfile.readline()) and self._answer(line.rstrip(b"\r\n")):
                pass

    def _answer(self, line: bytes) -> bool:
        found = _COMMAND.fullmatch(line)
        if found is None:
            self._say("* BAD what?")
            return True
        tag, name, rest = found[1].decode(), found[3].decode().upper(), found[4]
        said = "" if name in ("LOGIN", "AUTHENTICATE") else f" {rest.decode()}"
        self.host.commands.append(f"{(found[2] or b'').decode()}{name}{said}")
        if self.host.silent:
            return True
        do: Callable[[str, bytes], None] = getattr(self, f"_{name.lower()}", self._refused)
        do(tag, rest)
        return name != "LOGOUT"

    def _refused(self, tag: str, rest: bytes) -> None:
        self._say(f"{tag} NO [READ-ONLY] nothing may be changed here")

    def _capability(self, tag: str, rest: bytes) -> None:
        self._say(f"* CAPABILITY IMAP4rev1 AUTH=PLAIN{' STARTTLS' if self.host.starttls else ''}", f"{tag} OK done")

    def _login(self, tag: str, rest: bytes) -> None:
        good = rest.decode() in (
            f'"{self.host.user}" "{self.host.password}"',
            f'{self.host.user} "{self.host.password}"',
        )
        self._say(f"{tag} OK welcome" if good else f"{tag} NO {self.host.refusal}")

    def _authenticate(self, tag: str, rest: bytes) -> None:
        import base64

        self._say("+ ")
        sent = base64.b64decode(self.rfile.readline()).decode().split("\0")
        good = sent[1:] == [self.host.user, self.host.password]
        self._say(f"{tag} OK welcome" if good else f"{tag} NO {self.host.refusal}")

    def _examine(self, tag: str, rest: bytes) -> None:
        if rest.strip(b'"').decode() != self.host.folder:
            self._say(f"{tag} NO [NONEXISTENT] no such mailbox")
            return
        self._say(
            f"* {len(self.host.mails)} EXISTS", f"* OK [UIDVALIDITY {self.host.validity}]", f"{tag} OK [READ-ONLY] done"
        )

    def _search(self, tag: str, rest: bytes) -> None:
        first = int(re.search(rb"UID (\d+):\*", rest)[1])  # type: ignore[index]
        self._say(" ".join(["* SEARCH", *map(str, self.host.found(first))]), f"{tag} OK done")

    def _fetch(self, tag: str, rest: bytes) -> None:
        uid = int(rest.split()[0])
        asked = _PARTIAL.search(rest)
        for number, each in enumerate(self.host.mails, start=1):
            if each.uid == uid and asked:
                self._mail(number, each, int(asked[1]))
        self._say(f"{tag} OK done")

    def _mail(self, number: int, mail: Lying, most: int) -> None:
        if self.host.garbage is not None:
            self.wfile.write(self.host.garbage)
            return
        part = mail.raw[:most]
        when = mail.arrived.strftime("%d-%b-%Y %H:%M:%S +0000")
        head = f'UID {mail.uid} RFC822.SIZE {len(mail.raw)} INTERNALDATE "{when}" BODY[]<0> {{{len(part)}}}'
        self._say(f"* {number} FETCH ({head}")
        if self.host.cut_after is not None:
            self.wfile.write(part[: self.host.cut_after])
            raise ConnectionAbortedError
        if self.host.drip:
            for byte in part:
                self.wfile.write(bytes([byte]))
                time.sleep(self.host.drip)
        else:
            self.wfile.write(part)
        self._say(")")

    def _logout(self, tag: str, rest: bytes) -> None:
        self._say("* BYE", f"{tag} OK")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A broken connection is no news."""


@contextmanager
def serving(host: Mailhost) -> Iterator[Mailhost]:
    """Serve an account on a free loopback port; `host.port` says which."""
    server = _Server(("127.0.0.1", 0), type("_Answering", (_Reader,), {"host": host}))
    host.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield host
    finally:
        host.close()
        server.shutdown()
        server.server_close()
        thread.join()
