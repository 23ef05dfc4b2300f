"""What the connectors of Google's platforms share, each guard by itself, against the simulated channel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from connectors._google import due
from connectors._http import Answer, Http, NotSentError
from connectors.base import (
    BudgetSpentError,
    ConnectorError,
    ForbiddenError,
    Result,
    UnauthorizedError,
    UnavailableError,
)
from connectors.youtube import Settings, authorisation, connect
from tests.connectors.means import MemorySecret, Purse, means
from tests.connectors.youtube_channel import PAGE, UNHURRIED, Channel, opened
from tests.simulators.google import refusing
from tests.simulators.loopback import broken, json_reply, too_many, truncated, web_page


@pytest.fixture
def channel() -> Iterator[Channel]:
    with opened() as made:
        yield made


@pytest.fixture
def comment(channel: Channel) -> str:
    return channel.site.comment(channel.site.publish("A post."), "Here.")


# --- what is sent -----------------------------------------------------------------------------------------------------


def test_a_request_says_what_program_sends_it_and_not_what_library(channel: Channel) -> None:
    channel.fetch()
    assert {each.headers["User-Agent"].partition(" ")[0] for each in channel.site.wire.requests} == {"OfRecord"}


def test_a_credential_without_an_access_token_gets_one_first(channel: Channel, comment: str) -> None:
    parts = json.loads(channel.site.secret())
    del parts["access_token"]
    channel.secret = MemorySecret(json.dumps(parts))
    assert [each.platform_id for each in channel.fetch().comments] == [comment]
    assert channel.site.wire.requests[0].path == "/token"


@pytest.mark.parametrize("address", ["http://youtube.example", "ftp://youtube.example", "//youtube.example", "http://"])
@pytest.mark.parametrize("key", ["api", "tokens"])
def test_no_credential_crosses_a_network_in_the_clear(key: str, address: str) -> None:
    with pytest.raises(ValidationError, match="https"):
        Settings.model_validate({"channel_id": "UCabcdefghijklmnopqrstuv", key: address})


def test_consent_is_asked_for_so_that_it_lasts() -> None:
    assert authorisation.extra == {"access_type": "offline", "prompt": "consent"}


# --- the access token -------------------------------------------------------------------------------------------------


def test_a_renewal_that_brings_no_token_is_an_error_and_nothing_is_saved(channel: Channel) -> None:
    parts = json.loads(channel.site.secret())
    del parts["access_token"]
    channel.secret = MemorySecret(json.dumps(parts))
    channel.site.wire.next(lambda request, do: json_reply({"expires_in": 3599}), "POST")
    with pytest.raises(UnauthorizedError, match="no access_token"):
        channel.fetch()
    assert channel.secret.saved == []


@pytest.mark.parametrize("lasts", ["soon", None, 1.5])
def test_an_end_of_the_authorisation_that_is_no_number_is_no_end(channel: Channel, lasts: object) -> None:
    said = {"access_token": channel.site.access_token, "refresh_token_expires_in": lasts}
    channel.site.wire.next(lambda request, do: json_reply(said), "POST")
    assert channel.page.check().expires_at is None


def test_a_hide_with_an_authorisation_that_was_revoked_is_refused(channel: Channel, comment: str) -> None:
    channel.site.revoke()
    assert channel.page.hide(comment).result is Result.DENIED


def test_a_hide_whose_authorisation_ends_before_the_change_is_refused(channel: Channel, comment: str) -> None:
    channel.site.wire.next(refusing(401, "authError"), "POST")
    channel.site.wire.next(lambda request, do: do(), "POST")  # another access token
    channel.site.wire.next(refusing(401, "authError"), "POST")
    assert channel.page.hide(comment).result is Result.DENIED
    assert channel.site.seen_by_visitors(comment)


# --- what an answer is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said", [[], 7, {"items": 7}, {"items": {}}, {"error": {"code": 500}}, {"items": [], "error": {"code": 500}}]
)
def test_success_that_is_no_listing_is_an_error_and_not_an_empty_page(channel: Channel, said: Any) -> None:
    channel.site.wire.next(lambda request, do: json_reply(said))
    with pytest.raises(UnavailableError):
        channel.fetch()


def test_a_next_page_that_is_no_text_is_none(channel: Channel) -> None:
    channel.site.wire.next(lambda request, do: json_reply({"items": [], "nextPageToken": 7}), "GET")
    channel.fetch()
    assert [each.params.get("pageToken") for each in channel.site.wire.requests] == [None] * 4


def test_a_web_page_in_place_of_an_answer_says_that_it_is_one(channel: Channel) -> None:
    channel.site.wire.next(web_page(200))
    with pytest.raises(UnavailableError, match="text/html"):
        channel.fetch()


def test_half_an_answer_is_not_repeated_in_what_is_told(channel: Channel, comment: str) -> None:
    channel.site.wire.next(truncated(length_tells=False))
    with pytest.raises(UnavailableError) as caught:
        channel.fetch()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


# --- how it refuses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["quotaExceeded", "dailyLimitExceeded"])
def test_a_day_that_is_used_up_is_learned(channel: Channel, comment: str, reason: str) -> None:
    channel.site.wire.next(refusing(403, reason), "POST")
    assert channel.page.hide(comment).result is Result.RETRY
    assert [each[0] for each in channel.budget.learned] == ["units"]


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "RESOURCE_EXHAUSTED"])
def test_a_rate_limit_is_tried_again(channel: Channel, comment: str, reason: str) -> None:
    channel.site.wire.next(refusing(403, reason), "POST")
    assert channel.page.hide(comment).result is Result.RETRY


def test_a_limit_before_google_is_tried_again_when_it_says(channel: Channel, comment: str) -> None:
    channel.site.wire.next(too_many("40"), "POST")
    outcome = channel.page.hide(comment)
    assert (outcome.result, outcome.retry_after) == (Result.RETRY, 40)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_wall_before_google_does_not_say_what_became_of_a_hide(channel: Channel, comment: str, status: int) -> None:
    channel.site.wire.next(web_page(status), "POST")
    assert channel.page.hide(comment).result is Result.UNKNOWN


@pytest.mark.parametrize("reason", ["insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"])
def test_a_missing_permission_is_named(channel: Channel, reason: str) -> None:
    channel.site.wire.next(refusing(403, reason))
    with pytest.raises(ForbiddenError, match=r"a permission is missing .* ofrecord connect channel"):
        channel.fetch()


def test_a_refusal_in_googles_newer_form_is_one(channel: Channel) -> None:
    newer = {"error": {"code": 403, "message": "no", "status": "PERMISSION_DENIED"}}
    channel.site.wire.next(lambda request, do: json_reply(newer, status=403))
    with pytest.raises(ForbiddenError, match="PERMISSION_DENIED"):
        channel.fetch()


@pytest.mark.parametrize(
    "said", [[], 7, {}, {"error": "no"}, {"error": {}}, {"error": {"errors": []}}, {"error": {"errors": [{}]}}]
)
def test_a_refusal_without_a_reason_is_no_word_of_googles(channel: Channel, said: Any) -> None:
    channel.site.wire.next(lambda request, do: json_reply(said, status=403))
    with pytest.raises(UnavailableError):
        channel.fetch()


def test_a_reason_that_is_no_code_is_not_repeated(channel: Channel) -> None:
    channel.site.wire.next(refusing(403, f"bad token {channel.site.access_token}"))
    with pytest.raises(ConnectorError) as caught:
        channel.fetch()
    assert channel.site.access_token not in str(caught.value)


# --- acting -----------------------------------------------------------------------------------------------------------


def test_a_change_that_was_certainly_not_sent_may_be_tried_again(channel: Channel, comment: str) -> None:
    class CutOff(Http):
        def send(self, method: str, url: str, **more: Any) -> Answer:
            if "setModerationStatus" in url:
                raise NotSentError("no connection")
            return super().send(method, url, **more)

    keys = {"channel_id": channel.site.channel, "api": channel.site.url, "tokens": f"{channel.site.url}/token"}
    page = connect(PAGE, Settings.model_validate(keys), means(channel.secret), CutOff(PAGE), lambda: channel.now)
    assert page.hide(comment).result is Result.RETRY


def test_what_is_read_again_after_a_refusal_is_counted(channel: Channel, comment: str) -> None:
    channel.site.refusals[comment] = (403, "forbidden")
    channel.page.hide(comment)
    assert channel.budget.acts["units"] == sum(channel.site.spent.values()) == 58


def test_a_refusal_stands_where_the_comment_cannot_be_read_again(channel: Channel, comment: str) -> None:
    channel.site.refusals[comment] = (403, "forbidden")
    for _ in range(4):
        channel.site.wire.next(lambda request, do: do(), "GET")
    channel.site.wire.next(broken(), "GET")
    assert channel.page.hide(comment).result is Result.DENIED


def test_units_that_end_while_a_comment_is_looked_for_stop_the_hide(channel: Channel, comment: str) -> None:
    channel.site.remove(comment)
    channel.budget = Purse({"units": 54}, pace=UNHURRIED)  # and one more would prove who asked
    with pytest.raises(BudgetSpentError):
        channel.page.hide(comment)
    assert channel.changes() == []


# --- when it is time --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("looked", "cost", "now", "pace", "shortest", "is_due"),
    [
        (None, 0, 1000.0, 1.0, 300, True),
        (1000.0, 4, 1299.0, 1.0, 300, False),
        (1000.0, 4, 1300.0, 1.0, 300, True),
        (1000.0, 4, 1399.0, 0.01, 300, False),
        (1000.0, 4, 1400.0, 0.01, 300, True),
        (1000.0, 4, 1001.0, 0.0, 300, True),
        (1000.0, 4, 900.0, 1.0, 300, True),
    ],
    ids=["never", "too soon", "time", "too fast for the budget", "affordable", "the budget says no", "clock set back"],
)
def test_when_it_is_time_for_a_look(
    looked: float | None, cost: int, now: float, pace: float, shortest: float, is_due: bool
) -> None:
    assert due(looked, cost, now, pace, shortest) is is_due


def test_a_budget_that_is_used_up_stops_a_later_fetch_too(channel: Channel, comment: str) -> None:
    first = channel.fetch()
    channel.budget = Purse({"units": 0})
    with pytest.raises(BudgetSpentError):
        channel.fetch(first.cursor)
