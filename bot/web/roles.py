"""The roles a person can have, and what each lets them do."""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from bot.events import Actor
from bot.web.models import User


class Role(StrEnum):
    """A role. Its value is the name of a Django group."""

    MODERATOR = "moderator"
    SUPERVISOR = "supervisor"
    RECORDS_CLERK = "records_clerk"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


_ORDER = (Role.SUPERVISOR, Role.MODERATOR, Role.RECORDS_CLERK, Role.ADMINISTRATOR, Role.AUDITOR)
_DECIDES = frozenset({Role.MODERATOR, Role.SUPERVISOR})


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles of a person; none for somebody who is not signed in."""
    names = set(user.groups.values_list("name", flat=True)) if user.is_authenticated else set()
    return frozenset(role for role in Role if role.value in names)


def may_decide(roles: frozenset[Role]) -> bool:
    """Whether these roles let a person answer flags."""
    return bool(roles & _DECIDES)


def may_take_over(roles: frozenset[Role]) -> bool:
    """Whether these roles let a person take an item from the moderator who holds it."""
    return Role.SUPERVISOR in roles


def may_move_thresholds(roles: frozenset[Role]) -> bool:
    """Whether these roles let a person move a rule's threshold, or put it back."""
    return Role.SUPERVISOR in roles


def actor(user: User, roles: frozenset[Role]) -> Actor:
    """The person as the log names them: an opaque reference and their foremost role."""
    foremost = next((role for role in _ORDER if role in roles), None)
    return Actor("human", user.ref, role=foremost.value if foremost else None)
