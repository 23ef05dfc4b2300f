"""The two keys of a store: one signs checkpoints, the other hides platform ids in the look-up index."""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass
from hashlib import sha256

from bot.records.errors import KeyFileError
from bot.records.layout import Layout, read_secret, write_durably

_INDEX_KEY_SIZE = 32


@dataclass(frozen=True, slots=True)
class IndexKey:
    """Turns what may not stand in the tables (platform ids, digests) into HMAC-SHA256 values that can be looked up."""

    secret: bytes

    def __repr__(self) -> str:
        return "IndexKey(…)"

    def of_id(self, kind: str, page: str, platform_id: str) -> bytes:
        """The look-up value of a post or a comment of a page."""
        return self._mac(["id", kind, page, platform_id])

    def of_digest(self, digest: str) -> bytes:
        """The look-up value of a content digest (hex)."""
        return self._mac(["digest", digest])

    def check(self) -> bytes:
        """A value that tells whether a store was made with this key, and nothing about the key."""
        return self._mac(["check"])

    def _mac(self, words: list[str]) -> bytes:
        return hmac.digest(self.secret, json.dumps(words).encode(), sha256)


def make_index_key(layout: Layout) -> None:
    """Make the index key unless there is one."""
    if not (layout.secrets / "index.key").exists():
        write_durably(layout.secrets / "index.key", secrets.token_hex(_INDEX_KEY_SIZE).encode() + b"\n")


def read_index_key(layout: Layout) -> IndexKey:
    """Read the index key.

    Raises:
        KeyFileError: when it is missing, readable by others, or no key.
    """
    path = layout.secrets / "index.key"
    try:
        secret = bytes.fromhex(read_secret(path).decode().strip())
    except ValueError as error:
        raise KeyFileError(f"{path} holds no key. Put it back from the backup of the store.") from error
    if len(secret) != _INDEX_KEY_SIZE:
        raise KeyFileError(f"{path} holds no key. Put it back from the backup of the store.")
    return IndexKey(secret)
