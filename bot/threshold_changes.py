"""Moving a threshold: a supervisor accepts a candidate, or takes the newest change back. Each is one event."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Loaded
from bot.decided_examples import scored_alike, scores_of, was_urgent
from bot.events import Actor, RuleChanged
from bot.records import Entry, Questions, Records, Writing
from bot.rules_in_force import basis_points, current_policy, shown, subject_of
from bot.thresholds import Example, Proposal, lowest, proposals
from models.policy import Verdict


class ThresholdError(Exception):
    """The threshold cannot be moved like that. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Movable:
    """One rule as a supervisor may move it."""

    proposal: Proposal
    newest: Entry | None
    """The newest change of the rule, whatever it did."""
    to_undo: Entry | None
    """The newest change that was not taken back."""

    @property
    def seen(self) -> int:
        """What an answer must name, so that it is not given on older knowledge."""
        return -1 if self.newest is None else self.newest.seq


def movable(records: Questions, config: Loaded) -> list[Movable]:
    """Every rule whose threshold may be moved, with its candidates.

    Raises:
        ConfigError: when file and log both changed a threshold.
    """
    # Whether a threat stays up has reasons of its own, and says nothing about the other rules.
    counted = (each for each in scored_alike(records) if not was_urgent(each))
    examples = [Example(scores_of(each), each.decision == "hide") for each in counted]
    policy = current_policy(config, records)
    return [_movable(records, each) for each in proposals(config.policy, policy, examples)]


def _movable(records: Questions, proposal: Proposal) -> Movable:
    changes = _changes(records, proposal.rule.name)
    return Movable(proposal, changes[-1] if changes else None, _standing(changes))


def _changes(records: Questions, rule: str) -> list[Entry]:
    return records.case(subject_of(rule).ref)


def _standing(changes: list[Entry]) -> Entry | None:
    undone = {entry.pub["undoes"] for entry in changes if "undoes" in entry.pub}
    standing = [entry for entry in changes if "undoes" not in entry.pub and entry.seq not in undone]
    return standing[-1] if standing else None


def accept(
    records: Records, config: Loaded, *, rule: str, at_least_bp: int, user: Actor, seen: int, note: str | None = None
) -> Entry:
    """Move a rule's threshold to one of its candidates.

    Args:
        records: the log.
        config: holds the file's rules.
        rule: the rule's name.
        at_least_bp: the candidate.
        user: the supervisor.
        seen: `Movable.seen` as the supervisor saw it.
        note: their own words.

    Raises:
        ThresholdError: when it is no candidate (any more), or another change came first.
        ConfigError: when file and log both changed a threshold.
    """
    # Counted before the transaction: it takes long, and one more decided comment makes no difference.
    found = next((each for each in movable(records, config) if each.proposal.rule.name == rule), None)
    if found is None:
        raise ThresholdError(f"The threshold of {rule!r} is not one that can be moved here.")
    _require_fresh(found.newest, seen)
    if found.proposal.why_not:
        raise ThresholdError(found.proposal.why_not)
    if found.proposal.choice(at_least_bp) is None:
        raise ThresholdError("Choose one of the thresholds of the table.")
    was = basis_points(found.proposal.rule)
    with records.writing() as writing:
        changes = _changes(writing, rule)
        _require_fresh(changes[-1] if changes else None, seen)
        return _changed(writing, config, rule, at_least_bp, was, user, decisions=found.proposal.decided, note=note)


def undo(records: Records, config: Loaded, *, rule: str, user: Actor, seen: int, note: str | None = None) -> Entry:
    """Take back the newest change of a rule that stands: the threshold is again what it was before.

    Raises:
        ThresholdError: when there is none, another change came first, or the file approves no such threshold now.
        ConfigError: when file and log both changed a threshold.
    """
    with records.writing() as writing:
        current_policy(config, writing)
        changes = _changes(writing, rule)
        standing = _standing(changes)
        if standing is None:
            raise ThresholdError("There is no change of this rule to take back.")
        _require_fresh(changes[-1], seen)
        in_file = next((each for each in config.policy.rules if each.name == rule), None)
        if in_file and in_file.verdict is Verdict.HIDE and standing.pub["was_bp"] < lowest(in_file, in_file):
            raise ThresholdError("The configuration approves no threshold as low as that one was. Choose another.")
        now = changes[-1].pub["at_least_bp"]
        return _changed(writing, config, rule, standing.pub["was_bp"], now, user, undoes=standing.seq, note=note)


def _require_fresh(newest: Entry | None, seen: int) -> None:
    if seen != (-1 if newest is None else newest.seq):
        raise ThresholdError("Somebody changed this rule meanwhile. Below is how it stands now; decide anew.")


def _changed(
    writing: Writing,
    config: Loaded,
    rule: str,
    at_least_bp: int,
    was: int,
    user: Actor,
    *,
    decisions: int = 0,
    undoes: int | None = None,
    note: str | None = None,
) -> Entry:
    in_file = next((basis_points(each) for each in config.policy.rules if each.name == rule), None)
    if in_file is None:
        raise ThresholdError(f"The configuration has no rule {rule!r}; put it back first.")
    return writing.append(
        RuleChanged(
            actor=user,
            subject=subject_of(rule),
            rule=rule,
            at_least_bp=at_least_bp,
            was_bp=was,
            file_bp=in_file,
            decisions=decisions,
            undoes=undoes,
            note=note or None,
        )
    )


def told(entry: Entry) -> str:
    """What was changed, in a sentence."""
    pub = entry.pub
    how = "Taken back" if "undoes" in pub else "Accepted"
    return f"{how}: {pub['rule']} counts from {shown(pub['at_least_bp'])} on (it was {shown(pub['was_bp'])})."
