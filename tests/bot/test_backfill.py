"""Older comments: for the record, once each, within what is left of the budget, and nothing else."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot import backfill_command
from bot.backfill import Backfill, BackfillError, Step
from bot.backfill_command import ACTOR, Report, Wish, backfill_page
from bot.budget import Meter
from bot.cli import app
from bot.config import ConfigError, Loaded
from bot.exit_codes import Exit
from bot.once import once
from bot.records import BackfillState, Records, verify
from bot.startup import open_store
from bot.tenure import TakenError, Tenure
from bot.turns import turn
from connectors._limits import Limit, daily
from connectors.base import Batch, BudgetSpentError, UnauthorizedError, UnavailableError
from models.comment import Comment, Post, State
from models.score import Item, Score
from tests.bot.conftest import ORIGIN, Work, live_page
from tests.bot.town import log_of, page_of, page_table, town
from tests.fakes import START, FakeClassifier, FakeClock, FakeConnector, comment, rulebook

SINCE = START - timedelta(days=300)
LONG_AGO = START - timedelta(days=100)


def old(platform_id: str, text: str = "This is filth.", **changes: object) -> Comment:
    return comment(platform_id, text, **{"created": LONG_AGO, **changes})


class Shelf(FakeConnector):
    """A page with older comments, in batches; `trouble` is raised once before the batch of that number."""

    def __init__(self, *batches: list[Comment], gap: str = "") -> None:
        super().__init__()
        self.batches = batches
        self.trouble: dict[int, BaseException] = {}
        self.asked: list[tuple[datetime, str | None]] = []
        self.last_gap = gap

    def backfill(self, since: datetime, cursor: str | None) -> Batch:
        number = int(cursor or "0")
        if number in self.trouble:
            raise self.trouble.pop(number)
        self.asked.append((since, cursor))
        post = Post("page", f"old-{number}", "Last year's parade.", LONG_AGO, raw=b"{}")
        more = number + 1 < len(self.batches)
        gap = "" if more else self.last_gap
        return Batch((post,), tuple(self.batches[number]), str(number + 1), gap=gap, more=more)


def through(work: Work, shelf: FakeConnector, *, again: bool = False) -> Step:
    """The whole backfill, on a page that was polled."""
    if work.records.polled_at("page") is None:
        work.poll()
    backfill = Backfill("page", work.page, shelf, ACTOR)
    at, brought = backfill.begin(work.records, SINCE, again=again), Step()
    while at.finished is None:
        step, at = backfill.step(work.records, at, work.clock())
        brought += step
    return brought


def test_an_older_comment_is_recorded_with_the_mark_and_nothing_else(work: Work) -> None:
    brought = through(work, Shelf([old("1")]))
    assert (brought.posts, brought.recorded, brought.oldest) == (1, 1, LONG_AGO)
    (entry,) = work.case("1")
    assert (entry.type, entry.pub["via"], entry.opened["comment.text"]) == (
        "comment.seen",
        "backfill",
        "This is filth.",
    )


def test_a_threat_of_last_year_calls_nobody_and_hides_nothing(work: Work) -> None:
    through(work, Shelf([old("1", "This is a threat.")]))
    assert (work.records.open_flags(), work.records.pending_actions("page"), work.connector.calls) == ([], [], [])
    assert work.records.entries(types=["alert.raised", "comment.flagged", "action.requested"]) == []


def test_later_polls_do_not_flag_what_a_backfill_brought(work: Work) -> None:
    through(work, Shelf([old("1")]))
    work.connector.show(old("1"))
    polled = work.poll()
    assert (polled.seen, polled.edited, polled.flagged, work.types("1")) == (0, 0, 0, ["comment.seen"])


def test_an_edit_that_a_poll_finds_later_is_judged(work: Work) -> None:
    through(work, Shelf([old("1", "Nice parade.")]))
    work.connector.show(old("1", "This is filth."))
    assert work.poll().flagged == 1


def test_a_comment_of_the_last_days_is_left_to_the_polls_and_judged_by_them(work: Work) -> None:
    fresh = comment("1", "This is a threat.", created=START - timedelta(days=6))
    assert through(work, Shelf([fresh, old("2")])).left == 1
    work.connector.show(fresh)
    assert work.poll().flagged == 1


def test_a_page_whose_comments_may_be_hidden_for_longer_leaves_more_to_the_polls(work: Work) -> None:
    work.page = live_page(act_within="30d")
    assert through(work, Shelf([old("1", created=START - timedelta(days=29))])).left == 1


def test_what_came_while_nothing_polled_is_left_to_the_polls(work: Work) -> None:
    work.poll()
    work.clock.forward(days=60)
    assert through(work, Shelf([old("1", created=START + timedelta(days=20))])).left == 1


def test_a_comment_that_is_known_is_not_recorded_twice(work: Work) -> None:
    work.connector.show(old("1"))
    work.poll()
    before = work.types("1")
    assert through(work, Shelf([old("1"), old("2")])).known == 1
    assert work.types("1") == before


def test_an_older_version_never_comes_over_a_newer_one(work: Work) -> None:
    work.connector.show(old("1", "After."))
    work.poll()
    through(work, Shelf([old("1", "Before.")]))
    assert work.state("1").version == 1


def test_a_comment_that_the_daemon_fetched_at_the_same_moment_is_captured_once(work: Work) -> None:
    shelf = Shelf([old("1")])
    work.poll()
    work.connector.show(old("1"))

    class Slow(FakeClassifier):
        """Judges, and in that time a backfill records the same comment."""

        def score(self, items: Sequence[Item]) -> list[list[Score]]:
            through(work, shelf)
            return super().score(items)

    work.book = replace(rulebook(), classifiers=(Slow(),))
    assert work.poll().edited == 0
    assert work.types("1") == ["comment.seen"]


def test_what_stands_hidden_comes_as_hidden(work: Work) -> None:
    through(work, Shelf([old("1", state=State.HIDDEN)]))
    assert (work.state("1").state, work.state("1").hidden_by) == ("hidden", "elsewhere")


def test_an_answer_names_the_comment_that_it_answers(work: Work) -> None:
    through(work, Shelf([old("2", parent_id="1"), old("1")]))
    assert work.state("2").parent_ref == work.state("1").ref


def test_what_is_older_than_was_asked_for_is_left_out(work: Work) -> None:
    through(work, Shelf([old("1", created=SINCE - timedelta(seconds=1))]))
    assert work.records.known("page", ["1"]) == {}


def test_it_goes_on_where_it_was_stopped(work: Work) -> None:
    shelf = Shelf([old("1")], [old("2")], [old("3")])
    shelf.trouble[1] = UnavailableError("Page page: no answer.")
    with pytest.raises(UnavailableError):
        through(work, shelf)
    through(work, shelf)
    assert [cursor for _, cursor in shelf.asked] == [None, "1", "2"]
    assert [work.types(each) for each in ("1", "2", "3")] == [["comment.seen"]] * 3


def test_a_backfill_that_is_killed_goes_on_where_it_stood_and_records_nothing_twice(
    tmp_path: Path, clock: FakeClock
) -> None:
    batches = [[old(f"{number}-{each}") for each in range(150)] for number in range(3)]
    with Records.create(tmp_path / "store", ORIGIN, clock) as records, records.writing() as writing:
        writing.set_cursor("page", "1")
    child = os.fork()
    if child == 0:  # pragma: no cover - it is killed
        with Records.open(tmp_path / "store", ORIGIN, clock) as records:
            backfill = Backfill("page", live_page(), Shelf(*batches), ACTOR)
            _, at = backfill.step(records, backfill.begin(records, SINCE), clock())
            plain, calls = Records.writing, [0]

            def third(self: Records) -> object:
                calls[0] += 1
                if calls[0] == 3:  # in the midst of the second batch
                    os.kill(os.getpid(), signal.SIGKILL)
                return plain(self)

            Records.writing = third  # type: ignore[method-assign,assignment]
            backfill.step(records, at, clock())
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    with Records.open(tmp_path / "store", ORIGIN, clock) as records:
        kept = records.backfill_of("page")
        assert (kept and kept.cursor, len(records.entries(limit=9999, types=["comment.seen"]))) == ("1", 250)
        work = Work(records, FakeConnector(), clock, live_page(), rulebook())
        assert through(work, Shelf(*batches)).known == 100
        assert len(records.entries(limit=9999, types=["comment.seen"])) == 450
        assert len({entry.subject.ref for entry in records.entries(limit=9999, types=["comment.seen"])}) == 450


def test_its_end_is_in_the_log_and_is_known_the_next_time(work: Work) -> None:
    shelf = Shelf([old("1")], [old("2")])
    through(work, shelf)
    through(work, shelf)
    (entry,) = work.records.entries(types=["page.backfilled"])
    assert (entry.pub["count"], entry.pub["since"], len(shelf.asked)) == (2, "2026-01-20T17:00:00.000Z", 2)


def test_it_begins_anew_when_that_is_asked_for(work: Work) -> None:
    shelf = Shelf([old("1")])
    through(work, shelf)
    through(work, shelf, again=True)
    assert len(shelf.asked) == 2


def test_another_day_begins_anew(work: Work) -> None:
    through(work, Shelf([old("1")]))
    backfill = Backfill("page", work.page, Shelf(), ACTOR)
    assert backfill.begin(work.records, SINCE - timedelta(days=1)) == BackfillState(
        SINCE - timedelta(days=1), None, 0, None
    )


def test_what_the_platform_could_not_show_is_recorded(work: Work) -> None:
    through(work, Shelf([old("1")], gap="Nothing before March."))
    (entry,) = work.records.entries(types=["page.gap"])
    assert entry.opened["gap.what"] == "Nothing before March."


def test_a_page_that_was_never_polled_is_polled_first(work: Work) -> None:
    with pytest.raises(BackfillError, match=r"never polled.*ofrecord once"):
        Backfill("page", work.page, Shelf([old("1")]), ACTOR).begin(work.records, SINCE)


def test_a_platform_that_lists_nothing_older_says_so(work: Work) -> None:
    with pytest.raises(BackfillError, match="does not list older comments"):
        through(work, FakeConnector())


def test_it_does_not_count_as_this_weeks_comments(work: Work) -> None:
    work.connector.show(comment("1", "Thank you."))
    work.poll()
    through(work, Shelf([old("2"), old("3")]))
    week = work.records.week_figures(START - timedelta(days=1), START + timedelta(days=1))
    assert week.pages["page"].seen == 1


def test_the_log_with_it_verifies_and_can_be_rebuilt(work: Work) -> None:
    through(work, Shelf([old("1")]))
    work.records.rebuild()
    assert verify(work.records.layout.folder).ok
    assert work.records.week_figures(START - timedelta(days=1), START + timedelta(days=1)).pages == {}


def test_it_leaves_half_of_what_reading_may_use_to_the_polls(work: Work) -> None:
    limit = Limit("calls", 100, daily("UTC"), "Calls a day.", reserved=20)
    ours = Meter("page", (limit,), now=work.clock, spares=0.5, records=work.records)
    polls = Meter("page", (limit,), now=work.clock, records=work.records)
    ours.spend("calls", 40)
    with pytest.raises(BudgetSpentError, match="the rest is for the polls"):
        ours.spend("calls")
    assert polls.left("calls") == 40


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Let what a command set up for its output end with its test."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def shelf(monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """What the page of the command brings."""
    found = Shelf([old("1")], [old("2")])
    monkeypatch.setattr(backfill_command, "connect", lambda *_: found)
    return found


@pytest.fixture
def config(tmp_path: Path, clock: FakeClock) -> Loaded:
    """A Department whose page was polled."""
    loaded = town(tmp_path, page_table("a"))
    page_of(loaded, "a", "Thank you.")
    once(loaded, clock, rulebook())
    return loaded


def asked(config: Loaded, clock: FakeClock, wait: list[float] | None = None, **wish: bool) -> Report:
    wanted = Wish("practice", date(2026, 1, 20), wait=wait is not None, **wish)
    return backfill_page(config, wanted, quiet=True, now=clock, wait=(wait or []).append)


def test_the_command_reads_to_the_end(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    report = asked(config, clock)
    assert (report.at.finished, report.brought.recorded, report.problem) == (clock(), 2, "")
    assert "2 comments recorded, back to 08 Aug 2026" in report.in_words()


def test_its_day_is_the_departments(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    asked(config, clock)
    assert shelf.asked[0][0] == datetime(2026, 1, 20, 7, tzinfo=UTC)


def test_it_runs_beside_a_daemon(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    with open_store(config, clock) as records, Tenure(records, config.store_dir, clock()):
        assert asked(config, clock).brought.recorded == 2


def test_two_backfills_at_once_are_one_too_many(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    with turn(config.store_dir / "backfill.lock"), pytest.raises(TakenError, match="Another backfill"):
        asked(config, clock)


def test_a_spent_budget_stops_it_and_says_when_it_can_go_on(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    shelf.trouble[1] = BudgetSpentError("Page a: its budget of units is used up until 17 Nov.", 3600.0)
    report = asked(config, clock)
    assert (report.spent, report.again_at, report.brought.recorded) == (True, START + timedelta(hours=1), 1)
    assert "goes on where it stands" in report.in_words()
    assert asked(config, clock).brought.recorded == 1


def test_it_waits_for_the_budget_where_that_is_asked_for(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    shelf.trouble[1] = BudgetSpentError("Spent.", 3600.0)
    waited: list[float] = [0.0]
    assert asked(config, clock, waited).at.finished
    assert waited[1:] == [3600.0]


def test_a_platform_that_does_not_answer_is_not_called_a_spent_budget(
    config: Loaded, clock: FakeClock, shelf: Shelf
) -> None:
    shelf.trouble[0] = UnavailableError("Page a: no answer.")
    report = asked(config, clock)
    assert (report.spent, report.problem) == (False, "Page a: no answer.")


def test_a_refused_credential_is_not_waited_for(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    shelf.trouble[0] = UnauthorizedError("Page a: renew it.")
    with pytest.raises(UnauthorizedError):
        asked(config, clock, [0.0])


def test_a_platform_that_leads_in_a_circle_is_not_asked_for_ever(
    config: Loaded, clock: FakeClock, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "backfill", lambda *_: Batch((), (), "same", more=True))
    with pytest.raises(UnavailableError, match="the same place again"):
        asked(config, clock)


def test_an_unapproved_page_is_not_read(tmp_path: Path, clock: FakeClock, shelf: Shelf) -> None:
    with pytest.raises(ConfigError, match="approval is missing"):
        asked(town(tmp_path, page_table("a", approval="")), clock)
    assert shelf.asked == []


def test_a_day_to_come_is_refused(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    with pytest.raises(BackfillError, match="a day in the past"):
        backfill_page(config, Wish("a", date(2026, 11, 17)), now=clock)


def test_a_page_that_offers_none_gets_a_sentence_and_an_exit_code(config: Loaded) -> None:
    command = ["backfill", "a", "--since", "2026-01-01", "-c", str(config.path)]
    with pytest.raises(BackfillError, match="practice does not list older comments"):
        CliRunner().invoke(app, command, catch_exceptions=False)


@pytest.mark.parametrize(
    ("trouble", "code"), [(BudgetSpentError("Spent.", 60.0), Exit.BUSY), (UnavailableError("Gone."), Exit.PROBLEM)]
)
def test_the_exit_code_tells_a_spent_budget_from_a_failure(
    config: Loaded, shelf: Shelf, trouble: UnavailableError, code: Exit
) -> None:
    shelf.trouble[0] = trouble
    result = CliRunner().invoke(app, ["backfill", "a", "--since", "2026-01-01", "--json", "-c", str(config.path)])
    assert (result.exit_code, json.loads(result.stdout)["finished"]) == (code, False)


def test_it_shows_no_comment_on_the_terminal(config: Loaded, clock: FakeClock, shelf: Shelf) -> None:
    assert "filth" not in asked(config, clock).in_words()
    assert [entry.pub["count"] for entry in log_of(config, "page.backfilled")] == [2]
