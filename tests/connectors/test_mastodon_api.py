"""Mastodon.py and what it leaves open, the server's refusals, the check, and the words of a status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors._http import Http, NonsenseError
from connectors.base import ForbiddenError, Result, UnauthorizedError, UnavailableError, UnsupportedError
from connectors.mastodon import Mastodon, Settings, authorisation, capability
from connectors.mastodon.wire import Wire
from connectors.mastodon.words import plain
from models.comment import State
from tests.connectors.mastodon_account import NOW, UNHURRIED, Clock, asked, connector_of, texts
from tests.connectors.means import MemorySecret, Purse
from tests.simulators.loopback import Fault, broken, json_reply, lost_after_doing, redirecting, truncated, web_page
from tests.simulators.mastodon import MastodonServer, running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[MastodonServer]:
    with running(MastodonServer(clock)) as server:
        yield server


@pytest.fixture
def connector(server: MastodonServer, clock: Clock) -> Mastodon:
    return connector_of(server, clock)


# --- the library ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_but_reading_ever_leaves(server: MastodonServer, method: str) -> None:
    with pytest.raises(UnsupportedError, match="only reads"):
        Wire(Http("fediverse")).request(method, f"{server.url}/api/v1/statuses/1", headers={})
    assert server.wire.requests == []


def test_the_library_itself_cannot_post_delete_or_report(connector: Mastodon, server: MastodonServer) -> None:
    for call in (
        lambda client: client.status_post("Hello."),
        lambda client: client.status_delete("1"),
        lambda client: client.account_block("1"),
        lambda client: client.report("1", ["2"]),
    ):
        with pytest.raises(UnsupportedError):
            connector.api.get(call)
    assert server.wire.requests == []


def test_a_token_that_is_the_name_of_a_file_is_not_read_from_that_file(
    server: MastodonServer, clock: Clock, tmp_path: Path
) -> None:
    """Mastodon.py takes such a token for the file's first line, and its second line for the server."""
    trap = tmp_path / "token"
    trap.write_text("another-token\nhttp://127.0.0.1:9\n")
    server.oauth.tokens.add(str(trap))
    secret = MemorySecret(json.dumps({"access_token": str(trap)}))
    connector_of(server, clock, secret).fetch(None)
    assert {request.headers["Authorization"] for request in server.wire.requests} == {f"Bearer {trap}"}


def test_the_server_is_told_who_asks(server: MastodonServer, connector: Mastodon) -> None:
    connector.fetch(None)
    assert all(request.headers["User-Agent"].startswith("OfRecord") for request in server.wire.requests)


def test_the_token_goes_nowhere_else(server: MastodonServer, connector: Mastodon) -> None:
    server.wire.next(redirecting("http://127.0.0.1:9/elsewhere"))
    with pytest.raises(UnavailableError, match="set server"):
        connector.fetch(None)
    assert len(server.wire.requests) == 1


def test_a_stranger_s_reading_bears_no_token(server: MastodonServer, connector: Mastodon) -> None:
    assert connector.state("4711").state is State.GONE
    headers = [request.headers for request in server.wire.requests if "4711" in request.path]
    assert ["Authorization" in each for each in headers] == [True, False]


@pytest.mark.parametrize("odd", ["", "../../oauth/token", "1?x=2", "1/context", "a b", "1" * 65, "１２"])
def test_what_is_no_id_is_never_asked_for(server: MastodonServer, connector: Mastodon, odd: str) -> None:
    assert connector.state(odd).state is State.GONE
    assert server.wire.requests == []


def test_a_person_acts_and_is_told_how(connector: Mastodon) -> None:
    assert connector.hide("1").result is connector.unhide("1").result is Result.UNSUPPORTED
    assert any("Report" in step for step in capability.hide_steps)
    assert any("Do not block or mute" in step for step in capability.hide_steps)
    assert all("write" not in scope.name for scope in authorisation.scopes)


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        web_page(),
        web_page(502),
        truncated(),
        truncated(length_tells=False),
        broken(503),
        lost_after_doing(),
        lambda request, do: json_reply({"unexpected": []}),
        lambda request, do: json_reply([1, 2]),
        lambda request, do: json_reply(None),
    ],
)
@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_an_answer_that_is_none_is_tried_again_and_brings_nothing_wrong(
    server: MastodonServer, clock: Clock, fault: Fault, at: int
) -> None:
    """The requests of a fetch: whose token it is, notifications, posts, their end, a thread."""
    server.reply(server.publish("A post."), "Still here.")
    connector = connector_of(server, clock)
    for _ in range(at):
        server.wire.next(lambda request, do: do())
    server.wire.next(fault)
    with suppress(UnavailableError):
        assert connector.fetch(None).gone == ()
    clock.forward(minutes=10)
    assert texts(connector.fetch(None)) == {"Still here."}


def test_a_wrong_token_is_an_error_though_strangers_may_read(server: MastodonServer, clock: Clock) -> None:
    server.reply(server.publish("A post."), "Still here.")
    secret = MemorySecret(json.dumps({"access_token": "never-given-out"}))
    with pytest.raises(UnauthorizedError, match="ofrecord connect fediverse"):
        connector_of(server, clock, secret).fetch(None)


def test_a_token_of_another_account_is_refused(server: MastodonServer, clock: Clock) -> None:
    with pytest.raises(ForbiddenError, match="another account than JPD"):
        connector_of(server, clock, account="JPD").fetch(None)


def test_another_token_is_asked_anew_whose_it_is(server: MastodonServer, clock: Clock) -> None:
    secret = MemorySecret(server.secret())
    connector = connector_of(server, clock, secret)
    connector.fetch(None)
    connector.fetch(None)
    secret.save(server.secret())
    connector.fetch(None)
    assert asked(server, "verify_credentials") == 2


# --- the limit ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("skew", [timedelta(minutes=-5), timedelta(0), timedelta(minutes=5)])
def test_the_limit_is_learned_by_the_server_s_clock(server: MastodonServer, clock: Clock, skew: timedelta) -> None:
    server.skew, purse = skew, Purse(pace=UNHURRIED)
    connector_of(server, clock, purse=purse).fetch(None)
    kind, limit, remaining, reset = purse.learned[0]
    assert (kind, limit, remaining) == ("requests", 300, 299)
    assert reset is not None
    assert abs(reset - (NOW + timedelta(minutes=4, seconds=30))) < timedelta(seconds=2)


def test_every_request_is_counted_before_it_is_made(server: MastodonServer, clock: Clock) -> None:
    post, purse = server.publish("A post."), Purse(pace=UNHURRIED)
    answer = server.reply(post, "Bad.")
    connector = connector_of(server, clock, purse=purse)
    connector.fetch(None)
    server.remove(answer)
    connector.state(answer)
    assert purse.spent["requests"] == len(server.wire.requests)
    assert purse.acts["requests"] == 2


def test_of_a_stranger_s_limit_nothing_is_learned(server: MastodonServer, clock: Clock) -> None:
    purse = Purse(pace=UNHURRIED)
    connector_of(server, clock, purse=purse).state("4711")
    assert len(server.wire.requests) == 2
    assert len(purse.learned) == 1


def test_a_limit_that_is_reached_says_how_long_to_wait(server: MastodonServer, connector: Mastodon) -> None:
    server.most = 0
    with pytest.raises(UnavailableError) as caught:
        connector.fetch(None)
    assert caught.value.retry_after is not None
    assert 260 < caught.value.retry_after < 280


@pytest.mark.parametrize("told", ["", "soon", "99999999999999999999", "-1", "٣"])
def test_odd_headings_teach_nothing(server: MastodonServer, clock: Clock, told: str) -> None:
    purse = Purse(pace=UNHURRIED)
    connector = connector_of(server, clock, purse=purse)
    server.tells_limits = False
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": told.encode().decode("latin-1")}
    server.wire.next(lambda request, do: json_reply(json.loads(do().body), headers))
    connector.fetch(None)
    assert purse.learned == []


def test_a_reset_in_unix_time_is_understood_too(server: MastodonServer, clock: Clock) -> None:
    """GoToSocial tells it so."""
    purse = Purse(pace=UNHURRIED)
    connector = connector_of(server, clock, purse=purse)
    reset = str(int(NOW.timestamp()) + 60)
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "7", "X-RateLimit-Reset": reset}
    server.tells_limits = False
    server.wire.next(lambda request, do: json_reply(json.loads(do().body), headers))
    connector.fetch(None)
    assert purse.learned == [("requests", 300, 7, NOW + timedelta(seconds=60))]


# --- the check ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["read:accounts", "read:notifications", "read:statuses"])
def test_a_missing_permission_is_named(server: MastodonServer, connector: Mastodon, scope: str) -> None:
    server.scopes = " ".join(each for each in server.scopes.split() if each != scope)
    with pytest.raises(ForbiddenError, match=scope):
        connector.check()


def test_what_the_page_says_about_itself_is_its_note_its_table_and_what_is_pinned(
    server: MastodonServer, connector: Mastodon
) -> None:
    server.publish("How we moderate: policy 5.04.", pinned=True)
    server.publish("To our followers.", pinned=True, visibility="private")
    server.publish("Main Street is closed.")
    assert connector.check().about == (
        "The Jackson Police. Not monitored 24/7; call 911.\nRecords: 307-555-0100\n\nHow we moderate: policy 5.04."
    )


def test_a_good_page_has_nothing_to_warn_of(connector: Mastodon) -> None:
    assert connector.check().warnings == ()


def test_a_token_that_can_write_is_warned_of(server: MastodonServer, clock: Clock) -> None:
    secret = MemorySecret(server.secret(scope=f"{server.scopes} write"))
    (warning,) = connector_of(server, clock, secret).check().warnings
    assert "(write)" in warning


@pytest.mark.parametrize("flag", ["limited", "suspended"])
def test_an_account_that_the_server_restricts_is_warned_of(
    server: MastodonServer, connector: Mastodon, flag: str
) -> None:
    server.flags = {flag: True}
    (warning,) = connector.check().warnings
    assert "limited or suspended" in warning


@pytest.mark.parametrize("choice", ["filter", "drop"])
def test_notifications_that_are_filtered_are_warned_of(
    server: MastodonServer, connector: Mastodon, choice: str
) -> None:
    server.policy = {"for_not_following": choice, "for_private_mentions": "filter"}
    (warning,) = connector.check().warnings
    assert "filters notifications" in warning


def test_a_server_without_such_a_policy_is_as_good(server: MastodonServer, connector: Mastodon) -> None:
    server.policy = None
    assert connector.check().warnings == ()


def test_no_mastodon_at_the_address_is_told_apart_from_what_is_gone(
    server: MastodonServer, connector: Mastodon
) -> None:
    server.wire.next(web_page(404))
    with pytest.raises(NonsenseError, match="correct server"):
        connector.check()


# --- the words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two<br />three</p>", "one\n\ntwo\nthree"),
        (
            '<p><a href="https://pd.example/@JacksonPD" class="u-url mention">@<span>JacksonPD</span></a> hello</p>',
            "@JacksonPD hello",
        ),
        (
            '<a href="https://x.example/users/pat" class="mention">@pat@x.example</a> hello',
            "@pat@x.example hello",
        ),
        (
            '<a href="https://x.example/tags/Parade" class="mention hashtag" rel="tag">#<span>parade</span></a>',
            "#parade",
        ),
        (
            '<a href="https://evil.example/buy" class="mention">@JacksonPD</a>',
            "@JacksonPD (https://evil.example/buy)",
        ),
        ('<a href="https://evil.example/free" class="mention">free</a>', "free (https://evil.example/free)"),
        ('<a href="https://x.example/@pat">@pat</a>', "@pat (https://x.example/@pat)"),
        ('<a href="https://[evil/@pat" class="mention">@pat</a>', "@pat (https://[evil/@pat)"),
        (
            '<a href="https://shop.example/a/b"><span class="invisible">https://</span><span>shop.example/a/b</span></a>',
            "https://shop.example/a/b (https://shop.example/a/b)",
        ),
    ],
)
def test_a_name_or_hashtag_is_read_without_its_address_and_nothing_else_is(html: str, text: str) -> None:
    assert plain(html) == text


# --- the settings ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["JacksonPD", "@JacksonPD", "JacksonPD@mastodon.example", "@JacksonPD@town.gov"])
def test_an_account_may_be_written_as_people_write_it(account: str) -> None:
    assert Settings.model_validate({"server": "https://mastodon.example", "account": account}).account == "JacksonPD"


@pytest.mark.parametrize(
    "server",
    [
        "http://mastodon.example",
        "mastodon.example",
        "https://mastodon.example/@JacksonPD",
        "https://a:b@mastodon.example",
        "ftp://mastodon.example",
    ],
)
def test_an_address_that_would_tell_the_token_or_is_none_is_refused(server: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"server": server, "account": "JacksonPD"})
