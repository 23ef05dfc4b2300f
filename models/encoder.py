"""A small transformer (MiniLM-L6, 8-bit weights) that reads normalised comments, for what words alone do not tell.

Its word vectors and two lowest layers are computed once for both tasks; four layers as they were published compare
meanings, four that were fine-tuned judge. It runs on one thread, without torch; where onnxruntime or tokenizers is not
installed there is none, and the classifiers do without.

Every stretch of text is run alone: with 8-bit numbers their scale is taken from all that is run together, and a
comment's score must not depend on what came in beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from models import shipped
from models.comment import safe_text
from models.score import ScoringError

TOKENIZER, SHARED, MEANING, JUDGE = "tokenizer.json", "encoder.onnx", "meaning.onnx", "judge.onnx"
FILES = (TOKENIZER, SHARED, MEANING, JUDGE)
LABELS = ("toxic", "obscene", "attack", "threat", "identity")
"""What the judge answers, twice: as people labelled comments, then as the teacher did (`models/training`)."""
WIDTH = 384
"""Numbers in a vector."""
_LONGEST = 128
"""Tokens read at once, with the two that mark beginning and end."""
_JUDGED = 64
"""Tokens that the judge reads, as many as when it was trained."""
_OVERLAP = 16
"""Tokens that a window shares with the one before, so that nothing is cut in two in both."""
_MOST_WINDOWS = 8
_MOST_CHARACTERS = 8_000
"""Longer texts are read up to here; the n-gram model reads all of them."""


class Encoder:
    """The transformer: texts in, vectors of meaning or logits of the judge out."""

    def __init__(self, folder: Path, onnxruntime: Any, tokenizers: Any) -> None:
        """Load what lies in `folder`; the two packages are handed in.

        Raises:
            ScoringError: when a file is missing, damaged, or not the one that was shipped.
        """
        self._folder, self._runtime = folder, onnxruntime
        contents = {name: shipped.read(folder / name) for name in FILES}
        self._tokenizer: Any = tokenizers.Tokenizer.from_str(contents[TOKENIZER].decode())
        self._tokenizer.enable_truncation(_LONGEST, stride=_OVERLAP)
        self._shared = self._session(SHARED, contents[SHARED])
        sums = shipped.sums_of(folder)
        self.version = "".join(sums[name][:4] for name in (SHARED, MEANING, JUDGE))

    def meanings(self, texts: Sequence[str]) -> np.ndarray:
        """Give each text's meaning, shape (texts, 384), float32, unit length; a longer text's is that of its windows.

        The cosine of two of them, here their product, says how near two texts are (Reimers and Gurevych, 2019).
        """
        found = [np.mean([self._mean(tokens) for tokens in self._tokens(text)], axis=0) for text in texts]
        rows: np.ndarray = np.array(found, dtype=np.float32).reshape(len(found), WIDTH)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows

    def _mean(self, tokens: list[int]) -> np.ndarray:
        return self._run(self._meaning, self._vectors(tokens))[0]

    @cached_property
    def _meaning(self) -> Any:
        return self._session(MEANING, shipped.read(self._folder / MEANING))

    def judge(self, texts: Sequence[str]) -> np.ndarray:
        """Give the log-odds of every label, shape (texts, 10), of the first 64 tokens of each text."""
        rows = [self._run(self._judge, self._vectors(self._tokens(text)[0], _JUDGED))[0] for text in texts]
        found: np.ndarray = np.array(rows, dtype=np.float32).reshape(len(rows), 2 * len(LABELS))
        return found

    @cached_property
    def _judge(self) -> Any:
        return self._session(JUDGE, shipped.read(self._folder / JUDGE))

    def _tokens(self, text: str) -> list[list[int]]:
        """The tokens of each window of a text; at least one window, for it has two marks."""
        first = self._tokenizer.encode(safe_text(text[:_MOST_CHARACTERS]))
        return [each.ids for each in (first, *first.overflowing)][:_MOST_WINDOWS]

    def _vectors(self, tokens: list[int], longest: int = _LONGEST) -> np.ndarray:
        """The token vectors, (1, tokens, 384), of a window, cut to so many tokens before its last mark."""
        kept = tokens if len(tokens) <= longest else [*tokens[: longest - 1], tokens[-1]]
        return self._run(self._shared, np.array([kept], dtype=np.int64))

    def _run(self, session: Any, values: np.ndarray) -> np.ndarray:
        found: np.ndarray = session.run(None, {session.get_inputs()[0].name: values})[0]
        return found

    def _session(self, name: str, content: bytes) -> Any:
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the memory of the longest text for ever
        options.enable_mem_pattern = False  # made for one length; every text has its own, and it costs a fifth
        options.log_severity_level = 3
        try:
            return self._runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # the package raises what its native code gives, down to plain Exception
            raise ScoringError(f"{self._folder / name} cannot be loaded ({error}). Install OfRecord again.") from error


@lru_cache(maxsize=4)
def load(folder: Path = shipped.DATA, importing: Callable[[str], Any] = import_module) -> Encoder | None:
    """Load the encoder once a process; None where onnxruntime or tokenizers is not installed.

    Raises:
        ScoringError: when a file is missing, damaged, or not the one that was shipped.
    """
    try:
        packages = importing("onnxruntime"), importing("tokenizers")
    except ImportError:
        return None
    return Encoder(folder, *packages)
