"""Real traffic of moderators (cassettes of praw, BSD-2-Clause), read where the outside material lies here."""

from __future__ import annotations

import base64
import gzip
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors._http import Answer, Http
from connectors.reddit.listing import Row
from connectors.reddit.rows import Reader
from connectors.reddit.wire import Wire
from models.comment import State
from tests.connectors.means import Purse, means
from tests.connectors.reddit_site import Clock
from tests.simulators.reddit import RedditSite

FOLDER = Path(os.environ.get("OFRECORD_MATERIAL", "/nowhere")) / "recordings" / "reddit"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="OFRECORD_MATERIAL does not lead to the recordings")


def bodies(name: str) -> Iterator[tuple[Mapping[str, str], Any]]:
    """The headings and the JSON of each answer in a cassette."""
    for each in json.loads((FOLDER / name).read_text())["interactions"]:
        response = each["response"]
        body = response["body"]
        text = body.get("string") or gzip.decompress(base64.b64decode(body["base64_string"])).decode()
        headers = {heading: values[0] for heading, values in response["headers"].items()}
        yield headers, json.loads(text)


def comments(name: str) -> list[dict[str, Any]]:
    """The comments in a cassette's listings."""
    listings = [said for _, said in bodies(name) if isinstance(said, dict) and said.get("kind") == "Listing"]
    return [child["data"] for each in listings for child in each["data"]["children"] if child["kind"] == "t1"]


def row(fields: dict[str, Any]) -> Row:
    return Row(fields, json.dumps(fields).encode(), "t1")


def reader(subreddit: str) -> Reader:
    return Reader("forum", "https://www.reddit.com", subreddit, frozenset())


def test_what_automoderator_removed_is_held_although_removed_says_false() -> None:
    found = comments("TestSubredditModerationStreams.test_edited.json")
    states = [(each["banned_by"], each["removed"], reader("x").state(row(each))) for each in found]
    assert ("AutoModerator", False, State.HELD) in states
    assert {state for by, _, state in states if by is None} == {State.VISIBLE}


def test_a_comment_that_its_author_deleted_is_gone() -> None:
    (deleted,) = comments("TestComment.test_refresh__deleted_comment.json")[:1]
    assert reader("test").state(row(deleted)) is State.GONE
    assert reader("test").gone_by(row(deleted)) == "author"


def test_every_recorded_comment_is_read() -> None:
    for name in ("TestSubredditListings.test_comments.json", "TestSubredditModeration.test_edited__only_comments.json"):
        found = comments(name)
        read = [reader(each["subreddit"]).comment(row(each)) for each in found]
        assert [each.text for each in read] == [each["body"] for each in found]
        assert all(each.post_id.startswith("t3_") and each.permalink for each in read)


def test_what_reddit_says_of_its_limit_is_understood() -> None:
    (headers, _), *_ = [
        each for each in bodies("TestCommentModeration.test_show.json") if "x-ratelimit-used" in each[0]
    ]
    purse = Purse()
    wire = Wire(Http("forum"), "x", means("", purse), Clock())
    wire._learn(Answer(200, headers, b"{}"))
    assert [(limit, left) for _, limit, left, _ in purse.learned] == [(600, 573)]


def test_the_simulator_names_its_fields_as_reddit_does() -> None:
    recorded = comments("TestSubredditModerationStreams.test_edited.json")[0]
    site = RedditSite()
    simulated = site._fields(site.things[site.comment(site.publish("News"), "Hello.")])
    assert set(simulated) - set(recorded) == set()
    kinds = {name: (type(simulated[name]), type(recorded[name])) for name in simulated}
    odd = {name for name, (ours, theirs) in kinds.items() if ours is not theirs and type(None) not in (ours, theirs)}
    assert odd <= {"edited"}  # false, or a moment
