"""What people have to do by hand, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.records.questions.entries import EntryQuestions
from bot.records.questions.reader import Row, adapted

_TASK = "corr,ref,page,action,key,opened_seq,opened,done_seq,done,done_by,closed_seq,closed,closed_by"
_WAITS = "closed_seq IS NULL AND done_seq IS NULL"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that only a person can do."""

    corr: str
    ref: str
    """The comment, the page, or the blocked account."""
    page: str
    action: str
    """hide, unhide, look, or unblock."""
    key: str
    """Names a duty within its page; empty for a hide or an unhide."""
    opened_seq: int
    opened: datetime
    done_seq: int | None
    done: datetime | None
    done_by: str | None
    """Who says that it is done."""
    closed_seq: int | None
    closed: datetime | None
    closed_by: str | None
    """verified, dropped, or of what cannot be verified done, unblocked or kept; None while it is open."""

    @property
    def waits(self) -> bool:
        """Whether somebody still has to do it."""
        return self.done_seq is None and self.closed_seq is None


class TaskQuestions(EntryQuestions):
    """Questions about tasks."""

    def waiting_tasks(self, page: str | None = None, limit: int = 200) -> list[Task]:
        """What nobody has done yet, the oldest first. Blocked accounts have a list of their own."""
        return self._tasks(
            f"action<>'unblock' AND {_WAITS} AND (? IS NULL OR page=?) ORDER BY opened_seq", [page, page], limit
        )

    def waiting_blocks(self, limit: int) -> list[Task]:
        """Blocked accounts that nobody has reviewed yet, the oldest first."""
        return self._tasks(f"action='unblock' AND {_WAITS} ORDER BY opened_seq", [], limit)

    def count_blocks(self, page: str | None = None) -> dict[str, int]:
        """How many blocked accounts are waiting, unblocked and kept."""
        rows = self._rows(
            "SELECT coalesce(closed_by,'waiting'),count(*) FROM task WHERE action='unblock' AND (? IS NULL OR page=?)"
            " GROUP BY 1",
            [page, page],
        )
        return {str(how): int(count) for how, count in rows}

    def open_or_answered(self, ref: str, action: str) -> bool:
        """Whether there is, or ever was, such a task about a comment, a page or an account."""
        return bool(self._tasks("ref=? AND action=?", [ref, action], 1))

    def unverified_tasks(self, page: str | None = None, since: datetime | None = None, limit: int = 200) -> list[Task]:
        """What somebody says was done (after `since`), and the platform has not shown yet, the newest first."""
        tasks = self._tasks(
            "closed_seq IS NULL AND done_seq IS NOT NULL AND (? IS NULL OR page=?) ORDER BY done_seq DESC",
            [page, page],
            limit,
        )
        return [task for task in tasks if since is None or (task.done is not None and task.done >= since)]

    def open_tasks_of(self, ref: str) -> list[Task]:
        """The tasks about a comment or a page that are not closed, done or not, the oldest first."""
        return self._tasks("closed_seq IS NULL AND ref=? ORDER BY opened_seq", [ref], 200)

    def task(self, corr: str) -> Task | None:
        """One task, or None."""
        found = self._tasks("corr=?", [corr], 1)
        return found[0] if found else None

    def count_waiting_tasks(self) -> int:
        """How many tasks nobody has done yet."""
        row = self._row(f"SELECT count(*) FROM task WHERE {_WAITS}")  # noqa: S608
        return int(row[0]) if row else 0

    def _tasks(self, where: str, values: list[object], limit: int) -> list[Task]:
        rows = self._rows(f"SELECT {_TASK} FROM task WHERE {where} LIMIT ?", [*values, limit])  # noqa: S608
        return [_task(row) for row in rows]


def _task(row: Row) -> Task:
    return Task(*adapted(row, moments=(6, 8, 11)))
