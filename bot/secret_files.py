"""Secrets in files, read and replaced, so that none stands in the configuration, in arguments or in the log."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from bot.records.layout import write_durably

_LARGEST = 64 * 1024


class SecretError(Exception):
    """A secret cannot be read or written. The message names the file and the next step, never the secret."""


def read_secret(spec: str, folder: Path) -> str:
    """Read a secret, without the white space around it.

    Args:
        spec: a path, relative to `folder`; or ``credential:NAME`` for a file that systemd hands over (LoadCredential=).
        folder: where the configuration lies.

    Raises:
        SecretError: when the file is missing, empty, too large or readable by others.
    """
    path = _path(spec, folder)
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if not spec.startswith("credential:") and mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise SecretError(f"{path} can be read by others; run: chmod 600 {path}")
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise SecretError(f"{path} cannot be read ({error.strerror}); put the secret there, mode 0600") from error
    if len(content) > _LARGEST:
        raise SecretError(f"{path} is larger than a secret can be (64 kB); check the path")
    try:
        secret = content.decode().strip()
    except UnicodeDecodeError:
        raise SecretError(f"{path} is not text; check the path") from None
    if not secret:
        raise SecretError(f"{path} is empty; put the secret there")
    return secret


def write_secret(spec: str, folder: Path, secret: str) -> None:
    """Replace a secret: whole or not at all, mode 0600, on disk when this returns. Makes its folder, mode 0700.

    Args:
        spec: as for `read_secret`.
        folder: where the configuration lies.
        secret: what the file is to hold.

    Raises:
        SecretError: when it cannot be written.
    """
    if spec.startswith("credential:"):
        raise SecretError(f"{spec} is handed over by systemd and cannot be replaced here; name a file instead")
    path = _path(spec, folder)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, secret.encode() + b"\n")
    except OSError as error:
        raise SecretError(
            f"{path} cannot be written ({error.strerror}); check the folder's owner and the disk"
        ) from error


def _path(spec: str, folder: Path) -> Path:
    if not spec.startswith("credential:"):
        return folder / Path(spec).expanduser()
    base = os.environ.get("CREDENTIALS_DIRECTORY")
    if not base:
        raise SecretError(f"{spec}: systemd handed over no credentials; add LoadCredential= to the unit")
    return Path(base) / spec.removeprefix("credential:")
