from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Mail
from bot.mail import Accepted, Mailer, Refusal, RefusedError, UnreachableError, message_id, new_message, to_bytes
from tests.bot.postbox import Postbox, certificate, knows, running

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with running(Postbox()) as served:
        yield served


def settings(port: int, **more: object) -> Mail:
    given = {"host": "127.0.0.1", "port": port, "security": "none", "sender": "bot@pd.example.gov", **more}
    return Mail.model_validate(given)


def letter(mail: Mail, *to: str, subject: str = "Hello") -> EmailMessage:
    identifier = message_id(mail, "test", "1")
    message = new_message(mail, sender_name="Jackson PD", to=to, subject=subject, message_id=identifier, now=NOW)
    message.set_content("Ça va.\n")
    return message


def send(mailer: Mailer, *to: str) -> Accepted:
    return mailer.send(letter(mailer.settings, *to))


def test_a_message_arrives_with_the_headers_of_automatic_mail(postbox: Postbox, tmp_path: Path) -> None:
    mailer = Mailer(settings(postbox.port, reply_to="clerk@pd.example.gov"), tmp_path)
    assert send(mailer, "chief@pd.example.gov") == Accepted(1)
    (message,) = postbox.messages
    assert message["From"] == "Jackson PD <bot@pd.example.gov>"
    assert message["Reply-To"] == "clerk@pd.example.gov"
    assert message["Message-ID"] == "<test.1@pd.example.gov>"
    assert message["Date"] == "Sun, 22 Nov 2026 15:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().splitlines() == ["Ça va."]


def test_what_goes_over_the_wire_is_ascii_with_short_lines(postbox: Postbox, tmp_path: Path) -> None:
    send(Mailer(settings(postbox.port), tmp_path), "chief@pd.example.gov")
    content = postbox.contents[0]
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) < 100


def test_the_password_goes_to_the_server_over_starttls(tmp_path: Path) -> None:
    server, trust = certificate(tmp_path)
    (tmp_path / "mail.password").write_text(PASSWORD)
    (tmp_path / "mail.password").chmod(0o600)
    with running(Postbox(), tls_context=server, require_starttls=True, authenticator=knows("bot", PASSWORD)) as postbox:
        mail = settings(postbox.port, security="starttls", user="bot", password_file="mail.password")
        assert send(Mailer(mail, tmp_path, trust), "chief@pd.example.gov").recipients == 1


def test_a_wrong_password_is_reported_without_the_password(tmp_path: Path) -> None:
    server, trust = certificate(tmp_path)
    (tmp_path / "mail.password").write_text(PASSWORD)
    (tmp_path / "mail.password").chmod(0o600)
    with running(Postbox(), tls_context=server, require_starttls=True, authenticator=knows("bot", "other")) as postbox:
        mail = settings(postbox.port, security="starttls", user="bot", password_file="mail.password")
        with pytest.raises(UnreachableError, match=r"refused the log-in \(535\); check mail.user") as caught:
            Mailer(mail, tmp_path, trust).check()
    assert caught.value.permanent
    assert PASSWORD not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    server, _ = certificate(tmp_path)
    with running(Postbox(), tls_context=server) as postbox:
        mailer = Mailer(settings(postbox.port, security="starttls"), tmp_path)
        with pytest.raises(UnreachableError, match=r"certificate that is not trusted .*check mail.host"):
            send(mailer, "chief@pd.example.gov")
    assert not postbox.contents


def test_starttls_is_never_left_out_because_a_server_does_not_offer_it(postbox: Postbox, tmp_path: Path) -> None:
    mailer = Mailer(settings(postbox.port, security="starttls"), tmp_path)
    with pytest.raises(UnreachableError, match="does not offer what is configured"):
        send(mailer, "chief@pd.example.gov")
    assert not postbox.contents


def test_mail_without_encryption_never_leaves_this_machine(tmp_path: Path) -> None:
    mailer = Mailer(settings(25, host="mail.example.gov"), tmp_path)
    with pytest.raises(UnreachableError, match=r"mail\.example\.gov is not this machine"):
        mailer.check()


def test_a_password_that_others_can_read_is_not_used(postbox: Postbox, tmp_path: Path) -> None:
    (tmp_path / "mail.password").write_text(PASSWORD)
    (tmp_path / "mail.password").chmod(0o644)
    mail = settings(postbox.port, user="bot", password_file="mail.password")
    with pytest.raises(UnreachableError, match="chmod 600") as caught:
        Mailer(mail, tmp_path).check()
    assert PASSWORD not in str(caught.value)


def test_recipients_that_are_refused_are_named_while_the_others_get_the_mail(postbox: Postbox, tmp_path: Path) -> None:
    postbox.refuse["gone@pd.example.gov"] = "550 no such mailbox"
    accepted = send(Mailer(settings(postbox.port), tmp_path), "chief@pd.example.gov", "gone@pd.example.gov")
    assert accepted == Accepted(1, (Refusal("gone@pd.example.gov", 550),))


@pytest.mark.parametrize(("code", "permanent"), [("451 try later", False), ("550 no such mailbox", True)])
def test_a_refusal_of_everyone_says_whether_it_may_pass(
    postbox: Postbox, tmp_path: Path, code: str, permanent: bool
) -> None:
    postbox.refuse["chief@pd.example.gov"] = code
    with pytest.raises(RefusedError, match=f"127.0.0.1:{postbox.port} refused every recipient") as caught:
        send(Mailer(settings(postbox.port), tmp_path), "chief@pd.example.gov")
    assert caught.value.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("452 disk full", False), ("554 too big", True)])
def test_a_refused_message_says_whether_it_may_pass(
    postbox: Postbox, tmp_path: Path, answer: str, permanent: bool
) -> None:
    postbox.answer = answer
    with pytest.raises(RefusedError, match=answer) as caught:
        send(Mailer(settings(postbox.port), tmp_path), "chief@pd.example.gov")
    assert caught.value.permanent is permanent


def test_a_server_that_is_not_there_is_named_with_the_next_step(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(
        UnreachableError, match=rf"127\.0\.0\.1:{port} cannot be reached .*; check mail\.host"
    ) as caught:
        Mailer(settings(port), tmp_path).check()
    assert not caught.value.permanent


def test_a_server_that_never_answers_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailer = Mailer(settings(silent.getsockname()[1]), tmp_path, timeout=0.1)
        with pytest.raises(UnreachableError, match="timed out"):
            mailer.check()


def test_an_address_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match='"chief" is no mail address'):
        letter(settings(25), "chief")


@given(st.text(max_size=200))
def test_no_text_makes_a_header_of_its_own(hostile: str) -> None:
    mail = settings(25)
    identifier = message_id(mail, "test", "1")
    message = new_message(
        mail, sender_name=hostile, to=["a@b.gov"], subject=f"Re: {hostile}", message_id=identifier, now=NOW
    )
    message.set_content("x\n")
    head = to_bytes(message).split(b"\r\n\r\n")[0].split(b"\r\n")
    names = {line.split(b":")[0].lower() for line in head if not line.startswith((b" ", b"\t"))}
    assert names <= {each.lower().encode() for each in message.keys()}  # noqa: SIM118
    assert b"\n" not in b"".join(head)
