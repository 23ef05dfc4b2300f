"""The simulated Graph API against recorded answers of the real one, where they are at hand."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors._graph_answer import onward_of
from connectors._graph_errors import Refusal
from connectors.facebook.rows import comment_of
from connectors.instagram.rows import comment_of as instagram_comment_of
from tests.simulators import facebook, instagram, threads
from tests.simulators.facebook import FacebookSite
from tests.simulators.graph import GraphSite
from tests.simulators.instagram import InstagramSite
from tests.simulators.threads import ThreadsSite

MATERIAL = os.environ.get("OFRECORD_MATERIAL", "")
RECORDED = Path(MATERIAL or "/nonexistent") / "recordings" / "facebook-instagram"
pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="OFRECORD_MATERIAL holds no recordings")


def recorded(path: str) -> Any:
    return json.loads((RECORDED / path).read_text(encoding="utf-8"))


def shape(value: object) -> object:
    """Names and types; of a list, those of its first item."""
    if isinstance(value, Mapping):
        return {name: shape(each) for name, each in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def simulated(site: GraphSite, path: str, **params: str) -> Any:
    site.app_secret = ""
    return requests.get(f"{site.url}/{path}", {"access_token": site.token, **params}, timeout=10).json()


def common(real: Mapping[str, Any], ours: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The shapes of what both have."""
    names = real.keys() & ours.keys()
    return {each: shape(real[each]) for each in names}, {each: shape(ours[each]) for each in names}


def test_a_simulated_comment_has_the_fields_of_a_recorded_one() -> None:
    real = recorded("facebook/apidata/comments/comments_p2.json")
    with facebook.running(FacebookSite(public_only=True)) as site:
        post = site.publish("A post.")
        site.flood(post, 3)
        fields = "id,message,created_time,permalink_url"
        ours = simulated(site, f"v26.0/{post}/comments", fields=fields, filter="stream", limit="2")
    left, right = common(real["data"][0], ours["data"][0])
    assert left == right
    assert {"message", "created_time", "permalink_url"} == right.keys()
    assert shape(real["paging"]["cursors"]) == shape(ours["paging"]["cursors"])


def test_a_simulated_token_is_described_as_a_recorded_one() -> None:
    real = recorded("base/token_info.json")["data"]
    with facebook.running(FacebookSite()) as site:
        ours = simulated(site, "v26.0/debug_token", input_token=site.token)["data"]
    left, right = common(real, ours)
    granular = left.pop("granular_scopes"), right.pop("granular_scopes")
    assert left == right
    assert [each[0]["scope"] for each in granular] == ["str", "str"]
    assert real.keys() - ours.keys() == {"data_access_expires_at"}


def test_a_simulated_refusal_has_the_form_of_a_recorded_one() -> None:
    real = recorded("base/error_data.json")["error"]
    with facebook.running(FacebookSite()) as site:
        site.scopes.clear()
        ours = simulated(site, f"v26.0/{site.page_id}/published_posts")["error"]
    assert shape(real) == shape(ours)
    assert Refusal.of(real, 400).code == Refusal.of(ours, 400).code == 100


def test_a_recorded_comment_is_read() -> None:
    real = recorded("facebook/apidata/comments/comment_info.json")
    comment = comment_of("fb", "19292868552", "p", real, json.dumps(real))
    assert comment.platform_id == real["id"]
    assert comment.created.isoformat() == "2021-07-21T21:05:14+00:00"
    assert comment.text


def test_the_end_of_a_recorded_list_is_its_end() -> None:
    assert onward_of("fb", recorded("facebook/apidata/comments/comments_p2.json")["paging"]) is None


def test_recorded_posts_without_cursors_lead_on() -> None:
    onward = onward_of("fb", recorded("facebook/apidata/posts/feed_fields_p1.json")["paging"])
    assert onward
    assert "until=1624385168" in onward
    assert "access_token" not in onward


def test_a_simulated_comment_of_instagram_has_the_fields_of_a_recorded_one() -> None:
    real = next(iter(recorded("instagram/apidata/comments/comments_fields.json").values()))
    page = recorded("instagram/apidata/medias/comments_p1.json")
    with instagram.running(InstagramSite()) as site:
        post = site.publish("A post.")
        site.flood(post, 3)
        fields = "id,like_count,text,timestamp,username"
        ours = simulated(site, f"v26.0/{post}/comments", fields=fields, limit="2")
    assert shape(real) == shape({each: ours["data"][0][each] for each in real})
    assert page["paging"].keys() <= ours["paging"].keys()
    assert page["paging"]["cursors"].keys() <= ours["paging"]["cursors"].keys()
    assert page["data"][0]["timestamp"] > page["data"][1]["timestamp"], "newest first"
    assert ours["data"][0]["timestamp"] >= ours["data"][1]["timestamp"]


def test_a_recorded_comment_of_instagram_is_read() -> None:
    for number, real in recorded("instagram/apidata/comments/comments_fields.json").items():
        comment = instagram_comment_of("insta", "jacksonpd", "p", real, json.dumps(real), None)
        assert (comment.platform_id, comment.author.name) == (number, real["username"])
        assert comment.created.year == 2020


def test_a_simulated_renewal_has_the_form_of_a_recorded_token() -> None:
    real = recorded("base/long_term_token.json")
    with threads.running(ThreadsSite(renewed_token="another")) as site:
        ours = simulated(site, "refresh_access_token", grant_type="th_refresh_token")
    assert shape(real) == shape(ours)
