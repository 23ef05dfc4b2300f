"""The thresholds of the rules, and what others would have done with what people decided here."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Loaded
from bot.intervals import Share
from bot.records import Entry, Records
from bot.rules_in_force import basis_points, shown
from bot.threshold_changes import Movable, movable, told
from bot.thresholds import Candidate, hides
from bot.web.reading.people import names_in
from bot.web.times import Clock, When
from bot.words import CATEGORIES, said_of


@dataclass(frozen=True, slots=True)
class Row:
    """One threshold of the table."""

    value: int
    at_least: str
    in_force: bool
    may_be_chosen: bool
    wrong: str
    wrong_range: str
    missed: str
    missed_range: str
    change: str
    """Against the threshold in force, in words."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a person decided about the threshold."""

    seq: int
    words: str
    who: str
    at: When
    note: str


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule."""

    name: str
    category: str
    at_least: str
    what: str
    """hides or flags: what is wrong when it is wrong."""
    decided: int
    why_not: str
    rows: list[Row]
    newest: Change | None
    undo_to: str
    """The threshold that an undo puts back; empty when there is nothing to undo."""
    seen: int


def rules(records: Records, config: Loaded, clock: Clock) -> list[RuleShown]:
    """Every rule whose threshold may be moved.

    Raises:
        ConfigError: when file and log both changed a threshold.
    """
    found = movable(records, config)
    names = names_in(each.newest for each in found if each.newest)
    return [_rule(each, names, clock) for each in found]


def _rule(found: Movable, names: dict[str, str], clock: Clock) -> RuleShown:
    proposal, rule = found.proposal, found.proposal.rule
    return RuleShown(
        name=rule.name,
        category=said_of(rule.category.value, CATEGORIES),
        at_least=shown(basis_points(rule)),
        what="hides" if hides(rule) else "flags",
        decided=proposal.decided,
        why_not=proposal.why_not,
        rows=[_row(each, basis_points(rule)) for each in proposal.candidates],
        newest=_change(found.newest, names, clock) if found.newest else None,
        undo_to=shown(found.to_undo.pub["was_bp"]) if found.to_undo else "",
        seen=found.seen,
    )


def _row(each: Candidate, in_force: int) -> Row:
    return Row(
        value=each.at_least_bp,
        at_least=shown(each.at_least_bp),
        in_force=each.at_least_bp == in_force,
        may_be_chosen=each.may_be_chosen,
        wrong=f"{each.wrong.hits} of {each.wrong.of}",
        wrong_range=_range(each.wrong),
        missed=f"{each.missed.hits} of {each.missed.of}",
        missed_range=_range(each.missed),
        change=_in_words(each) if each.at_least_bp != in_force else "in force",
    )


def _range(found: Share) -> str:
    return "" if found.low is None or found.high is None else f"{100 * found.low:.1f} to {100 * found.high:.1f} %"


def _in_words(each: Candidate) -> str:
    wrong = f"{abs(each.fewer_wrong)} {'fewer' if each.fewer_wrong >= 0 else 'more'} wrong"
    return f"{wrong}, {abs(each.more_missed)} {'more' if each.more_missed >= 0 else 'fewer'} missed"


def _change(entry: Entry, names: dict[str, str], clock: Clock) -> Change:
    who = names.get(entry.actor.id, "A supervisor")
    return Change(entry.seq, told(entry), who, clock.when(entry.ts), entry.opened.get("rule.note") or "")
