"""The one road to a platform: a request in the log, an intent on disk, the call, a read-back, one outcome."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot import tasks
from bot.action_requests import HIDE, UNHIDE, request
from bot.events import (
    ActionHidden,
    ActionIntent,
    ActionOutcome,
    ActionRefused,
    ActionRestored,
    ActionSuperseded,
    ActionUnconfirmed,
    ActionUnexplained,
    Actor,
    CommentFlagged,
    Subject,
)
from bot.moments import same_state
from bot.records import Action, Records, Writing
from bot.rules_in_force import subject_of
from connectors.base import BudgetSpentError, Connector, ConnectorError, Observed, Outcome, Result
from models.comment import State
from models.policy import Urgency

ATTEMPTS = 3
"""A call that provably did not apply is tried this often in all."""
_DOWN = 2
"""So many comments in a row that cannot be read mean that the page cannot."""
_PAUSE = timedelta(seconds=30)
_LAPSES_AT_ONCE = 100
_WANTED = {HIDE: State.HIDDEN, UNHIDE: State.VISIBLE}


@dataclass(frozen=True, slots=True)
class Performer:
    """Carries out the requests of one page, oldest first."""

    name: str
    connector: Connector
    actor: Actor
    now: Callable[[], datetime]
    guard: Callable[[Writing], None] = lambda _: None
    """Raises `LeaseLostError` when another daemon took over; called in the transaction that writes an intent."""
    hiding_rules: Collection[str] | None = None
    """The rules that may hide by themselves on this page now; None when that is not limited."""

    def settle(self, records: Records) -> int:
        """Settle calls whose outcome is not known, after a crash or an outage, by reading and never by repeating.

        Returns:
            How many were settled.

        Raises:
            ConnectorError: when the platform cannot be read; the intents stay open.
        """
        pending = records.pending_actions(self.name)
        return self._each(records, [action for action in pending if action.open_intent], self._reconcile)

    def perform(self, records: Records) -> int:
        """Carry out the requests that are due. Call `settle` first.

        Returns:
            How many reached an outcome.

        Raises:
            ConnectorError: when the platform cannot be read; requests stay as they are.
            LeaseLostError: when another daemon has taken over.
        """
        pending, now = records.pending_actions(self.name), self.now()
        due = [action for action in pending if action.not_before is None or action.not_before <= now]
        return self._each(records, due, self._carry_out)

    def _each(self, records: Records, actions: Sequence[Action], do: Callable[[Records, Action], bool]) -> int:
        """Do something for each action: one comment that cannot be read does not keep the others waiting.

        Returns:
            How often it was done.

        Raises:
            ConnectorError: the first, at the end; or at once when two comments in a row could not be read.
        """
        done, failed, first, in_a_row = 0, set[str](), None, 0
        for action in actions:
            if action.ref in failed:
                continue
            try:
                done += do(records, action)
                in_a_row = 0
            except ConnectorError as error:
                failed.add(action.ref)
                first = first or error
                in_a_row += 1
                if in_a_row == _DOWN:
                    break
        if first is not None:
            raise first
        return done

    def _reconcile(self, records: Records, action: Action) -> bool:
        observed = self.connector.state(self._platform_id(records, action))
        with records.writing() as writing:
            self._conclude(writing, action, observed, via="reconcile")
        return True

    def _carry_out(self, records: Records, action: Action) -> bool:
        platform_id = self._platform_id(records, action)
        observed = self.connector.state(platform_id)
        with records.writing() as writing:
            current = writing.action(action.corr)
            if current is None or current.outcome is not None:
                return False
            if why := self._overtaken(writing, current, observed):
                self._superseded(writing, current, observed, why)
                return True
            if not self._able(action):
                self._to_hands(writing, current, Outcome(Result.UNSUPPORTED))
                return True
            self.guard(writing)
            attempt = current.attempt + 1
            self._intent(writing, current, attempt, observed)
        outcome = self._call(action, platform_id)
        if outcome.result is Result.RETRY and attempt < ATTEMPTS:
            self._try_again_later(records, action, attempt, outcome)
            return False
        self._read_back(records, action, platform_id, outcome)
        return True

    def _platform_id(self, records: Records, action: Action) -> str:
        captured = records.captured(action.ref)
        if captured is None or captured.platform_id is None:
            raise LookupError(f"Page {self.name}: comment {action.ref} has no capture; run: ofrecord records verify")
        return captured.platform_id

    def _overtaken(self, writing: Writing, action: Action, observed: Observed) -> str:
        """Why the request may not be carried out any more; empty when it may."""
        if observed.state is State.GONE:
            return "gone"
        if action.reason == "rule" and self._not_allowed_any_more(writing, action):
            return "not_allowed"
        state = writing.comment(action.ref)
        if state is None or state.capture_seq != action.precondition_seq:
            return "edited"
        if observed.digest is not None and not writing.same_digest(state, observed.digest):
            return "edited"
        can_tell = self._able(action) and self.connector.capability.tells_hidden
        untold = observed.state is State.UNKNOWN and not can_tell
        if not untold and not same_state(action.precondition_state, observed.state):
            return "state_changed"
        return ""

    def _able(self, action: Action) -> bool:
        """Whether a program can do this on the platform at all."""
        can = self.connector.capability
        return can.can_hide if action.action == HIDE else can.can_restore

    def _to_hands(self, writing: Writing, action: Action, outcome: Outcome) -> None:
        """Make it a task for a person: the platform cannot do it, at all or to this comment."""
        can = self.connector.capability
        steps = can.hide_steps if action.action == HIDE else can.restore_steps
        why = Result.UNSUPPORTED.value
        self._outcome(writing, ActionRefused, action, action.precondition_state, outcome, problem=why)
        tasks.open_for(writing, action, steps, self.actor, outcome.detail)

    def _not_allowed_any_more(self, writing: Writing, action: Action) -> bool:
        """Whether page or rule lost the right to hide, or a person made the rule more cautious, since it was asked."""
        if self.hiding_rules is not None and action.rule not in self.hiding_rules:
            return True
        changed = writing.last("rule.changed", subject_of(action.rule or "").ref)
        return (
            changed is not None
            and changed.seq > action.requested_seq
            and changed.pub["at_least_bp"] > changed.pub["was_bp"]
        )

    def _intent(self, writing: Writing, action: Action, attempt: int, observed: Observed) -> None:
        writing.append(
            ActionIntent(
                actor=self.actor,
                subject=Subject("comment", action.ref),
                corr=action.corr,
                cause=(action.requested_seq,),
                page=self.name,
                action=action.action,
                attempt=attempt,
                idem=f"{action.action}:{action.ref}:{action.corr}",
                precondition_seq=action.precondition_seq,
                observed=observed.state,
                hide_scope=self.connector.capability.hide_scope.value,
                side_effects=list(self.connector.capability.side_effects),
            )
        )

    def _call(self, action: Action, platform_id: str) -> Outcome:
        call = self.connector.hide if action.action == HIDE else self.connector.unhide
        try:
            return call(platform_id)
        except BudgetSpentError as error:
            return Outcome(Result.RETRY, str(error), error.retry_after)
        except ConnectorError as error:
            return Outcome(Result.UNKNOWN, str(error))

    def _try_again_later(self, records: Records, action: Action, attempt: int, outcome: Outcome) -> None:
        pause = timedelta(seconds=outcome.retry_after) if outcome.retry_after else _PAUSE * attempt
        with records.writing() as writing:
            writing.set_retry(action.corr, attempt, self.now() + pause)

    def _read_back(self, records: Records, action: Action, platform_id: str, outcome: Outcome) -> None:
        if outcome.result is Result.UNSUPPORTED:
            with records.writing() as writing:
                self._to_hands(writing, action, outcome)
            return
        if outcome.result in (Result.DENIED, Result.RETRY):
            problem = "exhausted" if outcome.result is Result.RETRY else outcome.result.value
            with records.writing() as writing:
                self._outcome(writing, ActionRefused, action, action.precondition_state, outcome, problem=problem)
                self._to_a_person(writing, action, f"the platform refused to {action.action}: {problem}")
            return
        observed = self.connector.state(platform_id)
        via = "already" if outcome.result is Result.ALREADY else "response"
        if outcome.result is Result.UNKNOWN:
            via = "reconcile"
        with records.writing() as writing:
            self._conclude(writing, action, observed, via=via, outcome=outcome)

    def _conclude(
        self, writing: Writing, action: Action, observed: Observed, via: str, outcome: Outcome | None = None
    ) -> None:
        """Append the outcome that the platform's own state tells."""
        current = writing.action(action.corr)
        if current is None or current.outcome is not None:
            return
        if observed.state is State.GONE:
            self._superseded(writing, action, observed, "gone")
        elif same_state(_WANTED[action.action], observed.state) or self._only_answers(observed, outcome):
            event = ActionHidden if action.action == HIDE else ActionRestored
            self._outcome(writing, event, action, _WANTED[action.action], outcome, via=via)
        else:
            # From the state alone it cannot be told whether the call never arrived or a person undid it since.
            self._outcome(writing, ActionUnconfirmed, action, observed.state, outcome, via=via)
            self._to_a_person(writing, action, f"could not confirm: {action.action}")

    def _only_answers(self, observed: Observed, outcome: Outcome | None) -> bool:
        """Whether the platform said that it did it, and has no other way of telling (`Capability.tells_hidden`)."""
        answered = outcome is not None and outcome.result in (Result.DONE, Result.ALREADY)
        return answered and observed.state is State.UNKNOWN and not self.connector.capability.tells_hidden

    def _superseded(self, writing: Writing, action: Action, observed: Observed, why: str) -> None:
        self._outcome(writing, ActionSuperseded, action, observed.state, None, via="reconcile", why=why)
        if why == "state_changed":
            self._note_change(writing, action.ref, observed.state)
        if why != "gone":
            shown = observed.state is State.VISIBLE
            self._to_a_person(writing, action, f"overtaken: {why.replace('_', ' ')}", shown=shown)

    def _note_change(self, writing: Writing, ref: str, observed: State) -> None:
        """Let the log follow a change that somebody else made, or the same request would be overtaken for ever."""
        state = writing.comment(ref)
        if state is not None and not same_state(state.state, observed):
            subject = Subject("comment", ref)
            writing.append(
                ActionUnexplained(
                    actor=self.actor, subject=subject, page=self.name, was=state.state, observed=observed.value
                )
            )

    def _outcome(
        self,
        writing: Writing,
        event: type[ActionOutcome],
        action: Action,
        observed: str,
        outcome: Outcome | None,
        via: str = "response",
        **more: Any,
    ) -> None:
        writing.append(
            event(
                actor=self.actor,
                subject=Subject("comment", action.ref),
                corr=action.corr,
                cause=(action.intent_seq if action.intent_seq is not None else action.requested_seq,),
                page=self.name,
                action=action.action,
                observed=observed,
                via=via,
                detail=outcome.detail if outcome and outcome.detail else None,
                **more,
            )
        )

    def _to_a_person(self, writing: Writing, action: Action, reason: str, *, shown: bool = False) -> None:
        """Queue the comment, unless it waits there already. A restore that failed is urgent, unless it is shown."""
        urgency = Urgency.URGENT if action.action == UNHIDE and not shown else Urgency.NORMAL
        waiting = writing.open_flag(action.ref)
        state = writing.comment(action.ref)
        if state is None or (waiting is not None and waiting.urgency >= urgency):
            return
        writing.append(
            CommentFlagged(
                actor=self.actor,
                subject=Subject("comment", action.ref),
                corr=action.corr,
                page=self.name,
                version=state.version,
                verdict="queue",
                act="queue",
                urgency=int(urgency),
                categories=list(waiting.categories) if waiting else [],
                clause=action.clause,
                reason=reason,
            )
        )


def lapse(records: Records, actor: Actor, now: datetime) -> int:
    """Ask for the restoring of every hide by the bot that nobody confirmed in time. Returns how many."""
    if not records.lapsed_hides(now, limit=1):
        return 0
    with records.writing() as writing:
        lapsed = writing.lapsed_hides(now, limit=_LAPSES_AT_ONCE)
        for state in lapsed:
            request(writing, state, UNHIDE, actor=actor, reason="lapse", cause=(state.last_seq,))
    return len(lapsed)
