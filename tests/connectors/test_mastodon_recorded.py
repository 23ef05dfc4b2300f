"""What the simulated Mastodon answers, and what is read, against real traffic; only where that is at hand."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors._http import Answer
from connectors.base import GoneError, UnauthorizedError
from connectors.mastodon.refusals import error_of, reset_of
from connectors.mastodon.rows import Page, View
from tests.simulators.mastodon import MastodonServer

MATERIAL = Path(os.environ.get("OFRECORD_MATERIAL", "none")) / "recordings" / "mastodon"
pytestmark = pytest.mark.skipif(not MATERIAL.is_dir(), reason="OFRECORD_MATERIAL has no recordings of Mastodon")
PAGE = Page("fediverse", "http://localhost:3000")


def recorded(name: str, method: str = "GET") -> list[Answer]:
    """The answers of one cassette of Mastodon.py's."""
    tape = yaml.safe_load((MATERIAL / f"{name}.yaml").read_text())
    found = []
    for each in tape["interactions"]:
        response = each["response"]
        body = response["body"]["string"]
        data = body.encode() if isinstance(body, str) else body
        headers = {key.title().replace("Ratelimit", "RateLimit"): said[0] for key, said in response["headers"].items()}
        plain = gzip.decompress(data) if data[:1] == b"\x1f" else data
        if each["request"]["method"] == method:
            found.append(Answer(response["status"]["code"], headers, plain))
    return found


def view_of(fields: dict[str, Any]) -> View:
    view = View.of(fields, json.dumps(fields))
    assert view is not None
    return view


def test_a_recorded_status_is_read() -> None:
    (answer,) = recorded("test_status")
    view = view_of(json.loads(answer.body))
    assert view.public
    post = view.as_post(PAGE)
    assert (post.text, post.created) == ("Toot!", datetime(2026, 8, 1, 13, 53, 15, 378000, tzinfo=UTC))
    assert post.permalink == "http://localhost:3000/@mastodonpy_test/117020583223442465"


def test_a_recorded_answer_names_what_it_answers_and_whom_it_mentions_without_an_address() -> None:
    answer = next(each for each in recorded("test_status_reply", "POST") if b'"in_reply_to_id":"' in each.body)
    comment = view_of(json.loads(answer.body)).as_comment(PAGE, "1")
    assert comment.parent_id == json.loads(answer.body)["in_reply_to_id"]
    assert "@mastodonpy_test" in comment.text
    assert "http" not in comment.text


def test_a_recorded_notification_speaks_of_a_status() -> None:
    listed = json.loads(recorded("test_notifications_mentions_only")[0].body)
    assert [each["type"] for each in listed] == ["mention"]
    assert view_of(listed[0]["status"]).as_post(PAGE).text == "@mastodonpy_test hello!"


def test_a_recorded_quotation_is_kept_with_the_id_of_what_is_quoted() -> None:
    answer = next(each for each in recorded("test_status_reply_with_quote", "POST") if b'"quote":{' in each.body)
    quoted = json.loads(answer.body)["quote"]["quoted_status"]["id"]
    assert [media.id for media in view_of(json.loads(answer.body)).as_comment(PAGE, "1").media] == [quoted]


def test_recorded_refusals_are_understood() -> None:
    assert isinstance(error_of(recorded("test_status_missing")[0], "a"), GoneError)
    assert isinstance(error_of(recorded("test_unauthed_home_tl_throws")[0], "a"), UnauthorizedError)


def test_the_recorded_end_of_the_limit_s_window_is_read() -> None:
    (answer,) = recorded("test_status")
    assert reset_of(answer) == datetime(2026, 8, 1, 13, 55, 0, 479778, tzinfo=UTC)


def test_what_the_simulator_answers_has_the_recorded_fields_and_headings() -> None:
    server = MastodonServer()
    status = json.loads(recorded("test_status")[0].body)
    shown = server._shown(server.statuses[server.publish("Toot!")])
    assert shown.keys() <= status.keys()
    assert shown["account"].keys() <= status["account"].keys()
    headers, _ = server._limit(counted=True)
    assert {name for name in recorded("test_status")[0].headers if "RateLimit" in name} == headers.keys()
    notification = json.loads(recorded("test_notifications")[0].body)[0]
    server.reply(next(iter(server.statuses)), "Hello.")
    assert server._notification(next(iter(server.told))).keys() <= notification.keys()
    assert server.policy is not None
    assert server.policy.keys() <= json.loads(recorded("test_notifications_policy")[0].body).keys()
