"""How the two parts of the trained model answer together, and when the n-grams answer alone.

Everything is in log-odds. Where the n-grams find a comment far below every threshold, for both questions, the
transformer is not asked. Else the log-odds of the n-grams and of the transformer's answers to the same question are
added, each with its weight, and a slope and an offset make a probability of the sum (Platt, Advances in Large Margin
Classifiers, 1999). A clear comment gets what both parts say of such comments on average, so that all values are on one
scale.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from models import shipped
from models.score import ScoringError

BLEND_FILE = shipped.DATA / "blend.json"


@dataclass(frozen=True, slots=True)
class Question:
    """How one question, obscenity or attack, is answered."""

    ngrams: float
    """Weight of the log-odds of the n-grams."""
    judged: Sequence[float]
    """Weight of each of the transformer's log-odds, in its order."""
    slope: float
    offset: float
    alone_slope: float
    """Slope and offset of the line from the n-grams' log-odds to those of both, for a clear comment."""
    alone_offset: float
    clear_below: float
    """Log-odds of the n-grams below which a comment is clear."""

    def together(self, ngrams: float, judged: Sequence[float]) -> float:
        """Give the probability from the log-odds of both parts."""
        total = self.ngrams * ngrams + sum(weight * each for weight, each in zip(self.judged, judged, strict=True))
        return probability(self.slope * total + self.offset)

    def alone(self, ngrams: float) -> float:
        """Give the probability from the log-odds of the n-grams, for a comment that is clear."""
        return probability(self.alone_slope * ngrams + self.alone_offset)


Blend = Mapping[str, Question]
"""The questions by the names of the n-gram model's heads."""


def read(path: Path = BLEND_FILE) -> Blend:
    """Read the weights of the blend.

    Raises:
        ScoringError: when the file is missing, damaged, or not the one that was shipped.
    """
    content = shipped.read(path)
    try:
        return {name: Question(**fields) for name, fields in json.loads(content).items()}
    except (ValueError, TypeError) as error:
        raise ScoringError(f"{path} is damaged ({error}). Install OfRecord again.") from error


def write(path: Path, blend: Blend) -> None:
    """Write the weights of the blend and their sum; the inverse of `read`."""
    plain = {name: asdict(question) for name, question in blend.items()}
    path.write_text(json.dumps(plain, indent=1) + "\n", encoding="utf-8")
    shipped.record(path)


def probability(log_odds: float) -> float:
    """Give 0 to 1 for log-odds; nothing overflows."""
    return 1.0 / (1.0 + math.exp(-max(-40.0, min(40.0, log_odds))))
