"""Asking for an action: a hide or an unhide becomes a request in the log, and never without its basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.events import ActionRequested, ActionSuperseded, Actor, Subject, new_ref
from bot.moments import timestamp
from bot.records import Action, CommentState, Writing
from models.comment import State

HIDE, UNHIDE = "hide", "unhide"


class NoBasisError(Exception):
    """A hide was asked for without a policy clause, a policy version, evidence or an actor. It is never carried out."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a hide rests on: design promise 2, *no basis, no hide*."""

    clause: str
    policy: str
    rule: str | None = None
    models: dict[str, str] | None = None
    span: list[int] | None = None


def request(
    writing: Writing,
    state: CommentState,
    action: str,
    *,
    actor: Actor,
    reason: str,
    cause: tuple[int, ...],
    basis: Basis | None = None,
    provisional_until: datetime | None = None,
) -> str:
    """Append a request; the daemon carries it out. Returns its `corr`.

    Args:
        writing: the open transaction.
        state: how the comment stands in the log.
        action: `HIDE` or `UNHIDE`.
        actor: who asks.
        reason: rule, review, undo or lapse.
        cause: the entries that led to it.
        basis: what a hide rests on; not needed to unhide.
        provisional_until: for a hide by the bot, when it lapses.

    Raises:
        NoBasisError: for a hide without a full basis. A bot's hide also needs a rule, the models and the evidence.
    """
    if action == HIDE:
        _require_basis(basis, actor)
    corr = new_ref("op")
    writing.append(
        ActionRequested(
            actor=actor,
            subject=Subject("comment", state.ref),
            corr=corr,
            cause=cause,
            page=state.page,
            action=action,
            reason=reason,
            precondition_seq=state.capture_seq,
            precondition_state=_expected(state, action),
            clause=basis.clause if basis else None,
            policy=basis.policy if basis else None,
            rule=basis.rule if basis else None,
            models=basis.models if basis else None,
            provisional_until=timestamp(provisional_until) if provisional_until else None,
            span=basis.span if basis else None,
        )
    )
    return corr


def _expected(state: CommentState, action: str) -> State:
    """What the platform must still show. What its own filter took for spam is restored from there."""
    if action == HIDE:
        return State.VISIBLE
    return State.SPAM if state.state == State.SPAM else State.HIDDEN


def _require_basis(basis: Basis | None, actor: Actor) -> None:
    if basis is None or not (basis.clause and basis.policy and actor.id):
        raise NoBasisError("A hide needs a policy clause, a policy version and an actor.")
    if actor.kind != "human" and not (basis.rule and basis.models and basis.span):
        raise NoBasisError("A hide by the bot also needs a rule, the models' versions and the evidence in the text.")


def withdraw(writing: Writing, action: Action, actor: Actor, why: str = "decided") -> None:
    """Take back a request that has not reached the platform: it will never be carried out."""
    state = writing.comment(action.ref)
    observed = state.state if state else State.UNKNOWN
    writing.append(
        ActionSuperseded(
            actor=actor,
            subject=Subject("comment", action.ref),
            corr=action.corr,
            cause=(action.requested_seq,),
            page=action.page,
            action=action.action,
            observed=observed,
            via="withdrawn",
            why=why,
        )
    )
