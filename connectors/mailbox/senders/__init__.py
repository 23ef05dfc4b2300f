"""Senders whose mail is understood: one module each, found by its name. Any other mail is read by `general`.

A module has ``domains``, where its mail comes from (the configuration may name others), and a function
``read(letter, domains)``, which gives what the mail tells of, or None where it is not such a mail or looks otherwise
than known.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connectors.mailbox.letter import Letter
from connectors.mailbox.senders import general
from connectors.mailbox.told import Told, under

NAMES = tuple(sorted(each.name for each in pkgutil.iter_modules(__path__) if each.name != "general"))
"""The modules of this package, but for the general one."""


@dataclass(frozen=True, slots=True)
class _Sender:
    domains: tuple[str, ...]
    read: Callable[[Letter, Sequence[str]], Told | None]


def told_by(letter: Letter, more: Mapping[str, Sequence[str]]) -> tuple[Told, tuple[str, ...]]:
    """Read a mail by the first sender's module that understands it, else in general.

    Args:
        letter: the mail.
        more: further domains of a sender's mail, by its module's name.

    Returns:
        What it tells of, and the domains that a link in it may lead to.
    """
    for name in NAMES:
        sender = _sender(name)
        domains = (*sender.domains, *more.get(name, ()))
        told = sender.read(letter, domains)
        if told is not None:
            return told, domains if under(letter.domain, domains) else ()
    return general.read(letter), ()


def _sender(name: str) -> _Sender:
    module = importlib.import_module(f"{__name__}.{name}")
    return _Sender(module.domains, module.read)
