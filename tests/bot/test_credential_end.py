"""A credential that ends is told of 14, 7, 3 and 1 days ahead, once each, by mail and on the board."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import alerts
from bot.credential_end import warn_of_the_end
from bot.once import once
from bot.page_job import PageJob
from bot.page_run import PageRun
from bot.pipeline import Poll
from bot.records import Records
from connectors.base import Checked, UnauthorizedError, UnavailableError
from tests.bot.conftest import BOT, Work
from tests.bot.department import configuration, server
from tests.bot.postbox import Postbox
from tests.bot.town import log_of, page_table, town
from tests.fakes import START, FakeClock, FakeConnector, rulebook

ENDS = START + timedelta(days=20)


def days_told(records: Records) -> list[int]:
    return [entry.pub["days"] for entry in records.entries(types=["page.credential_ending"])]


def test_each_step_is_told_once(records: Records) -> None:
    for hours in range(0, 20 * 24, 6):
        warn_of_the_end(records, BOT, "page", ENDS, START + timedelta(hours=hours))
    assert days_told(records) == [14, 7, 3, 1]


def test_whoever_looks_late_is_told_the_nearest_step_alone(records: Records) -> None:
    assert warn_of_the_end(records, BOT, "page", ENDS, ENDS - timedelta(days=2))
    assert days_told(records) == [3]


def test_a_renewed_credential_starts_anew(records: Records) -> None:
    warn_of_the_end(records, BOT, "page", ENDS, ENDS - timedelta(hours=1))
    later = ENDS + timedelta(days=60)
    assert not warn_of_the_end(records, BOT, "page", later, ENDS)
    assert warn_of_the_end(records, BOT, "page", later, later - timedelta(days=13))
    assert days_told(records) == [1, 14]


def test_the_mail_says_when_and_what_to_do_and_is_sent_once(records: Records, tmp_path: Path, postbox: Postbox) -> None:
    config = configuration(tmp_path, postbox.port)
    warn_of_the_end(records, BOT, "blog", ENDS, ENDS - timedelta(days=5))
    assert alerts.send_due(records, config, server(config), BOT, START) == 1
    assert alerts.send_due(records, config, server(config), BOT, START) == 0
    (mail,) = postbox.messages
    assert "within 7 days" in str(mail["Subject"])
    assert "ofrecord connect blog" in mail.get_content()


class Ending(FakeConnector):
    def check(self) -> Checked:
        return Checked(expires_at=START + timedelta(days=2))


@pytest.fixture
def job(work: Work) -> PageJob:
    work.connector = Ending()
    poll = Poll("page", work.page, work.connector, work.book, BOT)
    return PageJob(PageRun("page", work.page, work.connector, poll, work.performer, BOT, work.clock))


def test_the_daemon_looks_once_a_day_and_describes_it(work: Work, job: PageJob) -> None:
    job.step(work.records)
    job.step(work.records)
    assert days_told(work.records) == [3]
    described = work.records.page_described("page")
    assert described is not None
    assert described.pub["expires_at"] == "2026-11-18T17:00:00.000Z"


def test_once_from_cron_warns_as_the_daemon_does(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.page_run.connect", lambda *_: Ending())
    config = town(tmp_path, page_table("a"))
    for _ in range(3):
        once(config, clock, rulebook())
        clock.forward(hours=12)
    assert [entry.pub["days"] for entry in log_of(config, "page.credential_ending")] == [3, 1]


def test_a_check_that_finds_the_credential_refused_stops_the_page_in_a_pass_too(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refused(FakeConnector):
        def check(self) -> Checked:
            raise UnauthorizedError("Page a: renew it.")

    monkeypatch.setattr("bot.page_run.connect", lambda *_: Refused())
    (result,) = once(town(tmp_path, page_table("a")), clock, rulebook())
    assert (result.health, result.problem) == ("stopped", "Page a: renew it.")


def test_a_check_that_could_not_be_made_is_tried_again_after_an_hour(
    tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[datetime] = []

    class Silent(FakeConnector):
        def check(self) -> Checked:
            tried.append(clock())
            raise UnavailableError("Page a: no answer.")

    monkeypatch.setattr("bot.page_run.connect", lambda *_: Silent())
    config = town(tmp_path, page_table("a"))
    for _ in range(7):
        (result,) = once(config, clock, rulebook())
        assert result.health == "ok"
        clock.forward(minutes=10)
    assert tried == [START, START + timedelta(hours=1)]


def test_a_later_description_keeps_what_the_check_found(work: Work, job: PageJob) -> None:
    job.step(work.records)
    job.run.describe(work.records, "failing", "No answer.")
    described = work.records.page_described("page")
    assert described is not None
    assert described.pub["expires_at"] == "2026-11-18T17:00:00.000Z"
