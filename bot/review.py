"""What people decide: leave up, hide, cannot decide, refer, undo. Each is one transaction; the daemon does the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import action_requests as asking
from bot import tasks
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


def undo(records: Records, *, ref: str, user: Actor, given: int | None = None, anyone: bool = False) -> Answer:
    """Take back the newest answer: the flag opens again and the platform is put back as it was before the answer.

    Args:
        records: the log.
        ref: the comment.
        user: who undoes.
        given: the entry of the answer as the person saw it; None for the newest, whatever it is.
        anyone: whether another person's answer may be undone (a supervisor's right).

    Raises:
        HeldError: when another moderator holds the comment.
        ReviewError: when there is nothing to undo.
    """
    with records.writing() as writing:
        answer = writing.answer_to_undo(ref)
        if answer is None:
            raise ReviewError("There is no answer to undo.")
        if given is not None and answer.seq != given:
            raise ReviewError("That answer was taken back already, or another one followed; look at it again.")
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
    provisional_until: datetime | None = None,
) -> str | None:
    """Ask the daemon for what the platform should show, taking back requests that have not reached it."""
    will_be_hidden = _state(writing, ref).state in (State.HIDDEN, State.HELD, State.SPAM)
    for pending in _pending(writing, ref):
        if pending.open_intent:
            will_be_hidden = pending.action == asking.HIDE
        else:
            # Never called, or called and provably not applied: it must not be tried again after this answer.
            asking.withdraw(writing, pending, user)
    by_hand = tasks.settle_for(writing, ref, hidden=hidden, actor=user)
    if hidden == (will_be_hidden if by_hand is None else by_hand):
        return None
    action = asking.HIDE if hidden else asking.UNHIDE
    asking.request(
        writing,
        _state(writing, ref),
        action,
        actor=user,
        reason=reason,
        cause=(entry.seq,),
        basis=basis,
        provisional_until=provisional_until,
    )
    return action


def _take_back(writing: Writing, ref: str, answer: Entry, user: Actor, entry: Entry) -> str | None:
    """Put the platform back as it was before the answer, by the request that the answer had led to."""
    caused = _caused_by(writing, ref, answer)
    if caused is None:
        return None
    if caused.outcome is None and not caused.open_intent:
        asking.withdraw(writing, caused, user, why="withdrawn")
        return None
    if caused.action == asking.HIDE:
        return _bring_about(writing, ref, hidden=False, user=user, entry=entry, basis=None, reason="undo")
    hide = _earlier_hide(writing, ref)
    pub = _entry(writing, hide.requested_seq).pub
    # Nobody has confirmed the bot's hide: it lapses when it would have lapsed.
    until = hide.provisional_until if _state(writing, ref).decided_seq is None else None
    basis = asking.Basis(pub["clause"], pub["policy"])
    return _bring_about(
        writing, ref, hidden=True, user=user, entry=entry, basis=basis, reason="undo", provisional_until=until
    )


def _earlier_hide(writing: Writing, ref: str) -> Action:
    """The hide that was undone by the answer that is being taken back."""
    hides = [each for each in writing.actions_of(ref) if each.action == asking.HIDE]
    if not hides:
        raise ReviewError("The comment was not hidden through this system before; use hide, with a ground.")
    return hides[-1]


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
