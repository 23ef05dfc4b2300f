"""The focus view: one comment with everything that a decision about it needs."""

from __future__ import annotations

from dataclasses import dataclass

from bot.records import CommentState, Flag
from bot.web.reading.banner import banner
from bot.web.reading.context import Context, context
from bot.web.reading.history import Line, lines
from bot.web.reading.panel import Panel, panel
from bot.web.reading.shown import Shown, shown
from bot.web.reading.why import Why, why
from bot.web.site import Person, Site
from bot.web.times import When
from bot.words import listed

_NEWEST_LINES = 25
_URGENT = 2


@dataclass(frozen=True, slots=True)
class Case:
    """Everything that the focus view shows."""

    ref: str
    page: str
    banner: list[str]
    heading: str
    announcement: str
    urgent: bool
    flagged: When | None
    waiting: int
    """How many comments await a person, this one included."""
    shown: Shown
    context: Context
    why: Why
    reason: str
    """Why it was flagged, in the policy's few words; empty when it is not."""
    panel: Panel
    history: list[Line]

    @property
    def count(self) -> int:
        """How many captured comments are on the screen."""
        return max(1, len(self.context.thread))


def case(site: Site, state: CommentState, person: Person) -> Case:
    """Read the focus view of a comment for one person."""
    records, clock = site.records, site.times
    flag = records.open_flag(state.ref)
    found = why(records.classified(state.ref), state.version)
    heading = _heading(flag, state)
    waiting = records.flag_counts().open
    flagged = clock.when(flag.since) if flag else None
    happened = [entry for entry in records.case(state.ref) if entry.type != "record.viewed"]
    return Case(
        ref=state.ref,
        page=state.page,
        banner=banner(site.records, site.config),
        heading=heading,
        announcement=f"{heading}{f', {flagged.relative}' if flagged else ''}. {waiting} waiting.",
        urgent=bool(flag and flag.urgency >= _URGENT),
        flagged=flagged,
        waiting=waiting,
        shown=shown(records.versions(state.ref), found.spans, records.media_of(state.ref), clock),
        context=context(records, state, clock),
        why=found,
        reason=flag.reason if flag else "",
        panel=panel(records, site.config, state, flag, person, clock),
        history=lines(happened[-_NEWEST_LINES:], clock),
    )


def _heading(flag: Flag | None, state: CommentState) -> str:
    if flag is None:
        return "Not in the queue" if state.decided_seq is None else "Decided"
    return f"Flagged for {listed(flag.categories)}" if flag.categories else "Flagged for a person to look at"
