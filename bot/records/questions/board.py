"""What the review application counts and lists: parts of the queue, and hides that nobody here made."""

from __future__ import annotations

from datetime import datetime

from bot.records.moments import maybe_from_ms
from bot.records.questions.comments import COMMENT_STATE, CommentQuestions, CommentState, comment_state
from bot.records.questions.flags import FLAG, MOST_URGENT_FIRST, Flag, FlagQuestions, flag

_OF_COMMENT = "EXISTS(SELECT 1 FROM comment_state c WHERE c.ref=f.ref AND {})"
_PARTS = {
    "urgent": "f.urgency>=2",
    "hidden": _OF_COMMENT.format("c.provisional_until IS NOT NULL"),
    "visible": _OF_COMMENT.format("c.state='visible'"),
    "stuck": "f.stuck=1",
}


class BoardQuestions(FlagQuestions, CommentQuestions):
    """Questions about parts of the queue: urgent, hidden (by the bot, unconfirmed), visible, stuck."""

    def flags_of_part(self, part: str, page: str | None = None, limit: int = 50, offset: int = 0) -> list[Flag]:
        """Open flags of one part of the queue, most urgent first, then the longest waiting."""
        where = f"f.closed_seq IS NULL AND {_PARTS[part]} AND (? IS NULL OR f.page=?)"
        rows = self._rows(
            f"SELECT {FLAG} FROM flag f WHERE {where} {MOST_URGENT_FIRST}",  # noqa: S608
            [page, page, limit, offset],
        )
        return [flag(row) for row in rows]

    def count_of_part(self, part: str) -> int:
        """How many open flags one part of the queue has."""
        row = self._row(f"SELECT count(*) FROM flag f WHERE f.closed_seq IS NULL AND {_PARTS[part]}")  # noqa: S608
        return int(row[0]) if row else 0

    def unexplained_hides(self, limit: int = 500) -> list[CommentState]:
        """Comments that somebody else hid on the platform and no person has looked into since, newest first."""
        rows = self._rows(
            f"SELECT {COMMENT_STATE} FROM comment_state c "  # noqa: S608
            "JOIN (SELECT ref,max(seq) AS seq FROM unexplained GROUP BY ref) u ON u.ref=c.ref "
            "WHERE c.hidden_by='elsewhere' AND coalesce(c.decided_seq,-1)<u.seq "
            "ORDER BY u.seq DESC LIMIT ?",
            [limit],
        )
        return [comment_state(row) for row in rows]

    def next_lapse(self) -> datetime | None:
        """When the oldest unconfirmed hide of the bot lapses."""
        row = self._row(
            "SELECT min(provisional_until) FROM comment_state INDEXED BY comment_provisional "
            "WHERE provisional_until IS NOT NULL"
        )
        return maybe_from_ms(row[0]) if row else None
