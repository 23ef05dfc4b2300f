"""Events and stores for the tests of the records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import events
from bot.records import Records, Writing

ORIGIN = "ofrecord.example.gov/test"
BOT = events.Actor("bot", "modbot", build="1.0")
ANN = events.Actor("human", "u_ann", role="moderator")
START = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LATER = START + timedelta(days=30)
PAGE = "front"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@contextmanager
def opened(store: Path, clock: Callable[[], datetime] | None = None) -> Iterator[Records]:
    with Records.create(store, ORIGIN, clock or Clock()) as records:
        yield records


def about(ref: str) -> events.Subject:
    return events.Subject("comment", ref)


def seen(ref: str, platform_id: str = "", **given: Any) -> events.CommentSeen:
    values: dict[str, Any] = {
        "page": PAGE,
        "platform": "practice",
        "post_ref": "p_1",
        "version": 1,
        "state": "visible",
        "by_page": False,
        "created": "2026-11-22T12:00:00Z",
        "platform_id": platform_id or f"id-{ref}",
        "text": f"What {ref} wrote",
        "digest": "ab" * 32,
        "author_name": "A. Visitor",
    }
    return events.CommentSeen(actor=BOT, subject=about(ref), **(values | given))


def edited(ref: str, version: int, **given: Any) -> events.CommentEdited:
    first = seen(ref, **given)
    kept = {each.name: getattr(first, each.name) for each in fields(first) if each.name != "version"}
    return events.CommentEdited(**kept, version=version)


def post(ref: str, platform_id: str, **given: Any) -> events.PostSeen:
    values: dict[str, Any] = {"page": PAGE, "platform": "practice", "text": "A post", "digest": "cd" * 32}
    return events.PostSeen(actor=BOT, subject=events.Subject("post", ref), platform_id=platform_id, **(values | given))


def flagged(ref: str, urgency: int = 1, **given: Any) -> events.CommentFlagged:
    values: dict[str, Any] = {
        "page": PAGE,
        "version": 1,
        "verdict": "queue",
        "act": "queue",
        "categories": ["obscenity"],
        "reason": "a rule says so",
    }
    return events.CommentFlagged(actor=BOT, subject=about(ref), urgency=urgency, **(values | given))


def requested(ref: str, corr: str, action: str = "hide", **given: Any) -> events.ActionRequested:
    values: dict[str, Any] = {
        "actor": BOT,
        "page": PAGE,
        "reason": "rule",
        "precondition_seq": 0,
        "precondition_state": "visible",
    }
    return events.ActionRequested(subject=about(ref), corr=corr, action=action, **(values | given))


def intent(ref: str, corr: str, action: str = "hide", attempt: int = 1) -> events.ActionIntent:
    return events.ActionIntent(
        actor=BOT,
        subject=about(ref),
        corr=corr,
        page=PAGE,
        action=action,
        attempt=attempt,
        idem=f"{action}:{ref}",
        precondition_seq=0,
        observed="visible",
    )


def hidden(ref: str, corr: str, via: str = "response") -> events.ActionHidden:
    return events.ActionHidden(
        actor=BOT, subject=about(ref), corr=corr, page=PAGE, action="hide", observed="hidden", via=via
    )


def restored(ref: str, corr: str) -> events.ActionRestored:
    return events.ActionRestored(
        actor=BOT, subject=about(ref), corr=corr, page=PAGE, action="unhide", observed="visible", via="response"
    )


def unconfirmed(ref: str, corr: str, action: str = "unhide") -> events.ActionUnconfirmed:
    return events.ActionUnconfirmed(
        actor=BOT, subject=about(ref), corr=corr, page=PAGE, action=action, observed="hidden", via="reconcile"
    )


def superseded(ref: str, corr: str) -> events.ActionSuperseded:
    return events.ActionSuperseded(
        actor=BOT,
        subject=about(ref),
        corr=corr,
        page=PAGE,
        action="unhide",
        observed="hidden",
        via="withdrawn",
        why="edited",
    )


def gone(ref: str) -> events.CommentGone:
    return events.CommentGone(actor=BOT, subject=about(ref), page=PAGE, was="visible")


def decided(ref: str, decision: str, **given: Any) -> events.ReviewDecided:
    values: dict[str, Any] = {"page": PAGE, "version": 1, "seen_seq": 0}
    return events.ReviewDecided(actor=ANN, subject=about(ref), decision=decision, **(values | given))


def hide_by_bot(records: Records, ref: str, corr: str, until: datetime | None) -> None:
    """Capture, flag and provisionally hide a comment."""
    text = None if until is None else until.isoformat()
    with records.writing() as writing:
        writing.append(seen(ref))
        writing.append(flagged(ref, act="hide", verdict="hide"))
        writing.append(requested(ref, corr, provisional_until=text))
        writing.append(intent(ref, corr))
        writing.append(hidden(ref, corr))


def fill(store: Path, count: int, checkpoint_every: int = 0) -> None:
    """Make a store with `count` entries in portions, signing checkpoints on the way."""
    with opened(store) as records:
        for start in range(0, count, 100):
            with records.writing() as writing:
                for i in range(start, min(start + 100, count)):
                    _append_one(writing, i)
            if checkpoint_every and (start + 100) % checkpoint_every == 0:
                records.checkpoint()


def _append_one(writing: Writing, number: int) -> None:
    ref = f"c_{number - number % 2}"
    writing.append(flagged(ref) if number % 2 else seen(ref))
