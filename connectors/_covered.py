"""Names that people look for and that have no module of their own, with what covers them instead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Covered:
    """A platform without an interface that a connector could use."""

    name: str
    """As people call it."""
    by: tuple[str, ...]
    """The modules that cover it, the first one first."""
    why: str
    """Why it has no module of its own, one plain sentence."""


COVERED = (
    Covered("myspace", ("checklist", "dropfolder"), "MySpace offers no interface to read or moderate comments."),
    Covered("nixle", ("mailbox", "checklist"), "Nixle sends notices one way; what people answer comes as mail."),
    Covered("digg", ("checklist", "dropfolder"), "Digg closed in March 2026 and offers no interface."),
    Covered(
        "nextdoor", ("mailbox", "checklist"), "Nextdoor offers agencies no interface to comments; it notifies by mail."
    ),
)
"""In the order in which they are shown."""
