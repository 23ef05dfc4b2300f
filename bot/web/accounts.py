"""Making accounts and giving roles, for the command line. There is no sign-up on the web."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.config import Loaded
from bot.events import AccessRolesChanged, Actor, Subject
from bot.records import Records
from bot.web.app import configure

if TYPE_CHECKING:
    from bot.web.models import User

_COMMAND = Actor("system", "ofrecord users")


class AccountError(Exception):
    """An account could not be made or changed. The message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in."""

    name: str
    ref: str
    """How the log names them."""
    roles: tuple[str, ...]
    active: bool


def add_user(config: Loaded, name: str, password: str, roles: Collection[str]) -> Account:
    """Make an account with roles; the log says so, without the name.

    Raises:
        AccountError: when the name is taken or unusable, the password too weak, or a role unknown.
        StoreError: when the record cannot be written; no account is made then.
    """
    configure(config)
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from bot.web.models import User

    user = User(username=name.lower())
    user.set_password(password)
    try:
        user.full_clean(exclude=["ref"])
        validate_password(password, user)
    except ValidationError as error:
        raise AccountError(f"No account was made for {name!r}: {' '.join(error.messages)}") from error
    with transaction.atomic():
        user.save()
        _give(config, user, roles)
    return _account(user)


def set_roles(config: Loaded, name: str, roles: Collection[str]) -> Account:
    """Give a person exactly these roles; the log says so. None at all locks them out of every screen.

    Raises:
        AccountError: when there is no such person or a role is unknown.
        StoreError: when the record cannot be written; nothing changes then.
    """
    configure(config)
    from django.db import transaction

    user = _find(name)
    with transaction.atomic():
        _give(config, user, roles)
    return _account(user)


def list_users(config: Loaded) -> list[Account]:
    """Everybody who has an account, by name."""
    configure(config)
    from bot.web.models import User

    return [_account(user) for user in User.objects.order_by("username").prefetch_related("groups")]


def _find(name: str) -> User:
    from bot.web.models import User

    try:
        return User.objects.get(username=name.lower())
    except User.DoesNotExist:
        raise AccountError(f"Nobody is called {name!r}; see: ofrecord users list") from None


def _give(config: Loaded, user: User, roles: Collection[str]) -> None:
    from django.contrib.auth.models import Group

    from bot.web.roles import Role

    known = [role.value for role in Role]
    if unknown := sorted(set(roles) - set(known)):
        raise AccountError(f"The role {unknown[0]!r} is not known; the roles are {', '.join(known)}")
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in sorted(set(roles))])
    event = AccessRolesChanged(actor=_COMMAND, subject=Subject("user", user.ref), roles=sorted(set(roles)))
    with Records.open(config.store_dir, config.department.origin) as records:
        records.append(event)


def _account(user: User) -> Account:
    roles = tuple(sorted(group.name for group in user.groups.all()))
    return Account(user.username, user.ref, roles, user.is_active)
