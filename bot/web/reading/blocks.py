"""The blocked accounts that were imported, as a person reviews them: who, where, what the list said, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from bot.records import Records, Task
from bot.web.times import Clock, When

_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class Block:
    """One account to review."""

    corr: str
    page: str
    name: str
    account: str
    """Its handle, where the list gave one that is not its name."""
    note: str
    link: str
    steps: list[str]
    since: When


@dataclass(frozen=True, slots=True)
class Blocks:
    """The worklist."""

    shown: list[Block]
    """The oldest ones."""
    waiting: int
    unblocked: int
    kept: int

    @property
    def later(self) -> int:
        """How many come after those that are shown."""
        return self.waiting - len(self.shown)

    @property
    def any(self) -> bool:
        """Whether a list was ever imported."""
        return bool(self.waiting or self.unblocked or self.kept)


def blocks(records: Records, clock: Clock) -> Blocks:
    """Read the worklist."""
    counts = records.count_blocks()
    shown = [_block(records, task, clock) for task in records.waiting_blocks(_AT_ONCE)]
    return Blocks(shown, counts.get("waiting", 0), counts.get("unblocked", 0), counts.get("kept", 0))


def _block(records: Records, task: Task, clock: Clock) -> Block:
    opened = records.entry(task.opened_seq)
    listed = records.entry(opened.cause[0]) if opened and opened.cause else None
    said = listed.opened if listed else {}
    name, account, link = (str(said.get(f"account.{part}") or "") for part in ("name", "handle", "link"))
    return Block(
        corr=task.corr,
        page=task.page,
        name=name or "An account whose name was destroyed",
        account=account if account != name else "",
        note=str(said.get("account.note") or ""),
        link=link if link.startswith(("https://", "http://")) else "",
        steps=list(opened.pub.get("steps") or []) if opened else [],
        since=clock.when(task.opened),
    )
