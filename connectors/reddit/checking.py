"""What has to be so for a page to be worked on, each with what to do where it is not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from connectors.base import ForbiddenError, UnauthorizedError
from connectors.reddit.listing import listed

if TYPE_CHECKING:
    from connectors.reddit.api import Api


def require_scopes(api: Api, names: Iterable[str]) -> None:
    """The authorisation has the permissions that are needed.

    Raises:
        ForbiddenError: naming those that are missing.
    """
    granted = api.scopes()
    missing = [name for name in names if not granted & {name, "*"}]
    if missing:
        raise ForbiddenError(
            f"Page {api.page}: the authorisation lacks {', '.join(missing)}; run: ofrecord connect {api.page}"
        )


def require_account(api: Api, account: str) -> None:
    """It is the account that the configuration names.

    Raises:
        UnauthorizedError: when it is another one.
    """
    name = str(api.object("api/v1/me").get("name", ""))
    if name.casefold() != account.casefold():
        raise UnauthorizedError(
            f"Page {api.page}: the authorisation is u/{name}'s, not u/{account}'s; sign in to Reddit as u/{account} and"
            f" run: ofrecord connect {api.page}"
        )


def about(api: Api, subreddit: str, account: str) -> str:
    """What the subreddit says about itself; the account moderates it and may remove comments.

    Raises:
        ForbiddenError: when it may not, naming what is missing.
    """
    data = api.prove(subreddit)
    if not subreddit.startswith("u_"):
        _require_posts(api, subreddit, account)
    parts = (str(data.get(name) or "").strip() for name in ("title", "public_description", "description"))
    return "\n\n".join(part for part in parts if part)


def require_queue(api: Api, subreddit: str) -> None:
    """Held and removed comments can be read.

    Raises:
        ForbiddenError: when they cannot.
    """
    for path in ("about/modqueue/", "about/spam/"):
        listed(api, f"r/{subreddit}/{path}", {"only": "comments", "limit": "1"})


def _require_posts(api: Api, subreddit: str, account: str) -> None:
    found = api.object(f"r/{subreddit}/about/moderators/", {"user": account}).get("data")
    people = found.get("children", []) if isinstance(found, dict) else []
    rights = {
        right
        for person in people
        if str(person.get("name", "")).casefold() == account.casefold()
        for right in person.get("mod_permissions") or []
    }
    if not rights & {"all", "posts"}:
        raise ForbiddenError(
            f"Page {api.page}: u/{account} moderates r/{subreddit} without the permission Manage Posts & Comments; let"
            " whoever runs the subreddit give it."
        )
