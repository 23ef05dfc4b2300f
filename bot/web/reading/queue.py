"""The queue as a list: every flag that waits, with filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.config import Config
from bot.records import Captured, Claim, CommentState, Flag, Records
from bot.web.reading.banner import banner
from bot.web.reading.people import names_of
from bot.web.times import Clock, When
from bot.web.words import STATES
from bot.words import listed, said_of

PAGE = 50
KINDS = {
    "": "All",
    "urgent": "Urgent",
    "hidden": "Hidden by the bot",
    "visible": "Still visible",
    "stuck": "Could not be decided",
    "elsewhere": "Hidden elsewhere",
}
_EXCERPT = 240
_URGENT = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One comment of the list."""

    ref: str
    page: str
    categories: str
    urgent: bool
    excerpt: str
    media: str
    state: str
    age: When
    restore: When | None
    undecided: bool
    lapsed: bool
    holder: str


@dataclass(frozen=True, slots=True)
class Filter:
    """A link to a part of the queue."""

    label: str
    query: str
    current: bool
    count: int


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that the list shows."""

    banner: list[str]
    filters: list[list[Filter]]
    rows: list[Row]
    shown: str
    earlier: str | None
    later: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the queue: a kind of `KINDS`, a page or all, and how many to pass over."""

    kind: str = ""
    page: str = ""
    start: int = 0

    def query(self, **changed: object) -> str:
        """The query string of this part, or of one that differs from it."""
        values = {"kind": self.kind, "page": self.page, "start": self.start} | changed
        return urlencode({name: value for name, value in values.items() if value})


def queue(records: Records, config: Config, asked: Asked, clock: Clock) -> Queue:
    """Read one screen of the queue."""
    found = _found(records, asked)
    rows = _rows(records, found[:PAGE], clock)
    first = asked.start + 1
    return Queue(
        banner=banner(records, config),
        filters=[_kinds(records, asked), *([_pages(records, config, asked)] if len(config.pages) > 1 else [])],
        rows=rows,
        shown=f"Showing {first} to {asked.start + len(rows)}",
        earlier=asked.query(start=max(0, asked.start - PAGE)) if asked.start else None,
        later=asked.query(start=asked.start + PAGE) if len(found) > PAGE else None,
    )


Found = tuple[CommentState, Flag | None]


def _found(records: Records, asked: Asked) -> list[Found]:
    if asked.kind == "elsewhere":
        states = [each for each in records.unexplained_hides() if asked.page in ("", each.page)]
        return [(each, records.open_flag(each.ref)) for each in states[asked.start :]]
    page = asked.page or None
    if asked.kind:
        flags = records.flags_of_part(asked.kind, page, limit=PAGE + 1, offset=asked.start)
    else:
        flags = records.open_flags(page, limit=PAGE + 1, offset=asked.start)
    stands = ((records.comment(flag.ref), flag) for flag in flags)
    return [(state, flag) for state, flag in stands if state is not None]


def _rows(records: Records, found: Iterable[Found], clock: Clock) -> list[Row]:
    claims = {claim.ref: claim for claim in records.claims()}
    names = names_of(claim.user for claim in claims.values())
    return [
        _row(state, flag, records.captured(state.ref), _holder(claims.get(state.ref), names, clock), clock)
        for state, flag in found
    ]


def _row(state: CommentState, flag: Flag | None, captured: Captured | None, holder: str, clock: Clock) -> Row:
    text = (captured.text or "") if captured else ""
    media = [item.get("kind", "attachment") for item in captured.media] if captured else []
    return Row(
        ref=state.ref,
        page=state.page,
        categories=listed(flag.categories) if flag and flag.categories else "to be looked at",
        urgent=bool(flag and flag.urgency >= _URGENT),
        excerpt=text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else ""),
        media=", ".join(media),
        state=_state(state),
        age=clock.when(flag.since if flag else state.seen),
        restore=clock.when(state.provisional_until) if state.provisional_until else None,
        undecided=bool(flag and flag.stuck),
        lapsed=bool(flag and flag.lapsed),
        holder=holder,
    )


def _state(state: CommentState) -> str:
    by = {"bot": " by the bot", "elsewhere": " elsewhere", "person": " by a moderator"}.get(state.hidden_by or "", "")
    return said_of(state.state, STATES) + by


def _holder(claim: Claim | None, names: dict[str, str], clock: Clock) -> str:
    if claim is None:
        return ""
    return f"held by {names.get(claim.user, 'another moderator')} until {clock.when(claim.until).words}"


def _kinds(records: Records, asked: Asked) -> list[Filter]:
    counts = {"": records.flag_counts().open, "elsewhere": len(records.unexplained_hides())}
    return [
        Filter(
            label,
            asked.query(kind=key, start=0),
            key == asked.kind,
            counts[key] if key in counts else records.count_of_part(key),
        )
        for key, label in KINDS.items()
    ]


def _pages(records: Records, config: Config, asked: Asked) -> list[Filter]:
    counts = records.flag_counts()
    everywhere = Filter("All pages", asked.query(page="", start=0), asked.page == "", counts.open)
    return [
        everywhere,
        *(
            Filter(name, asked.query(page=name, start=0), asked.page == name, counts.by_page.get(name, 0))
            for name in config.pages
        ),
    ]
