"""``ofrecord models list`` and ``info``: what comments are scored with, where it lies, whether it is what was shipped.

Nothing is asked of a model behind an address: that is what ``ofrecord check`` does.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import models
from bot.classifiers import in_use, kind_of, load, names
from bot.config import Loaded
from models.default import CLASSIFIERS
from models.score import Classifier, ScoringError
from models.settings import ClassifierSettings

_HERE = Path(models.__file__).parent
_CARDS = (_HERE / "data" / "MODEL_CARD.md", _HERE / "training" / "MODEL_CARD.md")
"""Where the card of the trained models lies: in the installed package, and beside the source."""
Sum = Literal["good", "wrong", "none"]
_IN_WORDS: dict[Sum, str] = {
    "good": "the one that was shipped or recorded",
    "wrong": "NOT the one that was shipped or recorded; install OfRecord again, or fetch the model again",
    "none": "no sum is recorded; its SHA-256 is part of the version",
}


class UnknownModelError(Exception):
    """No classifier has this name; the message lists those that there are."""


@dataclass(frozen=True, slots=True)
class File:
    """One file that a classifier reads."""

    path: Path
    size: int | None
    """Bytes; None where it is not there."""
    sha256: str | None
    sum: Sum
    """Whether the list of sums beside it vouches for it."""

    @classmethod
    def at(cls, path: Path) -> Self:
        """Look at a file, and compare it with the sum that is recorded beside it."""
        if not path.is_file():
            return cls(path, None, None, "wrong")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        recorded = _sums(path.parent).get(path.name)
        return cls(path, path.stat().st_size, digest, _sum(digest, recorded))


@dataclass(frozen=True, slots=True)
class Model:
    """One classifier."""

    name: str
    summary: str
    in_use: bool
    version: str | None
    """None where it is not in use, or cannot be loaded."""
    categories: tuple[str, ...]
    files: tuple[File, ...]
    where: str
    """The folder of its files, or the address that it asks; empty where it has none yet."""
    problem: str | None

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(each.size or 0 for each in self.files)

    def as_json(self) -> dict[str, Any]:
        """The form of ``--json``."""
        return {
            "name": self.name,
            "summary": self.summary,
            "in_use": self.in_use,
            "version": self.version,
            "categories": list(self.categories),
            "bytes": self.size,
            "where": self.where,
            "files": [
                {"path": str(each.path), "bytes": each.size, "sha256": each.sha256, "sum": each.sum}
                for each in self.files
            ],
            "problem": self.problem,
        }


def every_model(config: Loaded | None) -> list[Model]:
    """Every classifier that there is: those in use first, in their order.

    Args:
        config: says which are in use; None for those of the default.

    Raises:
        ConfigError: when it names one that does not exist.
    """
    used = in_use(config, CLASSIFIERS) if config else {kind: ClassifierSettings() for kind in CLASSIFIERS}
    folder = config.path.parent if config else Path()
    rest = [kind for name in names() if (kind := kind_of(name)) is not None and kind not in used]
    return [*(_used(kind, settings, folder) for kind, settings in used.items()), *map(_unused, rest)]


def model_named(name: str, config: Loaded | None) -> Model:
    """The classifier `name`.

    Raises:
        UnknownModelError: when there is none.
        ConfigError: as `every_model`.
    """
    found = every_model(config)
    for each in found:
        if each.name == name:
            return each
    raise UnknownModelError(f"{name} is not known; known are {', '.join(sorted(each.name for each in found))}")


def lines(found: Sequence[Model]) -> Iterator[str]:
    """The list for people: one line a classifier, and one for each that cannot be loaded."""
    rows = [
        (
            "in use" if each.in_use else "off",
            each.name,
            each.version or "-",
            _size(each),
            _scores(each) or "-",
            each.where or "-",
        )
        for each in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for model, row in zip(found, rows, strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        if model.problem:
            yield f"  {model.problem}"


def info(model: Model) -> Iterator[str]:
    """Everything about one classifier, and the card of the trained models where it is one of them."""
    yield f"{model.name}: {model.summary}"
    yield f"  {'in use' if model.in_use else 'not in use'}, version {model.version or 'unknown'}"
    yield f"  scores: {_scores(model) or 'as its table says'}"
    if model.problem:
        yield f"  {model.problem}"
    for each in model.files:
        size = "is not there" if each.size is None else f"{each.size} bytes, SHA-256 {each.sha256}"
        yield f"  {each.path}: {size}"
        if each.size is not None:
            yield f"    {_IN_WORDS[each.sum]}"
    card = card_of(model)
    yield from ("", card.rstrip()) if card else ("  Limits and values: docs/reference/classifiers.md",)


def card_of(model: Model) -> str | None:
    """The card of the trained models, for one of them: data, licences, figures, limits; None for the others."""
    shipped = [each for each in model.files if each.path.parent == _HERE / "data"]
    if all(each.sum == "none" for each in shipped):
        return None
    return next((path.read_text(encoding="utf-8") for path in _CARDS if path.is_file()), None)


def _used(kind: type[Classifier], settings: ClassifierSettings, folder: Path) -> Model:
    try:
        loaded = load(kind, settings, folder)
    except ScoringError as error:
        return _model(kind, kind, used=True, problem=str(error), address=_address(settings))
    return _model(kind, loaded, used=True, version=loaded.version, address=_address(settings))


def _unused(kind: type[Classifier]) -> Model:
    return _model(kind, kind, used=False)


def _model(
    kind: type[Classifier],
    source: object,
    *,
    used: bool,
    version: str | None = None,
    problem: str | None = None,
    address: str = "",
) -> Model:
    """Args: `source` is the loaded classifier, or its class where it is not loaded."""
    summary = (importlib.import_module(kind.__module__).__doc__ or "").strip().partition("\n")[0]
    files = tuple(map(File.at, getattr(source, "files", ())))
    categories = tuple(each.value for each in getattr(source, "categories", ()))
    where = str(files[0].path.parent) if files else address
    return Model(kind.name, summary, used, version, categories, files, where, problem)


def _address(settings: ClassifierSettings) -> str:
    return str(getattr(settings, "url", None) or getattr(settings, "folder", ""))


def _sum(digest: str, recorded: str | None) -> Sum:
    if recorded is None:
        return "none"
    return "good" if recorded == digest else "wrong"


def _sums(folder: Path) -> dict[str, str]:
    try:
        words = (folder / "SHA256SUMS").read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return {}
    return dict(zip(words[1::2], words[::2], strict=False))


def _scores(model: Model) -> str:
    return ", ".join(model.categories).replace("_", " ")


def _size(model: Model) -> str:
    if not model.files:
        return "-"
    return f"{model.size / 1e6:.1f} MB" if model.size >= 100_000 else f"{model.size / 1e3:.0f} kB"
