"""Only this machine itself may be spoken to without encryption."""

from __future__ import annotations

import pytest

from models.loopback import is_loopback


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_this_machine_is_known_by_its_addresses_and_its_name(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "::2", "0.0.0.0"])
def test_nothing_else_is(host: str) -> None:
    assert not is_loopback(host)
