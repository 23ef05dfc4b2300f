"""One page at work: waits, stops, and what of it is said."""

from __future__ import annotations

import pytest

from bot.page_job import PageJob
from bot.page_run import PageRun
from bot.pipeline import Poll
from bot.records import Records, StoreError
from connectors.base import ConnectorError, ForbiddenError, GoneError, UnauthorizedError, UnavailableError
from tests.bot.conftest import BOT, Work
from tests.fakes import comment

DOWN = UnavailableError("Page page: the server does not answer; it is tried again.")


class Steady:
    """Seconds that pass only when told."""

    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def steady() -> Steady:
    return Steady()


@pytest.fixture
def job(work: Work, steady: Steady) -> PageJob:
    poll = Poll("page", work.page, work.connector, work.book, BOT)
    run = PageRun("page", work.page, work.connector, poll, work.performer, BOT, work.clock)
    return PageJob(run, steady=steady)


def described(records: Records) -> list[str]:
    return [entry.pub["health"] for entry in records.entries(types=["page.described"])]


def fail(work: Work, job: PageJob, steady: Steady, *errors: ConnectorError) -> None:
    """Let one poll after another fail."""
    for error in errors:
        work.connector.fails = [error]
        steady.seconds += 3600
        job.step(work.records)


def test_a_step_polls_and_performs(work: Work, job: PageJob) -> None:
    work.connector.show(comment("1", "This is filth."))
    job.step(work.records)
    assert work.connector.calls == [("hide", "1")]
    assert described(work.records) == ["ok"]


def test_a_long_first_import_does_not_keep_requests_waiting(work: Work, job: PageJob) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.connector.more = 2
    assert job.step(work.records)
    assert work.connector.calls == [("hide", "1")]
    assert [job.step(work.records) for _ in range(3)] == [True, False, False]


def test_between_polls_requests_are_carried_out_and_the_page_is_not_fetched(work: Work, job: PageJob) -> None:
    job.step(work.records)
    work.connector.show(comment("1", "This is filth."))
    job.step(work.records)
    assert work.records.known("page", ["1"]) == {}
    work.poll()
    job.step(work.records)
    assert work.connector.calls == [("hide", "1")]


def test_the_next_poll_comes_after_the_configured_time(work: Work, job: PageJob, steady: Steady) -> None:
    job.step(work.records)
    work.connector.show(comment("1", "Thank you."))
    steady.seconds += work.page.poll_every.total_seconds()
    job.step(work.records)
    assert "1" in work.records.known("page", ["1"])


def test_first_failure_and_recovery_are_logged_and_nothing_between(work: Work, job: PageJob, steady: Steady) -> None:
    fail(work, job, steady, DOWN, DOWN, DOWN)
    steady.seconds += 3600
    job.step(work.records)
    assert described(work.records) == ["failing", "ok"]


def test_the_log_says_what_failed(work: Work, job: PageJob, steady: Steady) -> None:
    fail(work, job, steady, DOWN)
    entry = work.records.page_described("page")
    assert entry is not None
    assert entry.opened["page.problem"] == str(DOWN)


def test_after_a_failure_the_page_is_left_alone_for_a_while(work: Work, job: PageJob, steady: Steady) -> None:
    fail(work, job, steady, DOWN)
    work.connector.show(comment("1", "Thank you."))
    steady.seconds += 1
    job.step(work.records)
    assert work.records.known("page", ["1"]) == {}


def test_retry_after_is_honoured_to_the_second(work: Work, job: PageJob, steady: Steady) -> None:
    fail(work, job, steady, UnavailableError("Page page: too many requests.", retry_after=1200))
    work.connector.show(comment("1", "Thank you."))
    steady.seconds += 1199
    job.step(work.records)
    assert work.records.known("page", ["1"]) == {}
    steady.seconds += 1
    job.step(work.records)
    assert "1" in work.records.known("page", ["1"])


def test_waits_grow_with_every_failure_in_a_row_and_start_anew_after_a_success(
    work: Work, job: PageJob, steady: Steady
) -> None:
    fail(work, job, steady, *[DOWN] * 6)
    assert job.backoff.failures == 6
    steady.seconds += 3600
    job.step(work.records)
    assert job.backoff.failures == 0


@pytest.mark.parametrize("error", [UnauthorizedError, ForbiddenError, GoneError])
def test_what_only_a_person_can_mend_stops_the_page(
    work: Work, job: PageJob, steady: Steady, error: type[ConnectorError]
) -> None:
    fail(work, job, steady, error("Page page: renew the password."))
    work.connector.show(comment("1", "Thank you."))
    steady.seconds += 86_400
    job.step(work.records)
    assert (job.stopped, described(work.records)) == (True, ["stopped"])
    assert work.records.known("page", ["1"]) == {}


def test_an_error_that_nobody_foresaw_makes_the_page_wait_and_is_logged(
    work: Work, job: PageJob, steady: Steady
) -> None:
    steady.seconds += 3600
    job.unexpected(work.records)
    job.step(work.records)
    assert described(work.records) == ["failing"]


def test_what_cannot_be_recorded_is_not_done(work: Work, job: PageJob) -> None:
    work.connector.show(comment("1", "This is filth."))
    with Records.open(work.records.layout.folder, None, readonly=True) as sealed, pytest.raises(StoreError):
        job.step(sealed)
    assert work.connector.calls == []


def test_an_act_that_cannot_be_settled_does_not_stop_the_capture(work: Work, job: PageJob, steady: Steady) -> None:
    work.connector.show(comment("1", "This is filth."))
    work.connector.before_act = lambda: work.connector.fails.append(UnavailableError("no read-back"))
    job.step(work.records)
    work.connector.show(comment("2", "Thank you."))
    work.connector.fails = [UnavailableError("still not")]
    steady.seconds += 3600
    job.step(work.records)
    assert work.types("2")[0] == "comment.seen"
