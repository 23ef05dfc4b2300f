"""Checkpoints of Detoxify's own format, of the four architectures, as small as they can be; and their two hub files.

The layout is that of detoxify 0.5.4's releases: ``config`` as the training configuration has it, and ``state_dict``
with the names of transformers, the buffer of positions of its older versions among them. The weights are random and
large, so that different words get different answers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers.pre_tokenizers import ByteLevel

from models.detoxify_folder import record

LETTERS = "abcdefghijklmnopqrstuvwxyz"
OLD = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
NEW = ("toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit")
_WORDS = ("you", "are", "an", "idiot", "the", "police", "street", "closed", "thank")
_SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 514,
}


@dataclass(frozen=True)
class Kind:
    """One of the four releases: its architecture, tokenizer and labels."""

    name: str
    model_type: str
    tokenizer: str
    labels: Sequence[str]
    outputs: int
    """The later releases also learned who is mentioned: more outputs than labels."""

    @property
    def architecture(self) -> str:
        """The class in transformers."""
        return f"{self.name}ForSequenceClassification"


KINDS = (
    Kind("Bert", "bert-base-uncased", "BertTokenizer", OLD, 6),
    Kind("Albert", "albert-base-v2", "AlbertTokenizer", OLD, 6),
    Kind("Roberta", "roberta-base", "RobertaTokenizer", NEW, 16),
    Kind("XLMRoberta", "xlm-roberta-base", "XLMRobertaTokenizer", NEW, 16),
)


def write_release(kind: Kind, folder: Path) -> Path:
    """Write what would be published, and give the checkpoint, named by its sum."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(kind)
    tokenizer.model_max_length = 512
    tokenizer.save_pretrained(folder)
    architecture = getattr(transformers, kind.architecture)
    small = {**_SMALL, "embedding_size": 16} if kind.name == "Albert" else _SMALL
    config = architecture.config_class(vocab_size=len(tokenizer), pad_token_id=tokenizer.pad_token_id, **small)
    config.save_pretrained(folder)
    config.num_labels = kind.outputs
    return save(layout(kind, _lively(architecture(config)), str(kind.model_type)), folder)


def layout(kind: Kind, weights: dict[str, Any], model_type: str) -> dict[str, Any]:
    """The checkpoint as Detoxify's training leaves it."""
    trained = {
        "num_classes": kind.outputs,
        "model_type": model_type,
        "model_name": kind.architecture,
        "tokenizer_name": kind.tokenizer,
    }
    config = {"name": f"Jigsaw_{kind.name}", "arch": {"type": kind.name, "args": trained}}
    return {"config": {**config, "dataset": {"args": {"classes": list(kind.labels)}}}, "state_dict": weights}


def save(content: object, folder: Path) -> Path:
    """Save a checkpoint and name it by its sum, as the releases are."""
    unnamed = folder / "unnamed"
    torch.save(content, unnamed)
    named = folder / f"tiny-{hashlib.sha256(unnamed.read_bytes()).hexdigest()[:8]}.ckpt"
    return unnamed.rename(named)


def fetched(kind: Kind, folder: Path) -> Path:
    """A folder as `ofrecord models fetch` leaves it."""
    checkpoint = write_release(kind, folder)
    record(folder, checkpoint.name, "config.json", "tokenizer.json")
    return folder


def _lively(model: Any) -> dict[str, Any]:
    """Random weights, large enough that the answers lie apart; from a fixed seed."""
    numbers = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, tensor in model.named_parameters():
            if tensor.dim() > 1:
                tensor.copy_(torch.randn(tensor.shape, generator=numbers) * (0.7 if "classif" in name else 0.25))
    weights = dict(model.state_dict())
    prefix = next(iter(weights)).partition(".")[0]
    return {**weights, f"{prefix}.embeddings.position_ids": torch.arange(514).unsqueeze(0)}


def _tokenizer(kind: Kind) -> Any:
    made = getattr(transformers, kind.tokenizer)
    if kind.name == "Bert":
        pieces = [*LETTERS, *(f"##{letter}" for letter in LETTERS), ".", ",", "!", "?"]
        return made(vocab=_numbered("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS, *pieces))
    if kind.name == "Roberta":
        letters = sorted(ByteLevel.alphabet())
        return made(
            vocab=_numbered("<s>", "<pad>", "</s>", "<unk>", "<mask>", *letters, "th", "the"),
            merges=[("t", "h"), ("th", "e")],
        )
    first = ("<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]") if kind.name == "Albert" else ()
    first = first or ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
    pieces = [("▁", -4.0), *((f"▁{word}", -3.0) for word in _WORDS), *((each, -6.0) for each in f"{LETTERS}.,!?")]
    return made(vocab=[*((name, 0.0) for name in first), *pieces])


def _numbered(*words: str) -> dict[str, int]:
    return {word: at for at, word in enumerate(words)}
