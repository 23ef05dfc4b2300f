"""A Detoxify model as small as can be, converted: it knows some words and what each of them means to every label.

The graph is written byte by byte as the ONNX format has it (the field numbers are those of onnx.proto), so that no
test of daily running needs what only the conversion needs. It answers, for each label, the highest value of the words.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import Lowercase
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from models.detoxify_folder import ABOUT, GRAPH, TOKENIZER, record

OLD_LABELS = ("toxic", "severe_toxic", "obscene", "threat", "insult", "identity_hate")
NEW_LABELS = ("toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit")
_FLOAT, _INT64 = 1, 7


def tiny_model(folder: Path, words: Mapping[str, Mapping[str, float]], labels: Sequence[str] = NEW_LABELS) -> Path:
    """Write a converted model that gives each of the `words` these values; all other words mean nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = ["[CLS]", "[SEP]", "[UNK]", *words]
    rows = [[words.get(word, {}).get(label, 0.01) for label in labels] for word in vocabulary]
    (folder / GRAPH).write_bytes(_model(rows))
    _tokenizer(vocabulary).save(str(folder / TOKENIZER))
    (folder / ABOUT).write_text(json.dumps({"labels": list(labels)}))
    record(folder, GRAPH, TOKENIZER, ABOUT)
    return folder


def _tokenizer(vocabulary: Sequence[str]) -> Tokenizer:
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(vocabulary)}, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 1)])
    return tokenizer


def _model(rows: Sequence[Sequence[float]]) -> bytes:
    """ModelProto: scores = highest over the words of table[input_ids]."""
    table = b"".join(struct.pack(f"<{len(row)}f", *row) for row in rows)
    tensor = (
        _number(1, len(rows)) + _number(1, len(rows[0])) + _number(2, _FLOAT) + _text(8, "table") + _field(9, table)
    )
    gather = _text(1, "table") + _text(1, "input_ids") + _text(2, "found") + _text(4, "Gather")
    axes = _text(1, "axes") + _number(8, 1) + _number(20, 7)
    keep = _text(1, "keepdims") + _number(3, 0) + _number(20, 2)
    highest = _text(1, "found") + _text(2, "scores") + _text(4, "ReduceMax") + _field(5, axes) + _field(5, keep)
    graph = _field(1, gather) + _field(1, highest) + _text(2, "tiny") + _field(5, tensor)
    graph += _field(11, _value("input_ids", _INT64, "length")) + _field(12, _value("scores", _FLOAT, len(rows[0])))
    return _number(1, 8) + _field(7, graph) + _field(8, _text(1, "") + _number(2, 17))


def _value(name: str, kind: int, second: str | int) -> bytes:
    """ValueInfoProto of a tensor of shape (1, second)."""
    last = _text(2, second) if isinstance(second, str) else _number(1, second)
    shape = _field(1, _number(1, 1)) + _field(1, last)
    return _text(1, name) + _field(2, _field(1, _number(1, kind) + _field(2, shape)))


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _field(field, text.encode())
