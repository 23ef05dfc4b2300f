"""``ofrecord models evaluate`` and ``export-labels``: from a file or the log to figures, plots and labelled data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.classify import LineError, default_rulebook, rulebook_of
from bot.config import Loaded
from bot.decided_examples import from_log
from bot.evaluation import Told, evaluate
from bot.evaluation_words import caveats
from bot.judgement import Rulebook
from bot.label_export import Export, export_labels
from bot.labelled import Labelled, read_labelled
from bot.parity import judge_twins
from bot.parity_sources import catalogue
from bot.parity_words import as_json
from bot.plots import KINDS, in_words, png
from bot.records import Records
from bot.records_command import OPERATOR
from bot.startup import open_store
from bot.threshold_changes import movable
from bot.thresholds import Proposal
from models.twins import written


def evaluate_file(path: Path, config: Loaded | None, page: str | None = None) -> dict[str, Any]:
    """Evaluate a file of labelled comments.

    Args:
        path: JSON lines, as `bot.labelled` reads them.
        config: judges by this Department's classifiers and policy in force; None by the default ones, approved.
        page: only the lines of this page.

    Raises:
        LineError: when the file, or any line of it, cannot be read.
        ScoringError: when a classifier cannot be loaded.
        StoreError: when the policy in force cannot be read.
    """
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            rows = read_labelled(file)
    except OSError as error:
        raise LineError(f"{path} cannot be read ({error.strerror}); give a file of JSON lines") from None
    rows = [row for row in rows if page in (None, row.page)]
    if not rows:
        raise LineError(f'no line of {path} is of the page "{page}"')
    return _evaluated(rows, rulebook_of(config) if config else default_rulebook(), is_log=False)


def evaluate_log(config: Loaded, page: str | None = None) -> dict[str, Any]:
    """Evaluate the Department's classifiers and policy in force on what its people decided.

    Raises:
        LineError: when nothing was decided yet.
        ScoringError: when a classifier cannot be loaded.
        StoreError: when the log cannot be read.
    """
    with _records(config) as records:
        rows = from_log(records, config.department.languages, page)
    if not rows:
        where = f' of the page "{page}"' if page else ""
        raise LineError(f"nobody has decided a comment{where} yet; answer flags in the review application first")
    return _evaluated(rows, rulebook_of(config), is_log=True)


def _records(config: Loaded) -> Records:
    return Records.open(config.store_dir, config.department.origin, readonly=True)


def _evaluated(rows: list[Labelled], book: Rulebook, *, is_log: bool) -> dict[str, Any]:
    with _bar("scoring") as told:
        found = evaluate(rows, book, told)
    with _bar("comparing twins") as told:
        # In another language, a sentence is queued where it is long enough to be recognised: that is no viewpoint.
        twins = [each for each in written(catalogue(None)) if each.language in book.languages]
        judged = judge_twins(twins, book, told)
    parity = as_json(judged, book, "templates", show=0)
    caveat = caveats(found, from_log=is_log)
    return {"source": "log" if is_log else "file", **found, "parity": parity, "caveats": caveat}


@contextmanager
def _bar(what: str) -> Iterator[Told]:
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def threshold_proposals(config: Loaded) -> list[Proposal]:
    """What other thresholds would have done.

    Raises:
        ConfigError: when file and log both changed a threshold.
        StoreError: when the log cannot be read.
    """
    with _records(config) as records:
        return [each.proposal for each in movable(records, config)]


def write_plots(evaluation: dict[str, Any], folder: Path) -> list[str]:
    """Draw every plot of every label into a folder. Gives a line for each: its file, and what it shows.

    Raises:
        LineError: when the folder cannot be written.
    """
    lines = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for label, figures in evaluation["labels"].items():
            for kind in KINDS:
                path = folder / f"{label}-{kind}.png"
                path.write_bytes(png(kind, figures, f"{label.replace('_', ' ')}: {kind.replace('-', ', ')}"))
                lines.append(f"{path}: {in_words(kind, figures)}")
    except OSError as error:
        raise LineError(f"{folder} cannot be written ({error.strerror}); give a folder of yours") from None
    return lines


def export(config: Loaded, out: Path | None, page: str | None) -> Export:
    """Export decided comments as labelled data, to a file of this user's alone or, without one, for printing.

    Raises:
        LineError: when there is no such page, or the file exists or cannot be made; then nothing left, and nothing
            says that it did.
        StoreError: when the log cannot be written; then nothing leaves.
    """
    if page is not None and page not in config.pages:
        raise LineError(f'there is no page "{page}"; known are {", ".join(config.pages) or "none"}')
    if out is None:
        with open_store(config) as records:
            return export_labels(records, config, OPERATOR, page)
    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise LineError(f"{out} cannot be made ({error.strerror}); name a new file in a folder of yours") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file, open_store(config) as records:
            exported = export_labels(records, config, OPERATOR, page)
            file.write(exported.content)
    except BaseException:
        out.unlink()
        raise
    return exported
