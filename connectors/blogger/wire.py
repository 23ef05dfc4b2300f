"""Blogger among Google's interfaces: what may be sent to it.

Nothing that cannot be undone leaves: a comment is marked as spam or as no spam, and whatever else changes the blog is
not sent. What ``removeContent`` and ``delete`` take away, Blogger never gives back.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from connectors._google_wire import Interface
from connectors.blogger import INTERFACE

_REVERSIBLE = re.compile(r".*/v3/blogs/[0-9]+/posts/[0-9]+/comments/[0-9]+/(spam|approve)")


def reversible(method: str, uri: str) -> bool:
    """Whether it marks one comment as spam or as no spam."""
    address = urlsplit(uri)
    asked = parse_qs(address.query, keep_blank_values=True)
    asked.pop("alt", None)
    return method == "POST" and _REVERSIBLE.fullmatch(address.path) is not None and not asked


BLOGGER = Interface(
    platform="Blogger",
    interface=INTERFACE,
    name="blogger",
    version="v3",
    kind="requests",
    owner="an account that is an administrator of the blog",
    reversible=reversible,
    refusals={},
)
