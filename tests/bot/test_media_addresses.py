"""Only public addresses, and servers that the Department names, are asked for attachments."""

from __future__ import annotations

import pytest

from bot.media_addresses import Place, RefusedError, addresses, origin, place

OWN = frozenset({"http://127.0.0.1:8401", "https://wiki.pd.example.gov:443"})
PUBLIC = place("https://cdn.example.com/a.png")
NAMED = place("https://wiki.pd.example.gov/a.png", OWN)


def reason(url: str, own: frozenset[str] = frozenset()) -> str:
    with pytest.raises(RefusedError) as caught:
        place(url, own)
    return caught.value.reason


def allowed(where: Place, *found: str) -> bool:
    try:
        return addresses(where, lambda host, port: list(found)) == list(found)
    except RefusedError as error:
        return error.reason != "address"


def test_an_address_is_taken_apart() -> None:
    assert place("https://CDN.example.com/ä b.png?x=1&y=ü") == Place(
        "https", "cdn.example.com", 443, "/%C3%A4%20b.png?x=1&y=%C3%BC", own=False
    )


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://cdn.example.com/a.png", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://cdn.example.com/", "scheme"),
        ("data:image/png;base64,AAAA", "scheme"),
        ("//cdn.example.com/a.png", "scheme"),
        ("", "scheme"),
        ("https://user:word@cdn.example.com/a.png", "credential"),
        ("https://cdn.example.com@127.0.0.1/a.png", "credential"),
        ("https://cdn.example.com:22/a.png", "port"),
        ("https:///a.png", "address"),
        ("https://cdn.example.com:99999/a.png", "address"),
        ("https://[::1/a.png", "address"),
    ],
)
def test_what_is_no_plain_https_address_is_refused(url: str, why: str) -> None:
    assert reason(url) == why


def test_a_server_of_the_departments_may_speak_http_on_a_port_of_its_own() -> None:
    assert place("http://127.0.0.1:8401/a.png", OWN).own
    assert reason("http://127.0.0.1:8402/a.png", OWN) == "scheme"


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_connected_to(address: str) -> None:
    assert allowed(PUBLIC, address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.2.7",
        "198.18.0.1",
        "224.0.0.251",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:10.0.0.1",
        "::ffff:93.184.216.34",
        "::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2001:0:1::1",
        "2001:db8::1",
        "fe80::1%2",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "no address",
    ],
)
def test_an_address_that_is_not_public_is_never_connected_to(address: str) -> None:
    assert not allowed(PUBLIC, address)


def test_one_bad_address_among_good_ones_is_enough_to_refuse() -> None:
    assert not allowed(PUBLIC, "93.184.216.34", "10.0.0.1")


@pytest.mark.parametrize("address", ["10.1.2.3", "192.168.1.1", "127.0.0.1", "::1", "fd12::1", "93.184.216.34"])
def test_a_server_of_the_departments_may_lie_in_its_own_network(address: str) -> None:
    assert allowed(NAMED, address)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "168.63.129.16",
        "fd00:ec2::254",
        "fe80::1",
        "224.0.0.1",
        "0.0.0.0",
        "::ffff:10.0.0.1",
        "240.0.0.1",
    ],
)
def test_not_even_a_server_of_the_departments_is_where_a_cloud_keeps_its_keys(address: str) -> None:
    assert not allowed(NAMED, address)


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("https://Wiki.PD.example.gov", "https://wiki.pd.example.gov:443"),
        ("http://127.0.0.1:8401/a", "http://127.0.0.1:8401"),
        ("https://", None),
        ("ftp://a", None),
        ("https://a:x", None),
    ],
)
def test_an_origin_is_written_in_one_way(address: str, written: str | None) -> None:
    assert origin(address) == written
