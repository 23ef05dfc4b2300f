"""Detoxify as a classifier: published weights, converted once, run from a local folder without network and torch.

Off unless a Department switches it on. Nothing is claimed about how right it is: its weights could not be had while
this was written, and none of the figures in the model card are its. It never reaches the value at which a rule may
hide.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import Field

from models.comment import safe_text
from models.detoxify_folder import ABOUT, GRAPH, TOKENIZER
from models.detoxify_graph import Graph, Window
from models.detoxify_labels import LABELS
from models.score import Category, Item, Score, Target
from models.sentences import sentences_of
from models.settings import Beside, ClassifierSettings
from models.target import IN_WORDS, target_of
from models.text import normalise

_REPORTED_FROM = 0.1
_EVIDENCE_FROM = 0.5
_MOST_PIECES = 12
"""Pieces of a window that are run once more each to find the evidence: together they are no longer than it."""


class Settings(ClassifierSettings):
    """The keys of the table of Detoxify."""

    folder: Beside = Field(description="Folder of a model that was fetched and converted (`ofrecord models`).")


class _Answer(NamedTuple):
    """What the model says of a stretch of the text by itself."""

    span: tuple[int, int]
    values: Sequence[float]


class Detoxify:
    """Scores each of Detoxify's labels as a finding of ours, with the sentence that weighed most.

    A long comment is read in overlapping windows of 512 tokens, and the highest answer counts.
    """

    name = "detoxify"
    categories = tuple(dict.fromkeys(each.category for each in LABELS.values()))

    def __init__(self, folder: Path) -> None:
        """Load a model that was fetched and converted.

        Raises:
            ScoringError: when a file is missing, damaged, or not the one that was recorded.
        """
        self._graph = Graph(folder)
        self.files = tuple(folder / each for each in (GRAPH, TOKENIZER, ABOUT))
        self.version = self._graph.version
        self._labels = [(at, name, LABELS[name]) for at, name in enumerate(self._graph.labels) if name in LABELS]

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Give for each item the findings of 0.1 and more: one a label, for an attack one a target.

        Raises:
            ScoringError: when a comment is longer than is read; nothing was run yet then.
        """
        texts = [safe_text(item.text) for item in items]
        cut = [self._graph.windows(text) for text in texts]
        return [list(self._found(*each)) for each in zip(items, texts, cut, strict=True)]

    def _found(self, item: Item, text: str, windows: Sequence[Window]) -> Iterator[Score]:
        if not windows:
            return
        answers = [_Answer((each.start, each.end), self._graph.values(each)) for each in windows]
        pieces: dict[tuple[int, int], list[_Answer]] = {}
        for at, name, label in self._labels:
            worst = max(answers, key=lambda answer: answer.values[at])
            if worst.values[at] >= _EVIDENCE_FROM:
                if worst.span not in pieces:
                    pieces[worst.span] = self._pieces(text, worst)
                yield from _flagged(item, name, at, worst.values[at], pieces[worst.span])
            elif worst.values[at] >= _REPORTED_FROM:
                yield _score(name, worst.values[at], f"Detoxify finds little of {label.words}.")

    def _pieces(self, text: str, window: _Answer) -> list[_Answer]:
        """The sentences of a window, several together where there are many, each with the answer for it alone."""
        start, end = window.span
        spans = [_trimmed(start + each.start, each.text) for each in sentences_of(text[start:end])]
        size = -(-len(spans) // _MOST_PIECES)
        joined = [(spans[at][0], spans[at : at + size][-1][1]) for at in range(0, len(spans), size or 1)]
        if len(joined) < 2:
            return [_Answer(joined[0] if joined else window.span, window.values)]
        cut = [(span, self._graph.windows(text[slice(*span)])) for span in joined]
        return [_Answer(span, self._graph.values(windows[0])) for span, windows in cut if windows]


def _trimmed(start: int, sentence: str) -> tuple[int, int]:
    return start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip())


def _flagged(item: Item, name: str, at: int, value: float, pieces: Sequence[_Answer]) -> Iterator[Score]:
    """The finding with its evidence; of attacks also those on others than the worst one's target.

    So harsh criticism of an official, which is protected, does not cover for an insult of somebody else.
    """
    label = LABELS[name]
    ranked = sorted(pieces, key=lambda piece: -piece.values[at])
    if label.category is not Category.PERSONAL_ATTACK:
        yield _score(name, value, f"Detoxify finds {label.words} ({_percent(name, value)}).", ranked[0].span)
        return
    normal, seen = normalise(item.text), set[Target]()
    for piece in ranked:
        target = target_of(normal, item, piece.span)
        if label.of_a_group and target in (Target.UNKNOWN, Target.NOBODY):
            target = Target.GROUP
        own = piece.values[at] if seen else value
        if target not in seen and own >= _EVIDENCE_FROM:
            why = f"Detoxify finds {label.words} ({_percent(name, own)}), aimed at {IN_WORDS[target]}."
            yield _score(name, own, why, piece.span, target)
        seen.add(target)


def _score(
    name: str, value: float, why: str, span: tuple[int, int] | None = None, target: Target | None = None
) -> Score:
    label = LABELS[name]
    return Score(label.category, _bounded(name, value), f"detoxify.{name}", why, span, target)


def _bounded(name: str, value: float) -> float:
    return round(min(value, LABELS[name].highest), 4)


def _percent(name: str, value: float) -> str:
    return f"it says {_bounded(name, value):.0%}"
