"""The figures of a week."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from bot.records.moments import maybe_from_ms, to_ms
from bot.records.questions.entries import Entry
from bot.records.questions.waiting import WaitingQuestions

_SEEN = """SELECT page,count(*) FROM comment_state
WHERE seen>=? AND seen<? AND NOT by_page AND NOT backfilled GROUP BY page"""
_FLAGGED = "SELECT page,ref,categories FROM flag WHERE raised>=? AND raised<?"
_SETTLED = """SELECT a.page,a.outcome,a.by,
  (SELECT f.categories FROM flag f WHERE f.ref=a.ref AND f.seq<=a.outcome_seq ORDER BY f.seq DESC LIMIT 1),
  (SELECT r.ground FROM review r WHERE r.ref=a.ref AND r.seq<=a.outcome_seq AND r.decision='hide'
   ORDER BY r.seq DESC LIMIT 1)
FROM action a WHERE a.settled>=? AND a.settled<? AND a.outcome IN('hidden','restored')"""
_REVIEWED = """SELECT page,count(*) FROM review WHERE decided>=? AND decided<? AND decision IN('leave_up','hide')
GROUP BY page"""
_UNEXPLAINED = "SELECT page,count(*) FROM unexplained WHERE noticed>=? AND noticed<? GROUP BY page"
_TASKS = """SELECT page,coalesce(sum(opened>=?1 AND opened<?2),0),coalesce(sum(done>=?1 AND done<?2),0),
  coalesce(sum(closed_by='verified' AND closed>=?1 AND closed<?2),0),sum(closed_seq IS NULL AND done_seq IS NULL)
FROM task WHERE closed IS NULL OR closed>=?1 GROUP BY page"""
_OPEN = "SELECT page,count(*),min(since) FROM flag WHERE closed_seq IS NULL GROUP BY page"


@dataclass(slots=True)
class PageFigures:
    """What happened on one page. A comment of two categories counts once under each, and once in the totals."""

    seen: int = 0
    """Comments of visitors captured for the first time; what came by a backfill is older, and not counted."""
    flagged: int = 0
    """Comments that were flagged."""
    flagged_by_category: Counter[str] = field(default_factory=Counter)
    hidden_by_bot: int = 0
    hidden_by_person: int = 0
    hidden_by_category: Counter[str] = field(default_factory=Counter)
    restored: int = 0
    reviewed: int = 0
    """Answers by people: leave up or hide."""
    unexplained: int = 0
    """Changes on the platform that nobody here made."""
    tasks_opened: int = 0
    """What became a task for a person, because no program can do it."""
    tasks_done: int = 0
    """What somebody said that they did by hand."""
    tasks_verified: int = 0
    """What the platform then showed to be done."""
    tasks_waiting: int = 0
    """Tasks that nobody has done yet."""
    open: int = 0
    """Open flags now."""
    oldest_open: datetime | None = None
    """Since when the oldest of them waits."""

    @property
    def hidden(self) -> int:
        """Comments hidden, by whomever here."""
        return self.hidden_by_bot + self.hidden_by_person


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """What happened between two moments, page by page, and how the queue stands now."""

    start: datetime
    end: datetime
    pages: dict[str, PageFigures]

    @property
    def open(self) -> int:
        """Open flags now, on all pages."""
        return sum(each.open for each in self.pages.values())

    @property
    def oldest_open(self) -> datetime | None:
        """Since when the oldest open flag waits, on any page."""
        return min((each.oldest_open for each in self.pages.values() if each.oldest_open), default=None)


@dataclass(frozen=True, slots=True)
class SummaryState:
    """How far the summary of a week has come."""

    claimed: Entry | None
    sent: Entry | None


class WeekQuestions(WaitingQuestions):
    """Questions for the weekly summary."""

    def week_figures(self, start: datetime, end: datetime) -> WeekFigures:
        """Count what happened from `start` until before `end`."""
        pages: dict[str, PageFigures] = {}
        between = [to_ms(start), to_ms(end)]
        for page, count in self._rows(_SEEN, between):
            _of(pages, page).seen = count
        for page, count in self._rows(_REVIEWED, between):
            _of(pages, page).reviewed = count
        for page, count in self._rows(_UNEXPLAINED, between):
            _of(pages, page).unexplained = count
        for page, *tasks in self._rows(_TASKS, between):
            figures = _of(pages, page)
            figures.tasks_opened, figures.tasks_done, figures.tasks_verified, figures.tasks_waiting = tasks
        for page, count, since in self._rows(_OPEN):
            _of(pages, page).open = count
            _of(pages, page).oldest_open = maybe_from_ms(since)
        self._count_flags(pages, between)
        self._count_actions(pages, between)
        return WeekFigures(start, end, pages)

    def _count_flags(self, pages: dict[str, PageFigures], between: list[int]) -> None:
        categories: dict[tuple[str, str], set[str]] = {}
        for page, ref, named in self._rows(_FLAGGED, between):
            categories.setdefault((page, ref), set()).update(json.loads(named))
        for (page, _), named in categories.items():
            _of(pages, page).flagged += 1
            _of(pages, page).flagged_by_category.update(named)

    def _count_actions(self, pages: dict[str, PageFigures], between: list[int]) -> None:
        for page, outcome, by, categories, ground in self._rows(_SETTLED, between):
            figures = _of(pages, page)
            if outcome == "restored":
                figures.restored += 1
            elif by == "bot":
                figures.hidden_by_bot += 1
                figures.hidden_by_category.update(json.loads(categories or "[]"))
            else:
                figures.hidden_by_person += 1
                figures.hidden_by_category.update([ground] if ground else json.loads(categories or "[]"))

    def summary_state(self, week: str) -> SummaryState:
        """Whether the summary of a week (such as 2026-W47, its subject's reference) was claimed and sent."""
        return SummaryState(self.last("summary.claimed", week), self.last("summary.sent", week))


def _of(pages: dict[str, PageFigures], page: str) -> PageFigures:
    return pages.setdefault(page, PageFigures())
