"""Blocked accounts that a Department brings along, as a worklist to review and unblock by hand.

OfRecord never blocks anybody and unblocks nobody: no connector has a call for it. Each account of an imported list
becomes one task, which a person answers; see ``docs/decisions/0056-blocked-accounts-are-tasks.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.block_list import BlockList, Refused
from bot.events import Actor, BlockListed, BlocksImported, Subject, TaskOpened, new_ref
from bot.records import Records
from bot.tasks import UNBLOCK
from bot.words import counted

STEPS = (
    "Find out who blocked this account, when and why: ask, and look in the page's settings on the platform.",
    "Where it was for what they said or think, unblock them there: in the settings, under blocked or banned accounts.",
    "Where you think that the block has to stay, ask the city attorney first.",
    "Then say here what you did. A block is kept only with a written reason.",
)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    page: str
    rows: int
    added: int
    known: int
    """Accounts that were imported before, whatever was decided about them."""
    repeated: int
    refused: tuple[Refused, ...]
    unread: tuple[str, ...]
    """The headings of columns that were passed over."""
    waiting: int
    """Accounts of the page that wait for somebody now."""

    def as_json(self) -> dict[str, Any]:
        """The form of ``--json``."""
        return {
            "page": self.page,
            "rows": self.rows,
            "added": self.added,
            "known": self.known,
            "repeated": self.repeated,
            "refused": [{"line": each.line, "why": each.why} for each in self.refused],
            "unread": list(self.unread),
            "waiting": self.waiting,
        }

    def in_words(self) -> str:
        """The form for people."""
        taken = f"{self.page}: {counted(self.added, 'blocked account')} added to the tasks"
        lines = [f"{taken}; {self.known} known before, {self.repeated} repeated in the list."]
        if self.unread:
            names = ", ".join(f"“{each}”" for each in self.unread)
            lines.append(
                f"Not read, because the heading is not known: {names}. Known are name, account, link and note."
            )
        if self.refused:
            lines += [f"{counted(len(self.refused), 'line')} not taken; correct and import the list again:"]
            lines += [f"  line {each.line}: {each.why}" for each in self.refused]
        return "\n".join([*lines, f"Waiting to be reviewed: {self.waiting}. Nobody was blocked or unblocked."])


def import_blocks(records: Records, page: str, found: BlockList, actor: Actor) -> Imported:
    """Make a task of each account that the page has none of yet. An import that adds nothing writes nothing."""
    with records.writing() as writing:
        refs = {each: writing.account_ref(page, each.identity) for each in found.listed}
        fresh = [each for each in found.listed if not writing.open_or_answered(refs[each], UNBLOCK)]
        if fresh:
            whole = writing.append(
                BlocksImported(
                    actor=actor,
                    subject=Subject("page", page),
                    page=page,
                    rows=found.rows,
                    added=len(fresh),
                    known=len(found.listed) - len(fresh),
                    repeated=found.repeated,
                    refused=len(found.refused),
                    text=found.text,
                )
            )
        for each in fresh:
            account = Subject("account", refs[each])
            seen = writing.append(
                BlockListed(
                    actor=actor,
                    subject=account,
                    cause=(whole.seq,),
                    page=page,
                    platform_id=each.identity,
                    name=each.name,
                    account=each.account or None,
                    link=each.link or None,
                    note=each.note or None,
                )
            )
            writing.append(
                TaskOpened(
                    actor=actor,
                    subject=account,
                    corr=new_ref("task"),
                    cause=(seen.seq,),
                    page=page,
                    action=UNBLOCK,
                    steps=list(STEPS),
                    link=each.link or None,
                )
            )
    known = len(found.listed) - len(fresh)
    waiting = records.count_blocks(page).get("waiting", 0)
    return Imported(page, found.rows, len(fresh), known, found.repeated, found.refused, found.unread, waiting)
