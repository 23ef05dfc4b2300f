"""Progress on standard error: bars of what is downloaded, a line for work without a known end.

Nothing where that is not a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from bot.download import Told


class Bars:
    """One bar for each file, while it is open."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
        self._progress = Progress(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def told(self, name: str) -> Told:
        """Give who moves the bar of the file `name`, which appears with its first bytes."""
        bar = self._progress.add_task(name, total=None, visible=False)
        return lambda there, whole: self._progress.update(bar, completed=there, total=whole, visible=True)


@contextmanager
def pulse(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Give who says how far something is of which nobody knows the end, in a line that moves while it goes on."""
    console = Console(stderr=True)
    columns = (BarColumn(bar_width=12, pulse_style="bar.pulse"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as progress:
        line = progress.add_task("", total=None)
        yield lambda words: progress.update(line, description=words)
