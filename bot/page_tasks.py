"""The tasks of a page as its polls bring them and settle them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.events import Actor, Subject, TaskOpened, new_ref
from bot.records import Records, Writing
from bot.tasks import LOOK, fulfilled, show_that_it_is_done
from connectors.base import Connector, Coverage, Duty
from models.comment import State

_LOOKED_FOR = timedelta(days=7)
"""So long a comment is read again and again after somebody said that it was done."""
_READ_AT_ONCE = 20
_READABLE = (Coverage.MODERATED, Coverage.WATCHED)


def open_duties(writing: Writing, page: str, duties: Collection[Duty], actor: Actor) -> None:
    """Open what a person has to do about the page itself, each duty once at a time."""
    waiting = {task.key for task in writing.open_tasks_of(page)}
    for duty in duties:
        if duty.key in waiting:
            continue
        writing.append(
            TaskOpened(
                actor=actor,
                subject=Subject("page", page),
                corr=new_ref("task"),
                page=page,
                action=LOOK,
                key=duty.key,
                steps=list(duty.steps),
                link=duty.link or None,
            )
        )


def verify(records: Records, page: str, connector: Connector, actor: Actor, now: datetime) -> int:
    """Read the comments that somebody says they dealt with, where the platform can be asked about one.

    Returns:
        How many were seen to be done.

    Raises:
        ConnectorError: when the platform cannot be read.
    """
    if connector.capability.coverage not in _READABLE:
        return 0
    verified = 0
    for task in records.unverified_tasks(page, since=now - _LOOKED_FOR, limit=_READ_AT_ONCE):
        captured = records.captured(task.ref)
        if captured is None or captured.platform_id is None:
            continue
        observed = connector.state(captured.platform_id).state
        if observed is not State.GONE and fulfilled(task, observed):  # `comment.gone` is for the poll to tell
            with records.writing() as writing:
                verified += show_that_it_is_done(writing, task.ref, observed, actor)
    return verified
