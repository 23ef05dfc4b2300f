"""Older comments of a page, recorded and nothing else: not judged, not queued, not hidden, nobody told.

What came within the last days is left to the polls: a comment that is recorded here is known to them, so they would
never ask anybody about it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from bot.capture import Recorder
from bot.config import Page
from bot.events import Actor, PageBackfilled, Subject
from bot.judgement import Rulebook
from bot.moments import timestamp
from bot.pipeline import note_gap
from bot.records import BackfillState, Records
from connectors.base import Backfilling, Batch, Connector
from models.comment import Comment
from models.policy import Policy

VIA = "backfill"
_POLLS_REACH = timedelta(days=7)
"""Posts are looked at once a day at the least, unless the budget forbids it; this is that, with room to spare."""
_AT_ONCE = 100
"""Comments in one transaction, as with polls: the daemon and the people at work have their turns in between."""
_NO_JUDGE = Rulebook((), Policy("", ()))


class BackfillError(Exception):
    """The page's older comments cannot be had. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one batch brought."""

    posts: int = 0
    recorded: int = 0
    known: int = 0
    """Comments that the log had already."""
    left: int = 0
    """Comments that are left to the polls."""
    oldest: datetime | None = None
    """The oldest comment recorded."""
    gap: str = ""
    finished: bool = False

    def __add__(self, other: Step) -> Step:
        """Add up what several batches brought; the newest gap and end count."""
        both = [each for each in (self.oldest, other.oldest) if each is not None]
        return Step(
            self.posts + other.posts,
            self.recorded + other.recorded,
            self.known + other.known,
            self.left + other.left,
            min(both, default=None),
            other.gap or self.gap,
            other.finished,
        )


@dataclass(frozen=True, slots=True)
class Backfill:
    """One page on its way back to a moment. Where it stands is kept in the store, with what it brought."""

    name: str
    page: Page
    connector: Connector
    actor: Actor

    def begin(self, records: Records, since: datetime, *, again: bool = False) -> BackfillState:
        """Where it stands on its way to `since`: at the beginning, in the midst, or at the end.

        Args:
            records: the store.
            since: comments posted since then are wanted.
            again: forget how far it came.

        Raises:
            BackfillError: when the platform offers none, or the page was never polled.
        """
        if not hasattr(self.connector, "backfill"):
            raise BackfillError(
                f"Page {self.name}: {self.connector.platform} does not list older comments than its polls bring, so"
                " there is nothing to fetch."
            )
        if records.polled_at(self.name) is None:
            raise BackfillError(
                f"Page {self.name} was never polled. Let `ofrecord run` or `ofrecord once` read it first: what that"
                " brings is judged and queued, and a backfill would keep it from that."
            )
        kept = records.backfill_of(self.name)
        if kept is not None and kept.since == since and not again:
            return kept
        return BackfillState(since, None, 0, None)

    def step(self, records: Records, at: BackfillState, now: datetime) -> tuple[Step, BackfillState]:
        """Fetch one batch and record what is new in it, where it goes on last: a crash means fetching that again.

        Raises:
            ConnectorError: when the page cannot be read; nothing is written then.
            StoreError: when the log cannot be written.
        """
        batch = cast("Backfilling", self.connector).backfill(at.since, at.cursor)
        ours = [each for each in batch.comments if at.since <= each.created < self._left_to_polls(records, now)]
        recorded = self._record(records, batch, ours, now)
        done = Step(
            posts=len(batch.posts),
            recorded=len(recorded),
            known=len(ours) - len(recorded),
            left=len(batch.comments) - len(ours),
            oldest=min((each.created for each in recorded), default=None),
            gap=batch.gap,
            finished=not batch.more,
        )
        after = BackfillState(at.since, batch.cursor, at.recorded + len(recorded), None if batch.more else now)
        with records.writing() as writing:
            note_gap(writing, self.name, batch.gap, self.actor)
            writing.set_backfill(self.name, after)
            if done.finished:
                writing.append(
                    PageBackfilled(
                        actor=self.actor,
                        subject=Subject("page", self.name),
                        page=self.name,
                        since=timestamp(at.since),
                        count=after.recorded,
                    )
                )
        return done, after

    def _left_to_polls(self, records: Records, now: datetime) -> datetime:
        """From this moment on comments are the polls' to bring."""
        polled = records.polled_at(self.name) or now
        return min(polled, now) - max(_POLLS_REACH, self.page.act_within)

    def _record(self, records: Records, batch: Batch, comments: Collection[Comment], now: datetime) -> list[Comment]:
        """Record what the log does not know yet. Returns what was new."""
        # Answered comments come before their answers, which then name them.
        waiting = sorted(comments, key=lambda comment: (comment.created, comment.parent_id is not None))
        recorded: list[Comment] = []
        with records.writing() as writing:
            recorder = Recorder(writing, self.name, self.page, _NO_JUDGE, self.actor, now, VIA)
            for post in batch.posts:
                recorder.post(post)
        for start in range(0, len(waiting), _AT_ONCE):
            chunk = {each.platform_id: each for each in waiting[start : start + _AT_ONCE]}
            with records.writing() as writing:
                known = writing.known(self.name, list(chunk))
                recorder = replace(recorder, writing=writing)
                fresh = [each for platform_id, each in chunk.items() if platform_id not in known]
                for comment in fresh:
                    recorder.comment(comment, None, None)
                recorded += fresh
        return recorded
