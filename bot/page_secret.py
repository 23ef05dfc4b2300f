"""The credential of one page, as its connector reads it and, where the platform rotates tokens, replaces it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.secret_files import SecretError, read_secret, write_secret
from connectors.base import UnauthorizedError


@dataclass(frozen=True, slots=True)
class PageSecret:
    """The secret file of a page; see `connectors.base.Secret`."""

    page: str
    spec: str | None
    """``secret_file`` of the page's table."""
    folder: Path
    """Where the configuration lies."""

    def read(self) -> str:
        """Give the secret."""
        try:
            return read_secret(self._spec(), self.folder)
        except SecretError as error:
            nothing_yet = isinstance(error.__cause__, FileNotFoundError)
            step = f", or run: ofrecord connect {self.page}" if nothing_yet else ""
            raise UnauthorizedError(f"Page {self.page}: {error}{step}") from error

    def save(self, secret: str) -> None:
        """Replace the secret, durably."""
        try:
            write_secret(self._spec(), self.folder, secret)
        except SecretError as error:
            raise UnauthorizedError(f"Page {self.page}: {error}") from error

    def _spec(self) -> str:
        if self.spec is None:
            raise UnauthorizedError(f"Page {self.page} has no credential; set pages.{self.page}.secret_file.")
        return self.spec
