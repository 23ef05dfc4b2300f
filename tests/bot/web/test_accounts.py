"""Accounts are made on the command line, and the log knows about them without their names."""

from __future__ import annotations

import json

import pytest

from bot.web.accounts import AccountError, add_user, list_users, set_roles
from tests.bot.web.conftest import PASSWORD, Desk


def test_an_account_has_its_roles_and_the_log_says_so(desk: Desk) -> None:
    account = add_user(desk.site.config, "Kim", PASSWORD, ["moderator", "supervisor"])
    entry = desk.last("access.roles_changed")
    assert (account.name, account.roles) == ("kim", ("moderator", "supervisor"))
    assert (entry.subject.ref, entry.pub["roles"]) == (account.ref, ["moderator", "supervisor"])
    assert "kim" not in json.dumps([entry.pub, entry.opened])


def test_a_password_is_kept_as_an_argon2_hash(desk: Desk) -> None:
    from bot.web.models import User

    add_user(desk.site.config, "kim", PASSWORD, ["moderator"])
    assert User.objects.get(username="kim").password.startswith("argon2$")


@pytest.mark.parametrize("password", ["short", "password1234", "123456789012"])
def test_a_weak_password_makes_no_account(desk: Desk, password: str) -> None:
    with pytest.raises(AccountError, match="No account was made"):
        add_user(desk.site.config, "kim", password, ["moderator"])
    assert list_users(desk.site.config) == []


def test_a_name_is_used_once(desk: Desk) -> None:
    add_user(desk.site.config, "kim", PASSWORD, ["moderator"])
    with pytest.raises(AccountError, match="already exists"):
        add_user(desk.site.config, "KIM", PASSWORD, ["auditor"])


def test_an_unknown_role_makes_no_account(desk: Desk) -> None:
    with pytest.raises(AccountError, match="the roles are moderator, supervisor"):
        add_user(desk.site.config, "kim", PASSWORD, ["chief"])
    assert list_users(desk.site.config) == []


def test_roles_are_replaced_and_the_log_says_so(desk: Desk) -> None:
    add_user(desk.site.config, "kim", PASSWORD, ["moderator"])
    assert set_roles(desk.site.config, "kim", ["auditor"]).roles == ("auditor",)
    assert desk.last("access.roles_changed").pub["roles"] == ["auditor"]


def test_nobody_can_be_given_roles_who_has_no_account(desk: Desk) -> None:
    with pytest.raises(AccountError, match="Nobody is called"):
        set_roles(desk.site.config, "kim", ["auditor"])
