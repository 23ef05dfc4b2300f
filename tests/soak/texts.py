"""What visitors write: each text once and never again, and of a kind that is known without any classifier."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

CLEAN, CRITICAL, OBSCENE, THREAT = "clean", "critical", "obscene", "threat"
_LINES = {
    CLEAN: (
        "Thank you for telling us, number {}.",
        "Which bridge is it, the {}th?",
        "My street has been waiting for {} days.",
        "¿Dónde está la comisaría? Es la pregunta {}.",
        "Well done 👏🏽 all {} of you.",
    ),
    CRITICAL: (
        "The chief is a liar, and {} of us say so.",
        "Your officers did nothing for {} hours. Shame on the police.",
        "This department wasted {} dollars of our taxes.",
    ),
    OBSCENE: ("Fuck your {} excuses.", "Fuck you {} times.", "What a fucking lie, part {}."),
    THREAT: ("I will kill you, number {}.", "I am going to shoot you {} times."),
}
_SHARES = {CLEAN: 55, CRITICAL: 20, OBSCENE: 17, THREAT: 8}


@dataclass(frozen=True)
class Text:
    """A text and what it is."""

    words: str
    kind: str


@dataclass
class Pen:
    """Writes texts, no two of them alike."""

    dice: random.Random
    _number: int = field(default=1000)

    def write(self) -> Text:
        """The next text."""
        self._number += 1
        kind = self.dice.choices(list(_SHARES), list(_SHARES.values()))[0]
        return Text(self.dice.choice(_LINES[kind]).format(self._number), kind)
