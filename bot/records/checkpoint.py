"""Signed checkpoints: C2SP `tlog-checkpoint` notes, signed with Ed25519 and, where it can be had, with ML-DSA-44.

A note is three lines (origin, size, root), an empty line, and one line for each signature. The Ed25519 line is a plain
note signature (type 0x01). The ML-DSA-44 line is a cosignature of type 0x06 by the log itself, so that records which
are kept for ever outlive Ed25519; readers that do not know it skip it. Sources: c2sp.org/signed-note,
c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature.
"""

from __future__ import annotations

import binascii
import struct
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

from bot.records.layout import Layout, read_secret, write_durably

if TYPE_CHECKING:  # loaded by whoever signs or verifies; appending needs none of it
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = 0x01
ML_DSA_44 = 0x06
_DASH = "\u2014"
_SEED_SIZE = 32
_COSIGNED_LABEL = b"subtree/v1\n\x00"


class NoteError(ValueError):
    """A note is not a checkpoint of this log, or its signature is wrong."""


@dataclass(frozen=True, slots=True)
class Tree:
    """What a checkpoint says: this log, so many entries, this root."""

    origin: str
    size: int
    root: bytes

    def body(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


class Signer(Protocol):
    """One private key of the log."""

    @property
    def kind(self) -> int:
        """The type byte of its signatures."""
        ...

    @property
    def public(self) -> bytes:
        """The bytes of the public key."""
        ...

    def sign(self, tree: Tree, seconds: int) -> bytes:
        """Sign a tree at a moment (POSIX seconds); gives the bytes after the key id."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Signs the note's body."""

    key: Ed25519PrivateKey
    kind: int = ED25519

    @property
    def public(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.key.public_key().public_bytes_raw()

    def sign(self, tree: Tree, seconds: int) -> bytes:  # noqa: ARG002
        """Sign the body; a plain note signature holds no time."""
        return self.key.sign(tree.body().encode())


class MlDsa44Signer:
    """Signs a `cosigned_message` that names the log, the size, the root and the time."""

    kind = ML_DSA_44

    def __init__(self, seed: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

        self._key = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, tree: Tree, seconds: int) -> bytes:
        """Sign; the time stands in front of the signature."""
        return struct.pack(">Q", seconds) + self._key.sign(_cosigned_message(tree, seconds))


def _cosigned_message(tree: Tree, seconds: int) -> bytes:
    name = tree.origin.encode()
    named = struct.pack("B", len(name)) + name
    return _COSIGNED_LABEL + named + struct.pack(">Q", seconds) + named + struct.pack(">QQ", 0, tree.size) + tree.root


def key_id(origin: str, kind: int, public: bytes) -> bytes:
    """The four bytes by which a signature line names its key."""
    return sha256(origin.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def verifier_key(origin: str, kind: int, public: bytes) -> str:
    """A public key as one line of text (C2SP vkey)."""
    return f"{origin}+{key_id(origin, kind, public).hex()}+{b64encode(bytes([kind]) + public).decode()}"


def sign(tree: Tree, signers: Sequence[Signer], seconds: int) -> str:
    """Write a checkpoint with one signature line for each signer."""
    lines = (
        f"{_DASH} {tree.origin} "
        f"{b64encode(key_id(tree.origin, each.kind, each.public) + each.sign(tree, seconds)).decode()}\n"
        for each in signers
    )
    return f"{tree.body()}\n{''.join(lines)}"


def read(note: str) -> Tree:
    """Read what a checkpoint says, without trusting it.

    Raises:
        NoteError: when it is no checkpoint.
    """
    body, _, _ = note.partition("\n\n")
    lines = body.split("\n")
    try:
        origin, size, root = lines
        tree = Tree(origin, int(size), b64decode(root, validate=True))
    except (ValueError, binascii.Error) as error:
        raise NoteError("This is no checkpoint: it needs an origin, a size and a root.") from error
    if tree.body() != f"{body}\n":
        raise NoteError("This is no checkpoint in its one exact form.")
    return tree


def open_note(note: str, verifier_keys: Sequence[str]) -> Tree:
    """Read a checkpoint whose every line by one of the given keys is right, and at least one such line is there.

    Raises:
        NoteError: when a signature is wrong or none is by a given key.
    """
    tree = read(note)
    known = {(origin, key): (kind, public) for origin, key, kind, public in map(_read_verifier_key, verifier_keys)}
    found = 0
    for origin, key, signature in _signature_lines(note):
        if origin == tree.origin and (origin, key) in known:
            kind, public = known[origin, key]
            found += _verified(tree, kind, public, signature)
    if not found:
        raise NoteError(f"The checkpoint of {tree.size} entries is not signed with a key of this log.")
    return tree


def _read_verifier_key(line: str) -> tuple[str, bytes, int, bytes]:
    try:
        origin, identifier, material = line.strip().split("+", 2)
        raw = b64decode(material, validate=True)
    except (ValueError, binascii.Error) as error:
        raise NoteError("A verifier key is a name, an id and a key, joined by plus signs.") from error
    if not raw or key_id(origin, raw[0], raw[1:]).hex() != identifier:
        raise NoteError("A verifier key does not agree with its own id.")
    return origin, key_id(origin, raw[0], raw[1:]), raw[0], raw[1:]


def _signature_lines(note: str) -> list[tuple[str, bytes, bytes]]:
    _, _, signatures = note.partition("\n\n")
    found = []
    for line in signatures.splitlines():
        try:
            dash, origin, encoded = line.split(" ")
            raw = b64decode(encoded, validate=True)
        except (ValueError, binascii.Error) as error:
            raise NoteError("A signature line is broken.") from error
        if dash != _DASH:
            raise NoteError("A signature line is broken.")
        found.append((origin, raw[:4], raw[4:]))
    return found


def _verified(tree: Tree, kind: int, public: bytes, signature: bytes) -> bool:
    """Whether the signature could be checked; a kind that this machine does not know is skipped.

    Raises:
        NoteError: when it was checked and is wrong.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        if kind == ED25519:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, tree.body().encode())
            return True
        return kind == ML_DSA_44 and _verify_ml_dsa(tree, public, signature)
    except (InvalidSignature, ValueError, struct.error) as error:
        raise NoteError(f"The signature of the checkpoint of {tree.size} entries is wrong.") from error


def _verify_ml_dsa(tree: Tree, public: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

        key = MLDSA44PublicKey.from_public_bytes(public)
    except (ImportError, UnsupportedAlgorithm):
        return False
    (seconds,) = struct.unpack(">Q", signature[:8])
    key.verify(signature[8:], _cosigned_message(tree, seconds))
    return True


def make_signing_keys(layout: Layout) -> None:
    """Make the signing seeds, one line each, unless there are some."""
    import secrets

    path = layout.secrets / "signing.key"
    if not path.exists():
        seeds = f"ed25519 {secrets.token_hex(_SEED_SIZE)}\nml-dsa-44 {secrets.token_hex(_SEED_SIZE)}\n"
        write_durably(path, seeds.encode())


def read_signers(layout: Layout) -> list[Signer]:
    """Read the signing keys; ML-DSA-44 only where the cryptography library here offers it.

    Raises:
        KeyFileError: when the file is missing or readable by others.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    seeds = dict(line.split() for line in read_secret(layout.secrets / "signing.key").decode().splitlines())
    signers: list[Signer] = [Ed25519Signer(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seeds["ed25519"])))]
    with suppress(ImportError, UnsupportedAlgorithm, KeyError):
        signers.append(MlDsa44Signer(bytes.fromhex(seeds["ml-dsa-44"])))
    return signers
