"""Detoxify's labels in our words: the one table.

Detoxify asks other questions than the Department's policy does. *Toxic* is no ground for anything, so it is reported,
ends below the default thresholds and never flags by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.score import Category

CEILING = 0.96
"""The most that Detoxify says: below the value at which a rule may hide (docs/decisions/0005)."""
HINT = 0.75
"""The most that it says for a label without a ground in the policy: below the default rule for personal attacks."""


@dataclass(frozen=True, slots=True)
class Label:
    """What one label becomes."""

    category: Category
    highest: float
    words: str
    """What it finds, in the words of a reason."""
    of_a_group: bool = False
    """Whether it is by its meaning aimed at a group, where nothing in the sentence tells whom."""


LABELS = {
    "toxicity": Label(Category.PERSONAL_ATTACK, HINT, "rude or disrespectful wording"),
    "severe_toxicity": Label(Category.PERSONAL_ATTACK, HINT, "hateful or very aggressive wording"),
    "obscene": Label(Category.OBSCENITY, CEILING, "obscene wording"),
    "sexual_explicit": Label(Category.OBSCENITY, CEILING, "sexually explicit wording"),
    "threat": Label(Category.THREAT, CEILING, "a threat"),
    "insult": Label(Category.PERSONAL_ATTACK, CEILING, "insulting wording"),
    "identity_attack": Label(Category.PERSONAL_ATTACK, CEILING, "an attack on what people are", of_a_group=True),
}
_OLD_NAMES = {"toxic": "toxicity", "severe_toxic": "severe_toxicity", "identity_hate": "identity_attack"}
"""The names in the checkpoints of 2020, as detoxify 0.5.4 renames them."""


def label_named(name: str) -> str:
    """Give the present name of a label of any checkpoint."""
    return _OLD_NAMES.get(name, name)
