from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from connectors.base import ForbiddenError, GoneError, UnauthorizedError, UnavailableError
from connectors.reddit import Reddit, authorisation
from tests.connectors.means import MemorySecret, Purse
from tests.connectors.reddit_site import NOW, Clock, paths, reader
from tests.simulators.loopback import Fault, broken, json_reply, lost_after_doing, web_page
from tests.simulators.reddit import RedditSite, rate_limited, running

PROGRAM = """
import sys
from connectors.reddit import Settings, connect
from tests.connectors.means import means
address, secret = sys.argv[1:]
settings = Settings(subreddit="JacksonPD", account="JacksonPD_Records", site=address, api=address)
print(len(connect("forum", settings, means(secret)).fetch(None).comments))
"""
PLANTED = """
[DEFAULT]
oauth_url=http://127.0.0.1:1
reddit_url=http://127.0.0.1:1
comment_kind=t9
client_id=planted
refresh_token=planted
ratelimit_seconds=600
"""


@pytest.fixture
def site() -> Iterator[RedditSite]:
    with running(RedditSite(clock=Clock())) as started:
        yield started


@pytest.fixture
def connector(site: RedditSite) -> Reddit:
    return reader(site)


# --- the credential ---------------------------------------------------------------------------------------------------


def test_an_access_token_that_ended_is_renewed_once(site: RedditSite, connector: Reddit) -> None:
    connector.fetch(None)
    site.expire_tokens()
    connector.fetch(None)
    assert site.granted == 2


def test_a_hide_whose_token_ended_is_sent_again(site: RedditSite, connector: Reddit) -> None:
    comment = site.comment(site.publish("News"), "Hello.")
    connector.state(comment)
    site.wire.next(lambda request, do: site.expire_tokens() or do(), "POST")  # type: ignore[func-returns-value]
    assert connector.hide(comment).result == "done"


def test_a_token_that_is_refused_again_and_again_is_an_error(site: RedditSite, connector: Reddit) -> None:
    site.wire.next(lambda request, do: json_reply({"error": 401}, status=401), "GET", times=5)
    with pytest.raises(UnauthorizedError, match="ofrecord connect forum"):
        connector.fetch(None)
    assert site.wire.count("GET") == 2


def test_a_rotated_refresh_token_is_saved_before_it_is_used(site: RedditSite) -> None:
    site.rotates = True
    secret = MemorySecret(site.credential)
    connector = reader(site, secret=secret)
    seen: list[str] = []
    site.wire.next(lambda request, do: seen.extend(secret.saved) or do(), "GET")  # type: ignore[func-returns-value]
    connector.fetch(None)
    assert json.loads(seen[0])["refresh_token"] == site.refresh_token
    site.expire_tokens()
    connector.fetch(None)
    assert json.loads(secret.saved[-1])["refresh_token"] == site.refresh_token


def test_a_refresh_token_that_stays_is_not_written_again(site: RedditSite) -> None:
    secret = MemorySecret(site.credential)
    reader(site, secret=secret).fetch(None)
    assert secret.saved == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (broken(500), UnavailableError),
        (web_page(403), UnavailableError),
        (rate_limited(), UnavailableError),
        (web_page(), UnavailableError),
        (lost_after_doing(), UnavailableError),
        (lambda request, do: json_reply({"token_type": "bearer"}), UnavailableError),
        (lambda request, do: json_reply({"error": "invalid_grant"}), UnauthorizedError),
        (lambda request, do: json_reply({"error": 400}, status=400), UnauthorizedError),
    ],
)
def test_the_end_of_an_authorisation_is_told_from_an_outage(
    site: RedditSite, connector: Reddit, fault: Fault, error: type[Exception]
) -> None:
    site.wire.next(fault, "POST")
    with pytest.raises(error, match="forum"):
        connector.fetch(None)


def test_a_failed_request_tells_no_token_at_any_level(
    site: RedditSite, connector: Reddit, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        connector.fetch(None)
        site.wire.next(lost_after_doing(), "GET")
        with pytest.raises(UnavailableError) as caught:
            connector.fetch(None)
    chain = [caught.value, caught.value.__cause__]
    told = caplog.text + "".join(f"{each!r} {vars(each) if each else ''}" for each in chain)
    secrets = [*site.tokens, site.refresh_token, site.client_secret]
    assert [each for each in secrets if each in told] == []


def test_the_library_says_nothing_of_what_it_sends(
    site: RedditSite, connector: Reddit, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        connector.fetch(None)
    assert [each.name for each in caplog.records if each.name.startswith(("praw", "urllib3"))] == []


def test_no_error_of_the_library_is_passed_on(site: RedditSite, connector: Reddit) -> None:
    connector.fetch(None)
    site.wire.next(web_page(), "GET")
    with pytest.raises(UnavailableError) as caught:
        connector.fetch(None)
    assert "prawcore" not in "".join(traceback.format_exception(caught.value))


# --- limits -----------------------------------------------------------------------------------------------------------


def test_what_reddit_says_of_its_limit_goes_to_the_budget(site: RedditSite) -> None:
    site.remaining = 595.0
    purse = Purse()
    reader(site, budget=purse).fetch(None)
    assert purse.learned[0] == ("requests", 600, 594, NOW + timedelta(seconds=209))


def test_a_limit_that_is_used_up_is_not_slept_through(site: RedditSite, connector: Reddit) -> None:
    site.remaining, site.reset = 0.0, 25
    started = time.monotonic()
    connector.fetch(None)
    assert time.monotonic() - started < 20  # praw would wait until the window ends before the second request


def test_a_limit_in_unknown_words_is_left_alone(site: RedditSite) -> None:
    def mumble(request: object, do: object) -> object:
        return json_reply({"kind": "Listing", "data": {"children": []}}, {"x-ratelimit-remaining": "plenty"})

    purse = Purse()
    site.wire.next(mumble, "GET")  # type: ignore[arg-type]
    reader(site, budget=purse).fetch(None)
    assert len(purse.learned) == len(paths(site)) - 1


def test_too_many_requests_are_not_sent_again_and_name_the_wait(site: RedditSite, connector: Reddit) -> None:
    site.wire.next(rate_limited("17"), "GET")
    with pytest.raises(UnavailableError) as caught:
        connector.fetch(None)
    assert (caught.value.retry_after, site.wire.count("GET")) == (17.0, 1)


# --- what praw reads from where it is started -------------------------------------------------------------------------


@pytest.mark.parametrize("planted", [PLANTED, "this is no configuration ["])
def test_a_praw_ini_where_it_is_started_does_not_matter(site: RedditSite, tmp_path: Path, planted: str) -> None:
    site.comment(site.publish("News"), "Hello.")
    (tmp_path / "praw.ini").write_text(planted)
    home = {"XDG_CONFIG_HOME": str(tmp_path), "praw_site": "elsewhere", "praw_refresh_token": "planted"}
    environment = {**os.environ, **home, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), *sys.path])}
    program = [sys.executable, "-W", "error::UserWarning", "-c", PROGRAM, site.url, site.credential]
    done = subprocess.run(
        program, check=False, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.stdout.strip(), done.stderr) == ("1", "")


def test_each_connector_has_a_praw_of_its_own(site: RedditSite) -> None:
    first, second = reader(site), reader(site)
    first.fetch(None)
    second.fetch(None)
    assert site.granted == 2


def test_every_request_says_who_asks(site: RedditSite, connector: Reddit) -> None:
    connector.fetch(None)
    agents = {each.headers["User-Agent"] for each in site.wire.requests}
    assert len(agents) == 1
    assert agents.pop().startswith("python:ofrecord:")
    assert all("by /u/JacksonPD_Records" in each.headers["User-Agent"] for each in site.wire.requests)


# --- check ------------------------------------------------------------------------------------------------------------


def test_a_check_gives_what_the_page_says_of_itself(site: RedditSite, connector: Reddit) -> None:
    assert "official community" in (connector.check().about or "")
    assert {each.method for each in site.wire.requests} == {"GET", "POST"}
    assert site.wire.count("POST") == 1  # the token


def test_a_check_names_the_permission_that_the_authorisation_lacks(site: RedditSite, connector: Reddit) -> None:
    site.scopes = "identity read"
    with pytest.raises(ForbiddenError, match="lacks modposts"):
        connector.check()


def test_a_check_names_another_account(site: RedditSite) -> None:
    connector = reader(site)
    site.account = "Somebody_Else"
    with pytest.raises(UnauthorizedError, match="u/Somebody_Else's, not u/JacksonPD_Records's"):
        connector.check()


def test_a_check_needs_a_moderator(site: RedditSite, connector: Reddit) -> None:
    site.moderator = False
    with pytest.raises(ForbiddenError, match="no moderator of JacksonPD"):
        connector.check()


@pytest.mark.parametrize("permissions", [(), ("wiki", "mail")])
def test_a_check_needs_the_permission_to_remove(
    site: RedditSite, connector: Reddit, permissions: tuple[str, ...]
) -> None:
    site.permissions = permissions
    with pytest.raises(ForbiddenError, match="without the permission Manage Posts"):
        connector.check()


def test_a_profile_has_no_list_of_moderators_to_ask_for(site: RedditSite) -> None:
    site.subreddit, site.account, site.permissions = "u_JacksonPD", "JacksonPD", ()
    reader(site).check()
    assert "about/moderators" not in paths(site)


def test_a_subreddit_that_does_not_exist_is_named_as_the_fault(site: RedditSite) -> None:
    connector = reader(site)
    site.subreddit = "Renamed"
    with pytest.raises(GoneError, match="correct its subreddit"):
        connector.fetch(None)


def test_the_page_is_told_of_prior_approval_before_anything_else() -> None:
    assert "wait for the approval" in authorisation.steps[0]


def test_the_consent_is_lasting() -> None:
    assert authorisation.extra == {"duration": "permanent"}


def test_the_simulated_page_is_what_a_visitor_sees(site: RedditSite, connector: Reddit) -> None:
    post = site.publish("News")
    comment = site.comment(post, "Hello.")
    connector.hide(comment)
    assert "Hello." not in requests.get(f"{site.url}/visit/{post}", timeout=10).text
