"""What a week amounts to: its figures, gathered from the log, and the verdict in one line."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.config import Loaded
from bot.notice import unsaid
from bot.records import Entry, Records, WeekFigures
from bot.records.questions.waiting import Restored, Waiting
from bot.weeks import Week
from bot.words import counted

_UNREAD = "not read yet"


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that left this machine before."""

    size: int
    week: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The signed checkpoint, and how the log continues the one that was published before."""

    note: str
    size: int
    root: str
    before: Published | None
    consistency: tuple[str, ...]
    verifier_key: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the summary of a week is made of."""

    week: Week
    now: datetime
    so_far: str
    """`` so far`` while the week still runs, else empty."""
    figures: WeekFigures
    previous: WeekFigures | None
    """None when the log began later."""
    waiting: Waiting
    restored: Sequence[Restored]
    pages: dict[str, Entry | None]
    """Every configured page with its newest ``page.described``."""
    unsaid: dict[str, list[str]]
    """What the notices of pages do not seem to say."""
    proof: Proof


def gather(records: Records, config: Loaded, week: Week, now: datetime) -> Summary:
    """Ask the log everything that the summary needs; signs a checkpoint of the log as it stands.

    Raises:
        StoreError: when the log cannot be read or does not continue its newest checkpoint.
    """
    zone = config.department.zone
    first = records.entry(0)
    before = week.before
    known = first is not None and first.ts < before.end(zone)
    return Summary(
        week=week,
        now=now,
        so_far=" so far" if now < week.end(zone) else "",
        figures=records.week_figures(week.start(zone), week.end(zone)),
        previous=records.week_figures(before.start(zone), before.end(zone)) if known else None,
        waiting=records.waiting(),
        restored=records.restored(week.start(zone), week.end(zone)),
        pages={name: records.page_described(name) for name in config.pages},
        unsaid={name: words for name in config.pages if (words := unsaid(records, name))},
        proof=_proof(records),
    )


def _proof(records: Records) -> Proof:
    note = records.checkpoint()
    _, size, root = note.splitlines()[:3]
    published = records.last("checkpoint.published")
    before = Published(published.pub["size"], published.pub["to"]) if published else None
    hashes = records.consistency_proof(before.size, int(size)) if before else []
    lines = tuple(b64encode(each).decode() for each in hashes)
    return Proof(note, int(size), b64decode(root).hex(), before, lines, records.vkey())


@dataclass(frozen=True, slots=True)
class Totals:
    """The five numbers of a week, over all pages."""

    seen: int
    flagged: int
    hidden: int
    reviewed: int
    restored: int

    @classmethod
    def of(cls, figures: WeekFigures) -> Totals:
        """Add up the pages."""
        pages = figures.pages.values()
        return cls(
            sum(page.seen for page in pages),
            sum(page.flagged for page in pages),
            sum(page.hidden for page in pages),
            sum(page.reviewed for page in pages),
            sum(page.restored for page in pages),
        )

    @property
    def nothing(self) -> bool:
        """Whether nothing happened at all."""
        return not any((self.seen, self.flagged, self.hidden, self.reviewed, self.restored))


def verdict(summary: Summary) -> str:
    """What matters, in one line: the subject after the Department's name and the days."""
    totals, waits = Totals.of(summary.figures), summary.waiting.open.count
    trouble = _trouble(summary)
    if totals.nothing and not waits and not summary.waiting.unconfirmed:
        return ", ".join(["nothing to report", *(trouble or ["everything runs"])])
    needs = f"{waits} {'needs' if waits == 1 else 'need'} you" if waits else "nothing waits for you"
    happened = f"{totals.seen} seen, {totals.hidden} hidden, {totals.restored} restored"
    return ", ".join([happened, needs, *trouble])


def _trouble(summary: Summary) -> list[str]:
    stopped = sum(1 for each in summary.pages.values() if each is not None and each.pub["health"] == "stopped")
    failing = sum(1 for each in summary.pages.values() if each is not None and each.pub["health"] == "failing")
    unread = sum(1 for each in summary.pages.values() if each is None)
    found = ((stopped, "stopped"), (failing, "failing"), (unread, _UNREAD))
    return [f"{counted(count, 'page')} {what}" for count, what in found if count]
