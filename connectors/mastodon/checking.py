"""Whether the account can be read, and what it says about itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from connectors._authorisation import Scope
from connectors.base import Checked, ConnectorError, ForbiddenError
from connectors.mastodon import news
from connectors.mastodon.api import Account, Api, WrongAccountError
from connectors.mastodon.words import plain, words_of

_FILTERS = ("for_not_following", "for_not_followers", "for_new_accounts")


def check(api: Api, scopes: Collection[Scope]) -> Checked:
    """See `connectors.base.Connector.check`."""
    with _needing(api, "read:accounts"):
        account = api.account(fresh=True)
    with _needing(api, "read:notifications"):
        api.get(lambda client: client.notifications(types=["mention"], limit=1))
    with _needing(api, "read:statuses"):
        views, _ = news.posts(api)
        if views:
            api.around(views[0].id)
    pinned = api.views(lambda client: client.account_statuses(account.id, pinned=True))
    own = (words_of(view.fields) for view in pinned if view.public and view.by == account.id)
    about = "\n\n".join(text for text in (_profile(account.fields), *own) if text)
    return Checked(warnings=(*_too_much(api, scopes), *_restricted(account), *_filtered(api)), about=about)


@contextmanager
def _needing(api: Api, scope: str) -> Iterator[None]:
    """Name the permission that calls within need, where the server refuses them."""
    try:
        yield
    except WrongAccountError:
        raise
    except ForbiddenError:
        raise ForbiddenError(
            f"Page {api.page}: the server refuses what the permission {scope} is for; give it to the application, then"
            f" run: ofrecord connect {api.page}. If it has it, sign in there: the account may be disabled."
        ) from None


def _profile(fields: dict[str, Any]) -> str:
    """The account's note, and the table beside it."""
    given = fields.get("fields")
    table = (each for each in (given if isinstance(given, list) else ()) if isinstance(each, dict))
    rows = [f"{each.get('name', '')}: {plain(str(each.get('value') or ''))}" for each in table]
    return "\n".join(line for line in (plain(str(fields.get("note") or "")), *rows) if line.strip())


def _too_much(api: Api, scopes: Collection[Scope]) -> Iterator[str]:
    """A token that can do more than is needed, as far as the secret file says."""
    held = api.credential.parts.get("scope", "").split()
    beyond = [each for each in held if each not in {scope.name for scope in scopes}]
    if beyond:
        yield (
            f"The token may do more than OfRecord needs ({', '.join(beyond)[:80]}); take that from the application and"
            f" run: ofrecord connect {api.page}"
        )


def _restricted(account: Account) -> Iterator[str]:
    """What the server did to the account."""
    if account.fields.get("suspended") is True or account.fields.get("limited") is True:
        yield "The server has limited or suspended the account; sign in there and look at the account's notices."


def _filtered(api: Api) -> Iterator[str]:
    """Notifications that the account filters; older servers have no such thing, and it is no reason to stop."""
    policy: dict[str, Any] = {}
    with suppress(ConnectorError):
        policy = api.fields(lambda client: client.notifications_policy())
    if any(policy.get(name, "accept") != "accept" for name in _FILTERS):
        yield (
            "The account filters notifications of people it does not know, so answers are found later; sign in there"
            " and accept them in the settings of Notifications."
        )
