"""A real mail server on loopback that keeps what it takes, and can be told to refuse, to stall or to want a log-in."""

from __future__ import annotations

import email
import email.policy
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class Postbox:
    """Every message that the server said yes to, as it came over the wire."""

    port: int = 0
    contents: list[bytes] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Answers for recipients that are refused, by address."""
    answer: str = "250 taken"
    """What the server says after the message; it keeps the message only when it says 250."""
    reached: threading.Event = field(default_factory=threading.Event)
    """Set when a whole message has arrived, before it is answered."""
    stall: threading.Event | None = None
    """While this is not set, the answer waits."""
    keeps_before_it_answers: bool = False
    """Whether the message is kept although the answer may never be heard."""

    @property
    def messages(self) -> list[EmailMessage]:
        """The kept messages, parsed."""
        return [email.message_from_bytes(each, EmailMessage, policy=email.policy.default) for each in self.contents]

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        """Refuse whom we were told to refuse."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the message if the answer is yes."""
        import asyncio

        if self.keeps_before_it_answers:
            self.contents.append(envelope.content)
        self.reached.set()
        while self.stall is not None and not self.stall.is_set():
            await asyncio.sleep(0.01)
        if self.answer.startswith("250") and not self.keeps_before_it_answers:
            self.contents.append(envelope.content)
        return self.answer


class _OnAnyPort(Controller):  # type: ignore[misc]
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def running(postbox: Postbox, **options: Any) -> Iterator[Postbox]:
    """Serve on a free port of this machine for the length of the block."""
    controller = _OnAnyPort(postbox, hostname="127.0.0.1", port=0, ready_timeout=20, **options)
    controller.start()
    postbox.port = controller.port
    try:
        yield postbox
    finally:
        controller.stop()


def knows(user: str, password: str) -> Any:
    """An authenticator that lets one pair in."""

    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        right = isinstance(given, LoginPassword) and (given.login, given.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    return check


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1; gives the server's context and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "postbox")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "postbox.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))
