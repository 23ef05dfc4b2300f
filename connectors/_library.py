"""Libraries that only some platforms need: asked for when a page is opened, and never writing a credential to a log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from connectors.base import ConnectorError


class MissingLibraryError(ConnectorError):
    """The library that speaks to the platform is not installed."""


@contextmanager
def library(name: str, *talkative: str) -> Iterator[None]:
    """Import a platform's library within a ``with`` of this, and keep its loggers from telling a credential.

    Args:
        name: the name that it is imported by.
        talkative: its loggers, and those of what it uses, that could write a token (addresses with their query,
            headers): they say nothing below a warning. ``urllib3``'s is always among them.

    Raises:
        MissingLibraryError: when it is not installed, with the command that installs it.
    """
    for logger in ("urllib3", name, *talkative):
        logging.getLogger(logger).setLevel(logging.WARNING)
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != name.partition(".")[0]:
            raise
        raise MissingLibraryError(
            f'This platform needs the library {name}, which is not installed; run: pip install "ofrecord[platforms]"'
        ) from None
