"""The tasks as a person reads them: what to do, where, in which steps, and what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.records import Records, Task
from bot.web.reading.people import names_of
from bot.web.times import Clock, When
from bot.web.words import BY_HAND
from bot.words import said_of

_SHOWN_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class ToDo:
    """One thing to do by hand."""

    corr: str
    comment: str
    """The comment's reference; empty for a duty about the page."""
    page: str
    what: str
    why: str
    link: str
    steps: list[str]
    since: When


@dataclass(frozen=True, slots=True)
class DoneByHand:
    """One thing that somebody says was done, and that the platform has not shown yet."""

    comment: str
    page: str
    what: str
    by: str
    at: When


@dataclass(frozen=True, slots=True)
class Tasks:
    """Everything that the page shows."""

    waiting: list[ToDo]
    unverified: list[DoneByHand]


def tasks(records: Records, clock: Clock) -> Tasks:
    """Read the tasks."""
    unverified = records.unverified_tasks(since=clock.now - _SHOWN_FOR)
    names = names_of(task.done_by for task in unverified if task.done_by)
    return Tasks(
        waiting=[_to_do(records, task, clock) for task in records.waiting_tasks()],
        unverified=[
            DoneByHand(
                _comment(task), task.page, _what(task), names.get(task.done_by or "", "Somebody"), clock.when(task.done)
            )
            for task in unverified
            if task.done is not None
        ],
    )


def _to_do(records: Records, task: Task, clock: Clock) -> ToDo:
    opened = records.entry(task.opened_seq)
    pub, private = (opened.pub, opened.opened) if opened else ({}, {})
    link = str(private.get("task.link") or "")
    return ToDo(
        corr=task.corr,
        comment=_comment(task),
        page=task.page,
        what=_what(task),
        why=str(private.get("platform.answer") or ""),
        link=link if link.startswith(("https://", "http://")) else "",
        steps=list(pub.get("steps") or []),
        since=clock.when(task.opened),
    )


def _comment(task: Task) -> str:
    return "" if task.action == "look" else task.ref


def _what(task: Task) -> str:
    words = said_of(task.action, BY_HAND)
    return words[0].upper() + words[1:]
