"""Running a converted Detoxify model: onnxruntime and tokenizers, nothing else.

Every stretch of text is run alone: with 8-bit numbers the scale of the numbers is taken from all that is run together,
and a comment's score must not depend on what came in beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from models.detoxify_folder import ABOUT, GRAPH, TOKENIZER, ChangedError, about, sums_of, verified
from models.detoxify_labels import label_named
from models.score import ScoringError

LONGEST = 512
"""Tokens that the architectures can take at once, with those that mark beginning and end."""
_OVERLAP = 64
"""Tokens that a window shares with the one before, so that nothing is cut in two in both."""
_MOST_WINDOWS = 16
_MOST_CHARACTERS = 100_000


class Window(NamedTuple):
    """A stretch of a text that is run at once: its tokens, and where it stands in the text."""

    ids: list[int]
    start: int
    end: int


class Graph:
    """The model: windows of a text in, one value a label out."""

    def __init__(self, folder: Path) -> None:
        """Load tokenizer, graph and labels, after comparing each with its recorded sum.

        Raises:
            ScoringError: when a file is missing, damaged or another one, or a needed package is not installed.
        """
        try:
            import numpy as np
            import onnxruntime
            import tokenizers
        except ImportError as error:
            raise ScoringError(f"Detoxify needs {error.name}, which is not installed; see use-detoxify.md.") from error
        try:
            sums = sums_of(folder)
            self.labels = tuple(map(label_named, about(verified(folder, ABOUT, sums))["labels"]))
            self._tokenizer: Any = tokenizers.Tokenizer.from_file(str(verified(folder, TOKENIZER, sums)))
            self._session: Any = onnxruntime.InferenceSession(verified(folder, GRAPH, sums))
        except ChangedError as error:
            raise ScoringError(str(error)) from error
        except Exception as error:  # the two packages raise what their native code gives, down to plain Exception
            raise ScoringError(
                f"The model in {folder} cannot be loaded ({error}). Fetch and convert it again."
            ) from error
        self._array: Any = np.array
        self.version = f"1+{sums[GRAPH][:8]}"
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST, stride=_OVERLAP)

    def windows(self, text: str) -> list[Window]:
        """Cut a text into overlapping windows; one for all but long comments, none where it has no tokens.

        Raises:
            ScoringError: when it is longer than is read.
        """
        if len(text) > _MOST_CHARACTERS:
            raise ScoringError(f"Detoxify reads at most {_MOST_CHARACTERS} characters.")
        first = self._tokenizer.encode(text)
        cut = [_window(each.ids, each.offsets) for each in (first, *first.overflowing)]
        if len(cut) > _MOST_WINDOWS:
            raise ScoringError(f"Detoxify reads at most {_MOST_WINDOWS} times {LONGEST} tokens.")
        return [each for each in cut if each.end > each.start]

    def values(self, window: Window) -> Sequence[float]:
        """Give the model's answer, 0 to 1, for each label in order."""
        (row,) = self._session.run(None, {"input_ids": self._array([window.ids], "int64")})[0].tolist()
        return list(row)


def _window(ids: list[int], offsets: list[tuple[int, int]]) -> Window:
    places = [(start, end) for start, end in offsets if end > start]
    return Window(ids, places[0][0] if places else 0, places[-1][1] if places else 0)
