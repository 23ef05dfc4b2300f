"""What a page says about itself, held against the policy: heard in many wordings, and not in their opposites."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot import check as checking
from bot.check import check
from bot.notice import Named, missing, note, unsaid
from bot.notice_points import POINTS
from bot.once import once
from bot.records import Records
from bot.summary import gather
from bot.summary_sections import document
from bot.weeks import Week
from connectors.base import Checked
from tests.bot.conftest import BOT
from tests.bot.department import configuration
from tests.bot.town import log_of, page_of, page_table, town
from tests.fakes import START, FakeClock, FakeConnector, rulebook

JACKSON = Named("Jackson Police Department", "https://www.jacksonpd.example.gov/", ("(307) 555-0142",))
ANYONE = Named("Jackson Police Department")
GOOD = """\
This is the official page of the Jackson Police Department, 150 E. Pearl Ave. Non-emergency line: 307.555.0142.
Visit us at jacksonpd.example.gov. The opinions expressed by visitors to this page do not reflect the opinions of the
Department. Posted comments will be monitored and the Department reserves the right to remove obscenities, off-topic
comments, and personal attacks. Any content posted or submitted for posting is subject to public disclosure.
"""
SAID = {
    "maintained": [
        "This page is maintained by the Jackson Police Department.",
        "Official account of Jackson PD",
        "Official X account of the Jackson Police Department. Call 911 in an emergency.",
        "The Jackson Police Department’s official Facebook page",
        "Jackson Police Department: official YouTube channel",
        "Run and moderated by the Jackson Police Department",
        "THIS SITE IS OPERATED BY OUR DEPARTMENT",
        "The Jackson Police Department maintains this page to inform you.",
    ],
    "contact": ["Call 307-555-0142", "(307) 555-0142", "+1 307 555 0142", "tel:3075550142"],
    "site": [
        "https://jacksonpd.example.gov",
        "www.jacksonpd.example.gov/contact",
        "More at JacksonPD.example.gov.",
        "HTTP://WWW.JACKSONPD.EXAMPLE.GOV",
    ],
    "opinions": [
        "Comments posted by visitors do not necessarily reflect the views of the Department.",
        "The views expressed by followers don't represent those of JPD.",
        "Opinions of users are not those of the Jackson Police Department.",
        "The Department does not endorse the opinions or comments of visitors.",
        "Statements by the public are not endorsed by the Department.",
    ],
    "monitored": [
        "Comments are monitored.",
        "All comments posted here will be reviewed.",
        "This page is moderated during business hours; it is not monitored 24/7.",
        "We monitor comments on this page.",
        "The Jackson Police Department monitors this page.",
        "Posts and replies may be monitored.",
    ],
    "removal": [
        "We reserve the right to remove profanity, off topic comments and insults.",
        "Comments that are obscene, off-topic, or personally attack anyone may be deleted.",
        "Obscene, irrelevant or abusive posts will be hidden.",
        "Vulgar, unrelated and harassing comments are subject to removal.",
        "The Department has the right to hide or delete obscene, off-topic and abusive comments.",
        "We remove obscenities, off-topic comments and personal attacks.",
    ],
    "disclosure": [
        "All posts are subject to public disclosure.",
        "Content is subject to the Wyoming Public Records Act.",
        "Comments are public records.",
        "Anything you write here becomes a public record.",
        "Messages may be disclosed under a public records request.",
        "Posts are subject to FOIA.",
    ],
}
UNSAID = {
    "maintained": [
        "",
        "The unofficial page of the Jackson Police Department.",
        "This is not the official page of the Jackson Police Department.",
        "This page is maintained by the Example Fire Department.",
        "We love the Jackson Police Department!",
    ],
    "contact": ["In an emergency call 911.", "Call 307-555-0143", "1307555014299"],
    "site": [
        "Mail chief@jacksonpd.example.gov",
        "https://jacksonpd.example.gov.evil.test",
        "https://notjacksonpd.example.gov",
    ],
    "opinions": [
        "The opinions expressed here reflect the opinions of the Department.",
        "We welcome your opinions and comments.",
        "Likes and shares are not endorsements.",
    ],
    "monitored": [
        "This page is not monitored 24/7. Call 911 for emergencies.",
        "Comments are never reviewed.",
        "We do not monitor comments.",
        "This account isn't monitored.",
        "We monitor traffic cameras.",
    ],
    "removal": [
        "Comments will not be removed for obscenity, being off-topic, or personal attacks.",
        "We reserve the right to remove any comment.",
        "Please no obscenities, off-topic comments or personal attacks.",
        "We do not remove obscene, off-topic or abusive comments.",
    ],
    "disclosure": [
        "Messages are not subject to public disclosure.",
        "We keep records of public events.",
        "Subject to change without notice.",
    ],
}


def keys(about: str, named: Named = JACKSON) -> list[str]:
    return [point.key for point in missing(about, named)]


def wordings(said: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(key, text) for key, texts in said.items() for text in texts]


def test_a_notice_with_everything_lacks_nothing() -> None:
    assert keys(GOOD) == []


def test_an_empty_one_lacks_everything() -> None:
    assert keys("") == [point.key for point in POINTS]


@pytest.mark.parametrize(("key", "text"), wordings(SAID))
def test_each_of_several_wordings_counts(key: str, text: str) -> None:
    assert key not in keys(text)


@pytest.mark.parametrize(("key", "text"), wordings(UNSAID))
def test_what_only_sounds_like_it_does_not_count(key: str, text: str) -> None:
    assert key in keys(text)


@pytest.mark.parametrize("left_out", [point.key for point in POINTS])
@pytest.mark.parametrize(
    "named", [JACKSON, Named("The Town (of Ex*mple) Police", "ex.us", ("police@ex.us", "Box 9, Ex"))]
)
def test_the_suggested_wording_says_what_was_missing_and_nothing_else(left_out: str, named: Named) -> None:
    others = "\n".join(named.wording(point) for point in POINTS if point.key != left_out)
    point = next(point for point in POINTS if point.key == left_out)
    assert keys(others, named) == [left_out]
    assert keys(f"{others}\n{named.wording(point)}", named) == []


def test_without_a_configured_contact_or_site_any_will_do() -> None:
    assert {"contact", "site"}.isdisjoint(keys("Write to desk@jpd.example.gov or see https://www.jpd.org", ANYONE))
    assert {"contact", "site"} <= set(keys("Dial 911. desk at jpd", ANYONE))


def test_a_mail_address_alone_is_no_website() -> None:
    assert "site" in keys("Write to desk@jpd.example.gov", ANYONE)


def test_a_hostile_notice_takes_bounded_work() -> None:
    for text in ("posts do not " * 5_000, "<" * 50_000, "the right to " * 5_000, "official " * 8_000):
        assert "disclosure" in keys(text)


# --- what is done with it -------------------------------------------------------------------------------------------


def noted(records: Records) -> list[list[str]]:
    return [entry.pub["missing"] for entry in records.entries(types=["page.notice"])]


def test_it_is_recorded_when_what_is_missing_changes_and_not_every_day(records: Records) -> None:
    for about in (GOOD, GOOD, "Jackson PD", "Jackson PD!", GOOD):
        note(records, BOT, "page", about, JACKSON)
    everything = [point.key for point in POINTS]
    assert noted(records) == [[], everything, []]


def test_what_the_page_said_is_kept_beside_the_entry_and_not_in_it(records: Records) -> None:
    note(records, BOT, "page", "Jackson PD", JACKSON)
    (entry,) = records.entries(types=["page.notice"])
    assert (entry.opened["page.about"], "Jackson PD" in str(entry.pub)) == ("Jackson PD", False)


def test_the_weekly_summary_says_it_and_keeps_silent_when_nothing_is_missing(
    records: Records, tmp_path: Path, clock: FakeClock
) -> None:
    config = configuration(tmp_path)
    note(records, BOT, "blog", GOOD.replace("subject to public disclosure", "welcome"), JACKSON)
    week = Week.of(START, config.department.zone)
    said = str(document(gather(records, config, week, clock()), config))
    assert "blog does not seem to say that whatever is posted is subject to public disclosure." in said
    note(records, BOT, "blog", GOOD, JACKSON)
    assert "does not seem to say" not in str(document(gather(records, config, week, clock()), config))


def test_unsaid_is_empty_for_a_page_that_was_never_looked_at(records: Records) -> None:
    assert unsaid(records, "page") == []


class Telling(FakeConnector):
    about: str | None = "Jackson PD"

    def check(self) -> Checked:
        return Checked(about=self.about)


def test_check_suggests_wording_for_each_thing(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "connect", lambda *_: Telling())
    config = town(tmp_path, page_table("a"))
    said = [each.message for each in check(config, now=clock) if each.where == "page a" and each.level == "warning"]
    assert len(said) == len(POINTS)
    assert said[0] == (
        "its notice does not seem to say that it is maintained by the Department (policy 5.04 A.3.b); for example:"
        ' "This page is maintained by the Jackson PD."'
    )


def test_check_is_silent_about_a_page_whose_notice_cannot_be_read(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = Telling()
    silent.about = None
    monkeypatch.setattr(checking, "connect", lambda *_: silent)
    assert not [each for each in check(town(tmp_path, page_table("a")), now=clock) if "notice" in each.message]


def test_once_from_cron_looks_once_a_day(tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def connect(*_: object) -> Telling:
        page = Telling()
        plain = page.check
        page.check = lambda: looked.append("x") or plain()  # type: ignore[method-assign,func-returns-value]
        return page

    monkeypatch.setattr("bot.page_run.connect", connect)
    config = town(tmp_path, page_table("a"))
    page_of(config, "a")
    for _ in range(25):
        once(config, clock, rulebook())
        clock.forward(hours=1)
    assert (len(looked), len(log_of(config, "page.notice"))) == (2, 1)
