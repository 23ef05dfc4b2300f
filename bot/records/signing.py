"""Signing a checkpoint: only of a log that continues the newest one signed before."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from collections.abc import Sequence

from bot.records import checkpoint, merkle
from bot.records.checkpoint import Tree
from bot.records.errors import InconsistentError
from bot.records.questions import Questions

_STEP = 1 << 12


def tree_to_sign(records: Questions, origin: str) -> Tree:
    """Derive the root of the log anew from its stored leaves, and hold it against the newest signed checkpoint.

    Raises:
        InconsistentError: when the log does not continue that checkpoint, or its own tree does not fit its leaves.
    """
    size = records.size()
    newest = records.latest_checkpoint()
    signed = Tree(origin, 0, merkle.EMPTY_ROOT) if newest is None else checkpoint.read(newest)
    if signed.size > size or signed.origin != origin:
        raise InconsistentError(_refusal(signed.size, "it is shorter, or another log's"))
    frontier = records.frontier_at(signed.size)
    if frontier.root() != signed.root:
        raise InconsistentError(_refusal(signed.size, "its first entries have changed"))
    for start in range(signed.size, size, _STEP):
        for leaf in records.leaves(start, min(start + _STEP, size)):
            frontier.append(leaf)
    proof = records.consistency_proof(signed.size, size)
    if frontier.size != size or frontier.root() != records.stored_root():
        raise InconsistentError(_refusal(signed.size, "the stored tree does not fit its leaves"))
    if not merkle.verify_consistency(signed.size, size, signed.root, frontier.root(), proof):
        raise InconsistentError(_refusal(signed.size, "no proof leads from one to the other"))
    return Tree(origin, size, frontier.root())


def _refusal(size: int, why: str) -> str:
    return (
        f"No checkpoint is signed: the log does not continue the one of {size} entries ({why}). Stop all programs, run "
        "`ofrecord records verify`, and keep this store as evidence."
    )


def store_note(db: sqlite3.Connection, tree: Tree, note: str) -> str:
    """Keep a signed checkpoint unless there is one of this size already; gives the one that is kept."""
    found = db.execute("SELECT note FROM checkpoint WHERE n=? AND kind='signed'", (tree.size,)).fetchone()
    if found is not None:
        return str(found[0])
    db.execute("INSERT INTO checkpoint(n,kind,note) VALUES(?,'signed',?)", (tree.size, note))
    return note


def proof_lines(proof: Sequence[bytes]) -> list[str]:
    """A proof as base64 lines, as it is printed in mails and files."""
    return [b64encode(each).decode() for each in proof]
