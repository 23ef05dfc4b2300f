"""What a classifier says about a comment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Category(StrEnum):
    """What a score is about. `criticism` exists to protect: it is reported and never flagged."""

    OBSCENITY = "obscenity"
    SLUR = "slur"
    PERSONAL_ATTACK = "personal_attack"
    THREAT = "threat"
    SELF_HARM = "self_harm"
    PRIVATE_INFORMATION = "private_information"
    SPAM = "spam"
    OFF_TOPIC = "off_topic"
    CRITICISM = "criticism"


class Target(StrEnum):
    """Whom an attack is aimed at."""

    COMMENTER = "commenter"
    PRIVATE_PERSON = "private_person"
    GROUP = "group"
    OFFICIAL = "official"
    """Police, an official, a government body: criticism, never flagged as an attack."""
    NOBODY = "nobody"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Score:
    """One finding of one classifier."""

    category: Category
    value: float
    """0 to 1. For the trained model a probability; for lists and rules a stated confidence."""
    rule: str
    """What found it, for example ``wordlist.strong`` or ``toxicity.attack``."""
    why: str
    """The reason in plain words, for a moderator and for the commenter."""
    span: tuple[int, int] | None = None
    """Start and end (exclusive) of the evidence in the original text, in code points."""
    target: Target | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.value <= 1.0:
            raise ValueError(f"A score is between 0 and 1; {self.rule} gave {self.value!r}.")


@dataclass(frozen=True, slots=True)
class Item:
    """What a classifier looks at: a comment in its place."""

    text: str
    post: str | None = None
    """The text of the post being answered, or None when unknown."""
    ancestors: tuple[str, ...] = ()
    """The comments between the post and this one, the nearest last."""
    scope: str | None = None
    """The Department's written scope: what its pages are for."""


class ScoringError(Exception):
    """A classifier could not answer. The comment is queued, never hidden."""


class Classifier(Protocol):
    """A classifier scores comments in batches; it decides nothing."""

    name: str
    version: str

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give one list of scores for each item, in the same order.

        Raises:
            ScoringError: when no answer can be had.
        """
        ...
