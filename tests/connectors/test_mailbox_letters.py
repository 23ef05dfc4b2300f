"""What is read out of one mail, and whose it is held to be, whatever its sender wrote."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.mailbox.letter import Letter, decoded, read
from connectors.mailbox.proof import doubt
from connectors.mailbox.quoting import new_words
from connectors.mailbox.senders import NAMES, told_by
from tests.connectors.peer_mailbox import mail

MX = "mx.pd.example.gov"


def letter(raw: bytes) -> Letter:
    return read(raw, len(raw))


# --- proof -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        f"{MX}; dmarc=pass (p=reject) header.from=nextdoor.com",
        f"{MX} 1; dkim=pass header.d=nextdoor.com header.s=s1; dmarc=pass header.from=nextdoor.com",
        f"{MX}; spf=fail smtp.mailfrom=x; dkim=pass header.i=@nextdoor.com",
        f"{MX.upper()}; dmarc = pass header.from = nextdoor.com",
    ],
)
def test_what_the_own_server_confirmed_is_proved(field: str) -> None:
    assert doubt([field], MX, "nextdoor.com") == ""


@pytest.mark.parametrize(
    "fields",
    [
        [],
        ["mx.evil.example; dmarc=pass header.from=nextdoor.com"],
        [f"{MX}; dmarc=fail header.from=nextdoor.com", f"{MX}; dmarc=pass header.from=nextdoor.com"],
        [f"{MX}; dmarc=pass header.from=evil.example"],
        [f"{MX}; dmarc=pass header.from=com"],
        [f"{MX}; spf=pass smtp.mailfrom=nextdoor.com"],
        [f"{MX}; dkim=pass header.d=evil.example"],
        [f"{MX}; dmarc=fail header.from=nextdoor.com; dkim=pass header.d=nextdoor.com"],
        [f'{MX}; spf=pass smtp.mailfrom="; dmarc=pass header.from=nextdoor.com"@evil.example'],
        [f'{MX}; spf=pass smtp.mailfrom="; dmarc=pass header.from=nextdoor.com "@evil.example'],
        [f"{MX}; spf=pass (; dmarc=pass header.from=nextdoor.com)"],
        [f'{MX}; spf=pass ("; dmarc=pass header.from=nextdoor.com'],
        [f"{MX}; dmarc=pass header.from=nextdoor.com; dmarc=fail header.from=nextdoor.com"],
        [f"{MX}.evil.example; dmarc=pass header.from=nextdoor.com"],
        [f"{MX}; none"],
    ],
)
def test_nothing_else_proves_a_sender(fields: list[str]) -> None:
    assert doubt(fields, MX, "nextdoor.com")


def test_without_an_own_server_nobody_is_proved() -> None:
    assert doubt(["; dmarc=pass header.from=nextdoor.com"], "", "nextdoor.com")


@given(st.text(alphabet='"\\; =.()dmarcpsnextho'))
def test_nothing_in_quotes_is_ever_a_verdict(chosen: str) -> None:
    quoted = '"' + chosen.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert doubt([f"{MX}; spf=pass smtp.mailfrom={quoted}@evil.example"], MX, "nextdoor.com")


@pytest.mark.parametrize(
    "lines",
    [
        b"From: a@nextdoor.com\r\nFrom: b@evil.example\r\n",
        b"From: a@nextdoor.com, b@evil.example\r\n",
        b"From: <a@nextdoor.com> <b@evil.example>\r\n",
        b"From: nobody\r\n",
        b"X: none\r\n",
    ],
)
def test_a_mail_without_exactly_one_sender_is_nobodys(lines: bytes) -> None:
    assert letter(lines + b"\r\nHello").domain == ""


def test_the_name_is_not_the_address() -> None:
    assert letter(b'From: "notices@nextdoor.com" <x@evil.example>\r\n\r\nHello').domain == "evil.example"


# --- reading ---------------------------------------------------------------------------------------------------------


@settings(max_examples=40)
@given(st.binary(max_size=500))
def test_any_bytes_are_a_letter(raw: bytes) -> None:
    assert letter(raw).raw == raw
    letter(b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n" + raw)
    letter(b"Content-Type: text/html; charset=x\r\nContent-Transfer-Encoding: base64\r\n\r\n" + raw)
    letter(b"From: =?utf-8?b?" + raw + b"?= <a@b.example>\r\nSubject: " + raw + b"\r\n\r\n")


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("=?utf-8?b?wr9Ew7NuZGU/?=", "¿Dónde?"),
        ("=?iso-8859-1?q?caf=E9?= =?utf-8?q?_closed?=", "café closed"),
        ("=?no-such-charset?q?plain?=", "plain"),
        ("=?utf-8?b?wr9Ew7NuZGU?=", "¿Dónde"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
        ("=?utf-8?b?%%%?= x", None),
    ],
)
def test_encoded_headings_are_read(heading: str, words: str | None) -> None:
    assert decoded(heading) == words if words else decoded(heading)


@pytest.mark.parametrize(
    ("charset", "content"),
    [
        (b"us-ascii", "café".encode()),
        (b"utf-8", "café".encode("cp1252")),
        (b"no-such", "café".encode()),
        (b"punycode", "café".encode()),
        (b"zlib", "café".encode()),
        (b'"\xff"', "café".encode()),
    ],
)
def test_a_wrong_charset_does_not_cost_the_words(charset: bytes, content: bytes) -> None:
    raw = b"Content-Type: text/plain; charset=" + charset + b"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + content
    assert letter(raw).text == "café"


def test_a_mail_only_in_html_is_read_as_it_is_seen() -> None:
    html = "<style>p{color:red}</style><p>You are all <b>sc</b>um</p><blockquote>quoted</blockquote>"
    assert letter(mail("", html=html)).text == "You are all scum\n\n> quoted"


def test_html_that_would_show_nothing_is_still_read() -> None:
    assert "hidden words" in letter(mail("", html="<style>hidden words")).text


def test_an_attachment_is_named_by_its_bytes_and_not_opened() -> None:
    bomb = b"PK\x03\x04 a zip of zips"
    raw = (
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nLook.\r\n--a\r\n"
        b"Content-Type: application/zip\r\nContent-Disposition: attachment; filename=x.txt\r\n\r\n"
        + bomb
        + b"\r\n--a--"
    )
    found = letter(raw)
    assert found.text == "Look."
    assert [each.kind for each in found.media] == ["other"]


def test_a_mail_within_a_mail_is_not_opened() -> None:
    inner = b"Subject: inner\r\n\r\nInner words."
    raw = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\nOuter.\r\n--a\r\n"
    found = letter(raw + b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--a--")
    assert found.text == "Outer."
    assert len(found.media) == 1


def nested(depth: int) -> bytes:
    head = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(depth))
    return b"From: a@b.example\r\nSubject: Deep\r\n" + head + b"\r\nwords"


@pytest.mark.parametrize(
    "raw",
    [
        nested(5000),
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n\r\n" * 100_000,
        b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
        b"Subject: " + b"=?utf-8?q?a?= " * 60_000 + b"\r\n\r\nx",
        b"From: " + b"<" * 500_000 + b"\r\n\r\nx",
        b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\nx",
        b"Content-Type: text/html\r\n\r\n" + b"<!--" * 200_000,
        b"Content-Type: text/html\r\n\r\n" + b"<a href='" * 100_000,
        b"Content-Type: text/html\r\n\r\n" + b"<blockquote>" * 80_000,
        b"Content-Type: text/plain\r\n\r\n" + b"On x:\n" * 100_000,
        b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 400_000,
    ],
    ids=[
        "nested",
        "parts",
        "messages",
        "subject",
        "from",
        "references",
        "comments",
        "links",
        "quotes",
        "on",
        "punycode",
    ],
)
def test_a_bomb_is_read_in_time_and_without_failing(raw: bytes) -> None:
    started = time.process_time()
    found = letter(raw)
    told_by(found, {})
    doubt(found.results, MX, found.domain)
    assert time.process_time() - started < 2.0


def test_a_mail_that_is_not_taken_apart_says_so_and_goes_to_a_person() -> None:
    found = letter(nested(100))
    assert (found.text, found.subject) == ("", "Deep")
    assert found.media, "a comment of media only is queued for a person"
    assert "too many parts" in found.unread


# --- quotations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "New words.\n\nOn Sun, Nov 22, 2026 at 7:00 AM Jackson PD <pd@x.example> wrote:\n> Old words.\n> More.",
        "New words.\n\nOn Sun, Nov 22, 2026 at 7:00 AM Jackson PD <\npd@x.example> wrote:\n\n> Old words.",
        "New words.\n\nOn Sun, Nov 22, 2026 at 7:00 AM Jackson PD wrote:\nOld words without a mark.",
        "New words.\n\nEl dom, 22 nov 2026 a las 7:00, Jackson PD escribió:\n> Viejas.",
        "New words.\n\n-----Original Message-----\nFrom: Jackson PD\nSent: Sunday\nSubject: Bridge\n\nOld words.",
        "New words.\n\n________________________________\nFrom: PD\nSent: Sunday\nTo: me\nSubject: Bridge\n\nOld words.",
        "> Old words.\n\nNew words.",
    ],
)
def test_what_is_quoted_is_cut_from_what_is_new(text: str) -> None:
    assert new_words(text, answer=True) == "New words."


def test_words_after_a_quotation_are_kept() -> None:
    assert new_words("First.\n> Old.\n>\n> Older.\nSecond.", answer=True) == "First.\nSecond."


def test_whoever_answers_nothing_quotes_nothing() -> None:
    assert new_words("> You are all thieves.", answer=False) == "> You are all thieves."


def test_words_that_hide_behind_quotation_marks_are_kept() -> None:
    assert new_words("> You are all thieves.", answer=True) == "> You are all thieves."


def test_a_sentence_that_only_begins_like_a_quotation_is_kept() -> None:
    text = "On Monday an officer wrote:\nthe report is wrong"
    assert new_words("From here on:\nnothing.", answer=True) == "From here on:\nnothing."
    assert "officer" in new_words(text, answer=True)


@given(st.text(alphabet="On wrote:>\nFromSet-_ab", max_size=300))
def test_something_is_always_left_and_nothing_is_made_up(text: str) -> None:
    new = new_words(text, answer=True)
    assert bool(new) == bool(text.strip())
    assert {line.strip() for line in new.split("\n")} <= {line.strip() for line in text.split("\n")}


# --- named senders ---------------------------------------------------------------------------------------------------

FOOTER = (
    "\n\nView the comment on Nextdoor: https://nextdoor.com/p/abc123?utm=1\n\nUnsubscribe: https://nextdoor.com/u/9"
)


def test_the_named_senders_are_found_by_their_modules() -> None:
    assert NAMES == ("myspace", "nextdoor", "nixle")


def test_a_nextdoor_notification_is_the_comment_that_it_tells_of() -> None:
    told, sites = told_by(
        letter(
            mail(
                f"Jane D. commented on your post\n\nWhen does it reopen?{FOOTER}",
                sender="Nextdoor <no-reply@rs.email.nextdoor.com>",
                subject="Jane D. commented on your post: Elm Street is closed",
            )
        ),
        {},
    )
    assert (told.author, told.text, told.post) == ("Jane D.", "When does it reopen?", "Elm Street is closed")
    assert told.link == "https://nextdoor.com/p/abc123?utm=1"
    assert sites


def test_a_sender_at_a_domain_that_the_configuration_adds_is_read_alike() -> None:
    raw = mail("Jane: all of you are fools", sender="n@alerts.example", subject="New comment 2 on your post")
    told, _ = told_by(letter(raw), {"nextdoor": ("alerts.example",)})
    assert (told.author, told.text) == ("Jane", "all of you are fools")


def test_a_link_that_leads_elsewhere_is_not_given() -> None:
    raw = mail(
        "Look.\nSee the comment: https://nextdoor.com@evil.example/p/1\nhttps://nextdoor.com.evil.example/p/2\n"
        "http://nextdoor.com/p/3",
        sender="no-reply@nextdoor.com",
        subject="Jane commented on your post",
    )
    assert told_by(letter(raw), {})[0].link == ""


def test_a_notification_of_another_look_is_read_whole() -> None:
    raw = mail("Your weekly digest\nMany words.", sender="no-reply@nextdoor.com", subject="What you missed")
    assert told_by(letter(raw), {})[0].text == "Your weekly digest\nMany words."


def test_a_myspace_notification_is_the_comment_that_it_tells_of() -> None:
    raw = mail(
        "Tom left a comment on your profile\n\nNice page.\n\nView the comment on Myspace: https://myspace.com/pd/c/7\n"
        "To stop receiving these, sign in.",
        sender="Myspace <noreply@message.myspace.com>",
        subject="Tom left a comment on your profile",
    )
    told, _ = told_by(letter(raw), {})
    assert (told.author, told.text, told.link) == ("Tom", "Nice page.", "https://myspace.com/pd/c/7")


def test_an_answer_to_a_nixle_notice_is_its_writers_own_words() -> None:
    raw = mail(
        "Is the school open?\n\nOn Sun, Nov 22, 2026 at 7:00 AM Jackson PD <x@nixle.com> wrote:\n> Roads are icy.\n",
        sender="Ann <ann@visitor.example>",
        subject="Re: Nixle: Roads are icy",
        In_Reply_To="<77@alerts.nixle.com>",
    )
    told, sites = told_by(letter(raw), {})
    assert (told.author, told.text, told.post) == ("Ann", "Is the school open?", "Roads are icy")
    assert sites == ()
