"""What every measurement is given: how large to make it, a folder to work in, and a way to show how far it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.config import Loaded
from bot.demo_store import PAGE, practice_page, prepare
from bot.judgement import Rulebook
from bot.moments import utc_now
from bot.pipeline import Poll
from bot.records import Records
from bot.rulebook import rulebook
from bot.startup import ACTOR, open_store
from connectors.practice import Practice
from connectors.practice.page import Page
from connectors.practice.visitors import Visitors, fill_page

AT_ONCE = 500
"""Comments that one fetch brings, as by default."""
POST = "The council approved next year's budget for patrol cars and for the works on Ferry Street."


@dataclass(frozen=True, slots=True)
class Site:
    """A folder with a configuration, a practice page, and a store that is made when it is first opened."""

    folder: Path
    config: Loaded
    post: str

    @property
    def config_file(self) -> Path:
        """The configuration, for commands."""
        return self.config.path

    @property
    def page(self) -> Page:
        """The practice page. It plays the platform, so what it costs to write on it is not what is measured."""
        return Page(practice_page(self.folder), synced=False)

    def visit(self, comments: int, seed: int = 1) -> None:
        """Let visitors write ordinary comments, one in fifty of them against the policy."""
        fill_page(self.page, islice(Visitors(seed).ordinary(self.post), comments))

    def poll(self, book: Rulebook, at_once: int) -> Poll:
        """The daemon's own poll of the page, bringing so many comments each time."""
        return Poll(PAGE, self.config.pages[PAGE], Practice(PAGE, self.page, at_once=at_once), book, ACTOR)

    def open(self) -> Records:
        """Open the store, with ``synchronous=FULL`` as always."""
        return open_store(self.config, utc_now)


@dataclass(eq=False)
class Bench:
    """One run of the benchmarks. Everything it writes lies in a temporary folder that goes with it."""

    scale: float = 1.0
    """1 for the real sizes; less to try the benchmarks themselves out."""
    quiet: bool = False
    console: Console = field(default_factory=lambda: Console(stderr=True))
    _folder: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="ofrecord-bench-")
    )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._folder.cleanup()

    @property
    def folder(self) -> Path:
        """Where to put what is measured. On another disk with the environment variable TMPDIR."""
        return Path(self._folder.name)

    def size(self, full: int, least: int = 1) -> int:
        """A size at this scale."""
        return max(least, round(full * self.scale))

    def site(self, name: str, comments: int = 0) -> Site:
        """Make a new Department page with a post and so many comments; the default policy, its hides approved."""
        config, base = prepare(self.folder / name)
        page = Page.create(practice_page(base), synced=False)
        site = Site(base, config, page.publish(POST))
        site.visit(comments)
        return site

    @cached_property
    def book(self) -> Rulebook:
        """The default classifiers and the policy of every site, loaded once."""
        config, _ = prepare(self.folder / "book")
        return rulebook(config)

    @contextmanager
    def saying(self, what: str) -> Iterator[None]:
        """Show that something is going on of which nobody knows how far it is."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, disable=self.quiet, transient=True, console=self.console) as bar:
            bar.add_task(what, total=None)
            yield

    def track(self, steps: Iterable[int], what: str, total: int) -> Iterator[int]:
        """Show a bar while going through `steps`, each of which gives how much of `total` is done."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, disable=self.quiet, transient=True, console=self.console) as bar:
            task = bar.add_task(what, total=total)
            for done in steps:
                bar.update(task, completed=min(done, total))
                yield done
