"""``ofrecord classify TEXT --explain``: a verdict and everything that led to it, for a person at a terminal.

The comment, its post and every reason are strangers' words: they are written by `bot.visible`, never as markup.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.judgement import Judgement, Rulebook
from bot.visible import pieces, visible
from models.language import language_of, untested
from models.policy import Hit, Rule, Urgency, Verdict
from models.score import Category, Score
from models.target import IN_WORDS

_VERDICT = {Verdict.ALLOW: "bold green", Verdict.QUEUE: "bold yellow", Verdict.HIDE: "bold red"}
_IN_WORDS = {
    Verdict.ALLOW: "stays, and nobody is asked",
    Verdict.QUEUE: "stays, and waits for a moderator",
    Verdict.HIDE: "is hidden, until a moderator confirms it or the time is up",
}
_EVIDENCE = "bold underline"
_EVIDENCE_FROM = 0.5
"""Findings below this value are told and not marked in the text."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One comment with what was found in it."""

    text: str
    judgement: Judgement
    book: Rulebook


def show(explained: Explained, console: Console) -> None:
    """Print the whole explanation."""
    console.print(_verdict(explained))
    console.print(_comment(explained, console))
    console.print(_about(explained))
    console.print(_findings(explained))
    console.print()
    console.print(_rules(explained))


def _verdict(explained: Explained) -> Text:
    decision = explained.judgement.decision
    line = Text.assemble(
        (decision.verdict.value.upper(), _VERDICT[decision.verdict]), f": the comment {_IN_WORDS[decision.verdict]}"
    )
    if decision.basis:
        line.append(f" (rule {decision.basis.rule.name}: {decision.basis.rule.clause})")
    if decision.verdict is not Verdict.ALLOW and decision.urgency is not Urgency.NORMAL:
        line.append(f", {'at once' if decision.urgency is Urgency.URGENT else 'not urgent'}")
    return line.append(".")


def _comment(explained: Explained, console: Console) -> Panel:
    """The text with the evidence marked in its place: by a style on a terminal, by brackets elsewhere."""
    marks = ("", "") if console.is_terminal else ("⟦", "⟧")
    written, shown = list(pieces(explained.text)), Text()
    at = 0
    for start, end in _evidence(explained.judgement.scores):
        shown.append("".join(written[at:start]))
        shown.append(marks[0] + "".join(written[start:end]) + marks[1], _EVIDENCE)
        at = end
    shown.append("".join(written[at:]))
    return Panel(shown, title="comment", title_align="left")


def _evidence(scores: Sequence[Score]) -> list[tuple[int, int]]:
    """The stretches of the text that are evidence, in order, overlapping ones as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(each.span for each in scores if each.span and each.value >= _EVIDENCE_FROM):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _about(explained: Explained) -> Padding:
    return Padding(Text("\n").join(map(Text, _facts(explained))), (0, 2, 1, 2))


def _facts(explained: Explained) -> Iterator[str]:
    languages = ", ".join(explained.book.languages)
    language = language_of(explained.text)
    if language is None:
        yield "Language: too short to tell; taken as the Department's."
    elif untested(explained.text, explained.book.languages):
        yield f"Language: most likely {language}, surely none of the Department's ({languages})."
    else:
        yield f"Language: most likely {language}; nothing speaks against the Department's ({languages})."
    scores = explained.judgement.scores
    for target in dict.fromkeys(each.target for each in scores if each.target and each.value >= _EVIDENCE_FROM):
        yield f"Target: {IN_WORDS[target]}."
    for cap in explained.judgement.decision.caps:
        yield f"At most queue: {cap.value}."


def _findings(explained: Explained) -> Table:
    table = Table(title="What was found", title_justify="left", title_style="bold", box=None)
    for name in ("finding", "value", "by", "why"):
        table.add_column(name, justify="right" if name == "value" else "left", header_style="dim")
    for each in sorted(explained.judgement.scores, key=lambda score: -score.value):
        style = _style(each)
        quoted = f" “{visible(explained.text[slice(*each.span)])}”" if each.span else ""
        table.add_row(
            Text(each.category.replace("_", " "), style),
            Text(f"{each.value:.2f}", style),
            Text(each.rule, "dim"),
            Text(visible(each.why) + quoted),
        )
    if not explained.judgement.scores:
        table.add_row(Text("nothing"), Text(""), Text(""), Text("No classifier has anything to say."))
    return table


def _style(score: Score) -> str:
    if score.value < _EVIDENCE_FROM:
        return "dim"
    return "green" if score.category is Category.CRITICISM else "yellow"


def _rules(explained: Explained) -> Table:
    """Every row of the policy, in its order: those that hit with what follows, those that missed with how far."""
    hits = {hit.rule.name: hit for hit in explained.judgement.decision.hits}
    table = Table(title="What the policy says", title_justify="left", title_style="bold", box=None)
    for name in ("", "rule", "needs", "found", "so"):
        table.add_column(name, justify="right" if name == "found" else "left", header_style="dim")
    for rule in explained.book.policy.rules:
        hit = hits.get(rule.name)
        found = max((each.value for each in explained.judgement.scores if each.category is rule.category), default=0.0)
        table.add_row(
            Text("hit" if hit else "-", "bold" if hit else "dim"),
            Text(rule.name, "" if hit else "dim"),
            Text(f"{rule.category.replace('_', ' ')} from {rule.at_least:.2f}", "" if hit else "dim"),
            Text(f"{max(each.value for each in hit.scores) if hit else found:.2f}", "" if hit else "dim"),
            _so(rule, hit, found),
        )
    return table


def _so(rule: Rule, hit: Hit | None, found: float) -> Text:
    if hit is None:
        aimed = found >= rule.at_least and rule.targets is not None
        return Text("not aimed at whom the rule protects" if aimed else "missed", "dim")
    waives = f"; it sets {rule.waives.replace('_', ' ')} aside" if rule.waives else ""
    note = f" ({hit.note})" if hit.note else ""
    return Text(f"{hit.verdict.value}{note}{waives}", _VERDICT[hit.verdict])
