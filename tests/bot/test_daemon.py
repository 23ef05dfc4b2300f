"""The unattended loop: every page on its own, ended by one word."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.config import Loaded
from bot.daemon import Daemon
from bot.moments import utc_now
from bot.records import Records
from bot.tenure import TakenError, Tenure
from connectors.practice.page import Draft
from tests.bot.town import ALERTED, log_of, page_of, page_table, town


@contextmanager
def working(config: Loaded) -> Iterator[Daemon]:
    """A daemon at work in a thread; it ends with the block."""
    Records.create(config.store_dir, config.department.origin).close()
    daemon = Daemon(config)
    thread = threading.Thread(target=daemon.run)
    thread.start()
    try:
        yield daemon
    finally:
        daemon.stop()
        thread.join(timeout=20)
        assert not thread.is_alive()


def eventually(true: Callable[[], bool]) -> bool:
    """Whether it comes true in a while; the daemon works in its own time."""
    until = time.monotonic() + 20
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def seen_on(config: Loaded, page: str) -> int:
    return sum(entry.pub["page"] == page for entry in log_of(config, "comment.seen"))


def healths(config: Loaded) -> dict[str, str]:
    return {entry.pub["page"]: entry.pub["health"] for entry in log_of(config, "page.described")}


def test_it_captures_what_is_there_and_what_comes(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("a", 'poll_every = "0s"'))
    page = page_of(config, "a", "Thank you.")
    with working(config):
        assert eventually(lambda: seen_on(config, "a") == 1)
        page.comment(Draft("p1", "Good to know.", "Pat"))
        assert eventually(lambda: seen_on(config, "a") == 2)


def test_one_failing_page_never_stops_the_others(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("gone"), page_table("works"))
    page_of(config, "works", "Thank you.")
    with working(config):
        assert eventually(lambda: healths(config) == {"gone": "failing", "works": "ok"})
    assert seen_on(config, "works") == 1


def test_an_unapproved_page_is_never_captured(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("unapproved", approval=""), page_table("works"))
    page_of(config, "unapproved", "Thank you.")
    page_of(config, "works", "Thank you.")
    with working(config):
        assert eventually(lambda: seen_on(config, "works") == 1)
    assert seen_on(config, "unapproved") == 0
    assert healths(config)["unapproved"] == "stopped"


def test_a_live_page_without_an_alert_address_is_never_captured(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("loud", mode="live"), page_table("works"))
    page_of(config, "loud", "Thank you.")
    page_of(config, "works", "Thank you.")
    with working(config):
        assert eventually(lambda: seen_on(config, "works") == 1)
    assert seen_on(config, "loud") == 0


def test_stop_ends_the_loop_with_the_last_word_in_the_log(tmp_path: Path) -> None:
    config = town(tmp_path, page_table("a", mode="live"), ALERTED)
    page_of(config, "a", "Thank you.")
    with working(config):
        assert eventually(lambda: seen_on(config, "a") == 1)
    assert log_of(config)[-1].type == "system.stopped"


def test_a_second_daemon_is_refused(tmp_path: Path) -> None:
    config = town(tmp_path)
    with (
        Records.create(config.store_dir, config.department.origin) as records,
        Tenure(records, config.store_dir, utc_now()),
        pytest.raises(TakenError, match=r"Another daemon is at work on .*; stop it first"),
    ):
        Daemon(config).run()
