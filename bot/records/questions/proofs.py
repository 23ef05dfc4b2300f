"""Roots and proofs, made from the stored leaves and tiles."""

from __future__ import annotations

from base64 import b64encode

from bot.records import merkle
from bot.records.errors import DamagedError
from bot.records.questions.entries import EntryQuestions

TILE_LEVELS = (8, 16)
"""A hash is stored for every 256 and every 65 536 leaves, so that a proof reads a few hundred hashes at most."""


class ProofQuestions(EntryQuestions):
    """Questions that are answered with hashes."""

    def root(self, size: int | None = None) -> bytes:
        """The root of the log, or of its first `size` entries."""
        return merkle.root_of(self._perfect, 0, self.size() if size is None else size)

    def inclusion_proof(self, seq: int, size: int | None = None) -> list[bytes]:
        """The hashes that lead from an entry to the root of the first `size` entries.

        Raises:
            ValueError: when the entry is not among them.
        """
        return merkle.inclusion_proof(self._perfect, seq, self.size() if size is None else size)

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """The hashes that show the log of `new` entries to continue that of `old` entries.

        Raises:
            ValueError: when the log was never so long.
        """
        size = self.size()
        new = size if new is None else new
        if new > size:
            raise ValueError(f"the log has {size} entries, not {new}")
        return merkle.consistency_proof(self._perfect, old, new)

    def leaves(self, start: int, end: int) -> list[bytes]:
        """The stored leaf hashes of the entries [start, end)."""
        rows = self._rows("SELECT leaf FROM log WHERE seq>=? AND seq<? ORDER BY seq", [start, end])
        return [leaf for (leaf,) in rows]

    def frontier_at(self, size: int) -> merkle.Frontier:
        """The edge of the tree as it was at `size` entries."""
        frontier = merkle.Frontier()
        for level in reversed(range(size.bit_length())):
            if size >> level & 1:
                frontier.append_perfect(level, self._perfect(level, frontier.size >> level))
        return frontier

    def stored_root(self) -> bytes:
        """The root of the tree that the appends have kept.

        Raises:
            DamagedError: when what is kept is no tree.
        """
        row = self._row("SELECT n,frontier FROM tree")
        try:
            return merkle.Frontier.load(*(row or (-1, b""))).root()
        except ValueError as error:
            raise DamagedError(f"The tree of {self._file} is damaged. Run `ofrecord records verify`.") from error

    def latest_checkpoint(self) -> str | None:
        """The newest signed checkpoint that is stored."""
        row = self._row("SELECT note FROM checkpoint WHERE kind='signed' ORDER BY n DESC LIMIT 1")
        return None if row is None else str(row[0])

    def newest_signed_size(self) -> int:
        """How many entries the newest signed checkpoint covers; 0 when there is none."""
        row = self._row("SELECT max(n) FROM checkpoint WHERE kind='signed'")
        return 0 if row is None or row[0] is None else int(row[0])

    def vkeys(self) -> list[str]:
        """The public keys of the log, one C2SP verifier key each."""
        row = self._row("SELECT vkeys FROM identity")
        return [] if row is None else str(row[0]).splitlines()

    def vkey(self) -> str:
        """The Ed25519 verifier key of the log."""
        return self.vkeys()[0]

    def proof_file(self, seq: int) -> str:
        """The proof of one entry under the newest checkpoint, as a C2SP `tlog-proof` file.

        Raises:
            ValueError: when no checkpoint covers the entry yet.
        """
        row = self._row("SELECT n,note FROM checkpoint WHERE kind='signed' ORDER BY n DESC LIMIT 1")
        if row is None or seq >= row[0]:
            raise ValueError(f"no checkpoint covers entry {seq} yet; sign one first")
        hashes = "".join(f"{b64encode(each).decode()}\n" for each in self.inclusion_proof(seq, row[0]))
        return f"c2sp.org/tlog-proof@v1\nindex {seq}\n{hashes}\n{row[1]}"

    def _perfect(self, level: int, index: int) -> bytes:
        stored = max((each for each in TILE_LEVELS if each <= level), default=0)
        first, count = index << (level - stored), 1 << (level - stored)
        if stored:
            rows = self._rows(
                "SELECT hash FROM tile WHERE level=? AND idx>=? AND idx<? ORDER BY idx", [stored, first, first + count]
            )
        else:
            rows = self._rows("SELECT leaf FROM log WHERE seq>=? AND seq<? ORDER BY seq", [first, first + count])
        if len(rows) != count:
            raise DamagedError("The log lacks hashes that it should have. Run `ofrecord records verify`.")
        return merkle.fold([value for (value,) in rows])
