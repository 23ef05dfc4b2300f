"""Sign-ins, sign-outs and failures reach the log; nobody signs themselves up."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest

from bot.events import LOG, AccessRefused, AccessSignedIn, AccessSignedOut, Actor, Subject
from bot.records import StoreError
from bot.web.models import User
from bot.web.roles import actor, roles_of
from bot.web.site import site_of

_LONGEST_LOGIN = 150
_log = logging.getLogger(__name__)


class LocalAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator on the command line."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Never."""
        return False


def connect() -> None:
    """Listen to what Django says about sign-ins."""
    user_logged_in.connect(_signed_in, dispatch_uid="ofrecord.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="ofrecord.signed_out")
    user_login_failed.connect(_refused, dispatch_uid="ofrecord.refused")


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    event = AccessSignedIn(actor=actor(user, roles_of(user)), subject=Subject("user", user.ref))
    try:
        site_of(request).records.append(event)
    except StoreError:
        request.session.flush()  # nobody is in without a trace
        raise


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is None:
        return
    event = AccessSignedOut(actor=actor(user, roles_of(user)), subject=Subject("user", user.ref))
    try:
        site_of(request).records.append(event)
    except StoreError as error:
        # Whoever wants to leave may leave.
        _log.error("A sign-out of %s could not be recorded: %s", user.ref, error)


def _refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    if request is None:
        return
    login = str(credentials.get("username", ""))[:_LONGEST_LOGIN]
    site_of(request).records.append(AccessRefused(actor=Actor("public", "web"), subject=LOG, login=login))
