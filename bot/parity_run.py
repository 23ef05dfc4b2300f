"""Measuring parity: the twins of one source, judged by the default policy or by a Department's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.classify import LineError, default_rulebook, rulebook_of
from bot.config import Loaded, load
from bot.parity import Told, judge_twins
from bot.parity_sources import catalogue, from_comments, from_log
from bot.parity_words import as_json
from bot.records import Records
from models.swaps import Swapper
from models.twins import Catalogue, Twins, written


def measured(
    config: Path | None, twins: Path | None, comments: Path | None, *, of_log: bool = False, show: int = 5
) -> dict[str, Any]:
    """Judge the twins of one source.

    Args:
        config: judges by this Department's classifiers and policy in force; None by the default ones, approved.
        twins: templates and words to use instead of the shipped ones.
        comments: comments to make twins of.
        of_log: make twins of the comments in the Department's log.
        show: how many of the worst sets to tell.

    Raises:
        ConfigError: when the configuration cannot be used.
        LineError: when a file cannot be read, or there are no twins.
        ScoringError: when a classifier cannot be loaded. Everything would be queued, and nothing would differ.
        StoreError: when the log cannot be read.
    """
    words = catalogue(twins)
    loaded = load(config) if config else None
    book = rulebook_of(loaded) if loaded else default_rulebook()
    if of_log and loaded is not None:
        source, every = "log", _of_log(loaded, words)
    elif comments:
        source, every = "comments", list(from_comments(comments, Swapper.of(words)))
    else:
        source, every = "templates", list(written(words))
    if not every:
        raise LineError("no comment names exactly one side of anything, so there are no twins to compare")
    with _bar() as told:
        return as_json(judge_twins(every, book, told), book, source, show)


def _of_log(config: Loaded, words: Catalogue) -> list[Twins]:
    with Records.open(config.store_dir, config.department.origin, readonly=True) as records:
        return list(from_log(records, Swapper.of(words)))


@contextmanager
def _bar() -> Iterator[Told]:
    console = Console(stderr=True)
    columns = (TextColumn("judging"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("judging", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
