"""What only people can do: opened when a platform cannot, done by a named person, verified by reading the platform."""

from __future__ import annotations

from collections.abc import Sequence

from bot.action_requests import HIDE, UNHIDE
from bot.events import (
    Actor,
    CommentFlagged,
    Subject,
    TaskDone,
    TaskDropped,
    TaskOpened,
    TaskVerified,
)
from bot.records import Action, CommentState, Records, Task, Writing
from models.comment import State
from models.policy import Urgency

LOOK = "look"
UNBLOCK = "unblock"
UNBLOCKED = "unblocked"
KEPT = "kept"
_KINDS = {LOOK: "page", UNBLOCK: "account"}
_OUT_OF_SIGHT = (State.HIDDEN, State.HELD, State.SPAM, State.GONE)


class TaskError(Exception):
    """The task cannot be marked as done. The message says why."""


def open_for(writing: Writing, action: Action, steps: Sequence[str], actor: Actor, why: str) -> None:
    """Open the task that a hide or an unhide becomes which the platform cannot do, unless it is open already."""
    if _in_hand(writing, action.ref, action.action):
        return
    captured = writing.captured(action.ref)
    writing.append(
        TaskOpened(
            actor=actor,
            subject=Subject("comment", action.ref),
            corr=action.corr,
            cause=(action.requested_seq,),
            page=action.page,
            action=action.action,
            steps=list(steps),
            why=why or None,
            link=(captured.permalink or None) if captured else None,
        )
    )


def done_by_hand(records: Records, *, corr: str, user: Actor, note: str | None = None, outcome: str = "") -> Task:
    """Take a person's word that they did it. Whether it is so, the platform shows later, where it can.

    Args:
        records: the store.
        corr: what names the task.
        user: who says so.
        note: what they say about it.
        outcome: of a blocked account, `UNBLOCKED` or `KEPT`; the note says why it is kept.

    Raises:
        TaskError: when there is no such task, nothing is left to do about it, or the answer about a block is not whole.
    """
    with records.writing() as writing:
        task = writing.task(corr)
        if task is None:
            raise TaskError("There is no such task.")
        if not task.waits:
            raise TaskError("This was done already, or need not be done any more.")
        _require_answer(task, outcome, note)
        writing.append(
            TaskDone(
                actor=user,
                subject=_subject(task),
                corr=task.corr,
                cause=(task.opened_seq,),
                page=task.page,
                action=task.action,
                outcome=outcome or None,
                note=note or None,
            )
        )
    return task


def _require_answer(task: Task, outcome: str, note: str | None) -> None:
    """A block is answered one way or the other, and kept only with a reason; other tasks have one answer."""
    if task.action != UNBLOCK:
        if outcome:
            raise TaskError("Only a block can be kept.")
    elif outcome not in (UNBLOCKED, KEPT):
        raise TaskError("Nothing was noted: say whether you unblocked the account or keep the block.")
    elif outcome == KEPT and not note:
        raise TaskError("Nothing was noted: say in the note why the block is kept.")


def show_that_it_is_done(writing: Writing, ref: str, observed: State, actor: Actor) -> bool:
    """Close the task about a comment that what the platform shows now was for. Returns whether there was one."""
    for task in writing.open_tasks_of(ref):
        if fulfilled(task, observed):
            writing.append(
                TaskVerified(
                    actor=actor,
                    subject=_subject(task),
                    corr=task.corr,
                    cause=(task.opened_seq if task.done_seq is None else task.done_seq,),
                    page=task.page,
                    action=task.action,
                    observed=observed.value,
                )
            )
            return True
    return False


def gone(writing: Writing, ref: str, actor: Actor) -> None:
    """Settle the tasks about a comment that is gone: it is out of sight, and cannot be shown again."""
    show_that_it_is_done(writing, ref, State.GONE, actor)
    for task in writing.open_tasks_of(ref):
        drop(writing, task, actor, "gone")


def edited(writing: Writing, before: CommentState, actor: Actor) -> None:
    """Drop what was to be done about an earlier version, and let a person look at the comment again."""
    stale = [task for task in writing.open_tasks_of(before.ref) if task.waits]
    for task in stale:
        drop(writing, task, actor, "edited")
    if stale and writing.open_flag(before.ref) is None:
        writing.append(
            CommentFlagged(
                actor=actor,
                subject=Subject("comment", before.ref),
                page=before.page,
                version=before.version + 1,
                verdict="queue",
                act="queue",
                urgency=int(Urgency.NORMAL),
                categories=[],
                reason="edited before it was dealt with by hand",
            )
        )


def drop(writing: Writing, task: Task, actor: Actor, why: str) -> None:
    """Close a task that need not be done any more."""
    writing.append(
        TaskDropped(
            actor=actor,
            subject=_subject(task),
            corr=task.corr,
            cause=(task.opened_seq,),
            page=task.page,
            action=task.action,
            why=why,
        )
    )


def settle_for(writing: Writing, ref: str, *, hidden: bool, actor: Actor) -> bool | None:
    """Bring the tasks about a comment in line with a person's answer: drop what is to be done against it.

    Returns:
        Whether the comment will be hidden by what was done, or is still to be done, by hand; None when nothing is.
    """
    will_be: bool | None = None
    for task in writing.open_tasks_of(ref):
        if task.waits and (task.action == HIDE) != hidden:
            drop(writing, task, actor, "decided")
        else:
            will_be = task.action == HIDE
    return will_be


def fulfilled(task: Task, observed: State) -> bool:
    """Whether a comment in this state stands as the task wants it."""
    if task.action == HIDE:
        return observed in _OUT_OF_SIGHT
    return task.action == UNHIDE and observed is State.VISIBLE


def _in_hand(writing: Writing, ref: str, action: str) -> bool:
    """Whether the same thing is already to be done by hand, or was done and not verified yet."""
    return any(task.action == action for task in writing.open_tasks_of(ref))


def _subject(task: Task) -> Subject:
    return Subject(_KINDS.get(task.action, "comment"), task.ref)
