"""The Merkle tree of RFC 6962 over SHA-256: pure functions and the growing edge of a tree.

A leaf is hashed with the prefix 0x00 and a node with 0x01, so that neither can pass for the other. Proofs and their
verification follow RFC 9162, sections 2.1.3 and 2.1.4.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

Perfect = Callable[[int, int], bytes]
"""Gives the hash of the perfect subtree (level, index): of the leaves [index << level, (index + 1) << level)."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry into its leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees into the node above them."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Hash a power of two of neighbouring subtrees into the one above them all."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(level[i], level[i + 1]) for i in range(0, len(level), 2)]
    return level[0]


class Frontier:
    """The growing edge of a tree: the hashes of its largest perfect subtrees, left to right (some 20 for a million)."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        self.size = size
        self.hashes = list(hashes)

    @classmethod
    def load(cls, size: int, stored: bytes) -> Frontier:
        """Read what `dump` wrote for a tree of `size` leaves.

        Raises:
            ValueError: when `stored` does not hold one hash for each bit that is set in `size`.
        """
        if size < 0 or len(stored) != HASH_SIZE * size.bit_count():
            raise ValueError(f"a tree of {size} leaves has no frontier of {len(stored)} bytes")
        return cls(size, [stored[i : i + HASH_SIZE] for i in range(0, len(stored), HASH_SIZE)])

    def dump(self) -> bytes:
        """The hashes one after another."""
        return b"".join(self.hashes)

    def append(self, leaf: bytes) -> list[tuple[int, bytes]]:
        """Add one leaf. Gives the perfect subtrees that it completes, as (level, hash), smallest first."""
        return self.append_perfect(0, leaf)

    def append_perfect(self, level: int, subtree: bytes) -> list[tuple[int, bytes]]:
        """Add a perfect subtree of 2**level leaves, by which the size must be divisible; else as `append`."""
        hashes = self.hashes
        hashes.append(subtree)
        completed = []
        closing, up = self.size >> level, level
        while closing & 1:
            right = hashes.pop()
            up += 1
            hashes.append(node_hash(hashes.pop(), right))
            completed.append((up, hashes[-1]))
            closing >>= 1
        self.size += 1 << level
        return completed

    def root(self) -> bytes:
        """The root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def root_of(perfect: Perfect, start: int, end: int) -> bytes:
    """The root over the leaves [start, end), asking only for perfect subtrees."""
    count = end - start
    if count == 0:
        return EMPTY_ROOT
    if count.bit_count() == 1 and start % count == 0:
        level = count.bit_length() - 1
        return perfect(level, start >> level)
    middle = start + _split(count)
    return node_hash(root_of(perfect, start, middle), root_of(perfect, middle, end))


def inclusion_proof(perfect: Perfect, index: int, size: int) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of the tree of `size` leaves (RFC 9162, 2.1.3.1).

    Raises:
        ValueError: when the leaf is not in the tree.
    """
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not among the first {size}")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(root_of(perfect, middle, end))
            end = middle
        else:
            proof.append(root_of(perfect, start, middle))
            start = middle
    proof.reverse()
    return proof


def consistency_proof(perfect: Perfect, old: int, new: int) -> list[bytes]:
    """The hashes that show the tree of `new` leaves to continue that of `old` leaves (RFC 9162, 2.1.4.1).

    Raises:
        ValueError: when `old` is larger than `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a log of {new} entries does not continue one of {old}")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(root_of(perfect, middle, end))
            end = middle
        else:
            proof.append(root_of(perfect, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(root_of(perfect, start, end))
    proof.reverse()
    return proof


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether `proof` leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, result = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            result = node_hash(each, result)
            place, last = _up_to_right_child(place, last)
        else:
            result = node_hash(result, each)
        place, last = place >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows the tree of `new` leaves to continue that of `old` leaves (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return old_root == new_root and not proof
    if old == 0:
        return old_root == EMPTY_ROOT and not proof
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if not path:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node_hash(each, older), node_hash(each, newer)
            place, last = _up_to_right_child(place, last)
        else:
            newer = node_hash(newer, each)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _up_to_right_child(place: int, last: int) -> tuple[int, int]:
    """Climb while the place is a left child without a right neighbour."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last
