"""mwclient, without its sleeps: the only module that imports it, and only when a wiki is first called."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from connectors._http import Http, NonsenseError
from connectors._library import library
from connectors.base import UnavailableError
from connectors.mediawiki.wire import RefusalError, Wire

with library("mwclient", "requests_oauthlib", "oauthlib"):
    import mwclient  # type: ignore[import-untyped]
    from mwclient.errors import APIError, InvalidResponse, MwClientError  # type: ignore[import-untyped]

_CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")


def site(url: str, http: Http, agent: str) -> Any:
    """Give mwclient's site for an ``api.php``; sends nothing.

    Without retries there is no sleep: by itself mwclient sleeps 25 times, two and a half hours together, while a
    server fails or its database does. What failed is tried again by whoever called, when it is time.
    """
    parts = urlsplit(url)
    return mwclient.Site(
        parts.netloc,
        path=parts.path.removesuffix("api.php"),
        scheme=parts.scheme,
        pool=Wire(http, agent),
        max_retries=0,
        retry_timeout=0,
        do_init=False,
    )


def told(page: str, url: str, call: Callable[[], Any]) -> Any:
    """Make a call, and let no exception of mwclient out: its text can hold what was sent.

    Raises:
        RefusalError: when the API answered with an error.
        ConnectorError: when there was no good answer.
    """
    try:
        return call()
    except APIError as error:
        code = str(error.code)
        raise RefusalError(page, code if _CODE.fullmatch(code) else "unknown") from None
    except InvalidResponse:
        raise NonsenseError(
            f"Page {page}: the answer is not the JSON that was asked for; it is tried again. Open {url} in a browser"
            " if it lasts."
        ) from None
    except MwClientError:
        raise UnavailableError(f"Page {page}: the wiki's database failed; it is tried again.") from None
    except (KeyError, TypeError, AttributeError, ValueError):
        raise NonsenseError(f"Page {page}: the wiki's answer lacks what was asked for; it is tried again.") from None
