"""The folder of a Detoxify model: which files lie in it, and the sums that vouch for them.

The sums stand in ``SHA256SUMS`` as ``sha256sum --check`` reads them. A file is recorded when it comes in, and from then
on only the same file is taken.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CONFIG, TOKENIZER = "config.json", "tokenizer.json"
"""Two files of the architecture, which Detoxify itself would ask a hub for at every start."""
WEIGHTS = "model.safetensors"
GRAPH = "model.int8.onnx"
ABOUT = "detoxify.json"
"""What the checkpoint says about itself: the class that it was trained as, and its labels in order."""
SUMS = "SHA256SUMS"
_PIECE = 1024 * 1024


class ChangedError(Exception):
    """A file is not the one that was recorded; the message names it and the next step."""


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sums_of(folder: Path) -> dict[str, str]:
    """The recorded SHA-256 of each file, by name; empty where nothing was recorded yet.

    Raises:
        ChangedError: when the list of sums is damaged.
    """
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ChangedError(f"{folder / SUMS} is damaged. Delete the folder, then fetch and convert again.") from error


def record(folder: Path, *names: str) -> None:
    """Record files as they are now, beside those recorded before."""
    sums = {**sums_of(folder), **{name: sha256_of(folder / name) for name in names}}
    lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
    new = folder / f"{SUMS}.new"
    new.write_text("".join(lines), encoding="utf-8")
    new.replace(folder / SUMS)


def verified(folder: Path, name: str, sums: Mapping[str, str]) -> Path:
    """Give the path of a file that is the one recorded.

    Raises:
        ChangedError: when it is missing, was never recorded, or is another one.
    """
    path = folder / name
    if name not in sums or not path.is_file():
        raise ChangedError(f"{path} is not there, or {SUMS} does not name it. Fetch and convert the model first.")
    found = sha256_of(path)
    if found != sums[name]:
        raise ChangedError(
            f"{path} is not the file that was recorded (SHA-256 {found[:16]}…, recorded {sums[name][:16]}…). "
            "Bring the recorded file back, or delete the folder to begin anew."
        )
    return path


def about(path: Path) -> dict[str, Any]:
    """Read ``detoxify.json``, whose sum was compared before."""
    return dict(json.loads(path.read_text(encoding="utf-8")))
