"""The files of the trained model: read only when each is the one that was shipped.

Their sums stand in ``SHA256SUMS`` beside them, as ``sha256sum --check`` reads them.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from models.score import ScoringError

DATA = Path(__file__).with_name("data")
SUMS = "SHA256SUMS"


def read(path: Path) -> bytes:
    """Read a shipped file.

    Raises:
        ScoringError: when the file or its sum is missing, or the file is damaged or another one.
    """
    try:
        content = path.read_bytes()
        expected = sums_of(path.parent)[path.name]
    except (OSError, ValueError, KeyError) as error:
        raise ScoringError(f"{path} cannot be read ({error}). Install OfRecord again.") from error
    if hashlib.sha256(content).hexdigest() != expected:
        raise ScoringError(f"{path} is not the file that was shipped. Install OfRecord again.")
    return content


def sums_of(folder: Path) -> dict[str, str]:
    """The SHA-256 (hex) of every shipped file, by name.

    Raises:
        OSError: when there is no list of sums.
        ValueError: when it is damaged.
    """
    fields = folder.joinpath(SUMS).read_text(encoding="utf-8").split()
    return dict(zip(fields[1::2], fields[::2], strict=True))


def record(path: Path) -> None:
    """Write down a file as the one that is shipped, beside those written down before."""
    folder = path.parent
    sums = sums_of(folder) if folder.joinpath(SUMS).exists() else {}
    sums[path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    folder.joinpath(SUMS).write_text("".join(lines), encoding="utf-8")
