"""A teacher of toxicity: the published recurrent network of the package ``tox-block``, read from its wheel.

ToxBlock 0.1.2 (Pascal Bliem, MIT) was trained on the whole Jigsaw Toxic Comment data (CC0 labels), of which the folder
of outside material holds a part. What it says of a text is one more set of labels for the encoder to learn from; it is
never shipped and never run afterwards.

The network (``tox_block/model/lstm_multi_label.py``): 50-number word vectors, a bidirectional LSTM of 50 units with
hard-sigmoid gates, the largest value over time, 50 rectified units, six labels.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import torch

TAUGHT = ("toxic", "obscene", "insult", "threat", "identity_hate")
"""In the order of `models.encoder.LABELS`."""
_LABELS = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
_FOLDER = "tox_block/trained_models"
_WORDS_KNOWN = 20_000
_WORDS_READ = 100
_AT_ONCE = 512
_FILTERED = str.maketrans(dict.fromkeys('!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n', " "))
"""What the teacher's own tokenizer takes out before it splits at spaces."""


class _Plain:
    """Stands for any class of the pickled tokenizer: only its plain values are wanted, none of its code."""

    word_index: Mapping[str, int]
    tokenizer: _Plain

    def __setstate__(self, state: Mapping[str, object]) -> None:
        self.__dict__.update(state)


class _OnlyPlainValues(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        allowed = {("collections", "OrderedDict"), ("collections", "defaultdict"), ("builtins", "int")}
        return super().find_class(module, name) if (module, name) in allowed else _Plain


class Teacher:
    """ToxBlock's network, from the wheel as the package index hands it out."""

    def __init__(self, wheel: Path) -> None:
        """Read the words and the weights out of `wheel`; no code of it is run."""
        with zipfile.ZipFile(wheel) as package:
            encoder = _OnlyPlainValues(io.BytesIO(package.read(f"{_FOLDER}/encoder_0.1.2.pkl"))).load()
            network = h5py.File(io.BytesIO(package.read(f"{_FOLDER}/lstm_model_0.1.2.h5")))
        self._places: Mapping[str, int] = encoder.tokenizer.word_index
        found: dict[str, torch.Tensor] = {}

        def keep(name: str, node: object) -> None:
            if isinstance(node, h5py.Dataset):
                found["/".join(name.removesuffix(":0").split("/")[-2:])] = torch.tensor(np.array(node))

        network["model_weights"].visititems(keep)
        self._weights = found

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        """Give the probabilities of `TAUGHT` for each text, shape (texts, 5), float32."""
        with torch.no_grad():
            starts = range(0, len(texts), _AT_ONCE)
            answers = [self._answer(texts[start : start + _AT_ONCE]) for start in starts]
        columns = [_LABELS.index(label) for label in TAUGHT]
        found: np.ndarray = torch.cat(answers)[:, columns].numpy()
        return found

    def _answer(self, texts: Sequence[str]) -> torch.Tensor:
        weights = self._weights
        vectors = weights["embedding/embeddings"][torch.tensor([self._words(text) for text in texts])]
        forward = self._run(vectors, "forward_lstm")
        backward = self._run(vectors.flip(1), "backward_lstm")
        hidden = torch.relu(torch.cat([forward, backward], 1) @ weights["dense/kernel"] + weights["dense/bias"])
        return torch.sigmoid(hidden @ weights["dense_1/kernel"] + weights["dense_1/bias"])

    def _words(self, text: str) -> list[int]:
        known = (self._places.get(word, _WORDS_KNOWN) for word in text.lower().translate(_FILTERED).split())
        read = [place for place in known if place < _WORDS_KNOWN][-_WORDS_READ:]
        return [0] * (_WORDS_READ - len(read)) + read

    def _run(self, vectors: torch.Tensor, name: str) -> torch.Tensor:
        """One direction of the network over time; gives the largest value of every unit."""
        into, onto, bias = (self._weights[f"{name}/{part}"] for part in ("kernel", "recurrent_kernel", "bias"))
        units = onto.shape[0]
        state = cell = torch.zeros(len(vectors), units)
        largest = torch.full((len(vectors), units), -1.0)
        for at in range(vectors.shape[1]):
            enter, forget, new, leave = (vectors[:, at] @ into + state @ onto + bias).split(units, 1)
            cell = _hard_sigmoid(forget) * cell + _hard_sigmoid(enter) * torch.tanh(new)
            state = _hard_sigmoid(leave) * torch.tanh(cell)
            largest = torch.maximum(largest, state)
        return largest


def _hard_sigmoid(value: torch.Tensor) -> torch.Tensor:
    """Keras 2's: ``clip(0.2 x + 0.5, 0, 1)``."""
    return (0.2 * value + 0.5).clamp(0.0, 1.0)
