"""Working state: cursors, claims, leases and retries.

It lies in the same file and the same transaction as the log, but outside it: losing it delays work and changes no
record.
"""

from __future__ import annotations

from datetime import datetime

from bot.records.errors import LeaseLostError
from bot.records.moments import to_ms
from bot.records.questions import BackfillState, DueMedia, Questions


class WorkingState(Questions):
    """Changes of the working state, inside a write transaction."""

    def set_cursor(self, page: str, cursor: str) -> None:
        """Keep where the fetch of a page ended, in the transaction that stores what it brought."""
        self._rows(
            "INSERT INTO cursor VALUES(?,?,?) ON CONFLICT(page) DO UPDATE SET "
            "cursor=excluded.cursor,stored=excluded.stored",
            [page, cursor, to_ms(self._clock())],
        )

    def clear_cursor(self, page: str) -> None:
        """Forget it, so that the next fetch of the page begins anew."""
        self._rows("DELETE FROM cursor WHERE page=?", [page])

    def set_checked(self, page: str, at: datetime) -> None:
        """Keep when a page was checked."""
        self._rows("INSERT INTO checked VALUES(?,?) ON CONFLICT(page) DO UPDATE SET at=excluded.at", [page, to_ms(at)])

    def set_backfill(self, page: str, at: BackfillState) -> None:
        """Keep how far a backfill has come, in the transaction that stores what it brought."""
        self._rows(
            "INSERT INTO backfill VALUES(?,?,?,?,?) ON CONFLICT(page) DO UPDATE SET since=excluded.since,"
            "cursor=excluded.cursor,recorded=excluded.recorded,finished=excluded.finished",
            [page, to_ms(at.since), at.cursor, at.recorded, to_ms(at.finished) if at.finished else None],
        )

    def claim(self, ref: str, user: str, until: datetime) -> bool:
        """Hold a comment for a moderator; False when another one holds it."""
        now = to_ms(self._clock())
        taken = self._rows(
            "INSERT INTO claim VALUES(?,?,?,?) ON CONFLICT(ref) DO UPDATE SET user=excluded.user,"
            "since=iif(user=excluded.user AND until>?,since,excluded.since),until=excluded.until "
            "WHERE user=excluded.user OR until<=? RETURNING ref",
            [ref, user, now, to_ms(until), now, now],
        )
        return bool(taken)

    def release(self, ref: str, user: str | None = None) -> None:
        """Let go of a comment: by its holder, or by anybody's when `user` is None."""
        self._rows("DELETE FROM claim WHERE ref=? AND (? IS NULL OR user=?)", [ref, user, user])

    def take_lease(self, name: str, holder: str, until: datetime, now: datetime | None = None) -> int | None:
        """Take a lease, or keep one's own. Gives the fencing token; None when another holder has it.

        The token grows whenever the lease changes hands or had run out, so that a holder who slept notices.
        """
        moment = to_ms(now or self._clock())
        row = self._row(
            "INSERT INTO lease VALUES(?,?,1,?) ON CONFLICT(name) DO UPDATE SET "
            "token=iif(holder=excluded.holder AND until>?,token,token+1),holder=excluded.holder,until=excluded.until "
            "WHERE holder=excluded.holder OR until<=? RETURNING token",
            [name, holder, to_ms(until), moment, moment],
        )
        return None if row is None else int(row[0])

    def renew_lease(self, name: str, token: int, until: datetime) -> bool:
        """Keep a lease for longer; False when it was taken over since."""
        renewed = self._rows(
            "UPDATE lease SET until=? WHERE name=? AND token=? RETURNING name", [to_ms(until), name, token]
        )
        return bool(renewed)

    def release_lease(self, name: str, token: int) -> None:
        """Let another take the lease at once."""
        self._rows("UPDATE lease SET until=0 WHERE name=? AND token=?", [name, token])

    def require_lease(self, name: str, token: int) -> None:
        """Make sure that a lease was not taken over; call it first in a transaction that only its holder may write.

        Raises:
            LeaseLostError: when it was.
        """
        if self.lease_token(name) != token:
            raise LeaseLostError(f"Another program took over as {name}; this one must stop, and writes nothing more.")

    def count_budget(self, account: str, kind: str, began: datetime, units: int) -> None:
        """Add what was used in a window, or a part of one, that began at a moment."""
        self._rows(
            "INSERT INTO budget VALUES(?,?,?,?) ON CONFLICT(account,kind,began) DO UPDATE SET "
            "units=units+excluded.units",
            [account, kind, to_ms(began), units],
        )

    def forget_budget(self, account: str, kind: str, before: datetime) -> None:
        """Drop what was used in windows that began before a moment."""
        self._rows("DELETE FROM budget WHERE account=? AND kind=? AND began<?", [account, kind, to_ms(before)])

    def set_allowance(self, account: str, kind: str, most: int | None, until: datetime | None) -> None:
        """Keep what the platform said about a limit; None leaves what it said before."""
        self._rows(
            "INSERT INTO allowance VALUES(?,?,?,?) ON CONFLICT(account,kind) DO UPDATE SET "
            "most=coalesce(excluded.most,most),until=coalesce(excluded.until,until)",
            [account, kind, most, to_ms(until) if until else None],
        )

    def set_media_retry(self, due: DueMedia, attempt: int, not_before: datetime) -> None:
        """Keep that an attachment did not come, and when to ask for it again."""
        self._rows(
            "INSERT INTO media_retry VALUES(?,?,?,?) ON CONFLICT(seq,at) DO UPDATE SET "
            "attempt=excluded.attempt,not_before=excluded.not_before",
            [due.seq, due.at, attempt, to_ms(not_before)],
        )

    def set_retry(self, corr: str, attempt: int, not_before: datetime) -> None:
        """Keep that an attempt provably did not apply, and when the next may follow."""
        self._rows(
            "INSERT INTO retry VALUES(?,?,?) ON CONFLICT(corr) DO UPDATE SET "
            "attempt=excluded.attempt,not_before=excluded.not_before",
            [corr, attempt, to_ms(not_before)],
        )
