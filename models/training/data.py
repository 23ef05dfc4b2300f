"""The comments that the model learns from: with people's labels, a teacher's, or both."""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from models import lexicon
from models.encoder import LABELS
from models.lexicon import Tier
from models.ngrams import words_of
from models.text import normalise
from models.training.insults import attack_sentences, clean_counterparts, swearing_sentences
from models.training.templates import clean_sentences, reported_sentences, told_sentences

NOT_TRAINED_ON = frozenset({"olid", "trac_fb", "impermium"})
"""Sources of unclear or non-commercial licence: nothing of them may go into what is shipped."""
NO_LABEL = -1.0
RETWEET = re.compile(r"^RT\s+@\w+:?\s*")
"""What a shared tweet begins with; not a word of its author."""
AT_MOST = {"davidson": 9_000, "jigsaw_ak": 3_500, "wiki_cat_gc": 5_000, "wiki_cat_gn": 4_500}
"""Sources that would drown the others: of these so many examples are drawn at a time."""
COPIES = {"jigsaw_pos": 2, "jigsaw_raw": 2, "reported": 2, "told": 3, "templates": 2}
"""Sources that are read so often at a time: labelled by people, raw, and short of positives; or few."""
_UNLABELLED = frozenset({"reddit_posts", "ruddit", "rumoureval_test"})
"""Sources of the relevance pairs whose texts the teacher labels; their licences allow it."""
_CLEAN = ("criticism", "templates", "reported", "addressed", "told", "polis")
"""Known to be clean, in a field where the teacher is known to err: criticism of officials."""
_LONGEST_TEXT = 1_000
_HELD_BACK_EVERY = {"insults": 20, "addressed": 20, "swearing": 20, "told": 20}
"""Of written sentences every fifth is held back; of those that are made of others fewer, for they are alike."""

Teaching = Callable[[Sequence[str]], np.ndarray]
"""Texts in, the teacher's answers out: shape (texts, 5), 0 to 1, in the order of `LABELS`."""


@dataclass(frozen=True, slots=True)
class Example:
    """One comment as it is learnt from."""

    source: str
    raw: str
    text: str
    """Normalised, as at run time."""
    labels: tuple[float, ...]
    """0 to 1 each, -1 without a label: first people's `LABELS`, then what the teacher says of the same five."""
    dev: bool = False

    @property
    def words(self) -> list[str]:
        """The words that the n-gram model sees, in order."""
        return [word.text for word in words_of(self.text)]


def read_examples(folder: Path, teacher: Teaching) -> list[Example]:
    """Read every example that may be trained on, those of the dev split marked.

    `folder` holds ``train.jsonl`` (columns source, text, toxic, obscene, attack, threat, identity, split) and, if they
    are there, ``offtopic_pairs.jsonl`` and ``synthetic_criticism.jsonl``.

    Raises:
        FileNotFoundError: when ``train.jsonl`` is missing.
    """
    labelled = (
        replace(as_example(str(row["source"]), str(row["text"]), row), dev=row["split"] == "dev")
        for row in lines_of(folder / "train.jsonl")
        if row["source"] not in NOT_TRAINED_ON
    )
    found = [each for each in (*labelled, *_unlabelled(folder), *_written(folder)) if words_of(each.text)]
    return taught(found, teacher)


def taught(examples: Sequence[Example], teacher: Teaching) -> list[Example]:
    """Give the examples with the teacher's answers beside people's."""
    answers = teacher([each.raw for each in examples]).tolist()
    return [
        replace(each, labels=(*each.labels, *_answer(each, row))) for each, row in zip(examples, answers, strict=True)
    ]


def drawn(examples: Iterable[Example], seed: int) -> list[Example]:
    """Draw what is learnt from in one pass: of each source as many examples as are its share."""
    by_source: dict[str, list[Example]] = {}
    for each in examples:
        by_source.setdefault(each.source, []).append(each)
    chance = random.Random(seed)
    kept: list[Example] = []
    for source in sorted(by_source):
        found = by_source[source]
        kept += chance.sample(found, min(len(found), AT_MOST.get(source, len(found)))) * COPIES.get(source, 1)
    return kept


def lines_of(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def as_example(source: str, text: str, labels: Mapping[str, object]) -> Example:
    """Give a comment as it is learnt from; a label that is neither 0 nor 1 is none."""
    raw = RETWEET.sub("", html.unescape(text))[:_LONGEST_TEXT]
    own = (labels.get(label) for label in LABELS)
    numbers = tuple(float(each) if isinstance(each, int) and each in (0, 1) else NO_LABEL for each in own)
    return Example(source, raw, normalise(raw).text, numbers)


def _answer(example: Example, answers: Sequence[float]) -> Sequence[float]:
    if example.source.startswith(_CLEAN):
        return [0.0] * len(LABELS)
    if example.source not in ("insults", "swearing"):
        return answers
    # The teacher does not know most of these turns of phrase.
    return [NO_LABEL if label in ("toxic", "attack") else each for label, each in zip(LABELS, answers, strict=True)]


def _unlabelled(folder: Path) -> Iterator[Example]:
    path = folder / "offtopic_pairs.jsonl"
    rows = lines_of(path) if path.exists() else iter(())
    texts = dict.fromkeys(
        (row["source"], row[column]) for row in rows if row["source"] in _UNLABELLED for column in ("text", "post")
    )
    return (as_example(f"unlabelled_{source}", text, {}) for source, text in texts)


def _written(folder: Path) -> Iterator[Example]:
    """The sentences that were written for training, some held back for the dev split."""
    clean, attack = dict.fromkeys(LABELS, 0), {"toxic": 1, "attack": 1, "threat": 0}
    path = folder / "synthetic_criticism.jsonl"
    criticism = [row["text"] for row in lines_of(path)] if path.exists() else []
    for source, sentences, labels in (
        ("criticism", criticism, clean),
        ("templates", [*clean_sentences()], clean),
        ("addressed", [*clean_counterparts()], clean),
        ("swearing", [*swearing_sentences()], {"attack": 0, "threat": 0}),
        ("reported", [*reported_sentences()], clean),
        ("told", [*told_sentences()], clean),
        ("insults", [*attack_sentences()], attack),
    ):
        for at, sentence in enumerate(sentences):
            example = as_example(source, sentence, _listed(sentence) | labels)
            yield replace(example, dev=at % _HELD_BACK_EVERY.get(source, 5) == 0)


def _listed(sentence: str) -> dict[str, int]:
    """The obscenity of a written sentence, by the word list; none said of one with nothing but mild words."""
    words = lexicon.load()
    tiers = {words.tier(word.text) for word in words_of(normalise(sentence).text)} - {None}
    return {} if tiers == {Tier.MILD} else {"obscene": int(bool(tiers))}
