"""Writes the encoder as three ONNX graphs with 8-bit weights: what both tasks share, the judge, and the meaning.

A text is run alone, so nothing is padded and there is no mask: with 8-bit numbers their scale is taken from all that
is run together, and a comment's score must not depend on what came in beside it.
"""

from __future__ import annotations

import json
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import nn

from models.training.finetune import FROZEN_LAYERS, Judge
from models.training.minilm import Encoder

_OPSET = 17
_SAMPLE = 12
"""Tokens of the text that is followed through the network; any number but 1 gives the same graph."""


class _WordVectors(nn.Module):  # type: ignore[misc]
    """The word vectors, 8 bits a number and one scale a word."""

    def __init__(self, plain: torch.Tensor) -> None:
        super().__init__()
        scales = plain.abs().amax(1, keepdim=True).clamp(min=1e-6) / 127
        self.register_buffer("scales", scales)
        self.register_buffer("small", (plain / scales).round().to(torch.int8))

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return self.small[tokens].float() * self.scales[tokens]


class _Shared(nn.Module):  # type: ignore[misc]
    """Tokens (1, tokens) to vectors (1, tokens, width): the word vectors and the frozen layers."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.words = _WordVectors(encoder.embeddings.word_embeddings.weight.detach())
        self.embeddings, self.layers = encoder.embeddings, encoder.layers[:FROZEN_LAYERS]

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        return _through(self.layers, self.embeddings(inputs_embeds=self.words(tokens)))


class _Meaning(nn.Module):  # type: ignore[misc]
    """Vectors (1, tokens, width) to one vector of unit length (1, width), as sentence-transformers computes it."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.layers = encoder.layers[FROZEN_LAYERS:]

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        return nn.functional.normalize(_through(self.layers, vectors).mean(1))


class _Logits(nn.Module):  # type: ignore[misc]
    """Vectors (1, tokens, width) to one logit a head (1, heads)."""

    def __init__(self, judge: Judge) -> None:
        super().__init__()
        self.layers, self.heads = judge.encoder.layers[FROZEN_LAYERS:], judge.heads

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        return self.heads(_through(self.layers, vectors).mean(1))


def write_meaning(encoder: Encoder, tokenizer: Tokenizer, folder: Path) -> None:
    """Write ``encoder.onnx``, ``meaning.onnx`` and ``tokenizer.json`` of the encoder as it was published."""
    _write(_Shared(encoder), torch.full((1, _SAMPLE), 2_000), folder / "encoder.onnx", "tokens", "vectors")
    _write(_Meaning(encoder), torch.randn(1, _SAMPLE, encoder.width), folder / "meaning.onnx", "vectors", "meaning")
    plain = json.loads(tokenizer.to_str())
    plain["truncation"] = plain["padding"] = None
    folder.joinpath("tokenizer.json").write_text(json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n")


def write_judge(judge: Judge, folder: Path) -> None:
    """Write ``judge.onnx``: the tuned layers and their heads."""
    sample = torch.randn(1, _SAMPLE, judge.encoder.width)
    _write(_Logits(judge), sample, folder / "judge.onnx", "vectors", "logits")


def _through(layers: Sequence[nn.Module] | nn.ModuleList, vectors: torch.Tensor) -> torch.Tensor:
    for layer in layers:
        found: Any = layer(vectors)
        vectors = found[0] if isinstance(found, tuple) else found
    return vectors


def _write(network: nn.Module, sample: torch.Tensor, path: Path, into: str, out: str) -> None:
    """Export, then keep the weights in bytes: 7 bits of each in use, one scale a column.

    With all 8 bits sums overflow on processors without VNNI, and the same comment would score otherwise on another
    machine (onnxruntime.ai, "Quantize ONNX Models", on ``reduce_range``).
    """
    with tempfile.TemporaryDirectory() as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain = Path(made, "plain.onnx")
        torch.onnx.export(
            network.eval(),
            (sample,),
            str(plain),
            input_names=[into],
            output_names=[out],
            dynamic_axes={into: {1: "length"}},
            opset_version=_OPSET,
            dynamo=False,  # the newer exporter needs one more package, and gives the same graph
        )
        quantize_dynamic(plain, path, ["MatMul"], per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)
