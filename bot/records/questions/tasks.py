"""What people have to do by hand, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.records.questions.entries import EntryQuestions
from bot.records.questions.reader import Row, adapted

_TASK = "corr,ref,page,action,key,opened_seq,opened,done_seq,done,done_by,closed_seq,closed,closed_by"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that only a person can do."""

    corr: str
    ref: str
    """The comment, or the page."""
    page: str
    action: str
    """hide, unhide, or look."""
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
    """verified, done (for what cannot be verified) or dropped; None while it is open."""

    @property
    def waits(self) -> bool:
        """Whether somebody still has to do it."""
        return self.done_seq is None and self.closed_seq is None


class TaskQuestions(EntryQuestions):
    """Questions about tasks."""

    def waiting_tasks(self, page: str | None = None, limit: int = 200) -> list[Task]:
        """What nobody has done yet, the oldest first."""
        return self._tasks(
            "closed_seq IS NULL AND done_seq IS NULL AND (? IS NULL OR page=?) ORDER BY opened_seq", [page, page], limit
        )

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
        row = self._row("SELECT count(*) FROM task WHERE closed_seq IS NULL AND done_seq IS NULL")
        return int(row[0]) if row else 0

    def _tasks(self, where: str, values: list[object], limit: int) -> list[Task]:
        rows = self._rows(f"SELECT {_TASK} FROM task WHERE {where} LIMIT ?", [*values, limit])  # noqa: S608
        return [_task(row) for row in rows]


def _task(row: Row) -> Task:
    return Task(*adapted(row, moments=(6, 8, 11)))
