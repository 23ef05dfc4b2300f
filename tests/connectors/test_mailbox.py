"""The mailbox as a server shows it: numbers that change, mail that comes twice, connections that break."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors.base import ForbiddenError, GoneError, UnauthorizedError, UnavailableError
from connectors.mailbox import Settings
from connectors.mailbox.imap import Limits
from models.comment import State
from tests.bot.postbox import certificate
from tests.connectors.peer_mailbox import SERVER, MailboxPeer, mail
from tests.simulators.imap import Mailhost, serving


@pytest.fixture
def peer() -> Iterator[MailboxPeer]:
    with serving(Mailhost()) as host:
        yield MailboxPeer(host)


def texts(peer: MailboxPeer, cursor: str | None = None) -> list[str]:
    return [comment.text for comment in peer.connector.fetch(cursor).comments]


def test_nothing_is_asked_that_could_change_the_mailbox(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("Thank you."))
    peer.connector.fetch(None)
    peer.connector.check()
    asked = peer.host.commands
    assert {each.split()[0] for each in asked} <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID", "LOGOUT"}
    assert [each for each in asked if "BODY[" in each] == []


def test_the_newest_mail_that_always_answers_is_not_taken_twice(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("Only once."))
    first = peer.connector.fetch(None)
    assert texts(peer, first.cursor) == []
    assert peer.host.commands[-2] == "UID SEARCH UID 2:*"
    assert peer.host.found(2) == [1]


def test_a_mail_that_came_twice_is_one_comment(peer: MailboxPeer) -> None:
    raw = mail("Sent once, delivered twice.")
    peer.host.deliver(raw)
    peer.host.deliver(b"Received: by another road\r\n" + raw)
    assert len({comment.platform_id for comment in peer.connector.fetch(None).comments}) == 1


def test_the_same_id_over_other_words_is_another_comment_and_no_new_version(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("What I said."))
    peer.host.deliver(mail("What somebody wants me to have said.", proved=False))
    assert len({comment.platform_id for comment in peer.connector.fetch(None).comments}) == 2


def test_a_folder_made_anew_is_read_again_and_loses_nothing(peer: MailboxPeer) -> None:
    for number in range(3):
        peer.host.deliver(mail(f"mail {number}", message_id=f"<{number}@visitor.example>"))
    before = peer.connector.fetch(None)
    peer.host.mails = peer.host.mails[1:]
    peer.host.renumber()
    peer.host.deliver(mail("after the restore", message_id="<new@visitor.example>"))
    after = peer.connector.fetch(before.cursor)
    assert [comment.text for comment in after.comments] == ["mail 1", "mail 2", "after the restore"]
    again = {comment.platform_id for comment in after.comments[:2]}
    assert again <= {comment.platform_id for comment in before.comments}


def test_a_backlog_comes_in_portions(peer: MailboxPeer) -> None:
    for number in range(10):
        peer.host.deliver(mail(f"mail {number}", message_id=f"<{number}@visitor.example>"))
    first = peer.connector.fetch(None)
    second = peer.connector.fetch(first.cursor)
    assert (len(first.comments), first.more) == (7, True)
    assert (len(second.comments), second.more) == (3, False)


def test_a_mail_that_was_taken_away_meanwhile_keeps_nobody_waiting(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("first", message_id="<1@visitor.example>"))
    peer.host.deliver(mail("second", message_id="<2@visitor.example>"))
    kept = peer.host.found
    peer.host.mails = peer.host.mails[1:]
    assert kept(1) == [2]
    assert texts(peer) == ["second"]


def test_of_a_huge_mail_the_beginning_is_read_and_the_gap_told(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("Words first.\n" + "x" * 60 + "\n", message_id="<big@visitor.example>") + b"y" * 100_000)
    connector = peer.connected(largest_kb=16)
    batch = connector.fetch(None)
    assert batch.comments[0].text.startswith("Words first.")
    assert len(batch.comments[0].raw) == 16 * 1024
    assert "big@visitor.example" in batch.gap
    assert "<0.16384>" in peer.host.commands[-2]


def test_a_date_in_the_future_is_the_moment_of_arrival(peer: MailboxPeer) -> None:
    arrived = datetime(2026, 11, 22, 12, tzinfo=UTC)
    later = mail("From the future.").replace(b"Date: ", b"Date: Fri, 22 Nov 2030 12:00:00 +0000\r\nX-Date: ")
    peer.host.deliver(later, arrived)
    assert peer.connector.fetch(None).comments[0].created == arrived


def test_an_unproved_sender_is_captured_and_it_says_so(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("I am the mayor.", sender="Mayor <mayor@town.example>", proved=False))
    comment = peer.connector.fetch(None).comments[0]
    assert comment.text == "I am the mayor."
    assert comment.author.name == f"Mayor (not proved: {SERVER} could not confirm town.example)"
    assert comment.state is State.UNKNOWN, "so that no rule asks for anything by itself"


def test_the_departments_own_mail_is_its_own_only_when_proved(peer: MailboxPeer) -> None:
    chief = "Chief <chief@pd.example.gov>"
    peer.host.deliver(mail("From us.", sender=chief, message_id="<1@pd.example.gov>"))
    peer.host.deliver(mail("As if from us.", sender=chief, message_id="<2@pd.example.gov>", proved=False))
    assert [comment.by_page for comment in peer.connector.fetch(None).comments] == [True, False]


def test_a_silent_server_is_given_up_in_time(peer: MailboxPeer) -> None:
    peer.host.silent = True
    started = time.monotonic()
    with pytest.raises(UnavailableError, match="notices"):
        peer.connected(Limits(silence=0.2, whole=5)).fetch(None)
    assert time.monotonic() - started < 3


def test_a_server_that_drips_is_given_up_in_time(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("drop by drop " * 50))
    peer.host.drip = 0.02
    started = time.monotonic()
    with pytest.raises(UnavailableError, match="notices"):
        peer.connected(Limits(silence=1, whole=0.5)).fetch(None)
    assert time.monotonic() - started < 3


def test_a_connection_that_breaks_in_the_middle_of_a_mail_gives_no_half_mail(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("A whole mail, or none."))
    peer.host.cut_after = 40
    with pytest.raises(UnavailableError, match="notices"):
        peer.connector.fetch(None)


def test_nonsense_instead_of_a_mail_is_an_error_or_nothing(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("Hidden behind nonsense."))
    peer.host.garbage = b"<html>Just a moment</html>\r\n"
    with pytest.raises(UnavailableError, match="notices"):
        peer.connector.fetch(None)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("[AUTHENTICATIONFAILED] no", UnauthorizedError),
        ("no", UnauthorizedError),
        ("[UNAVAILABLE] the directory is down", UnavailableError),
        ("[PRIVACYREQUIRED] not like this", ForbiddenError),
    ],
)
def test_a_refused_login_stops_the_page_only_when_it_is_the_credentials_fault(
    peer: MailboxPeer, said: str, error: type[Exception]
) -> None:
    peer.host.refusal = said
    peer.host.password = "changed"
    with pytest.raises(error, match="notices"):
        peer.connector.fetch(None)


def test_a_password_beyond_ascii_is_sent_and_never_shown(peer: MailboxPeer) -> None:
    peer.host.password = peer.secret = "schlüssel-42"
    peer.host.deliver(mail("Let in."))
    assert len(peer.connected().fetch(None).comments) == 1


def test_a_missing_folder_is_named(peer: MailboxPeer) -> None:
    with pytest.raises(GoneError, match="Nextdoor"):
        peer.connected(folder="Nextdoor").fetch(None)


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with serving(Mailhost(trusted=context)) as host:
        peer = MailboxPeer(host)
        with pytest.raises(UnavailableError, match="certificate that is not trusted"):
            peer.connected(security="tls").fetch(None)
        assert host.commands == []
        assert peer.connected(security="tls", ca_file=tmp_path / "postbox.pem").fetch(None).comments == ()


def test_without_starttls_the_password_is_not_sent_in_the_clear(peer: MailboxPeer) -> None:
    with pytest.raises(UnavailableError, match="notices"):
        peer.connected(security="starttls").fetch(None)
    assert "LOGIN" not in peer.host.commands


def test_a_password_in_the_clear_is_refused_for_any_other_machine() -> None:
    with pytest.raises(ValidationError, match="in the clear"):
        Settings.model_validate({"host": "imap.example.gov", "user": "dept", "security": "none"})


def test_a_sender_that_nobody_knows_is_named_in_the_configuration() -> None:
    with pytest.raises(ValidationError, match="no sender is called facebok"):
        Settings.model_validate({"host": "imap.example.gov", "user": "dept", "senders": {"facebok": ["facebook.com"]}})


def test_a_check_says_when_no_sender_can_be_proved(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("Hello."))
    assert peer.connector.check().warnings == ()
    assert "authserv_id is not set" in peer.connected(authserv_id="").check().warnings[0]
    assert "mx.typo.example" in peer.connected(authserv_id="mx.typo.example").check().warnings[0]


def test_a_mail_from_tomorrow_does_not_stop_the_clock(peer: MailboxPeer) -> None:
    peer.host.deliver(mail("Early."), datetime.now(UTC) + timedelta(days=1))
    assert texts(peer) == ["Early."]
