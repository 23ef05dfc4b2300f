from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.alerts import Pauses, page_stopped, send_due
from bot.config import Loaded
from bot.events import ActionUnconfirmed, ReviewReferred, Subject
from bot.mail import Mailer, RefusedError, UnreachableError
from bot.records import Records
from tests.bot.department import (
    BOT,
    PERSON,
    SECRET_TEXT,
    Clock,
    answered,
    configuration,
    described,
    flagged,
    log,
    seen,
    server,
)
from tests.bot.postbox import Postbox

NOW = datetime(2026, 11, 22, 22, 4, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def records(tmp_path: Path, clock: Clock) -> Iterator[Records]:
    with log(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def config(tmp_path: Path, postbox: Postbox) -> Loaded:
    return configuration(tmp_path, postbox.port)


def send(records: Records, config: Loaded, pauses: Pauses | None = None, now: datetime = NOW) -> int:
    return send_due(records, config, server(config), BOT, now, pauses)


def refer(records: Records, ref: str, matter: str = "tip", note: str = "") -> None:
    subject = Subject("comment", ref)
    records.append(
        ReviewReferred(actor=PERSON, subject=subject, page="blog", matter=matter, role="Detectives", note=note)
    )


def test_an_urgent_flag_is_mailed_at_once_and_only_once(records: Records, config: Loaded, postbox: Postbox) -> None:
    flagged(records, seen(records), "threat", urgency=2)
    assert send(records, config) == 1
    assert send(records, config) == 0
    (message,) = postbox.messages
    assert message["To"] == "oncall@pd.example.gov"
    assert message["Subject"] == "Urgent: possible threat on blog (Jackson PD)"


def test_an_alert_says_where_since_when_and_what_to_do(records: Records, config: Loaded, postbox: Postbox) -> None:
    ref = seen(records)
    flagged(records, ref, "threat", urgency=2)
    send(records, config)
    text = postbox.messages[0].get_content()
    assert "blog (https://blog.example.gov)" in text
    assert "Sun 22 Nov 2026, 15:04 MST" in text
    assert f"https://review.example.gov/comment/{ref}/" in text
    assert "visible to everyone, waiting for a person" in text
    assert "tell dispatch first" in text


def test_no_alert_holds_comment_text_or_a_visitors_name(records: Records, config: Loaded, postbox: Postbox) -> None:
    ref = seen(records)
    flagged(records, ref, "private_information", urgency=2)
    refer(records, ref, note=f"They wrote: {SECRET_TEXT}")
    send(records, config)
    assert len(postbox.contents) == 2
    everything = b"".join(postbox.contents).decode()
    assert SECRET_TEXT not in everything
    assert "Mallory" not in everything


def test_what_was_mailed_is_in_the_log(records: Records, config: Loaded, postbox: Postbox) -> None:
    entry = flagged(records, seen(records), "threat", urgency=2)
    send(records, config)
    raised = records.last("alert.raised", entry.subject.ref)
    assert raised is not None
    assert (raised.pub["about"], raised.pub["kind"], raised.pub["recipients"]) == (entry.seq, "urgent", 1)
    assert raised.pub["message_id"] == postbox.messages[0]["Message-ID"]


def test_a_flag_that_is_not_urgent_is_not_mailed(records: Records, config: Loaded, postbox: Postbox) -> None:
    flagged(records, seen(records), "obscenity", urgency=1)
    assert send(records, config) == 0
    assert not postbox.contents


def test_a_repeat_after_a_crash_carries_the_same_message_id(
    records: Records, config: Loaded, postbox: Postbox, tmp_path: Path
) -> None:
    flagged(records, seen(records), "threat", urgency=2)
    with log(tmp_path, Clock(NOW)) as dying, pytest.raises(KeyboardInterrupt):
        send_due(dying, config, _DiesAfterTheYes(server(config).settings, tmp_path), BOT, NOW)
    send(records, config)
    first, second = postbox.messages
    assert first["Message-ID"] == second["Message-ID"]


class _DiesAfterTheYes(Mailer):
    def deliver(self, content: bytes, recipients: object) -> None:  # type: ignore[override]
        super().deliver(content, recipients)  # type: ignore[arg-type]
        raise KeyboardInterrupt


def test_a_flag_that_was_answered_meanwhile_says_so(records: Records, config: Loaded, postbox: Postbox) -> None:
    ref = seen(records)
    flagged(records, ref, "threat", urgency=2)
    answered(records, ref, "leave_up")
    send(records, config)
    assert "answered by a person meanwhile" in postbox.messages[0].get_content()


def test_a_restore_that_failed_is_one_letter_though_two_entries_call_for_it(
    records: Records, config: Loaded, postbox: Postbox
) -> None:
    ref = seen(records)
    records.append(
        ActionUnconfirmed(
            actor=BOT,
            subject=Subject("comment", ref),
            corr="op_1",
            page="blog",
            action="unhide",
            observed="hidden",
            via="response",
        )
    )
    flagged(records, ref, "obscenity", urgency=2)
    assert send(records, config) == 1
    assert postbox.messages[0]["Subject"].endswith("a comment could not be made visible again on blog (Jackson PD)")
    assert not records.unsent_alerts()


def test_a_referral_goes_to_its_role(records: Records, config: Loaded, postbox: Postbox) -> None:
    refer(records, seen(records), note="see the second sentence")
    assert send(records, config) == 1
    (message,) = postbox.messages
    assert message["To"] == "tips@pd.example.gov"
    assert message["Subject"] == "Referred to Detectives: a tip about a crime on blog (Jackson PD)"
    assert "second sentence" not in message.get_content()


def test_a_role_without_an_address_is_recorded_as_told_to_nobody(
    records: Records, config: Loaded, postbox: Postbox
) -> None:
    ref = seen(records)
    refer(records, ref, matter="complaint")
    assert send(records, config) == 0
    raised = records.last("alert.raised", ref)
    assert raised is not None
    assert raised.pub["recipients"] == 0
    assert not records.unsent_alerts()


def test_ten_letters_are_ten_and_eleven_are_one_that_counts_them(
    records: Records, config: Loaded, postbox: Postbox
) -> None:
    for number in range(10):
        flagged(records, seen(records, number=number), "threat", urgency=2)
    assert send(records, config) == 10
    for number in range(20, 31):
        flagged(records, seen(records, number=number), "self_harm" if number % 2 else "threat", urgency=2)
    assert send(records, config) == 1
    last = postbox.messages[-1]
    assert last["Subject"] == "Urgent: 11 comments at once (Jackson PD)"
    assert "    6  possible threat, on blog" in last.get_content()
    assert "    5  possible self-harm, on blog" in last.get_content()
    assert not records.unsent_alerts()


def test_while_the_mail_server_is_away_nothing_is_lost_and_one_entry_says_so(
    tmp_path: Path, records: Records, config: Loaded, postbox: Postbox
) -> None:
    flagged(records, seen(records), "threat", urgency=2)
    for _ in range(3):
        with pytest.raises(UnreachableError):
            send(records, configuration(tmp_path, port=1))
    assert len(records.entries(types=["system.degraded"])) == 1
    assert send(records, config) == 1


def test_a_letter_that_is_refused_waits_without_holding_up_the_others(
    records: Records, config: Loaded, postbox: Postbox, clock: Clock
) -> None:
    postbox.refuse["tips@pd.example.gov"] = "550 no such mailbox"
    pauses = Pauses()
    refer(records, seen(records, number=1))
    assert send(records, config, pauses) == 0
    flagged(records, seen(records, number=2), "threat", urgency=2)
    assert send(records, config, pauses) == 1
    del postbox.refuse["tips@pd.example.gov"]
    assert send(records, config, pauses) == 0, "it waits"
    assert send(records, config, pauses, clock.forward(minutes=1)) == 1


def test_a_refused_letter_is_reported_after_the_others_went_out(
    records: Records, config: Loaded, postbox: Postbox
) -> None:
    postbox.refuse["oncall@pd.example.gov"] = "451 later"
    flagged(records, seen(records, number=1), "threat", urgency=2)
    refer(records, seen(records, number=2))
    with pytest.raises(RefusedError):
        send(records, config)
    assert [message["To"] for message in postbox.messages] == ["tips@pd.example.gov"]


def test_a_page_that_stopped_is_told_once_for_each_stop(records: Records, config: Loaded, postbox: Postbox) -> None:
    described(records, "blog", "stopped", problem="blog: the password was refused; make a new one")
    assert (send(records, config), send(records, config)) == (1, 0)
    described(records, "blog", "ok")
    assert send(records, config) == 0
    again = described(records, "blog", "stopped")
    assert page_stopped(records, config, server(config), BOT, NOW, again)
    assert [message["Subject"] for message in postbox.messages] == 2 * [
        "Stopped: blog is not being watched (Jackson PD)"
    ]
    assert "the password was refused; make a new one" in postbox.messages[0].get_content()
