"""Reading a Detoxify checkpoint without running anything that stands in it.

The file is a pickle, and Detoxify reads it as one: whoever made it could run any program here. So its sum is compared
first, and it is read with ``weights_only``, which builds tensors and plain values and refuses all else. There is no way
round that. Needs torch and transformers (``ofrecord[detoxify]``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.detoxify_folder import verified
from models.detoxify_labels import LABELS, label_named

_ARCHITECTURES = (
    "BertForSequenceClassification",
    "AlbertForSequenceClassification",
    "RobertaForSequenceClassification",
    "XLMRobertaForSequenceClassification",
)
"""The classes of transformers that the releases were trained as; no other name from a checkpoint is looked up."""


class ConversionError(Exception):
    """A checkpoint could not be converted; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint holds, in the layout of detoxify 0.5.4."""

    architecture: str
    trained_from: str
    """The name on the hub of what it was trained from. Detoxify asks the hub for it; here it is only told."""
    outputs: int
    """How many answers the model gives; the labels name the first of them."""
    labels: tuple[str, ...]
    weights: Mapping[str, Any]


def checkpoint_in(folder: Path, sums: Mapping[str, str]) -> Path:
    """Give the one checkpoint of a folder, its sum compared.

    Raises:
        ConversionError: when there is none, or more than one.
        ChangedError: when it is another file than the one recorded.
    """
    found = sorted(name for name in sums if name.endswith(".ckpt"))
    if len(found) != 1:
        raise ConversionError(
            f"{folder} has {len(found)} fetched checkpoints; it needs one. Run ofrecord models fetch."
        )
    return verified(folder, found[0], sums)


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint.

    Raises:
        ConversionError: when it holds more than weights and plain values, is damaged, or is laid out otherwise.
    """
    import torch

    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ConversionError(
            f"{path} was refused: it is damaged, or holds more than weights and plain values, and that could run a "
            f"program here ({_first_line(error)}). Do not use this file."
        ) from error
    try:
        trained = loaded["config"]["arch"]["args"]
        labels = tuple(loaded["config"]["dataset"]["args"]["classes"])
        checkpoint = Checkpoint(
            str(trained["model_name"]),
            str(trained["model_type"]),
            int(trained["num_classes"]),
            labels,
            {str(name): tensor for name, tensor in loaded["state_dict"].items() if torch.is_tensor(tensor)},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConversionError(f"{path} is not laid out as a Detoxify checkpoint ({error!r}).") from error
    _understood(checkpoint, path)
    return checkpoint


def _understood(checkpoint: Checkpoint, path: Path) -> None:
    if checkpoint.architecture not in _ARCHITECTURES:
        raise ConversionError(f"{path} is a {checkpoint.architecture}; known are {', '.join(_ARCHITECTURES)}.")
    if not any(label_named(label) in LABELS for label in checkpoint.labels):
        raise ConversionError(f"{path} has none of the labels that are known: {', '.join(LABELS)}.")
    if len(checkpoint.labels) > checkpoint.outputs:
        raise ConversionError(f"{path} names {len(checkpoint.labels)} labels and gives {checkpoint.outputs} answers.")


def model_of(checkpoint: Checkpoint, config: Path, weights: Mapping[str, Any]) -> Any:
    """Build the model from the local configuration, with every weight from the checkpoint.

    Raises:
        ConversionError: when the configuration is another architecture's, or weights are missing. (transformers would
            fill those with random numbers, and only warn.)
    """
    import transformers

    kind = getattr(transformers, checkpoint.architecture)
    unlike = f"{config} does not fit the checkpoint; it must be that of {checkpoint.trained_from}"
    try:
        settings = kind.config_class.from_json_file(config)
        settings.num_labels = checkpoint.outputs
        model = kind(settings)
        missing = model.load_state_dict(weights, strict=False).missing_keys
    except Exception as error:
        raise ConversionError(f"{unlike} ({_first_line(error)}).") from error
    if missing:
        raise ConversionError(f"{unlike}, or weights are missing: {', '.join(missing[:3])}.")
    return model.float().eval()


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
