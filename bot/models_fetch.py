"""Fetching the files of a Detoxify release: from where they are published, or from a folder or mirror.

Three files belong together: the checkpoint, and the architecture's configuration and tokenizer, which Detoxify itself
would ask a hub for at every start. The checkpoint's name carries the beginning of its SHA-256; every file's whole sum
is recorded when it is first fetched, and another file under the same name is refused from then on.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.download import DownloadError, Told, download, part_of
from models.detoxify_folder import CONFIG, TOKENIZER, ChangedError, record, sha256_of, sums_of

_RELEASES = "https://github.com/unitaryai/detoxify/releases/download"
_HUB = "https://huggingface.co"
_PREFIX = re.compile(r"-([0-9a-f]{8,64})\.ckpt")
_LARGEST_TEXT = 64 * 1024 * 1024
"""Bytes of a configuration or a tokenizer."""


class FetchError(Exception):
    """A model's files could not be had; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Release:
    """One published model: where its checkpoint lies, and which architecture on the hub it was trained from."""

    name: str
    checkpoint_url: str
    architecture: str
    """The folder on the hub with the configuration and the tokenizer."""

    @property
    def checkpoint(self) -> str:
        """The checkpoint's file name."""
        return self.checkpoint_url.rpartition("/")[2]

    @property
    def addresses(self) -> dict[str, str]:
        """Where each file is published, by name."""
        hub = f"{_HUB}/{self.architecture}/resolve/main"
        return {CONFIG: f"{hub}/{CONFIG}", TOKENIZER: f"{hub}/{TOKENIZER}", self.checkpoint: self.checkpoint_url}


RELEASES = {
    each.name: each
    for each in (
        Release("detoxify-original", f"{_RELEASES}/v0.1-alpha/toxic_original-c1212f89.ckpt", "bert-base-uncased"),
        Release("detoxify-original-small", f"{_RELEASES}/v0.1.2/original-albert-0e1d6498.ckpt", "albert-base-v2"),
        Release("detoxify-unbiased", f"{_RELEASES}/v0.3-alpha/toxic_debiased-c7548aa0.ckpt", "roberta-base"),
        Release(
            "detoxify-multilingual",
            f"{_RELEASES}/v0.4-alpha/multilingual_debiased-0b549669.ckpt",
            "xlm-roberta-base",
        ),
    )
}
"""The published models by name, as detoxify 0.5.4 names them in ``detoxify/detoxify.py``."""


def fetch(release: Release, to: Path, source: str | None, told: Callable[[str], Told]) -> list[str]:
    """Bring a release's files into the folder `to`; gives one line on each file.

    Args:
        release: the model.
        to: the folder; it is made.
        source: a folder, or the address of a mirror, that has the files side by side; None for where they are
            published.
        told: gives, for a file's name, who hears how far it is.

    Raises:
        FetchError: when a file cannot be had, or is not the one that it should be.
    """
    try:
        to.mkdir(parents=True, exist_ok=True)
        return [_fetch_one(name, url, to, source, told(name)) for name, url in release.addresses.items()]
    except DownloadError as error:
        where = "".join(f"\n  {name}  {url}" for name, url in release.addresses.items())
        raise FetchError(f"{error}\nThe files, and where they are published:{where}") from error
    except ChangedError as error:
        raise FetchError(str(error)) from error
    except OSError as error:
        raise FetchError(
            f"{error.filename or to}: {error.strerror or error}. Name another folder with --to."
        ) from error


def _fetch_one(name: str, url: str, to: Path, source: str | None, told: Told) -> str:
    target = to / name
    if here := target.is_file():
        _vouch(target, to, f"Delete {target} to fetch it again.")
    else:
        _bring(name, url, target, source, told)
        try:
            _vouch(target, to, "It was not kept.")
        except FetchError:
            target.unlink()
            raise
    record(to, name)
    state = "is there already" if here else f"{target.stat().st_size} bytes"
    return f"{name}: {state}, SHA-256 {sums_of(to)[name]}"


def _bring(name: str, url: str, target: Path, source: str | None, told: Told) -> None:
    largest = {} if name.endswith(".ckpt") else {"largest": _LARGEST_TEXT}
    if source is None:
        download(url, target, told, **largest)
    elif source.startswith(("http://", "https://")):
        download(f"{source.rstrip('/')}/{name}", target, told, **largest)
    else:
        _copy(Path(source) / name, target, url)


def _copy(origin: Path, target: Path, url: str) -> None:
    if not origin.is_file():
        raise FetchError(f"{origin} is not there. It is published as {url}; put it there and try again.")
    part = part_of(target)
    try:
        shutil.copyfile(origin, part)
        part.replace(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise FetchError(
            f"{target}: cannot be written ({error.strerror or error}). Make room, or name another folder with --to."
        ) from error


def _vouch(path: Path, folder: Path, then: str) -> None:
    """Compare a file with the sum in its name and with the one that was recorded.

    Raises:
        FetchError: when it is another file; its message ends with `then`.
    """
    digest = sha256_of(path)
    prefix = _PREFIX.search(path.name)
    if prefix and not digest.startswith(prefix[1]):
        raise FetchError(
            f"{path.name} is damaged or not the published one: its name says that its SHA-256 begins with {prefix[1]}, "
            f"and it begins with {digest[:8]}. {then}"
        )
    recorded = sums_of(folder).get(path.name, digest)
    if digest != recorded:
        raise FetchError(
            f"{path.name} is not the file that was fetched first (SHA-256 {digest[:16]}…, recorded {recorded[:16]}…). "
            f"{then} If a new version is wanted, fetch it into a new folder."
        )
