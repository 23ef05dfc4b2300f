"""The servers and programs that the end-to-end tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.wordpress import Site, running_site


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A real WordPress, started once and shared: each test publishes a post of its own."""
    with running_site(tmp_path_factory.mktemp("wordpress")) as site:
        yield site
