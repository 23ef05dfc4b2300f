"""The labelled rows that may be trained on, as read from the folder of outside material."""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from models.ngrams import words_of
from models.text import normalise
from models.training.templates import clean_sentences

HEADS = ("obscenity", "attack")
_COLUMN = {"obscenity": "obscene", "attack": "attack"}
NOT_TRAINED_ON = frozenset({"olid", "trac_fb", "impermium"})
"""Sources of unclear or non-commercial licence: nothing of them may go into what is shipped."""
AT_MOST = {"davidson": 9_000, "wiki_cat_gc": 7_000, "wiki_cat_gn": 7_000}
"""Sources that would drown the others are cut to this many rows."""
_LONGEST_TEXT = 1_000
_RETWEET = re.compile(r"^RT\s+@\w+:?\s*")
_HELD_BACK_EVERY = 5
_COPIES = 3
_SEED = 11


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled comment: its words, and for each head 0, 1 or None (not labelled)."""

    source: str
    words: tuple[str, ...]
    labels: Mapping[str, int | None]
    dev: bool


def read_rows(folder: Path) -> list[Row]:
    """Read every row that may be trained on, with the dev split marked.

    `folder` holds ``train.jsonl`` (columns source, text, obscene, attack, split) and, if it is there,
    ``synthetic_criticism.jsonl``, of which every fifth sentence goes to the dev split.

    Raises:
        FileNotFoundError: when ``train.jsonl`` is missing.
    """
    rows = [_as_row(raw) for raw in _cut(_lines(folder / "train.jsonl"))]
    criticism = folder / "synthetic_criticism.jsonl"
    if criticism.exists():
        rows += [_clean("criticism", raw["text"], at) for at, raw in enumerate(_lines(criticism))]
    for at, sentence in enumerate(clean_sentences()):
        rows += [_clean("templates", sentence, at)] * _COPIES
    return [row for row in rows if row.words]


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _cut(raws: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    by_source: dict[str, list[dict[str, str]]] = {}
    for raw in raws:
        if raw["source"] not in NOT_TRAINED_ON:
            by_source.setdefault(raw["source"], []).append(raw)
    chance = random.Random(_SEED)
    kept = []
    for source in sorted(by_source):
        found = by_source[source]
        most = AT_MOST.get(source, len(found))
        kept += chance.sample(found, most) if len(found) > most else found
    return kept


def _as_row(raw: Mapping[str, object]) -> Row:
    labels = {head: _label(raw[_COLUMN[head]]) for head in HEADS}
    return Row(str(raw["source"]), words_in(str(raw["text"])), labels, raw["split"] == "dev")


def _label(value: object) -> int | None:
    return int(value) if isinstance(value, int) else None


def _clean(source: str, text: str, at: int) -> Row:
    return Row(source, words_in(text), dict.fromkeys(HEADS, 0), at % _HELD_BACK_EVERY == 0)


def words_in(text: str) -> tuple[str, ...]:
    """Give the words that the model would see in `text` at run time."""
    plain = _RETWEET.sub("", html.unescape(text))[:_LONGEST_TEXT]
    return tuple(word.text for word in words_of(normalise(plain).text))
