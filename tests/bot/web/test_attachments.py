"""A captured attachment is named, shown only when somebody asks for it, and each look is written down."""

from __future__ import annotations

import hashlib
from typing import IO, Any

import pytest

from bot.config import Media as Settings
from bot.media_addresses import RefusedError
from bot.media_fetch import Fetched, Guard
from bot.media_job import MediaJob
from models.comment import Media
from tests.bot.destruction import destroy
from tests.bot.media_files import MP4, PNG
from tests.bot.web.conftest import BOT, Desk, text_of
from tests.fakes import comment

SHA256 = hashlib.sha256(PNG).hexdigest()
PICTURE = Media("m1", "image", "https://cdn.example.com/evil%0d%0aname.html")


def captured(desk: Desk, content: bytes = PNG, kind: str = "image/png") -> str:
    """A flagged comment whose picture was captured; gives the comment's reference."""
    desk.watch(comment("1", "filth", media=(PICTURE,)))

    def fetch(url: str, into: IO[bytes], guard: Guard) -> Fetched:
        into.write(content)
        return Fetched(hashlib.sha256(content).hexdigest(), len(content), kind)

    MediaJob(Settings(), BOT, desk.clock, fetch=fetch).step(desk.records)
    return desk.ref("1")


def address(desk: Desk, more: str = "") -> str:
    entry = desk.last("media.captured")
    return f"/comment/{entry.subject.ref}/media/{entry.seq}/{more}"


def content(desk: Desk, *who: str) -> Any:
    return desk.client(*who).get(address(desk, "content/"))


def looks(desk: Desk) -> list[tuple[str, str]]:
    viewed = desk.records.entries(types=["record.viewed"])
    return [(entry.subject.ref, entry.pub["screen"]) for entry in viewed]


def test_the_comment_says_what_was_captured_and_loads_nothing(desk: Desk) -> None:
    page = text_of(desk.client().get(f"/comment/{captured(desk)}/"))
    assert f", captured: PNG picture, {len(PNG)}\xa0bytes, SHA-256 <code>{SHA256[:12]}…</code>" in page
    assert f'<a href="{address(desk)}">show picture</a>' in page
    assert "<img" not in page


def test_an_attachment_that_has_not_come_is_told(desk: Desk) -> None:
    desk.watch(comment("1", "filth", media=(PICTURE, Media("m2", "link", "https://example.com/"))))
    page = text_of(desk.client().get(f"/comment/{desk.ref('1')}/"))
    assert page.count("not captured so far") == 1


def test_an_attachment_that_was_refused_is_told_with_the_reason(desk: Desk) -> None:
    def refuse(url: str, into: IO[bytes], guard: Guard) -> Fetched:
        raise RefusedError("address")

    desk.watch(comment("1", "filth", media=(PICTURE,)))
    MediaJob(Settings(), BOT, desk.clock, fetch=refuse).step(desk.records)
    page = text_of(desk.client().get(f"/comment/{desk.ref('1')}/"))
    assert "not captured: its address does not lead to a public server" in page
    assert "Could not capture what is attached: its address does not lead to a public server." in page


def test_a_picture_is_shown_on_a_page_of_its_own(desk: Desk) -> None:
    captured(desk)
    page = text_of(desk.client().get(address(desk)))
    assert f'<img src="{address(desk, "content/")}" alt="The picture that the visitor attached.' in page
    assert SHA256 in page


def test_a_video_is_not_played(desk: Desk) -> None:
    captured(desk, MP4, "video/mp4")
    page = text_of(desk.client().get(address(desk)))
    assert "Save the video" in page
    assert "<video" not in page
    assert "<img" not in page


def test_the_bytes_come_as_they_were_captured_and_can_do_nothing(desk: Desk) -> None:
    captured(desk)
    response = content(desk)
    assert response.getvalue() == PNG
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert response["Content-Disposition"] == f'attachment; filename="{SHA256[:12]}.png"'
    assert response["Cache-Control"] == "no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("role", ["moderator", "auditor", "records_clerk"])
def test_each_time_the_bytes_are_given_out_is_written_down(desk: Desk, role: str) -> None:
    ref = captured(desk)
    content(desk, "ada", role)
    content(desk, "ada", role)
    assert looks(desk) == [(ref, "attachment")] * 2


def test_bytes_whose_look_cannot_be_written_down_are_not_given_out(desk: Desk) -> None:
    captured(desk)
    client = desk.client()
    desk.make_readonly()
    response = client.get(address(desk, "content/"))
    assert (response.status_code, response.streaming) == (503, False)


def test_bytes_that_were_exchanged_are_not_given_out(desk: Desk) -> None:
    captured(desk)
    (desk.records.layout.media / SHA256).write_bytes(b"<script>alert(1)</script>")
    response = content(desk)
    assert response.status_code == 500
    assert "ofrecord records verify" in text_of(response)
    assert looks(desk) == []


def test_an_attachment_of_another_comment_is_not_found_here(desk: Desk) -> None:
    captured(desk)
    desk.watch(comment("2", "more filth"))
    seq = desk.last("media.captured").seq
    assert desk.client().get(f"/comment/{desk.ref('2')}/media/{seq}/content/").status_code == 404
    assert desk.client().get(f"/comment/{desk.ref('1')}/media/0/content/").status_code == 404


def test_what_retention_destroyed_is_told_and_not_found(desk: Desk) -> None:
    ref = captured(desk)
    destroy(desk.records, desk.last("media.captured").seq)
    assert "destroyed under the retention schedule" in text_of(desk.client().get(f"/comment/{ref}/"))
    assert content(desk).status_code == 404


def test_the_case_history_tells_that_it_was_captured(desk: Desk) -> None:
    page = text_of(desk.client().get(f"/comment/{captured(desk)}/history/"))
    assert "Captured what is attached (image/png)." in page
