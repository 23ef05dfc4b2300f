"""Which addresses of an ``api.php`` are safe to use."""

from __future__ import annotations

from urllib.parse import urlsplit

from models.loopback import is_loopback


def api_address(value: str) -> str:
    """Give the address as it is.

    Raises:
        ValueError: saying what it should be.
    """
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or not parts.path.endswith("/api.php"):
        raise ValueError("give the whole address of api.php, such as https://wiki.pd.example.gov/w/api.php")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("give the plain address, without a name, a password, ? or #")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("use https: what is read and sent would cross the network in the clear")
    return value
