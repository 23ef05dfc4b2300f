"""``ofrecord classify``: JSON lines in, scores and a verdict out, in batches; or one text, explained."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.config import Loaded
from bot.judgement import InPlace, Judgement, Rulebook, judge
from bot.rulebook import rulebook
from bot.rules_in_force import changes_on_disk, in_force
from models.comment import safe_text
from models.default import default_classifiers
from models.policy import DEFAULT_RULES, Approval, Policy, Verdict
from models.score import Category, ScoringError

BATCH = 256
_MOST_DIGITS = 1_000
ALWAYS = (Category.OBSCENITY, Category.PERSONAL_ATTACK, Category.OFF_TOPIC, Category.THREAT)
"""Categories that every answer has; `off_topic` is null without a post."""


class LineError(Exception):
    """A line of the input cannot be read; the message names the line and what is wrong."""


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the input."""

    id: Any
    text: str
    post: str | None = None
    thread: tuple[str, ...] = ()
    scope: str | None = None


def default_rulebook() -> Rulebook:
    """The default policy with its hiding rules approved, and the default classifiers.

    Raises:
        ScoringError: when a file of theirs is missing, damaged, or not the one that was shipped.
    """
    approved = Approval("ofrecord classify", date(2026, 1, 1))
    rules = tuple(
        dataclasses.replace(rule, approved=approved) if rule.verdict is Verdict.HIDE else rule for rule in DEFAULT_RULES
    )
    return Rulebook(default_classifiers(), Policy("default", rules), ("en", "es"))


def rulebook_of(config: Loaded) -> Rulebook:
    """The classifiers and the rules in force of a configuration.

    Raises:
        ConfigError, StoreError: when they cannot be told.
        ScoringError: when a classifier cannot be loaded.
    """
    book = rulebook(config)
    if book.unusable:
        raise ScoringError(" ".join(book.unusable.values()))
    return dataclasses.replace(book, policy=in_force(config.policy, changes_on_disk(config)))


def read_question(line: str, number: int) -> Question:
    """Read one line.

    Raises:
        LineError: when it is not an object with `id` and `text`, or a field has the wrong type.
    """
    try:
        # Tools on Windows put a byte-order mark before the first line.
        text = line.removeprefix("\ufeff") if number == 1 else line
        fields = json.loads(
            text, parse_constant=_no_number, parse_float=_number, parse_int=_whole, object_pairs_hook=_once
        )
    except _RefusedError as error:
        raise LineError(f"line {number}: {error}") from None
    except (ValueError, RecursionError) as error:
        raise LineError(f"line {number}: not JSON ({error}); give one object a line") from None
    if not isinstance(fields, dict) or "id" not in fields or not isinstance(fields.get("text"), str):
        raise LineError(f'line {number}: give an object with "id" and a text, such as {{"id": 1, "text": "…"}}')
    if unknown := fields.keys() - {"id", "text", "post", "thread", "scope"}:
        raise LineError(f'line {number}: unknown field "{min(unknown)}"; known are id, text, post, thread, scope')
    for name in ("post", "scope"):
        if not isinstance(fields.get(name), str | None):
            raise LineError(f'line {number}: "{name}" is a text or null')
    return Question(fields["id"], fields["text"], fields.get("post"), _thread(fields, number), fields.get("scope"))


class _RefusedError(Exception):
    """A value that JSON does not have, or that would not come back as it was given."""


def _no_number(name: str) -> Any:
    raise _RefusedError(f"{name} is no number in JSON; give a number, a text or null")


def _number(digits: str) -> float:
    if math.isinf(found := float(digits)):
        raise _RefusedError("a number is too large; give it as a text, in quotes")
    return found


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _RefusedError(f"a number has more than {_MOST_DIGITS} digits; give it as a text, in quotes")
    return int(digits)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _RefusedError(f'"{twice}" is given twice; give it once')
    return found


def _thread(fields: dict[str, Any], number: int) -> tuple[str, ...]:
    thread = fields.get("thread")
    thread = [] if thread is None else thread
    if not isinstance(thread, list) or not all(isinstance(each, str) for each in thread):
        raise LineError(f'line {number}: "thread" is a list of texts, the nearest last')
    return tuple(thread)


def answers(lines: Iterable[str], book: Rulebook) -> Iterator[dict[str, Any]]:
    """Answer every line, in order; empty lines are passed over.

    Raises:
        LineError: at the first line that cannot be read, after the lines before it were answered.
    """
    waiting: list[Question] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            waiting.append(read_question(line, number))
        except LineError:
            yield from _answer_all(waiting, book)
            raise
        if len(waiting) == BATCH:
            yield from _answer_all(waiting, book)
            waiting = []
    yield from _answer_all(waiting, book)


def in_place(question: Question) -> InPlace:
    """The question as it is judged."""
    return InPlace(safe_text(question.text), question.post, question.thread, scope=question.scope)


def answer_one(question: Question, book: Rulebook) -> dict[str, Any]:
    """Answer one question."""
    (answer,) = _answer_all([question], book)
    return answer


def _answer_all(questions: Sequence[Question], book: Rulebook) -> Iterator[dict[str, Any]]:
    places = [in_place(each) for each in questions]
    for question, judgement in zip(questions, judge(places, book), strict=True):
        yield _answer(question, judgement)


def _answer(question: Question, judgement: Judgement) -> dict[str, Any]:
    scores: dict[str, float | None] = dict.fromkeys(ALWAYS, 0.0)
    if question.post is None:
        scores[Category.OFF_TOPIC] = None
    for score in judgement.scores:
        scores[score.category] = max(score.value, scores.get(score.category) or 0.0)
    caps = [cap.value for cap in judgement.decision.caps]
    return {
        "id": question.id,
        "scores": {str(name): value if value is None else round(value, 4) for name, value in scores.items()},
        "verdict": judgement.decision.verdict.value,
        **({"caps": caps} if caps else {}),
        "reasons": [
            {"category": each.category.value, "span": each.span, "why": each.why, "rule": each.rule}
            for each in judgement.scores
        ],
    }


def explain(question: Question, book: Rulebook) -> None:
    """Print on standard output what follows from one comment, and why."""
    from rich.console import Console

    from bot.explain import Explained, show

    place = in_place(question)
    (judgement,) = judge([place], book)
    show(Explained(place.text, judgement, book), Console(highlight=False, markup=False, emoji=False))
