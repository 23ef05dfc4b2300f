"""What every connector promises, asked once more of a real development network of Bluesky."""

from __future__ import annotations

import inspect

import pytest

from tests.connectors import test_contract
from tests.e2e.bluesky import Network
from tests.e2e.bluesky_peer import RealPeer

PROMISES = {
    name: test
    for name, test in vars(test_contract).items()
    if name.startswith("test_") and "peer" in inspect.signature(test).parameters
}
globals().update(PROMISES)
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def peer(bluesky: Network) -> RealPeer:
    return RealPeer(bluesky)


def test_the_promises_were_found() -> None:
    assert len(PROMISES) > 20
