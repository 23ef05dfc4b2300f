from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config import Loaded, Mail
from bot.document import Document, Exact, Section, Table, plain
from bot.document_html import html
from bot.events import ActionUnexplained, Subject
from bot.mail import Accepted, Mailer, RefusedError, UnreachableError
from bot.records import Records
from bot.records.merkle import verify_consistency
from bot.report import ReportError, claim_and_send, compose, due, send_due, text
from bot.weeks import Week
from tests.bot.department import (
    BOT,
    ORIGIN,
    PERSON,
    SECRET_TEXT,
    Clock,
    answered,
    configuration,
    described,
    flagged,
    hidden,
    log,
    restored,
    seen,
    server,
)
from tests.bot.postbox import Postbox

WEEK = Week(2026, 47)
WEDNESDAY = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
"""Five past six in Denver."""


@pytest.fixture
def clock() -> Clock:
    return Clock(WEDNESDAY)


@pytest.fixture
def records(tmp_path: Path, clock: Clock) -> Iterator[Records]:
    with log(tmp_path, clock) as opened:
        yield opened


@pytest.fixture
def config(tmp_path: Path, postbox: Postbox) -> Loaded:
    return configuration(tmp_path, postbox.port)


def a_busy_week(records: Records, clock: Clock) -> None:
    """Five comments: one hidden by the bot and restored after 35 minutes, one hidden by a person, one urgent."""
    described(records, "blog", "ok")
    described(records, "street-team", "stopped")
    refs = [seen(records, "blog", number) for number in range(4)] + [seen(records, "street-team", 9)]
    flagged(records, refs[0], "obscenity")
    hidden(records, refs[0])
    clock.forward(minutes=35)
    answered(records, refs[0], "leave_up")
    restored(records, refs[0])
    flagged(records, refs[1], "personal_attack")
    answered(records, refs[1], "hide")
    hidden(records, refs[1], actor=PERSON)
    flagged(records, refs[2], "threat", urgency=2)
    flagged(records, refs[4], "off_topic", page="street-team", urgency=0)
    subject = Subject("comment", refs[3])
    records.append(ActionUnexplained(actor=BOT, subject=subject, page="blog", was="visible", observed="hidden"))
    clock.now = MONDAY


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_the_subject_is_the_verdict(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    message = compose(records, config, WEEK, MONDAY)
    assert message["Subject"] == (
        "Jackson PD comments, 16-22 Nov: 5 seen, 2 hidden, 1 restored, 2 need you, 1 page stopped"
    )


def test_a_quiet_week_says_that_everything_runs(records: Records, clock: Clock, config: Loaded) -> None:
    described(records, "blog", "ok")
    described(records, "street-team", "ok")
    clock.now = MONDAY
    message = compose(records, config, WEEK, MONDAY)
    assert message["Subject"] == "Jackson PD comments, 16-22 Nov: nothing to report, everything runs"


def test_a_page_that_was_never_read_is_not_passed_over(records: Records, clock: Clock, config: Loaded) -> None:
    described(records, "blog", "ok")
    clock.now = MONDAY
    assert compose(records, config, WEEK, MONDAY)["Subject"].endswith("nothing to report, 1 page not read yet")


def test_the_numbers_are_those_of_the_log(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    lines = {" ".join(line.split()) for line in text(records, config, WEEK, MONDAY).splitlines()}
    assert lines >= {
        "Seen 5 - -",
        "Flagged 4 - -",
        "Hidden 2 - -",
        "Reviewed by a person 2 - -",
        "Restored 1 - -",
        "blog 4 3 2 2 1 1",
        "street-team 1 1 0 0 0 1",
        "strong language 1 1",
        "personal attack 1 1",
        "street-team off-topic 1 0",
        "Of the hidden, 1 by the bot and 1 by people.",
        "Restored: 1 by a person.",
        "Hidden before that: 35 minutes in all.",
        "1 comment changed on the platform without this system: 1 on blog.",
    }


def test_a_week_is_compared_with_the_one_before(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    for number in range(20, 23):
        seen(records, "blog", number)
    later = clock.forward(days=7)
    lines = {" ".join(line.split()) for line in text(records, config, WEEK.after, later).splitlines()}
    assert lines >= {"Seen 3 5 -2", "Flagged 0 4 -4", "Restored 0 1 -1"}


def test_what_waits_is_told_with_its_oldest(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    said = text(records, config, WEEK, MONDAY)
    assert re.search(r"Urgent +1 +waits since Wed 18 Nov 2026, 10:35 MST", said)
    assert re.search(r"Waiting for a moderator, all in all +2 +waits since Wed 18 Nov", said)
    assert "The oldest open flag is 4 days old." in said


def test_hides_that_nobody_confirmed_are_told_with_the_first_restore(
    records: Records, clock: Clock, config: Loaded
) -> None:
    ref = seen(records)
    clock.now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    flagged(records, ref, "obscenity")
    hidden(records, ref)
    said = text(records, config, WEEK, MONDAY)
    assert re.search(r"Hidden by the bot, not confirmed yet +1 +restored Wed 25 Nov 2026, 11:00 MST", said)


def test_no_comment_text_and_no_visitors_name_is_in_the_mail(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    message = compose(records, config, WEEK, MONDAY)
    for part in (body(message, "plain"), body(message, "html")):
        assert "No comment text is included" in part
        assert SECRET_TEXT not in part
        assert "Mallory" not in part


def test_the_mail_carries_its_headers_and_is_small(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    message = compose(records, config, WEEK, MONDAY)
    assert message["To"] == "chief@pd.example.gov, clerk@town.example.gov"
    assert message["Reply-To"] == "clerk@pd.example.gov"
    assert message["List-Id"] == "<weekly-summary.pd.example.gov>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == compose(records, config, WEEK, clock.forward(hours=1))["Message-ID"]
    assert message.get_content_type() == "multipart/alternative"
    assert len(message.as_bytes()) < 100_000


def test_the_checkpoint_is_in_the_mail_to_the_letter(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    message = compose(records, config, WEEK, MONDAY)
    note = records.latest_checkpoint()
    assert note is not None
    assert note.startswith(ORIGIN)
    assert note in body(message, "plain").replace("\r\n", "\n")
    in_html = "".join(Cells.of(body(message, "html")))
    assert "\n".join(note.splitlines()[:5]) in in_html


def test_two_mails_in_a_row_prove_that_the_log_only_grew(
    records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)
    send_due(records, config, server(config), BOT, MONDAY)
    seen(records, number=30)
    send_due(records, config, server(config), BOT, clock.forward(days=7))
    (old, old_root), (new, new_root) = (message["X-OfRecord-Checkpoint"].split() for message in postbox.messages)
    said = body(postbox.messages[1], "plain").replace("\r\n", "\n")
    assert f"The one before was sent with {old} entries (summary 2026-W47)." in said
    proof = said.partition("Proof that this log continues that one:\n\n")[2].partition("\n\n")[0].splitlines()
    hashes = [b64decode(line) for line in proof]
    assert hashes
    assert verify_consistency(int(old), int(new), bytes.fromhex(old_root), bytes.fromhex(new_root), hashes)


@pytest.mark.parametrize("week", [WEEK.before, Week(2020, 1)])
def test_a_week_before_the_log_began_is_refused(records: Records, clock: Clock, config: Loaded, week: Week) -> None:
    a_busy_week(records, clock)
    with pytest.raises(ReportError, match="The log began after"):
        compose(records, config, week, MONDAY)


def test_a_week_that_still_runs_is_summed_up_so_far(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    assert "(2026-W48) so far;" in text(records, config, WEEK.after, MONDAY)


def test_a_week_that_still_runs_is_not_sent(records: Records, clock: Clock, config: Loaded, postbox: Postbox) -> None:
    a_busy_week(records, clock)
    with pytest.raises(ReportError, match="has not ended"):
        claim_and_send(records, config, server(config), BOT, WEEK.after, MONDAY)
    assert postbox.contents == []


def test_a_week_that_has_not_begun_is_refused(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    with pytest.raises(ReportError, match="has not begun; the newest full week is 2026-W47"):
        text(records, config, WEEK.after.after, MONDAY)


def test_it_is_due_from_monday_morning_of_the_department(records: Records, clock: Clock, config: Loaded) -> None:
    a_busy_week(records, clock)
    assert due(records, config, datetime(2026, 11, 23, 12, 59, tzinfo=UTC)) == []
    assert due(records, config, datetime(2026, 11, 23, 13, 0, tzinfo=UTC)) == [WEEK]


def test_a_daemon_that_starts_on_wednesday_still_sends_last_weeks(
    records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)
    assert send_due(records, config, server(config), BOT, clock.forward(days=2)) == [WEEK]
    assert len(postbox.contents) == 1


def test_the_first_monday_brings_nothing_when_the_log_began_after_the_week(
    records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    clock.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    described(records, "blog", "ok")
    assert send_due(records, config, server(config), BOT, MONDAY) == []
    assert not postbox.contents


def test_it_is_sent_once_however_often_the_daemon_asks(
    records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)
    sent = [send_due(records, config, server(config), BOT, clock.forward(hours=1)) for _ in range(5)]
    assert sent == [[WEEK], [], [], [], []]
    assert not claim_and_send(records, config, server(config), BOT, WEEK, MONDAY)
    assert len(postbox.contents) == 1


def test_after_the_yes_the_log_says_what_left_the_machine(
    records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)
    send_due(records, config, server(config), BOT, MONDAY)
    claimed, sent, published = records.newest(3)
    assert (claimed.type, sent.type, published.type) == ("summary.claimed", "summary.sent", "checkpoint.published")
    assert claimed.opened["summary.eml"].encode() == postbox.contents[0].rstrip(b"\r\n") + b"\r\n"
    assert (published.pub["size"], published.pub["root"]) == (claimed.seq, records.root(claimed.seq).hex())


class DyingMailer(Mailer):
    """Dies before the server hears of the message."""

    def deliver(self, content: bytes, recipients: Sequence[str]) -> Accepted:
        raise KeyboardInterrupt


def test_a_crash_after_the_claim_sends_the_same_bytes_later(
    records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)
    with pytest.raises(KeyboardInterrupt):
        send_due(records, config, DyingMailer(server(config).settings, config.path), BOT, MONDAY)
    claimed = records.last("summary.claimed")
    seen(records, number=77)
    assert send_due(records, config, server(config), BOT, clock.forward(days=1)) == [WEEK]
    assert claimed is not None
    assert postbox.contents[0].split() == claimed.opened["summary.eml"].encode().split()
    assert len(records.entries(types=["summary.claimed"])) == 1


def test_a_claim_of_an_older_week_is_sent_before_last_weeks(
    records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)
    with pytest.raises(KeyboardInterrupt):
        send_due(records, config, DyingMailer(server(config).settings, config.path), BOT, MONDAY)
    assert send_due(records, config, server(config), BOT, clock.forward(days=7)) == [WEEK, WEEK.after]


def test_two_senders_at_once_do_not_both_send(
    tmp_path: Path, records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)

    class Interrupted(Mailer):
        def deliver(self, content: bytes, recipients: Sequence[str]) -> Accepted:
            with log(tmp_path, clock) as other:
                assert not claim_and_send(other, config, server(config), PERSON, WEEK, MONDAY)
            return super().deliver(content, recipients)

    assert claim_and_send(records, config, Interrupted(server(config).settings, tmp_path), BOT, WEEK, MONDAY)
    assert len(postbox.contents) == 1


def test_a_mail_server_that_is_away_leaves_the_claim_for_later(
    tmp_path: Path, records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)
    away = configuration(tmp_path, port=1)
    for _ in range(2):
        with pytest.raises(UnreachableError):
            send_due(records, away, server(away), BOT, MONDAY)
    assert len(records.entries(types=["summary.claimed"])) == 1
    assert len(records.entries(types=["system.degraded"])) == 1
    assert send_due(records, config, server(config), BOT, MONDAY) == [WEEK]


def test_a_corrected_address_gets_the_message_that_was_refused(
    tmp_path: Path, records: Records, clock: Clock, config: Loaded, postbox: Postbox
) -> None:
    a_busy_week(records, clock)
    postbox.refuse = dict.fromkeys(["chief@pd.example.gov", "clerk@town.example.gov"], "550 no such mailbox")
    with pytest.raises(RefusedError):
        send_due(records, config, server(config), BOT, MONDAY)
    assert config.mail is not None
    corrected = config.model_copy(update={"mail": config.mail.model_copy(update={"summary_to": ("a@b.example.gov",)})})
    assert send_due(records, corrected, server(corrected), BOT, MONDAY) == [WEEK]


def test_without_recipients_nothing_is_due(records: Records, clock: Clock, tmp_path: Path) -> None:
    a_busy_week(records, clock)
    silent = configuration(tmp_path, mail=None)
    assert due(records, silent, MONDAY) == []
    with pytest.raises(ReportError, match=r"mail\.summary_to is empty"):
        claim_and_send(records, silent, Mailer(Mail(host="localhost", sender="a@b.gov"), tmp_path), BOT, WEEK, MONDAY)


def test_without_a_mail_table_the_message_can_still_be_written(records: Records, clock: Clock, tmp_path: Path) -> None:
    a_busy_week(records, clock)
    message = compose(records, configuration(tmp_path, mail=None), WEEK, MONDAY)
    assert message["From"] == "Jackson PD <ofrecord@pd.example.gov>"
    assert message["To"] == "undisclosed-recipients:;"


class Cells(HTMLParser):
    """The text of a page, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._quiet = False

    @classmethod
    def of(cls, page: str) -> list[str]:
        cells = cls()
        cells.feed(page)
        return cells.pieces

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._quiet = tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._quiet:
            self.pieces.append(data)


def numbers(words: str) -> list[str]:
    return re.findall(r"[+-]?\d+", words)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
TABLES = st.builds(
    lambda caption, rows: Table(caption, ("Name", "One", "Two"), tuple((a, str(b), f"{c:+d}") for a, b, c in rows)),
    CELLS,
    st.lists(st.tuples(CELLS, st.integers(0, 10**6), st.integers(-999, 999)), max_size=5),
)
SECTIONS = st.builds(Section, CELLS, st.lists(st.one_of(CELLS, TABLES, st.builds(Exact, CELLS, CELLS))).map(tuple))
DOCUMENTS = st.builds(
    Document, CELLS, CELLS, CELLS, st.lists(SECTIONS, max_size=3).map(tuple), st.lists(CELLS, max_size=2).map(tuple)
)


@settings(max_examples=50, deadline=None)
@given(DOCUMENTS)
def test_plain_text_and_html_carry_the_same_numbers(document: Document) -> None:
    upper = replace(document, sections=tuple(replace(each, title=each.title.upper()) for each in document.sections))
    written = re.sub(r"^ *-[ -]*$|^=+$", "", plain(upper), flags=re.MULTILINE)
    assert numbers(" ".join(Cells.of(html(upper)))) == numbers(written)


def test_what_a_page_is_called_cannot_become_markup(records: Records, clock: Clock, tmp_path: Path) -> None:
    department = {"name": "<script>PD</script>", "timezone": "UTC", "policy_version": "1", "origin": ORIGIN}
    config = configuration(tmp_path, department=department)
    a_busy_week(records, clock)
    assert "<script" not in body(compose(records, config, WEEK, MONDAY), "html")
