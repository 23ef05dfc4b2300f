"""What the simulated X answers, compared with what the real one did; only where the outside material is at hand."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors._http import Answer
from connectors.x import authorisation
from connectors.x.rows import FIELDS, Listed, listed
from tests.simulators.x import XSite

MATERIAL = Path(os.environ.get("OFRECORD_MATERIAL", "none")) / "recordings" / "x"
pytestmark = pytest.mark.skipif(not MATERIAL.is_dir(), reason="OFRECORD_MATERIAL has no recordings of X")
LISTS = ("get_users_mentions", "search_recent_tweets", "get_tweets", "get_quote_tweets")
RENAMED = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
}


def recorded(name: str) -> list[Answer]:
    """The answers of one cassette of tweepy's."""
    tape = yaml.safe_load((MATERIAL / f"test_client_{name}.yaml").read_text())
    found = []
    for each in tape["interactions"]:
        response = each["response"]
        body = response["body"]["string"]
        headers = {key: values[0] for key, values in response["headers"].items()}
        found.append(
            Answer(response["status"]["code"], headers, gzip.decompress(body) if body[:1] == b"\x1f" else body)
        )
    return found


def schemas() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((MATERIAL / "openapi-2.167.json").read_text())["components"]
    return found


@pytest.mark.parametrize("name", LISTS)
def test_recorded_lists_are_read(name: str) -> None:
    for answer in recorded(name):
        found: Listed = listed("bird", answer)
        assert found.rows
        assert all(row.first == row.id and row.text for row in found.rows)


def test_the_windows_headings_are_the_recorded_ones() -> None:
    site = XSite()
    headers, _ = site._window("mentions")
    (answer, *_) = recorded("get_users_mentions")
    assert {name for name in answer.headers if name.startswith("x-rate-limit")} == headers.keys()


def test_every_field_that_is_asked_for_is_one_of_xs() -> None:
    post = schemas()["schemas"]["Post"]["properties"]
    assert [each for each in FIELDS if each not in post and RENAMED.get(each) not in post] == []


def test_every_permission_that_is_asked_for_is_one_of_xs() -> None:
    known = schemas()["securitySchemes"]["OAuth2UserToken"]["flows"]["authorizationCode"]["scopes"]
    assert [scope.name for scope in authorisation.scopes if scope.name not in known] == []


def test_no_field_of_a_post_says_that_it_is_hidden() -> None:
    named = [name for name, schema in schemas()["schemas"].items() if "hidden" in (schema.get("properties") or {})]
    assert sorted(named) == ["HidePostsReplyRequest", "HidePostsReplyResponseData"]
