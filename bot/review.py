"""What people decide: leave up, hide, cannot decide, refer, undo. Each is one transaction; the daemon does the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import action_requests as asking
from bot.config import Matter
from bot.events import Actor, ReviewDecided, ReviewOpened, ReviewReferred, Subject
from bot.moments import timestamp
from bot.records import Action, Claim, CommentState, Entry, Records, Writing
from models.comment import State
from models.policy import Ground

LEAVE_UP, HIDE, CANNOT_DECIDE, UNDO = "leave_up", "hide", "cannot_decide", "undo"
CLAIM_MINUTES = 10


class ReviewError(Exception):
    """The answer cannot be taken as it is. The message says what to do."""


class HeldError(ReviewError):
    """Another moderator holds the comment."""

    def __init__(self, claim: Claim) -> None:
        """Keep the other's claim."""
        super().__init__("Another moderator is working on this comment.")
        self.claim = claim


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a moderator's answer."""

    entry: Entry
    requested: str | None
    """hide or unhide when the daemon will now change the platform, else None."""


def open_flag(records: Records, *, ref: str, user: Actor, now: datetime, take_over: bool = False) -> Claim:
    """Take a comment to work on it, for `CLAIM_MINUTES`; taking it again renews the claim.

    Raises:
        HeldError: when another moderator holds it and `take_over` is not set.
    """
    until = now + timedelta(minutes=CLAIM_MINUTES)
    with records.writing() as writing:
        held = writing.claim_of(ref)
        if held is not None and held.user != user.id and not take_over:
            raise HeldError(held)
        state = _state(writing, ref)
        if held is None or held.user != user.id:
            writing.release(ref)
            subject = Subject("comment", ref)
            writing.append(ReviewOpened(actor=user, subject=subject, page=state.page, until=timestamp(until)))
        writing.claim(ref, user.id, until)
        claim = writing.claim_of(ref)
    assert claim is not None, "taken a moment ago, in this transaction"
    return claim


def decide(
    records: Records,
    *,
    ref: str,
    user: Actor,
    decision: str,
    seen_seq: int,
    policy: str,
    ground: Ground | None = None,
    note: str | None = None,
) -> Answer:
    """Take a moderator's answer.

    Args:
        records: the log.
        ref: the comment.
        user: who answers.
        decision: `LEAVE_UP`, `HIDE` or `CANNOT_DECIDE`.
        seen_seq: `CommentState.last_seq` as the moderator saw it.
        policy: the version of the policy in force.
        ground: the ground of the policy; required for `HIDE`.
        note: the moderator's own words.

    Raises:
        StaleError: when something happened to the comment since `seen_seq`.
        HeldError: when another moderator holds it.
        ReviewError: when the answer is not possible, with the reason.
    """
    if decision not in (LEAVE_UP, HIDE, CANNOT_DECIDE):
        raise ReviewError("Choose leave up, hide or cannot decide.")
    if decision == HIDE and ground is None:
        raise ReviewError("Choose the ground of the policy on which the comment is hidden.")
    with records.writing() as writing:
        state = _state(writing, ref)
        _not_held_by_another(writing, ref, user)
        if decision == HIDE and state.by_page:
            raise ReviewError("This is the Department's own comment; it is not moderated here.")
        entry = writing.append(
            ReviewDecided(
                actor=user,
                subject=Subject("comment", ref),
                cause=_cause(writing, ref),
                page=state.page,
                decision=decision,
                version=state.version,
                seen_seq=seen_seq,
                ground=ground.value if ground else None,
                clause=ground.clause if ground else None,
                policy=policy,
                note=note or None,
            ),
            expected=seen_seq,
        )
        writing.release(ref, user.id)
        requested = None
        if decision != CANNOT_DECIDE:
            basis = asking.Basis(ground.clause, policy) if ground else None
            requested = _bring_about(writing, ref, hidden=decision == HIDE, user=user, entry=entry, basis=basis)
        return Answer(entry, requested)


def undo(records: Records, *, ref: str, user: Actor, anyone: bool = False) -> Answer:
    """Take back the newest answer: the flag opens again and the platform is put back as it was before the answer.

    Args:
        records: the log.
        ref: the comment.
        user: who undoes.
        anyone: whether another person's answer may be undone (a supervisor's right).

    Raises:
        HeldError: when another moderator holds the comment.
        ReviewError: when there is nothing to undo.
    """
    with records.writing() as writing:
        answer = writing.answer_to_undo(ref)
        if answer is None:
            raise ReviewError("There is no answer to undo.")
        if answer.actor.id != user.id and not anyone:
            raise ReviewError("This answer was given by another person; ask a supervisor to undo it.")
        _not_held_by_another(writing, ref, user)
        state = _state(writing, ref)
        entry = writing.append(
            ReviewDecided(
                actor=user,
                subject=Subject("comment", ref),
                cause=(answer.seq,),
                page=state.page,
                decision=UNDO,
                version=state.version,
                seen_seq=state.last_seq,
                undoes=answer.seq,
            )
        )
        return Answer(entry, _take_back(writing, ref, answer, user, entry))


def refer(records: Records, *, ref: str, user: Actor, matter: Matter, role: str, note: str | None = None) -> Entry:
    """Pass a comment on to a role; the daemon mails it. Apart from any decision: the flag stays as it is."""
    with records.writing() as writing:
        state = _state(writing, ref)
        return writing.append(
            ReviewReferred(
                actor=user,
                subject=Subject("comment", ref),
                page=state.page,
                matter=matter,
                role=role,
                note=note or None,
            )
        )


def _state(writing: Writing, ref: str) -> CommentState:
    state = writing.comment(ref)
    if state is None:
        raise ReviewError("There is no such comment.")
    return state


def _cause(writing: Writing, ref: str) -> tuple[int, ...]:
    flag = writing.open_flag(ref)
    return (flag.seq,) if flag else ()


def _not_held_by_another(writing: Writing, ref: str, user: Actor) -> None:
    held = writing.claim_of(ref)
    if held is not None and held.user != user.id:
        raise HeldError(held)


def _bring_about(
    writing: Writing,
    ref: str,
    *,
    hidden: bool,
    user: Actor,
    entry: Entry,
    basis: asking.Basis | None,
    reason: str = "review",
) -> str | None:
    """Ask the daemon for what the platform should show, taking back requests that have not reached it."""
    will_be_hidden = _state(writing, ref).state in (State.HIDDEN, State.HELD)
    for pending in _pending(writing, ref):
        if pending.intent_seq is None:
            asking.withdraw(writing, pending, user)
        else:
            will_be_hidden = pending.action == asking.HIDE
    if hidden == will_be_hidden:
        return None
    action = asking.HIDE if hidden else asking.UNHIDE
    asking.request(writing, _state(writing, ref), action, actor=user, reason=reason, cause=(entry.seq,), basis=basis)
    return action


def _take_back(writing: Writing, ref: str, answer: Entry, user: Actor, entry: Entry) -> str | None:
    """Put the platform back as it was before the answer, by the request that the answer had led to."""
    caused = _caused_by(writing, ref, answer)
    if caused is None:
        return None
    if caused.outcome is None and caused.intent_seq is None:
        asking.withdraw(writing, caused, user, why="withdrawn")
        return None
    hidden = caused.action == asking.UNHIDE
    basis = _earlier_basis(writing, ref) if hidden else None
    return _bring_about(writing, ref, hidden=hidden, user=user, entry=entry, basis=basis, reason="undo")


def _earlier_basis(writing: Writing, ref: str) -> asking.Basis:
    """The basis on which the comment had been hidden before it was restored."""
    requests = [_entry(writing, each.requested_seq) for each in writing.actions_of(ref) if each.action == asking.HIDE]
    if not requests:
        raise ReviewError("The comment was not hidden through this system before; use hide, with a ground.")
    return asking.Basis(requests[-1].pub["clause"], requests[-1].pub["policy"])


def _caused_by(writing: Writing, ref: str, answer: Entry) -> Action | None:
    """The request that an answer led to, if it led to one."""
    requests = (each for each in writing.actions_of(ref) if answer.seq in _entry(writing, each.requested_seq).cause)
    return next(requests, None)


def _pending(writing: Writing, ref: str) -> list[Action]:
    return [each for each in writing.actions_of(ref) if each.outcome is None]


def _entry(writing: Writing, seq: int) -> Entry:
    entry = writing.entry(seq)
    assert entry is not None, "the log names it"
    return entry
