"""One contender, measured in a process of its own: ``python contender.py NAME < task.json > result.json``.

Runs under whatever Python has the contender's package, so it imports nothing of this project but what it measures.
Times are processor seconds of one thread: a busy machine changes them little.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

Answer = dict[str, Any]
"""``obscenity`` and ``attack`` (0 to 1, or None: no such answer), ``flagged`` (whether it would be acted upon)."""
Ask = Callable[[Sequence[str]], list[Answer]]

_HALF = 0.5
_AT_ONCE = 32
_DETOXIFY_VOCABULARY, _DETOXIFY_LABELS, _DETOXIFY_LONGEST = 30_522, 6, 512


def _ofrecord() -> Ask:
    from bot.classify import default_rulebook
    from bot.judgement import InPlace, judge
    from models.policy import Verdict

    book = default_rulebook()

    def ask(texts: Sequence[str]) -> list[Answer]:
        return [
            _ours(judgement.scores, flagged=judgement.decision.verdict is not Verdict.ALLOW)
            for judgement in judge([InPlace(text) for text in texts], book)
        ]

    return ask


def _ofrecord_ngrams() -> Ask:
    from models.toxicity import Toxicity

    toxicity = Toxicity(load=lambda _folder: None)

    def ask(texts: Sequence[str]) -> list[Answer]:
        from models.score import Item

        return [
            _ours(scores, flagged=any(score.value >= 0.8 for score in scores))
            for scores in toxicity.score([Item(text) for text in texts])
        ]

    return ask


def _ours(scores: Any, *, flagged: bool) -> Answer:
    best = {"obscenity": 0.0, "personal_attack": 0.0}
    for score in scores:
        if score.category in best:
            best[score.category] = max(best[score.category], score.value)
    return {"obscenity": best["obscenity"], "attack": best["personal_attack"], "flagged": flagged}


def _better_profanity() -> Ask:
    from better_profanity import profanity

    profanity.load_censor_words()

    def ask(texts: Sequence[str]) -> list[Answer]:
        found = [bool(profanity.contains_profanity(text)) for text in texts]
        return [{"obscenity": float(each), "attack": float(each), "flagged": each} for each in found]

    return ask


def _alt_profanity_check() -> Ask:
    from profanity_check import predict_prob

    def ask(texts: Sequence[str]) -> list[Answer]:
        found = [float(each) for each in predict_prob(list(texts))]
        return [{"obscenity": each, "attack": each, "flagged": each >= _HALF} for each in found]

    return ask


def _detoxify_architecture() -> Ask:
    """BERT-base as Detoxify's `original` uses it, with random weights: its speed is real, its answers are not."""
    import torch
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertForSequenceClassification

    torch.set_num_threads(1)
    torch.manual_seed(0)
    config = BertConfig(vocab_size=_DETOXIFY_VOCABULARY, num_labels=_DETOXIFY_LABELS)
    model = BertForSequenceClassification(config).eval()
    tokenizer = Tokenizer.from_file(os.environ["OFRECORD_TOKENIZER"])
    tokenizer.enable_truncation(_DETOXIFY_LONGEST)
    tokenizer.enable_padding()

    def ask(texts: Sequence[str]) -> list[Answer]:
        answers: list[Answer] = []
        for start in range(0, len(texts), _AT_ONCE):
            encoded = tokenizer.encode_batch(list(texts[start : start + _AT_ONCE]))
            with torch.no_grad():
                model(
                    input_ids=torch.tensor([each.ids for each in encoded]),
                    attention_mask=torch.tensor([each.attention_mask for each in encoded]),
                )
            answers += [{"obscenity": None, "attack": None, "flagged": None}] * len(encoded)
        return answers

    return ask


CONTENDERS: dict[str, Callable[[], Ask]] = {
    "ofrecord": _ofrecord,
    "ofrecord-ngrams": _ofrecord_ngrams,
    "better-profanity": _better_profanity,
    "alt-profanity-check": _alt_profanity_check,
    "detoxify-architecture": _detoxify_architecture,
}


def measure(name: str, task: dict[str, Any]) -> dict[str, Any]:
    """Load a contender, ask it everything for its scores, then time it singly and in batches.

    `task` has ``texts`` (to be scored), ``single`` and ``batch`` (to be timed, after ``warm``).
    """
    before, began = _memory(), time.process_time()
    ask = CONTENDERS[name]()
    ask(task["warm"][:1])
    loaded = time.process_time() - began
    ask(task["warm"])
    single = _seconds(lambda: [ask([text]) for text in task["single"]])
    batch = _seconds(lambda: ask(task["batch"]))
    return {
        "name": name,
        "load_seconds": loaded,
        "single_per_second": len(task["single"]) / single,
        "batch_per_second": len(task["batch"]) / batch,
        "memory_mb": (_memory() - before) / 1e6,
        "answers": ask(task["texts"]) if task["texts"] else [],
    }


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _memory() -> int:
    """The largest resident memory so far, in bytes (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    json.dump(measure(sys.argv[1], json.load(sys.stdin)), sys.stdout)
