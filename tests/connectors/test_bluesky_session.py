from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.base import (
    BudgetSpentError,
    ForbiddenError,
    Result,
    UnauthorizedError,
    UnavailableError,
    UnsupportedError,
)
from connectors.bluesky import Bluesky, Settings, connect
from tests.connectors.bluesky_account import NOW, UNHURRIED, Clock, asked, connector_of, secret_of
from tests.connectors.means import MemorySecret, Purse, means
from tests.simulators.bluesky import BlueskyNetwork, running
from tests.simulators.loopback import Reply, Request, json_reply, lost_after_doing, redirecting, web_page


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def network(clock: Clock) -> Iterator[BlueskyNetwork]:
    with running(BlueskyNetwork(clock=clock)) as started:
        started.publish("Main Street is closed.")
        yield started


@pytest.fixture
def secret(network: BlueskyNetwork) -> MemorySecret:
    return secret_of(network)


@pytest.fixture
def connector(network: BlueskyNetwork, clock: Clock, secret: MemorySecret) -> Bluesky:
    return connector_of(network, clock, secret)


class WitnessSecret(MemorySecret):
    """A secret that notes how many requests had been made whenever it was saved."""

    def __init__(self, network: BlueskyNetwork) -> None:
        super().__init__(json.dumps({"app_password": network.password}))
        self.when: list[int] = []
        self._network = network

    def save(self, secret: str) -> None:
        self.when.append(len(self._network.wire.requests))
        super().save(secret)


# --- one session, kept ---------------------------------------------------------------------------------------------


def test_one_session_serves_for_good(network: BlueskyNetwork, connector: Bluesky, clock: Clock) -> None:
    for _ in range(5):
        connector.fetch(None)
        clock.forward(hours=12)
    assert network.counts_new_sessions == 1


def test_the_session_outlives_the_program(network: BlueskyNetwork, clock: Clock, secret: MemorySecret) -> None:
    for _ in range(5):
        connector_of(network, clock, secret).fetch(None)
    assert network.counts_new_sessions == 1


def test_the_app_password_stays_in_the_file_beside_the_session(connector: Bluesky, secret: MemorySecret) -> None:
    connector.fetch(None)
    kept = json.loads(secret.read())
    assert kept["app_password"] == "abcd-efgh-ijkl-mnop"
    assert kept["session"].count(":::") == 4


def test_a_new_session_is_saved_before_it_is_used(network: BlueskyNetwork, clock: Clock) -> None:
    secret = WitnessSecret(network)
    connector = connector_of(network, clock, secret)
    connector.fetch(None)
    clock.forward(hours=3)
    network.wire.requests.clear()
    connector.fetch(None)
    methods = [request.path.rpartition(".")[2] for request in network.wire.requests]
    renewed = methods.index("refreshSession")
    assert secret.when[-1] == renewed + 1
    access = json.loads(secret.saved[-1])["session"].split(":::")[2]
    assert network.wire.requests[renewed + 1].headers["authorization"] == f"Bearer {access}"


def test_what_cannot_be_saved_is_not_used(network: BlueskyNetwork, clock: Clock, secret: MemorySecret) -> None:
    class FullDisk(MemorySecret):
        def save(self, secret: str) -> None:
            raise UnauthorizedError("Page bluesky: the secret cannot be written")

    connector_of(network, clock, secret).fetch(None)
    clock.forward(hours=3)
    network.wire.requests.clear()
    with pytest.raises(UnauthorizedError, match="cannot be written"):
        connector_of(network, clock, FullDisk(secret.read())).fetch(None)
    assert network.wire.requests[-1].path.endswith("refreshSession")


def test_an_ended_token_is_a_400_and_is_renewed(network: BlueskyNetwork, connector: Bluesky) -> None:
    connector.fetch(None)
    network.expire()
    assert connector.fetch(None).posts
    assert (asked(network, "refreshSession"), network.counts_new_sessions) == (1, 1)


@pytest.mark.parametrize("skew", [timedelta(hours=-5), timedelta(hours=5), timedelta(days=400)])
def test_this_machines_clock_decides_nothing(network: BlueskyNetwork, secret: MemorySecret, skew: timedelta) -> None:
    """The library by itself renews at each call where the clock is ahead, and never where it is behind."""
    connector = connector_of(network, Clock(NOW + skew), secret)
    for _ in range(3):
        connector.fetch(None)
    assert asked(network, "refreshSession") == 0
    network.expire()
    connector.fetch(None)
    assert asked(network, "refreshSession") == 1


def test_another_program_may_have_renewed_it_meanwhile(
    network: BlueskyNetwork, clock: Clock, secret: MemorySecret
) -> None:
    daemon, check = connector_of(network, clock, secret), connector_of(network, clock, secret)
    daemon.fetch(None)
    check.fetch(None)
    clock.forward(hours=3)
    check.fetch(None)
    daemon.fetch(None)
    assert (asked(network, "refreshSession"), network.counts_new_sessions) == (1, 1)


def test_a_session_that_cannot_be_renewed_is_replaced(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock
) -> None:
    connector.fetch(None)
    clock.forward(days=91)
    assert connector.fetch(None).posts
    assert network.counts_new_sessions == 2


def test_a_renewal_whose_answer_was_lost_ends_in_a_new_session(
    network: BlueskyNetwork, connector: Bluesky, clock: Clock
) -> None:
    connector.fetch(None)
    clock.forward(hours=3)
    network.wire.next(lost_after_doing(), "POST")
    with pytest.raises(UnavailableError):
        connector.fetch(None)
    assert connector.fetch(None).posts
    assert network.counts_new_sessions == 2


def test_another_accounts_session_is_not_used(network: BlueskyNetwork, clock: Clock, secret: MemorySecret) -> None:
    connector_of(network, clock, secret).fetch(None)
    network.handle = "police.jackson.example.gov"
    assert connector_of(network, clock, secret).fetch(None).posts
    assert network.counts_new_sessions == 2


@pytest.mark.parametrize("session", ["nonsense", ":::", "a:::b:::c:::d:::e:::f"])
def test_a_damaged_session_in_the_file_is_replaced(network: BlueskyNetwork, clock: Clock, session: str) -> None:
    damaged = MemorySecret(json.dumps({"app_password": network.password, "session": session}))
    assert connector_of(network, clock, damaged).fetch(None).posts


# --- signing in ----------------------------------------------------------------------------------------------------


def test_the_limit_on_new_sessions_says_when_by_the_servers_clock(network: BlueskyNetwork, connector: Bluesky) -> None:
    network.sessions_allowed, network.skew = 0, timedelta(minutes=5)
    with pytest.raises(UnavailableError) as caught:
        connector.fetch(None)
    assert caught.value.retry_after == 3 * 3600


def test_new_sessions_are_counted_and_few(network: BlueskyNetwork, clock: Clock) -> None:
    purse = Purse({"sessions": 2}, pace=UNHURRIED)
    for _ in range(2):
        connector_of(network, clock, purse=purse).fetch(None)
    with pytest.raises(BudgetSpentError):
        connector_of(network, clock, purse=purse).fetch(None)
    assert network.counts_new_sessions == 2


def test_a_wrong_app_password_names_the_next_step(network: BlueskyNetwork, connector: Bluesky) -> None:
    network.password = "another one"
    with pytest.raises(UnauthorizedError, match="ofrecord connect bluesky"):
        connector.check()
    assert network.counts_new_sessions == 1


def test_a_revoked_app_password_is_a_denial(network: BlueskyNetwork, connector: Bluesky) -> None:
    reply = network.reply(next(iter(network.repo)), "Bad.")
    connector.check()
    network.revoke()
    assert connector.hide(reply).result is Result.DENIED


def test_a_deactivated_account_is_told_apart(network: BlueskyNetwork, connector: Bluesky) -> None:
    network.active = False
    for read in (connector.check, lambda: connector.fetch(None)):
        with pytest.raises(ForbiddenError, match="deactivated"):
            read()


def test_an_account_that_is_deactivated_later_is_told_apart(network: BlueskyNetwork, connector: Bluesky) -> None:
    connector.check()
    network.active = False
    with pytest.raises(ForbiddenError, match="deactivated"):
        connector.check()


def test_a_session_for_something_else_lacks_the_right_to_hide(network: BlueskyNetwork, connector: Bluesky) -> None:
    network.scope = "com.atproto.takendown"
    with pytest.raises(ForbiddenError, match="app password"):
        connector.check()


@pytest.mark.parametrize(
    ("scope", "warning"),
    [
        ("com.atproto.appPass", None),
        ("com.atproto.access", "main password"),
        ("com.atproto.appPassPrivileged", "direct messages"),
    ],
)
def test_more_power_than_needed_is_warned_of(
    network: BlueskyNetwork, connector: Bluesky, scope: str, warning: str | None
) -> None:
    network.scope = scope
    warnings = " ".join(connector.check().warnings)
    assert warning in warnings if warning else warnings == ""


def test_what_the_account_says_about_itself_comes_with_the_check(network: BlueskyNetwork, connector: Bluesky) -> None:
    assert connector.check().about == "The official account of the Jackson Police."


def test_no_service_at_the_address_is_told(network: BlueskyNetwork, connector: Bluesky) -> None:
    network.wire.next(lambda request, do: json_reply({"error": "MethodNotImplemented"}, status=501), "POST")
    with pytest.raises(UnsupportedError, match="correct service"):
        connector.check()


def test_a_web_page_is_no_empty_account(network: BlueskyNetwork, connector: Bluesky) -> None:
    connector.check()
    network.wire.next(web_page(200), "GET")
    with pytest.raises(UnavailableError):
        connector.fetch(None)


# --- where it is sent ----------------------------------------------------------------------------------------------


def test_the_password_follows_no_redirect(network: BlueskyNetwork, connector: Bluesky) -> None:
    network.wire.next(redirecting(f"{network.url}/elsewhere"), "POST")
    with pytest.raises(UnavailableError, match="another address"):
        connector.check()
    assert [request.path for request in network.wire.requests] == ["/xrpc/com.atproto.server.createSession"]


def test_an_own_server_in_the_clear_gets_no_token(network: BlueskyNetwork, connector: Bluesky) -> None:
    """The account's own document names the server to speak with."""

    def sent_elsewhere(request: Request, do: object) -> Reply:
        told = json.loads(network.answer(request).body)
        told["didDoc"]["service"][0]["serviceEndpoint"] = "http://pds.example.com"
        return json_reply(told)

    network.wire.next(sent_elsewhere, "POST")
    connector.check()
    assert asked(network, "getSession") == 1


def test_a_saved_session_in_the_clear_is_not_used(network: BlueskyNetwork, clock: Clock) -> None:
    session = ":::".join((network.handle, network.did, "access", "refresh", "http://127.0.0.1.example.com"))
    secret = MemorySecret(json.dumps({"app_password": network.password, "session": session}))
    with pytest.raises(UnavailableError, match="not reached by https"):
        connector_of(network, clock, secret).check()


@pytest.mark.parametrize("account", ["jacksonpd", "", "https://bsky.app/profile/x", "did:", "a b.example.com"])
def test_only_a_whole_handle_is_an_account(account: str) -> None:
    with pytest.raises(ValueError, match="whole handle"):
        Settings(account=account)


def test_a_handle_is_taken_as_people_write_it() -> None:
    assert Settings(account="@JacksonPD.bsky.social").account == "jacksonpd.bsky.social"
    assert Settings(account="did:plc:AbC").account == "did:plc:AbC"


@pytest.mark.parametrize(
    "service", ["http://bsky.social", "bsky.social", "https://u:p@bsky.social", "https://x.y/xrpc"]
)
def test_only_a_safe_address_is_a_service(service: str) -> None:
    with pytest.raises(ValueError, match=r"https|address"):
        Settings(account="jacksonpd.bsky.social", service=service)


# --- limits --------------------------------------------------------------------------------------------------------


def test_the_platforms_word_on_its_limits_is_taken_over_by_this_clock(network: BlueskyNetwork) -> None:
    network.tells_limits, network.skew = True, timedelta(minutes=5)
    purse, clock = Purse(pace=UNHURRIED), Clock(NOW - timedelta(hours=1))
    connector_of(network, clock, purse=purse).check()
    assert ("requests", 3000, 1234, clock.now + timedelta(minutes=4)) in purse.learned


def test_connecting_sends_nothing(network: BlueskyNetwork) -> None:
    connect("bluesky", Settings(account="a.example.com", service=network.url), means("never read"))
    assert network.wire.requests == []
