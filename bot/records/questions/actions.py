"""Requested actions and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.records.moments import to_ms
from bot.records.questions.comments import COMMENT_STATE, CommentQuestions, CommentState, comment_state
from bot.records.questions.reader import Row, adapted

_ACTION = (
    "a.corr,a.ref,a.page,a.action,a.reason,a.by,a.requested_seq,a.requested,a.precondition_seq,a.precondition_state,"
    "a.rule,a.clause,a.provisional_until,a.attempt,a.intent_seq,a.outcome,a.outcome_seq,r.attempt,r.not_before"
)
_FROM = "FROM action a LEFT JOIN retry r ON r.corr=a.corr"


@dataclass(frozen=True, slots=True)
class Action:
    """A hide or an unhide that was asked for."""

    corr: str
    ref: str
    page: str
    action: str
    """hide or unhide."""
    reason: str
    """rule, review, undo or lapse."""
    by: str
    """bot or person: who asked for it."""
    requested_seq: int
    requested: datetime
    precondition_seq: int
    precondition_state: str
    rule: str | None
    clause: str | None
    provisional_until: datetime | None
    attempt: int
    """The number of the newest intent; 0 when there was none."""
    intent_seq: int | None
    """The newest intent's entry."""
    outcome: str | None
    """hidden, restored, refused, unconfirmed or superseded; None while it is pending."""
    outcome_seq: int | None
    retry_attempt: int | None
    """The attempt that provably did not apply, when there was one."""
    not_before: datetime | None
    """When it may be tried again."""

    @property
    def open_intent(self) -> bool:
        """Whether the platform may have been called without anybody knowing what came of it."""
        if self.outcome is not None or self.intent_seq is None:
            return False
        return self.retry_attempt is None or self.retry_attempt < self.attempt


class ActionQuestions(CommentQuestions):
    """Questions about actions."""

    def pending_actions(self, page: str, limit: int = 1000) -> list[Action]:
        """The requests on a page that have no outcome, oldest first."""
        rows = self._rows(
            f"SELECT {_ACTION} {_FROM} WHERE a.page=? AND a.outcome IS NULL ORDER BY a.requested_seq LIMIT ?",
            [page, limit],
        )
        return [_action(row) for row in rows]

    def action(self, corr: str) -> Action | None:
        """One request by what ties it together, or None."""
        row = self._row(f"SELECT {_ACTION} {_FROM} WHERE a.corr=?", [corr])
        return None if row is None else _action(row)

    def actions_of(self, ref: str) -> list[Action]:
        """Every request about a comment, oldest first."""
        rows = self._rows(f"SELECT {_ACTION} {_FROM} WHERE a.ref=? ORDER BY a.requested_seq", [ref])
        return [_action(row) for row in rows]

    def lapsed_hides(self, now: datetime, limit: int = 1000) -> list[CommentState]:
        """Comments that the bot hid, that nobody confirmed in time, and whose restore was not yet asked for.

        A restore that the platform refused, or that could not be confirmed, is left to a person; one that was
        superseded is asked for again.
        """
        rows = self._rows(
            f"SELECT {COMMENT_STATE} FROM comment_state c INDEXED BY comment_provisional "  # noqa: S608
            "WHERE c.provisional_until<=? AND c.state='hidden' "
            "AND NOT EXISTS(SELECT 1 FROM action a WHERE a.ref=c.ref AND a.action='unhide' AND (a.outcome IS NULL "
            "OR a.outcome IN('refused','unconfirmed') AND a.requested_seq>(SELECT max(h.requested_seq) FROM action h "
            "WHERE h.ref=c.ref AND h.outcome='hidden'))) ORDER BY c.provisional_until LIMIT ?",
            [to_ms(now), limit],
        )
        return [comment_state(row) for row in rows]


def _action(row: Row) -> Action:
    return Action(*adapted(row, moments=(7, 12, 18)))
