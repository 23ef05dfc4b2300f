"""Converting a fetched Detoxify model, once: to safetensors, and to an ONNX graph with 8-bit weights.

Only this needs torch and transformers (``ofrecord[detoxify]``); daily running needs neither. Everything is read from
the folder: the architecture's configuration and tokenizer too, for which Detoxify itself asks a hub.
"""

from __future__ import annotations

import importlib
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.detoxify_checkpoint import Checkpoint, ConversionError, checkpoint_in, model_of, read_checkpoint
from models.detoxify_folder import (
    ABOUT,
    CONFIG,
    GRAPH,
    TOKENIZER,
    WEIGHTS,
    ChangedError,
    record,
    sums_of,
    verified,
)

_NEEDED = ("torch", "transformers", "safetensors.torch", "onnx", "onnxruntime.quantization", "tokenizers")
_OPSET = 17
_SAMPLE = "You are the best, and why is the street by the school still closed?"
_CLOSE = 1e-3
"""How far the exported graph, before its weights are made smaller, may be from torch; measured: below 1e-6."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What came of a conversion."""

    labels: tuple[str, ...]
    apart: float
    """How far the 8-bit graph is from torch on one sentence: the most over all labels."""
    size: int
    """Bytes of the graph."""


def convert(folder: Path, told: Callable[[str], object]) -> Converted:
    """Convert the checkpoint in `folder`; what comes of it lies beside it, and is recorded.

    Args:
        folder: what `bot.models_fetch.fetch` filled.
        told: hears each step before it begins.

    Raises:
        ConversionError: when a file is missing, changed, unsafe or not understood, or a package is not installed.
    """
    _look_for_packages()
    try:
        with TemporaryDirectory(dir=folder) as made, _quiet():
            converted = _convert(folder, Path(made), told)
            for name in (WEIGHTS, GRAPH, ABOUT):
                (Path(made) / name).replace(folder / name)
        record(folder, WEIGHTS, GRAPH, ABOUT)
    except ChangedError as error:
        raise ConversionError(str(error)) from error
    except OSError as error:
        raise ConversionError(f"{folder}: {error.strerror or error}. Make room, or mend the folder.") from error
    return converted


def _convert(folder: Path, made: Path, told: Callable[[str], object]) -> Converted:
    import safetensors.torch
    import torch

    sums = sums_of(folder)
    config, tokenizer = verified(folder, CONFIG, sums), verified(folder, TOKENIZER, sums)
    told("reading the checkpoint, weights only")
    checkpoint = read_checkpoint(checkpoint_in(folder, sums))
    told(f"writing {WEIGHTS}")
    tensors = {name: tensor.clone().contiguous() for name, tensor in checkpoint.weights.items()}
    safetensors.torch.save_file(tensors, made / WEIGHTS)
    answers = _with_answers(model_of(checkpoint, config, safetensors.torch.load_file(made / WEIGHTS)), checkpoint)
    told("exporting the graph")
    ids = torch.tensor([_sample(tokenizer)])
    plain = made / "model.onnx"
    _export(answers, ids, plain)
    told(f"writing {GRAPH}")
    _make_small(plain, made / GRAPH)
    if (apart := _difference(answers, ids, plain)) > _CLOSE:
        raise ConversionError(f"The exported graph answers otherwise than torch (by {apart:.4f}); it was not kept.")
    about = {"architecture": checkpoint.architecture, "labels": checkpoint.labels, "torch": torch.__version__}
    (made / ABOUT).write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return Converted(checkpoint.labels, _difference(answers, ids, made / GRAPH), (made / GRAPH).stat().st_size)


def _look_for_packages() -> None:
    for name in _NEEDED:
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise ConversionError(
                f'{name} is not installed. Conversion, and only it, needs: pip install "ofrecord[detoxify]"'
            ) from error


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter talks of what it will be one day, and the quantiser of steps that change nothing here."""
    level = logging.root.level
    logging.root.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.root.setLevel(level)


def _with_answers(model: Any, checkpoint: Checkpoint) -> Any:
    """The model from tokens to one answer a label, 0 to 1, as Detoxify computes them: a sigmoid of the first outputs.

    There is no attention mask: each text is run alone, so nothing is padded.
    """
    import torch

    class Answers(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any) -> Any:
            return torch.sigmoid(self.model(input_ids=input_ids).logits[:, : len(checkpoint.labels)])

    return Answers().eval()


def _sample(tokenizer: Path) -> list[int]:
    from tokenizers import Tokenizer

    return list(Tokenizer.from_file(str(tokenizer)).encode(_SAMPLE).ids)


def _export(answers: Any, ids: Any, path: Path) -> None:
    import torch

    torch.onnx.export(
        answers,
        (ids,),
        str(path),
        input_names=["input_ids"],
        output_names=["scores"],
        dynamic_axes={"input_ids": {1: "length"}},
        opset_version=_OPSET,
        dynamo=False,  # the newer exporter needs one more package, and gives the same graph
    )


def _make_small(plain: Path, small: Path) -> None:
    """Store the weights in bytes, 7 bits of each in use and a scale for each column.

    With all 8 bits, sums overflow on processors without VNNI, and the same comment would score otherwise on another
    machine (onnxruntime.ai, "Quantize ONNX Models", on ``reduce_range``). Unsigned bytes would not overflow; they are
    2.5 times slower.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(plain, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def _difference(answers: Any, ids: Any, graph: Path) -> float:
    import onnxruntime
    import torch

    with torch.no_grad():
        expected = answers(ids)
    found = onnxruntime.InferenceSession(graph).run(None, {"input_ids": ids.numpy()})[0]
    return float((expected - torch.from_numpy(found)).abs().max())
