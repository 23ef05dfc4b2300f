"""Recorded answers of YouTube, read as the connector reads them; only where the outside material is at hand."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors._google_wire import Wire
from connectors._http import Answer, Http
from connectors._json import items, members
from connectors.base import ForbiddenError
from connectors.youtube.rows import Reader, Thread
from connectors.youtube.wire import YOUTUBE
from models.comment import State
from tests.connectors.means import means
from tests.connectors.youtube_channel import opened
from tests.simulators.google import running
from tests.simulators.loopback import Reply
from tests.simulators.youtube import YouTubeSite

MATERIAL = Path(os.environ.get("OFRECORD_MATERIAL", "none")) / "recordings" / "youtube"
pytestmark = pytest.mark.skipif(not MATERIAL.is_dir(), reason="OFRECORD_MATERIAL has no recordings of YouTube")
THREADS = ("by_video_paged_1", "by_channel", "multi", "with_search")
READER = Reader("channel", "UCjacksonpolicechannel01")


def recorded(name: str) -> str:
    return (MATERIAL / name).read_text(encoding="utf-8")


def listed(name: str) -> list[str]:
    """The resources of a recorded listing, each as it was written."""
    return items(members(recorded(name))["items"])


def threads(name: str) -> list[Thread]:
    listing = listed(f"apidata/comment_threads/comment_threads_{name}.json")
    return [READER.thread(each, State.VISIBLE) for each in listing]


def shape(value: object) -> object:
    """Names and types."""
    if isinstance(value, Mapping):
        return {name: shape(each) for name, each in value.items()}
    return type(value).__name__


@pytest.mark.parametrize("name", THREADS)
def test_recorded_threads_are_read_whole(name: str) -> None:
    found = threads(name)
    assert found
    for top in (each.top for each in found):
        assert top.text
        assert top.author.name
        assert (top.author.platform_id or "").startswith("UC")
        assert top.created > datetime(2015, 1, 1, tzinfo=UTC)
        assert json.loads(top.raw)["id"] == top.platform_id
        assert (top.parent_id, top.state, top.by_page) == (None, State.VISIBLE, False)


def test_a_recorded_reply_names_the_comment_that_it_answers() -> None:
    replies = listed("apidata/comments/comments_by_parent_paged_1.json")
    found = [READER.comment(each, State.VISIBLE, "F1UP7wRCPH8") for each in replies]
    assert {(each.parent_id, each.post_id) for each in found} == {("Ugw5zYU6n9pmIgAZWvN4AaABAg", "F1UP7wRCPH8")}
    assert found[0].text == "this is the third reply!"


def test_a_recorded_comment_that_is_asked_for_by_its_id_does_not_say_how_it_stands() -> None:
    [found] = listed("apidata/comments/comments_single.json")
    assert READER.comment(found).state is State.UNKNOWN


def test_a_recorded_thread_without_a_video_leads_to_the_channel_and_not_to_a_video_that_is_none() -> None:
    assert {each.top.permalink for each in threads("by_channel")} == {
        "https://www.youtube.com/channel/UCjacksonpolicechannel01"
    }


def test_the_texts_recorded_as_plain_text_are_those_that_their_authors_wrote() -> None:
    [found] = [each for each in threads("multi") if each.top.platform_id == "UgxKREWxIgDrw8w2e_Z4AaABAg"]
    [as_html] = listed("apidata/comment_threads/comment_thread_single.json")
    assert found.top.text.startswith("Super video !!!\nWith full power")
    assert "<br />" in READER.thread(as_html, State.VISIBLE).top.text  # so `textFormat` is always sent


def test_simulated_threads_have_the_form_of_the_recorded_ones() -> None:
    real = json.loads(listed("apidata/comment_threads/comment_threads_by_video_paged_1.json")[0])
    with running(YouTubeSite()) as site:
        site.comment(site.publish("A post."), "Here.")
        asked = {"part": "snippet,replies", "textFormat": "plainText"}
        [stored] = site.comments.values()
        ours: Any = site._thread(stored, asked, "published")
    # Only a channel's owner is told how a comment stands, and no owner recorded these.
    assert _missing(shape(ours), shape(real)) == [".snippet.topLevelComment.snippet.moderationStatus"]


def _missing(ours: Any, real: Any, at: str = "") -> list[str]:
    """What the simulator has and the recording has not, or has as another type."""
    if not isinstance(ours, dict) or not isinstance(real, dict):
        return [] if ours == real else [at]
    return [gap for name in ours for gap in _missing(ours[name], real.get(name), f"{at}.{name}")]


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [("apidata/error_permission_resp.json", 403, "SERVICE_UNAVAILABLE"), ("error_response.json", 400, "keyInvalid")],
)
def test_the_reason_of_a_recorded_refusal_is_found(name: str, status: int, reason: str) -> None:
    wire = Wire(YOUTUBE, Http("channel"), "", means(), lambda: datetime.now(UTC))
    assert wire._reason(Answer(status, {}, recorded(name).encode())) == reason


def test_a_recorded_refusal_stops_the_page_and_names_the_next_step() -> None:
    refusal = Reply(403, recorded("apidata/error_permission_resp.json").encode(), {"Content-Type": "application/json"})
    with opened() as channel:
        channel.site.wire.next(lambda request, do: refusal)
        with pytest.raises(ForbiddenError, match="choose the account of the channel itself"):
            channel.fetch()
