"""A classifier whose files are watched: when one of them becomes another file, it gives no more answers.

What is in memory may still be right, but nobody could prove from the disk any more what scored: comments are queued
until the program is started again, and a start refuses a file that is not the one that was shipped or recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import structlog

from models.detoxify_folder import sha256_of
from models.score import Classifier, Item, Score, ScoringError

log = structlog.get_logger()


class _Stamp(NamedTuple):
    """What tells, without reading a file, that it may have changed."""

    inode: int
    size: int
    written_ns: int


class Unchanged:
    """Scores as the classifier does, as long as each of its files is the one that it was when this was made."""

    def __init__(self, classifier: Classifier) -> None:
        """Note the files as they are now.

        Raises:
            ScoringError: when one of them cannot be read.
        """
        self.name = classifier.name
        self.version = classifier.version
        self._classifier = classifier
        self.files: tuple[Path, ...] = tuple(getattr(classifier, "files", ()))
        self.categories = tuple(getattr(classifier, "categories", ()))
        self._stamps = {path: self._stamp(path) for path in self.files}
        self._sums = {path: self._sum(path) for path in self.files}
        self._told = False

    def score(self, items: Sequence[Item]) -> list[list[Score]]:
        """Score the items.

        Raises:
            ScoringError: when a file changed, or the classifier cannot answer.
        """
        for path in self.files:
            self._look_at(path)
        return self._classifier.score(items)

    def _look_at(self, path: Path) -> None:
        try:
            stamp = self._stamp(path)
            if stamp == self._stamps[path]:
                return
            if self._sum(path) == self._sums[path]:
                self._stamps[path] = stamp
                return
        except ScoringError as error:
            self._tell(str(error))
            raise
        problem = (
            f"{path} is not the file that was loaded. Bring it back, or start OfRecord again to check and load it."
        )
        self._tell(problem)
        raise ScoringError(problem)

    def _tell(self, problem: str) -> None:
        """Say it once: comments come every minute."""
        if not self._told:
            log.error(
                "a classifier's file changed; everything is queued, nothing hidden", name=self.name, problem=problem
            )
        self._told = True

    def _stamp(self, path: Path) -> _Stamp:
        try:
            found = path.stat()
        except OSError as error:
            raise _unreadable(path, error) from error
        return _Stamp(found.st_ino, found.st_size, found.st_mtime_ns)

    def _sum(self, path: Path) -> str:
        try:
            return sha256_of(path)
        except OSError as error:
            raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> ScoringError:
    return ScoringError(f"{path} cannot be read any more ({error.strerror}). Bring it back, then start OfRecord again.")
