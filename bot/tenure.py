"""Being the one daemon of a store: an operating-system lock says who is alive, a fencing token who may act."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.events import new_ref
from bot.records import Records, Writing
from bot.turns import take

LEASE = "daemon"
_FOR_EVER = timedelta(days=36_500)
"""The lock says who is alive; the lease is only there for its token."""


class TakenError(Exception):
    """Another daemon is at work on this store. Stop it first, or leave this to it."""


class Tenure:
    """The right to act on a store's pages, from taking it until closing it.

    The lock on ``daemon.lock`` ends with the process, so a killed daemon is followed at once. The token rises with
    every daemon: one that was suspended and wakes up finds that its token is old, before it writes an intent.
    """

    def __init__(self, records: Records, store: Path, now: datetime) -> None:
        """Take the right.

        Raises:
            TakenError: when a living process has it.
        """
        file = take(store / "daemon.lock")
        if file is None:
            raise TakenError(f"Another daemon is at work on {store}; stop it first, or leave the work to it.")
        self._file = file
        with records.writing() as writing:
            before = writing.lease_token(LEASE)
            if before is not None:
                # Whoever had it is dead, or it would hold the lock.
                writing.release_lease(LEASE, before)
            token = writing.take_lease(LEASE, f"{os.getpid()}-{new_ref('d')}", now + _FOR_EVER, now)
        assert token is not None, "released a moment ago, in this transaction"
        self.token = token

    def guard(self, writing: Writing) -> None:
        """Make sure that nobody took over since; called inside the transaction that writes an intent.

        Raises:
            LeaseLostError: when another daemon did.
        """
        writing.require_lease(LEASE, self.token)

    def close(self) -> None:
        """Give the right up."""
        os.close(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
