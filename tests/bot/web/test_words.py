"""Every entry about a comment can be said in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.events import Actor, Subject
from bot.records import Entry
from bot.web.times import Clock
from bot.web.words import in_words, who

CLOCK = Clock(ZoneInfo("America/Denver"), datetime(2026, 11, 16, 17, 0, tzinfo=UTC))


def entry(kind: str, actor: Actor | None = None, **pub: Any) -> Entry:
    return Entry(
        seq=7,
        id="e_1",
        ts=CLOCK.now,
        type=kind,
        actor=actor or Actor("bot", "daemon"),
        subject=Subject("comment", "c_1"),
        pub=pub,
        corr=None,
        cause=(),
        opened={},
        withheld=(),
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (entry("comment.seen", state="visible"), "Captured whole. On the platform: visible."),
        (entry("comment.edited", version=2), "The author edited it. Captured again as version 2."),
        (entry("comment.gone", by="author"), "Gone from the platform. The author removed it."),
        (entry("action.intent", action="hide", attempt=2), "About to hide it on the platform (attempt 2)."),
        (entry("action.hidden"), "Hidden. The platform was read back and shows it hidden."),
        (entry("review.opened", until="2026-11-16T17:10:00.000Z"), "Took it to work on, until 10:10."),
        (entry("review.decided", decision="undo", undoes=4), "Took back the answer of entry 4."),
        (entry("review.referred", role="Detectives", matter="tip"), "Referred to Detectives: a tip about a crime."),
        (entry("record.viewed"), "Looked at it."),
        (entry("future.event_type"), "Future event type."),
    ],
)
def test_an_entry_is_said_in_plain_words(said: Entry, words: str) -> None:
    assert in_words(said, CLOCK) == words


def test_a_request_names_the_clause_and_when_it_lapses() -> None:
    asked = entry(
        "action.requested",
        action="hide",
        reason="rule",
        clause="5.04 A.3.d(1) obscenities",
        provisional_until="2026-11-19T17:00:00.000Z",
    )
    assert in_words(asked, CLOCK) == (
        "Asked to hide it under a rule of the policy. Policy 5.04 A.3.d(1) obscenities. "
        "Restored 19 Nov 10:00 unless a person confirms."
    )


def test_a_person_is_named_by_their_account() -> None:
    person = Actor("human", "u_1", role="records_clerk")
    assert who(entry("record.viewed", person), {"u_1": "kim"}) == "kim (records clerk)"


def test_a_person_without_an_account_keeps_their_reference() -> None:
    assert who(entry("record.viewed", Actor("human", "u_1")), {}) == "u_1"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 16, 16, 0, tzinfo=UTC), "09:00"),
        (datetime(2026, 11, 15, 16, 0, tzinfo=UTC), "15 Nov 09:00"),
        (datetime(2025, 11, 15, 16, 0, tzinfo=UTC), "15 Nov 2025 09:00"),
    ],
)
def test_a_time_is_told_in_the_departments_zone(moment: datetime, words: str) -> None:
    assert CLOCK.when(moment).words == words


def test_a_deadline_is_told_from_now() -> None:
    assert CLOCK.read("2026-11-16T20:30:00Z").relative == "in 3 hours"


def test_a_comment_that_came_by_a_backfill_is_said_not_to_be_judged() -> None:
    said = in_words(entry("comment.seen", state="visible", backlog=True, via="backfill"), CLOCK)
    assert said.endswith("Somebody had older comments recorded; it was not judged.")
