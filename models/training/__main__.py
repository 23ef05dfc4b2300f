"""``python -m models.training FOLDER [--out FOLDER]``: trains the obscenity and attack model."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.progress import Progress

from models.training.card import CARD, write_card
from models.training.data import read_rows
from models.training.fit import fit
from models.training.frequencies import write_frequencies
from models.weights import DATA, write

_STEPS = 8


def main() -> None:
    """Read the labelled rows, fit, print the dev figures and write the weights."""
    parser = argparse.ArgumentParser(prog="python -m models.training", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="folder with train.jsonl")
    parser.add_argument("--out", type=Path, default=DATA, help="where the weights go (default: %(default)s)")
    parser.add_argument("--card", type=Path, default=CARD, help="where the model card goes (default: %(default)s)")
    arguments = parser.parse_args()
    with Progress() as progress:
        bar = progress.add_task("Reading", total=_STEPS)

        def step(done: str) -> None:
            progress.update(bar, advance=1, description=done)
            progress.console.print(done)

        rows = read_rows(arguments.folder)
        step(f"{len(rows):,} rows read, {sum(row.dev for row in rows):,} of them for dev")
        fitted = fit(rows, step)
    arguments.out.mkdir(parents=True, exist_ok=True)
    target = arguments.out / "toxicity.bin"
    write_frequencies(rows, arguments.out / "idf.txt")
    words = [word.removeprefix("\t") for word in fitted.vocabulary.words]
    write(target, fitted.vocabulary.characters, words, fitted.squares, fitted.heads)
    for head, figures in fitted.dev.items():
        print(f"{head}: area under the curve on dev {figures.auc:.4f}")
    write_card(rows, fitted, arguments.card)
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
