"""A folder for exports: comments that a person, or another program, brings as CSV or JSON lines.

For platforms without an interface, and for archives. A file that is put into ``incoming`` is taken whole, read, and
kept in ``done``; rows that cannot be read are kept in ``quarantine`` with their line and the reason.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from connectors.base import (
    Batch,
    Capability,
    Checked,
    Coverage,
    ForbiddenError,
    GoneError,
    HideScope,
    Means,
    Observed,
    Outcome,
    Result,
    UnavailableError,
)
from connectors.dropfolder.rows import BadRow, ExportError, Row, read
from models.comment import State

capability = Capability(
    coverage=Coverage.INTAKE,
    can_hide=False,
    can_restore=False,
    hide_is_reversible=False,
    hide_scope=HideScope.EVERYWHERE,
    can_remove=False,
    lists_hidden=True,
    lists_held=True,
    lists_spam=True,
    reports_edits=True,
    has_time_filter=False,
    side_effects=("What is not in an export is not captured; the page is as current as its last export.",),
    hide_steps=(
        "Open the comment by its link, or look for it on the page by its author and time.",
        "Hide it there in the way that the site offers; never take it away for good.",
        'Press "done by hand" here; the next export shows whether it worked.',
    ),
    restore_steps=("Open the comment on the page and show it again.", 'Press "done by hand" here.'),
    proved="contract and unit tests with real files, in make test; no platform takes part",
)
_ENDINGS = (".csv", ".jsonl", ".ndjson")
_INCOMING, _TAKEN, _DONE, _QUARANTINE = "incoming", "taken", "done", "quarantine"


class Settings(BaseModel):
    """The keys of such a page's table."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path = Field(description="Folder with incoming, done and quarantine; relative to the configuration file.")
    url: str = Field(default="", description="Address of the page that the exports come from, for people.")
    zone: ZoneInfo = Field(default=ZoneInfo("UTC"), description="Time zone of times that name none.")
    settle_seconds: float = Field(
        default=5, ge=0, description="A file is taken when it has not changed for so many seconds."
    )
    at_once: int = Field(default=500, ge=1, le=10_000, description="How many rows one fetch brings at most.")
    largest_mb: int = Field(default=64, ge=1, le=1024, description="A larger file is put into quarantine unread.")

    @field_validator("folder")
    @classmethod
    def _beside_the_configuration(cls, folder: Path, info: ValidationInfo) -> Path:
        base: Path | None = (info.context or {}).get("folder")
        return folder if base is None else base / folder.expanduser()


@dataclass(frozen=True, slots=True)
class _Place:
    """The cursor: how many rows of which taken file are in the log."""

    file: str = ""
    rows: int = 0

    def text(self) -> str:
        return json.dumps([self.file, self.rows])


class Dropfolder:
    """One such folder. A taken file is read again after a crash, from the row that the cursor says."""

    platform: ClassVar[str] = "dropfolder"
    capability: ClassVar[Capability] = capability

    def __init__(self, page: str, settings: Settings, clock: Callable[[], float]) -> None:
        self._page = page
        self._settings = settings
        self._clock = clock

    def fetch(self, cursor: str | None) -> Batch:
        """Bring the next rows of the file at hand, or take the next file and bring its first ones.

        Without a cursor, the files that are done are read once more: the log knows what it has.
        """
        place = self._place(cursor)
        try:
            if cursor is None:
                self._begin_again()
            return self._read_on(place)
        except OSError as error:
            what = f"{error.strerror or error}: {error.filename}"
            raise UnavailableError(f"Page {self._page}: its folder cannot be used ({what}).") from error

    def state(self, platform_id: str) -> Observed:  # noqa: ARG002
        """The page itself cannot be asked."""
        return Observed(State.UNKNOWN)

    def hide(self, platform_id: str) -> Outcome:  # noqa: ARG002
        """A task for a person."""
        return Outcome(Result.UNSUPPORTED, "only a person can act on this page")

    def unhide(self, platform_id: str) -> Outcome:
        """A task for a person."""
        return self.hide(platform_id)

    def check(self) -> Checked:
        """Prove that the folder is there and files can be moved in it."""
        folder = self._settings.folder
        if not (folder / _INCOMING).is_dir():
            raise GoneError(f"Page {self._page}: {folder / _INCOMING} does not exist; make that folder.")
        for each in (folder, folder / _INCOMING):
            if not os.access(each, os.R_OK | os.W_OK | os.X_OK):
                raise ForbiddenError(f"Page {self._page}: {each} cannot be written; change its owner or mode.")
        return Checked()

    def _read_on(self, place: _Place) -> Batch:
        folder = self._settings.folder
        taken = folder / _TAKEN / place.file
        if place.file and taken.is_file():
            rows, _ = self._rows(taken)
            if place.rows < len(rows):
                return self._batch(place.file, place.rows, rows, gap="")
            self._move(taken, folder / _DONE / place.file)
        name = self._next()
        if name is None:
            return Batch((), (), _Place().text())
        rows, gap = self._rows(folder / _TAKEN / name)
        return self._batch(name, 0, rows, gap)

    def _begin_again(self) -> None:
        for file in (self._settings.folder / _DONE).glob("*"):
            self._move(file, self._settings.folder / _TAKEN / file.name)

    def _batch(self, file: str, start: int, rows: list[Row], gap: str) -> Batch:
        part = rows[start : start + self._settings.at_once]
        gone = tuple(row.comment.platform_id for row in part if row.comment.state is State.GONE)
        here = [row for row in part if row.comment.state is not State.GONE]
        posts = {row.post.platform_id: row.post for row in here}
        comments = tuple(row.comment for row in here)
        end = _Place(file, start + len(part))
        return Batch(tuple(posts.values()), comments, end.text(), gone=gone, gap=gap, more=True)

    def _next(self) -> str | None:
        """The name of a taken file that is not read yet; takes the oldest one that has come in where there is none."""
        folder = self._settings.folder
        waiting = sorted(each.name for each in (folder / _TAKEN).glob("*") if each.name.endswith(_ENDINGS))
        if waiting:
            return waiting[0]
        settled = self._clock() - self._settings.settle_seconds
        come = [
            (each.stat().st_mtime, each)
            for each in (folder / _INCOMING).iterdir()
            if each.name.lower().endswith(_ENDINGS) and not each.name.startswith(".") and each.is_file()
        ]
        ready = sorted((when, each) for when, each in come if when <= settled)
        return self._take(ready[0][1]) if ready else None

    def _take(self, file: Path) -> str:
        """Move a file out of the way of whoever writes there; its name then tells its content."""
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        name = f"{digest[:16]}-{file.name.lower()}"
        self._move(file, self._settings.folder / _TAKEN / name)
        return name

    def _move(self, file: Path, target: Path) -> None:
        target.parent.mkdir(exist_ok=True)
        file.replace(target)

    def _rows(self, file: Path) -> tuple[list[Row], str]:
        """The rows of a taken file that could be read, and what to say of the others, which go into quarantine."""
        if file.stat().st_size > self._settings.largest_mb * 1024 * 1024:
            return [], self._set_aside(file, [BadRow(0, f"larger than {self._settings.largest_mb} MB", "")])
        try:
            found = list(read(file.read_bytes(), file.name, self._page, self._settings.zone))
        except ExportError as error:
            return [], self._set_aside(file, [BadRow(1, str(error), "")])
        bad = [each for each in found if isinstance(each, BadRow)]
        return [each for each in found if isinstance(each, Row)], self._set_aside(file, bad)

    def _set_aside(self, file: Path, bad: list[BadRow]) -> str:
        if not bad:
            return ""
        place = self._settings.folder / _QUARANTINE / f"{file.name}.rejected.jsonl"
        place.parent.mkdir(exist_ok=True)
        lines = [json.dumps({"line": each.line, "why": each.why, "row": each.row}) + "\n" for each in bad]
        part = place.with_suffix(".part")
        part.write_text("".join(lines), encoding="utf-8")
        part.replace(place)
        return f"{len(bad)} rows of {file.name} could not be read, the first one at line {bad[0].line}; see {place}"

    def _place(self, cursor: str | None) -> _Place:
        if cursor is None:
            return _Place()
        try:
            match json.loads(cursor):
                case [str(file), int(rows)] if rows >= 0 and Path(file).name == file:
                    return _Place(file, rows)
        except ValueError:
            pass
        hint = "restore the store's cursor."
        raise UnavailableError(f"Page {self._page}: {cursor[:40]!r} is no place in an export; {hint}")


def connect(
    page: str,
    settings: Settings,
    means: Means,  # noqa: ARG001
    clock: Callable[[], float] = time.time,
) -> Dropfolder:
    """Take in the exports that are put into the folder of `page`. It has neither a credential nor a limit."""
    return Dropfolder(page, settings, clock)
