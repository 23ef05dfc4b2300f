"""What other thresholds would have done: fewer wrong flags against more misses, counted on what people decided.

A proposal is only ever a table. Nothing here changes a rule; `bot.threshold_changes` does, on a supervisor's word.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.intervals import Share, share
from bot.rules_in_force import basis_points, shown
from models.policy import DEFAULT_RULES, Life, Policy, Rule, Urgency, Verdict, decide
from models.score import Score

FEWEST = 100
"""So many decided flags has a rule before its threshold may be moved; with none wrong, at most 3.7 % can be."""
_STEPS = (50, 100, 250, 500, 1_000)
_MOST_ROWS = 9
_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Example:
    """A decided comment: what was found in it, and whether the person hid it."""

    scores: tuple[Score, ...]
    hidden: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """What one threshold would have done with the decided comments."""

    at_least_bp: int
    flagged: int
    wrong: Share
    """Of those it flags, how many people left up."""
    missed: Share
    """Of those that people hid and the lowest candidate flags, how many this one does not."""
    fewer_wrong: int
    """Against the threshold in force; negative for more."""
    more_missed: int
    """Against the threshold in force; negative for fewer."""
    may_be_chosen: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """One rule with its candidates, the threshold in force among them."""

    rule: Rule
    """As it is in force."""
    decided: int
    """How many comments that it flags people have decided."""
    candidates: tuple[Candidate, ...]
    why_not: str
    """Why no threshold may be chosen; empty when one may."""

    @property
    def in_force(self) -> Candidate:
        """What the threshold in force did."""
        return next(each for each in self.candidates if each.at_least_bp == basis_points(self.rule))

    def choice(self, at_least_bp: int) -> Candidate | None:
        """The candidate of that threshold, if it may be chosen."""
        return next((each for each in self.candidates if each.may_be_chosen and each.at_least_bp == at_least_bp), None)


def proposals(file: Policy, policy: Policy, examples: Sequence[Example]) -> list[Proposal]:
    """A proposal for every rule that flags and does not alert.

    Args:
        file: the rules of the configuration file: what was approved.
        policy: the same rules as they are in force.
        examples: decided comments, scored by the classifiers in use.
    """
    pairs = zip(file.rules, policy.rules, strict=True)
    return [_proposal(old, rule, policy, examples) for old, rule in pairs if _may_move(rule)]


def _may_move(rule: Rule) -> bool:
    # Of a threat, people decide whether it stays up; that says nothing on whether somebody should have been told.
    return rule.verdict is not Verdict.ALLOW and rule.urgency is not Urgency.URGENT and rule.life is not Life.DRAFT


def lowest(in_file: Rule, rule: Rule) -> int:
    """The lowest threshold that is ever offered, in basis points.

    A rule that queues is offered no lower one than the one in force: what it does not flag, nobody has decided. A rule
    that hides is offered none under the default's nor under the file's, which is what was approved.
    """
    if rule.verdict is not Verdict.HIDE:
        return basis_points(rule)
    defaults = [basis_points(each) for each in DEFAULT_RULES if _same_kind(each, rule)]
    return max([*defaults, basis_points(in_file)])


def _same_kind(default: Rule, rule: Rule) -> bool:
    return default.verdict is Verdict.HIDE and default.category is rule.category


def _proposal(in_file: Rule, rule: Rule, policy: Policy, examples: Sequence[Example]) -> Proposal:
    offered, here = _grid(lowest(in_file, rule)), basis_points(rule)
    start = min(offered[0], here)
    valued = [each for each in _valued(rule, policy, examples) if each[0] >= start]
    present = _candidate(here, valued, None)
    candidates = [present, *(_candidate(at, valued, present) for at in offered if at != here)]
    why_not = _why_not(present)
    if why_not:
        candidates = [dataclasses.replace(each, may_be_chosen=False) for each in candidates]
    return Proposal(rule, present.flagged, tuple(sorted(candidates, key=lambda each: each.at_least_bp)), why_not)


def _why_not(present: Candidate) -> str:
    missing = FEWEST - present.flagged
    if missing > 0:
        return f"{missing} more decided flags of this rule are needed; it has {present.flagged} of {FEWEST}."
    if present.wrong.hits == 0:
        return f"People agreed with all of its {present.flagged} decided flags; there is nothing to gain."
    return ""


def _grid(start: int) -> list[int]:
    """Round thresholds from the lowest offered up to 1, at most ten."""
    step = next((each for each in _STEPS if (_WHOLE - start) // each < _MOST_ROWS), _STEPS[-1] * 2)
    first = -(-start // step) * step
    return sorted({start, *range(first, _WHOLE + 1, step)})


def _valued(rule: Rule, policy: Policy, examples: Iterable[Example]) -> Iterable[tuple[int, bool]]:
    """The score that each example has for this rule, in basis points, and whether the person hid it."""
    waivers = tuple(each for each in policy.rules if each.waives is not None)
    alone = Policy(policy.version, (dataclasses.replace(rule, at_least=0.0, life=Life.AUTOMATIC), *waivers))
    for example in examples:
        hits = [hit for hit in decide(example.scores, alone).hits if hit.rule is alone.rules[0]]
        if hits and hits[0].verdict is not Verdict.ALLOW:
            yield max(round(score.value * _WHOLE) for score in hits[0].scores), example.hidden


def _candidate(at: int, valued: Sequence[tuple[int, bool]], present: Candidate | None) -> Candidate:
    flagged = [hidden for value, hidden in valued if value >= at]
    right, hidden = sum(flagged), sum(hidden for _, hidden in valued)
    wrong, missed = share(len(flagged) - right, len(flagged)), share(hidden - right, hidden)
    return Candidate(
        at_least_bp=at,
        flagged=len(flagged),
        wrong=wrong,
        missed=missed,
        fewer_wrong=present.wrong.hits - wrong.hits if present else 0,
        more_missed=missed.hits - present.missed.hits if present else 0,
        may_be_chosen=present is not None and bool(flagged),
    )


def hides(rule: Rule) -> bool:
    """Whether the rule hides by itself now, so that its wrong flags are wrong hides."""
    return rule.effective is Verdict.HIDE


def in_words(proposal: Proposal) -> list[str]:
    """A proposal as lines of text."""
    rule, what = proposal.rule, "hides" if hides(proposal.rule) else "flags"
    lines = [
        f"{rule.name}: from {shown(basis_points(rule))}, {rule.effective.value}; {proposal.decided} decided {what}"
    ]
    if proposal.why_not:
        return [*lines, f"  {proposal.why_not}"]
    for each in proposal.candidates:
        at = shown(each.at_least_bp)
        counts = f"wrong {what} {_in_words(each.wrong)}; missed {_in_words(each.missed)}"
        if each.at_least_bp == basis_points(rule):
            lines.append(f"  {at}  in force; {counts}")
        else:
            fewer, more = _change(each.fewer_wrong, "fewer", "more"), _change(each.more_missed, "more", "fewer")
            lines.append(f"  {at}  {fewer} wrong, {more} missed; {counts}")
    return lines


def _in_words(found: Share) -> str:
    if found.value is None:
        return "none"
    return f"{found.hits} of {found.of} ({100 * (found.low or 0):.1f} to {100 * (found.high or 0):.1f} %)"


def _change(count: int, up: str, down: str) -> str:
    return f"{abs(count)} {up if count >= 0 else down}"
