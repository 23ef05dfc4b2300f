"""The servers and programs that the end-to-end tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.bluesky import Network, running_network
from tests.e2e.mediawiki import Wiki, running_wiki
from tests.e2e.wordpress import Site, running_site


@pytest.fixture(scope="session")
def wordpress(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A real WordPress, started once and shared: each test publishes a post of its own."""
    with running_site(tmp_path_factory.mktemp("wordpress")) as site:
        yield site


@pytest.fixture(scope="session")
def mediawiki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wiki]:
    """A real MediaWiki, started once and shared: each test writes about a page of its own."""
    with running_wiki(tmp_path_factory.mktemp("mediawiki")) as wiki:
        yield wiki


@pytest.fixture(scope="session")
def bluesky_network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """A real Bluesky, started once and shared."""
    with running_network(tmp_path_factory.mktemp("bluesky")) as network:
        yield network


@pytest.fixture
def bluesky(bluesky_network: Network) -> Network:
    """The shared Bluesky, with an account of its own for the Department: a connector reads all of its threads."""
    return bluesky_network.with_another_department()
