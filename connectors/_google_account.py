"""What every page of Google's has in its settings, and how a person gets its authorisation."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from connectors._authorisation import Ask, Authorisation, Scope, Way
from models.loopback import is_loopback

ZONE = "America/Los_Angeles"
"""Where the day of the interfaces' shares ends at midnight."""
TOKENS = "https://oauth2.googleapis.com/token"
TOKENS_MEANING = "Where access tokens come from."


def _safe(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise ValueError("use https: the credential would cross the network in the clear")
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(_safe)]
"""An address that a credential may be sent to."""


def authorisation(interface: str, owner: str, scope: Scope) -> Authorisation:
    """How a person gets it: with an application of the Department's own, in a browser on this machine.

    Args:
        interface: its name in the Google Cloud console.
        owner: the last step: as whom to sign in.
        scope: the one permission that is needed.
    """
    return Authorisation(
        way=Way.LOOPBACK,
        steps=(
            f"In the Google Cloud console make a project, and turn on the {interface} in it.",
            "Under Google Auth Platform, describe the application, and set its publishing status to In production.",
            "Do not leave it in Testing: then the authorisation ends after 7 days.",
            "Under Clients, make one of the type Desktop app, and copy its id and secret.",
            owner,
        ),
        asks=(
            Ask("client_id", "Client ID", hidden=False, pattern=r"[A-Za-z0-9._-]{10,120}"),
            Ask("client_secret", "Client secret", pattern=r"[A-Za-z0-9_-]{10,80}"),
        ),
        scopes=(scope,),
        authorise_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="{tokens}",  # noqa: S106 - an address
        extra={"access_type": "offline", "prompt": "consent"},
    )
