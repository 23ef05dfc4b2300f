"""What every connector promises, asked once more of a real WordPress."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from tests.connectors import test_contract
from tests.e2e.wordpress import Site
from tests.e2e.wordpress_peer import RealPeer

PROMISES = {
    name: test
    for name, test in vars(test_contract).items()
    if name.startswith("test_") and "peer" in inspect.signature(test).parameters
}
globals().update(PROMISES)


@pytest.fixture
def peer(wordpress: Site) -> Iterator[RealPeer]:
    made = RealPeer(wordpress)
    yield made
    if wordpress.revoked:
        wordpress.renew_password()


def test_the_promises_were_found() -> None:
    assert len(PROMISES) > 20
