"""What Flickr really answered, read by the connector; only where the outside material is at hand.

The recordings are XML, which Flickr answers where nothing else is asked for. They are read as the JSON that Flickr's
own rule makes of it (flickr.com/services/api/response.json.html): an attribute is a field, a text ``_content``, a
repeated element an array.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from connectors._http import NonsenseError
from connectors.base import ConnectorError, ForbiddenError, GoneError, UnavailableError
from connectors.flickr import Settings, connect
from connectors.flickr.rows import comment_of, photo_of, rows
from tests.connectors.means import means
from tests.simulators.flickr import FlickrSite, running, spoiled
from tests.simulators.loopback import JSON, Reply, Request

MATERIAL = Path(os.environ.get("OFRECORD_MATERIAL", "none")) / "recordings" / "flickr"
pytestmark = pytest.mark.skipif(not MATERIAL.is_dir(), reason="OFRECORD_MATERIAL has no recordings of Flickr")
MANY = "TestListAllComments.test_finds_all_comments[12584715825-154]"
NAMELESS = "TestListAllComments.test_if_no_realname_then_empty"


@cache
def recorded(name: str) -> tuple[int, str]:
    """Status and body of the first answer of one cassette."""
    tape = yaml.safe_load((MATERIAL / f"{name}.yml").read_text())
    response = tape["interactions"][0]["response"]
    if "content" in response:
        return response["status_code"], response["content"]
    return response["status"]["code"], response["body"]["string"]


def as_json(body: str) -> bytes:
    """The same answer as JSON, by Flickr's rule."""
    root = ET.fromstring(body)
    if root.get("stat") == "fail":
        error = root[0]
        return json.dumps({"stat": "fail", "code": int(error.get("code", "")), "message": error.get("msg")}).encode()
    return json.dumps(_fields(root)).encode()


def _fields(element: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = dict(element.attrib)
    if (element.text or "").strip():
        found["_content"] = element.text
    for child in element:
        if child.tag == "comment":
            found.setdefault(child.tag, []).append(_fields(child))
        else:
            found[child.tag] = _fields(child)
    return found


@pytest.fixture
def site() -> Iterator[FlickrSite]:
    with running(FlickrSite()) as started:
        yield started


def failure(site: FlickrSite, body: bytes, status: int = 200) -> ConnectorError:
    """What the connector makes of an answer to its first question."""
    site.wire.next(lambda request, do: Reply(status, body, JSON))
    connector = connect("photos", Settings(user_id=site.user_id, api=site.url), means(site.secret()))
    with pytest.raises(ConnectorError) as caught:
        connector.fetch(None)
    return caught.value


def test_every_recorded_comment_is_read() -> None:
    _, body = recorded(MANY)
    text = as_json(body).decode()
    found = [comment_of("photos", "12584715825", "47290943@N03", *row) for row in rows(text, "comments", "comment")]
    assert len(found) == 154
    assert {photo_of(each.platform_id) for each in found} == {"12584715825"}
    assert [each.created for each in found] == sorted(each.created for each in found)
    assert all(each.author.name and each.author.platform_id for each in found)
    assert all(each.permalink.endswith("#comment" + each.platform_id.rpartition("-")[2]) for each in found)


def test_recorded_markup_comes_as_a_visitor_reads_it() -> None:
    listed = list(rows(as_json(recorded(MANY)[1]).decode(), "comments", "comment"))
    found = [comment_of("photos", "1", "", *row).text for row in listed]
    assert any("&quot;" in fields["_content"] for fields, _ in listed)
    assert [each for each in found if "&quot;" in each or "</a>" in each or "<b>" in each] == []
    assert any('The "decision" taken' in each for each in found)
    assert any("(http://www.flickr.com/groups/2095211@N25/discuss/72157641106924204/)" in each for each in found)


def test_a_recorded_member_without_a_real_name_goes_by_the_screen_name() -> None:
    ((fields, text),) = rows(as_json(recorded(NAMELESS)[1]).decode(), "comments", "comment")
    assert comment_of("photos", "40373414385", "", fields, text).author.name == "pellethepoet"


def test_the_simulated_comment_has_the_recorded_fields(site: FlickrSite) -> None:
    ((fields, _),) = rows(as_json(recorded(NAMELESS)[1]).decode(), "comments", "comment")
    comment = site.comment(site.publish("A photo."), "Hello.")
    assert site._comment(site.comments[comment]).keys() == fields.keys()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("TestListPeopleInPhoto.test_non_existent_photo[35366357641]", GoneError),
        ("TestGetExif.test_get_exif_with_permission_denied", ForbiddenError),
        ("TestPostComment.test_throws_if_not_allowed_to_post_comment", ForbiddenError),
        ("test_retries_error_code_201", UnavailableError),
    ],
)
def test_recorded_refusals_are_understood(site: FlickrSite, name: str, kind: type[ConnectorError]) -> None:
    assert type(failure(site, as_json(recorded(name)[1]))) is kind


@pytest.mark.parametrize("name", ["test_a_persistent_5xx_error_is_raised", "test_retries_5xx_error"])
def test_a_recorded_breakdown_is_tried_again(site: FlickrSite, name: str) -> None:
    status, body = recorded(name)
    assert status >= 500
    assert type(failure(site, body.encode(), status)) is UnavailableError


def test_the_recorded_answer_with_a_comma_after_it_is_nonsense_and_no_empty_page(site: FlickrSite) -> None:
    assert type(failure(site, recorded("test_a_persistent_invalid_xml_error_is_raised")[1].encode())) is NonsenseError


def test_recorded_xml_is_nonsense_too(site: FlickrSite) -> None:
    assert type(failure(site, recorded(NAMELESS)[1].encode())) is NonsenseError


def test_a_spoiled_answer_is_simulated_as_it_was_recorded() -> None:
    simulated = spoiled()(Request("GET", "/", {}, {}), lambda: Reply(200)).body.decode()
    real = recorded("test_a_persistent_invalid_xml_error_is_raised")[1]
    assert (simulated[-1], real[-1]) == (",", ",")
    assert json.loads(simulated[:-1]).keys() == json.loads(real[:-1]).keys()
