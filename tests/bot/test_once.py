"""One pass over every page: what it does, what it leaves alone, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import Loaded
from bot.once import PageResult, once
from bot.page_job import UNFORESEEN
from bot.page_run import open_page
from bot.records import Records
from bot.startup import ACTOR
from bot.tenure import TakenError, Tenure
from models.score import Item, Score
from tests.bot.town import ALERTED, log_of, page_of, page_table, town
from tests.fakes import FakeClassifier, FakeClock, rulebook


def test_a_pass_captures_judges_and_performs(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", mode="live"), ALERTED)
    page = page_of(config, "a", "Thank you.", "This is filth.")
    (result,) = once(config, clock, rulebook())
    assert (result.health, result.polled.seen, result.polled.requested, result.performed) == ("ok", 2, 1, 1)
    assert [entry.text for entry in page.visible_to_visitors()] == ["Thank you."]


def test_a_second_pass_before_its_time_leaves_the_page_alone(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a"))
    page_of(config, "a", "Thank you.")
    once(config, clock, rulebook())
    clock.forward(seconds=59)
    assert once(config, clock, rulebook()) == []
    clock.forward(seconds=1)
    assert [result.page for result in once(config, clock, rulebook())] == ["a"]


def test_one_failing_page_never_stops_the_others(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("gone"), page_table("works"))
    page_of(config, "works", "Thank you.")
    results = {result.page: result for result in once(config, clock, rulebook())}
    assert (results["works"].health, results["works"].polled.seen) == ("ok", 1)
    assert results["gone"].health == "failing"
    assert "gone" in (results["gone"].problem or "")


def test_an_unapproved_page_is_refused_and_nothing_of_it_captured(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", approval=""))
    page_of(config, "a", "Thank you.")
    (result,) = once(config, clock, rulebook())
    assert result.health == "stopped"
    assert "pages.a.approval is missing" in (result.problem or "")
    assert log_of(config, "comment.seen", "post.seen") == []


def test_a_live_page_without_an_alert_address_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", mode="live"))
    page_of(config, "a", "This is filth.")
    (result,) = once(config, clock, rulebook())
    assert "alerts.to is empty" in (result.problem or "")
    assert log_of(config, "comment.seen") == []


def test_a_key_that_the_platform_does_not_know_refuses_that_page_alone(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", "foldr = 1"), page_table("b"))
    page_of(config, "b", "Thank you.")
    results = {result.page: result for result in once(config, clock, rulebook())}
    assert (results["a"].health, results["b"].health) == ("stopped", "ok")
    assert 'did you mean "folder"' in (results["a"].problem or "")


def test_in_shadow_nothing_is_hidden_and_the_flag_queues(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a"))
    page = page_of(config, "a", "This is filth.")
    once(config, clock, rulebook())
    assert len(page.visible_to_visitors()) == 1
    assert [entry.pub["act"] for entry in log_of(config, "comment.flagged")] == ["queue"]


def test_a_pass_beside_a_daemon_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a"))
    with (
        Records.create(config.store_dir, config.department.origin) as records,
        Tenure(records, config.store_dir, clock()),
        pytest.raises(TakenError, match="Another daemon is at work"),
    ):
        once(config, clock, rulebook())


def test_what_starts_is_in_the_log_with_the_rules_and_the_models(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path)
    once(config, clock, rulebook())
    types = [entry.type for entry in log_of(config)]
    assert types[:3] == ["system.started", "config.loaded", "model.loaded"]
    assert types[-1] == "system.stopped"
    assert log_of(config, "config.loaded")[0].pub["sha256"] == config.sha256


def test_a_clock_behind_the_log_is_recorded(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path)
    once(config, clock, rulebook())
    clock.forward(hours=-1)
    once(config, clock, rulebook())
    assert [entry.pub["by_ms"] for entry in log_of(config, "system.clock_step")] == [-3_600_000]


def test_the_result_has_the_documented_keys(tmp_path: Path, clock: FakeClock) -> None:
    config = pages_of_one(tmp_path)
    (result,) = once(config, clock, rulebook())
    figures = ["seen", "edited", "flagged", "requested", "gone", "unexplained", "performed"]
    assert list(result.as_json()) == ["page", "health", "problem", *figures]
    assert result.in_words().startswith("a: 1 seen, 0 edited")


def test_a_problem_in_words_names_its_page_once() -> None:
    failed = PageResult("a", "failing", "Page a: no answer.")
    assert failed.in_words() == "a: failing: no answer."


def pages_of_one(folder: Path) -> Loaded:
    """A Department with one page that has one comment."""
    config = town(folder, page_table("a"))
    page_of(config, "a", "Thank you.")
    return config


def test_an_error_that_nobody_foresaw_on_one_page_never_stops_the_others(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("odd"), page_table("works"))
    page_of(config, "odd", "Odd.")
    page_of(config, "works", "Thank you.")
    book = replace(rulebook(), classifiers=(Forgetful(),))
    results = {result.page: result for result in once(config, clock, book)}
    assert (results["works"].health, results["works"].polled.seen) == ("ok", 1)
    assert (results["odd"].health, results["odd"].problem) == ("failing", UNFORESEEN)


class Forgetful(FakeClassifier):
    """Breaks its contract at one comment: no answer for it."""

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        return [found for item, found in zip(items, super().score(items), strict=True) if "Odd" not in item.text]


def test_a_clock_that_ran_ahead_for_a_while_does_not_keep_a_page_from_being_polled(
    tmp_path: Path, clock: FakeClock
) -> None:
    config = town(tmp_path, page_table("a"))
    page_of(config, "a", "Thank you.")
    clock.forward(days=30)
    once(config, clock, rulebook())
    clock.forward(days=-30)
    assert [result.page for result in once(config, clock, rulebook())] == ["a"]


def test_a_hide_that_waits_is_not_carried_out_once_the_page_is_paused(tmp_path: Path, clock: FakeClock) -> None:
    config = town(tmp_path, page_table("a", mode="live"), ALERTED)
    page = page_of(config, "a", "This is filth.")
    with Records.create(config.store_dir, config.department.origin, clock) as records:
        assert open_page(config, "a", rulebook(), ACTOR, clock).poll(records).requested == 1
    once(town(tmp_path, page_table("a", mode="paused"), ALERTED), clock, rulebook())
    assert [entry.text for entry in page.visible_to_visitors()] == ["This is filth."]
    assert [entry.pub["why"] for entry in log_of(config, "action.superseded")] == ["not_allowed"]
