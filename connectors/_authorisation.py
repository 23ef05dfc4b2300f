"""How a person gets a page's credential, as data: what to prepare, what to paste, where to agree, and to what.

``ofrecord connect PAGE`` reads it and does the rest: it asks, opens the platform's own consent page or shows the code,
compares what was granted with `scopes`, runs the connector's ``check`` and writes the secret file (mode 0600).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from connectors._credential import Credential


class Way(StrEnum):
    """How the credential comes here."""

    PASTE = "paste"
    """A person makes it on the platform and pastes it."""
    LOOPBACK = "loopback"
    """A browser on this machine asks for consent and comes back to 127.0.0.1 (RFC 8252, with PKCE, RFC 7636)."""
    DEVICE = "device"
    """A person types a code into the platform's page on any device (RFC 8628)."""
    CODE = "code"
    """A person agrees on the platform's page and types here the code that it shows (OAuth 1.0, RFC 5849)."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing to paste."""

    name: str
    """Its name in the secret file: ``client_id``, ``client_secret``, ``access_token``, …"""
    prompt: str
    """What a person is asked for, for example ``Application password``."""
    hidden: bool = True
    """Not shown while it is typed."""
    pattern: str = r"\S(.*\S)?"
    """What it must look like as a whole (a regular expression), to catch a wrong paste."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission that is needed."""

    name: str
    """As the platform calls it."""
    allows: str
    """What it is needed for, in a few plain words: ``hide and restore comments``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """What ``ofrecord connect`` has to know about a platform. Addresses may hold ``{keys}`` of the page's settings."""

    way: Way
    steps: tuple[str, ...]
    """What to do on the platform beforehand, one plain sentence a step. ``{redirect}`` stands for the address that
    the platform must be told to come back to."""
    asks: tuple[Ask, ...] = ()
    """What to paste; for every way but PASTE, ``client_id`` and, where the platform gives one, ``client_secret``."""
    plain: bool = False
    """The secret file holds the one thing asked for as it is, without JSON around it."""
    scopes: tuple[Scope, ...] = ()
    authorise_url: str = ""
    """LOOPBACK and CODE: the platform's consent page."""
    device_url: str = ""
    """DEVICE: where the code comes from."""
    request_url: str = ""
    """CODE: where the temporary token comes from that a person agrees to (RFC 5849, 2.1)."""
    token_url: str = ""
    """LOOPBACK, DEVICE and CODE: where the tokens come from."""
    extra: Mapping[str, str] = field(default_factory=dict)
    """Further parameters of the consent page, such as ``access_type=offline``."""
    separator: str = " "
    """Between scopes; some platforms want a comma."""
    basic: bool = False
    """The client proves itself to the token endpoint by HTTP basic authentication rather than in the body."""
    pkce: bool = True
    """LOOPBACK: the platform takes a code challenge."""
    port: int = 8423
    """LOOPBACK: the port on 127.0.0.1; most platforms demand the very address that they were told."""
    finish: Callable[[Credential], Credential] | None = None
    """What makes the lasting credential out of the first tokens, such as a page's token out of a person's."""
    granted: Callable[[Credential], Collection[str]] | None = None
    """Asks the platform which scopes the credential has; None: the token's answer names them."""
