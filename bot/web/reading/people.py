"""The names of the people whom the log knows by an opaque reference."""

from __future__ import annotations

from collections.abc import Iterable

from bot.records import Entry
from bot.web.models import User


def names_of(refs: Iterable[str]) -> dict[str, str]:
    """The account names behind opaque references; those without an account are left out."""
    return dict(User.objects.filter(ref__in=set(refs)).values_list("ref", "username"))


def names_in(entries: Iterable[Entry]) -> dict[str, str]:
    """The account names of everybody who acted in these entries."""
    return names_of(entry.actor.id for entry in entries if entry.actor.kind == "human")
