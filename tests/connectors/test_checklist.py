"""Pages that only a person can look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import ConnectorError, Result
from connectors.checklist import Settings, connect
from models.comment import State
from tests.connectors.means import means

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def fetch(cursor: str | None, at: datetime, **settings: object) -> tuple[str, list[str]]:
    page = connect("old-site", Settings.model_validate(settings), means(), clock=lambda: at)
    batch = page.fetch(cursor)
    return batch.cursor, [duty.key for duty in batch.duties]


def test_the_first_look_is_due_at_once() -> None:
    assert fetch(None, MORNING)[1] == ["look"]


def test_the_next_look_is_due_after_the_hours_and_not_before() -> None:
    cursor, _ = fetch(None, MORNING)
    assert fetch(cursor, MORNING + timedelta(hours=23, minutes=59))[1] == []
    assert fetch(cursor, MORNING + timedelta(hours=24))[1] == ["look"]


def test_a_poll_in_between_moves_no_deadline() -> None:
    cursor, _ = fetch(None, MORNING)
    between, _ = fetch(cursor, MORNING + timedelta(hours=12))
    assert fetch(between, MORNING + timedelta(hours=24))[1] == ["look"]


def test_a_look_that_was_due_while_the_daemon_was_off_is_asked_for_once() -> None:
    cursor, _ = fetch(None, MORNING)
    later = MORNING + timedelta(days=9)
    cursor, due = fetch(cursor, later)
    assert due == ["look"]
    assert fetch(cursor, later + timedelta(minutes=1))[1] == []


def test_the_duty_carries_the_link_and_the_departments_own_steps() -> None:
    settings = Settings(url="https://old.example/department", steps=("Read the guest book.",))
    (duty,) = connect("old-site", settings, means(), clock=lambda: MORNING).fetch(None).duties
    assert (duty.link, duty.steps) == ("https://old.example/department", ("Read the guest book.",))


def test_a_damaged_cursor_names_the_page() -> None:
    with pytest.raises(ConnectorError, match="old-site"):
        fetch("yesterday", MORNING)


def test_nothing_is_ever_claimed_about_a_comment() -> None:
    page = connect("old-site", Settings(), means(), clock=lambda: MORNING)
    assert page.hide("1").result is page.unhide("1").result is Result.UNSUPPORTED
    assert page.state("1").state is State.UNKNOWN
