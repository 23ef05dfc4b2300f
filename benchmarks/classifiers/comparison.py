"""Asks every contender the same, and puts what came out side by side."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.child import ChildError
from benchmarks.classifiers.accuracy import Area, area
from benchmarks.classifiers.sets import CIVIC, Comment
from models.weights import DATA

_ROOT = Path(__file__).resolve().parents[2]
_SCRIPT = Path(__file__).with_name("contender.py")
OURS = ("ofrecord", "ofrecord-ngrams")
PEERS = ("better-profanity", "alt-profanity-check", "detoxify-architecture")
SLOW = {"better-profanity": 0.1, "detoxify-architecture": 0.1}
"""Share of the texts that a slow contender is timed on."""
NOTES = {
    "alt-profanity-check": "trained on the whole Jigsaw set and on Davidson's tweets, which are asked here",
    "detoxify-architecture": "BERT-base with random weights: its speed is real, of its answers nothing is known",
    "ofrecord": "read other parts of the same sources; its teacher had read the whole Jigsaw set",
}
_WARM = 20


@dataclass(frozen=True, slots=True)
class Measured:
    """What one contender did."""

    name: str
    load_seconds: float
    single_per_second: float
    """Comments a processor second of one thread, handed over one by one."""
    batch_per_second: float
    """The same, all handed over at once."""
    memory_mb: float
    """How much the largest resident memory grew."""
    areas: Mapping[tuple[str, str], Area]
    """By place and question (``obscenity``, ``attack``)."""
    civic_flagged: float | None
    """Share of clean civic remarks that it would act upon."""

    def as_json(self) -> dict[str, object]:
        """The form of ``--json``."""
        return {
            "name": self.name,
            "load_seconds": self.load_seconds,
            "single_per_second": self.single_per_second,
            "batch_per_second": self.batch_per_second,
            "memory_mb": self.memory_mb,
            "auc": [
                {"place": place, "question": question, "auc": each.value, "within": each.within}
                for (place, question), each in self.areas.items()
            ],
            "civic_flagged": self.civic_flagged,
        }


def compare(comments: Sequence[Comment], clock: Sequence[str], ours: Path, peers: Path | None) -> Iterator[Measured]:
    """Measure every contender in turn, each in a process of its own; `ours` and `peers` are the Pythons to use.

    Raises:
        ChildError: when one of them fails.
    """
    for name in (*OURS, *(PEERS if peers else ())):
        python = ours if name in OURS or peers is None else peers
        yield _measured(name, comments, _ask(python, name, _task(name, comments, clock)))


def _task(name: str, comments: Sequence[Comment], clock: Sequence[str]) -> dict[str, list[str]]:
    timed = list(clock[: max(1, round(len(clock) * SLOW.get(name, 1.0)))])
    texts = [] if name == "detoxify-architecture" else [comment.text for comment in comments]
    return {"warm": list(clock[:_WARM]), "single": timed, "batch": timed, "texts": texts}


def _ask(python: Path, name: str, task: Mapping[str, list[str]]) -> dict[str, Any]:
    threads = dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), "1"
    )
    places = {"PYTHONPATH": str(_ROOT), "OFRECORD_TOKENIZER": str(DATA / "tokenizer.json")}
    done = subprocess.run(
        [python, _SCRIPT, name],
        input=json.dumps(task),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **threads, **places},
    )
    if done.returncode:
        raise ChildError(f"{name} failed: {done.stderr.strip()[-500:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _measured(name: str, comments: Sequence[Comment], result: Mapping[str, Any]) -> Measured:
    answers = result["answers"]
    flagged = [answer["flagged"] for comment, answer in zip(comments, answers, strict=False) if comment.place == CIVIC]
    return Measured(
        name,
        result["load_seconds"],
        result["single_per_second"],
        result["batch_per_second"],
        result["memory_mb"],
        dict(_areas(comments, answers)),
        sum(flagged) / len(flagged) if flagged else None,
    )


def _areas(comments: Sequence[Comment], answers: Sequence[Mapping[str, Any]]) -> Iterator[tuple[tuple[str, str], Area]]:
    pairs = list(zip(comments, answers, strict=False))
    for place in dict.fromkeys(comment.place for comment in comments):
        for question in ("obscenity", "attack"):
            asked = [
                (label, answer[question])
                for comment, answer in pairs
                if comment.place == place and (label := getattr(comment, question)) is not None
            ]
            found = area([label for label, _ in asked], [score for _, score in asked])
            if found:
                yield (place, question), found
