"""What every connector promises, asked once more of a real MediaWiki."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from tests.connectors import test_contract
from tests.e2e.mediawiki import Wiki
from tests.e2e.mediawiki_peer import RealPeer

PROMISES = {
    name: test
    for name, test in vars(test_contract).items()
    if name.startswith("test_") and "peer" in inspect.signature(test).parameters
}
globals().update(PROMISES)
pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def peer(mediawiki: Wiki) -> Iterator[RealPeer]:
    made = RealPeer(mediawiki)
    yield made
    if mediawiki.revoked:
        mediawiki.renew_password()


def test_the_promises_were_found() -> None:
    assert len(PROMISES) > 20
