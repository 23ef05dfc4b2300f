"""A platform's library is asked for when a page is opened, and its loggers keep quiet."""

from __future__ import annotations

import logging

import pytest

from connectors._library import MissingLibraryError, library


def test_a_missing_library_names_the_command_that_installs_it() -> None:
    with pytest.raises(MissingLibraryError, match=r'pip install "ofrecord\[platforms\]"'), library("no_such_library"):
        import no_such_library  # type: ignore[import-not-found]  # noqa: F401


def test_a_missing_part_of_a_library_counts_as_missing() -> None:
    with pytest.raises(MissingLibraryError), library("no_such_library"):
        import no_such_library.client  # type: ignore[import-not-found]  # noqa: F401


def test_something_else_that_is_missing_is_not_blamed_on_it() -> None:
    with pytest.raises(ModuleNotFoundError), library("praw"):
        import no_such_library  # noqa: F401


def test_its_loggers_say_nothing_below_a_warning() -> None:
    with library("a_library", "its_http"):
        pass
    for name in ("a_library", "its_http", "urllib3"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
