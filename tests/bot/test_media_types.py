"""What a file is, is told by its bytes."""

from __future__ import annotations

import pytest

from bot.media_types import ENOUGH, EXTENSIONS, type_of
from tests.bot.media_files import GIF, JPEG, MP4, PNG, WEBM, WEBP

SAMPLES = {
    "image/jpeg": JPEG,
    "image/png": PNG,
    "image/gif": GIF,
    "image/webp": WEBP,
    "video/mp4": MP4,
    "video/webm": WEBM,
}


@pytest.mark.parametrize("kind", EXTENSIONS)
def test_every_type_that_may_be_captured_is_recognised_by_its_first_bytes(kind: str) -> None:
    assert type_of(SAMPLES[kind][:ENOUGH]) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x89PN",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><title>GIF89a</title>",
        b" GIF89a",
        b"%PDF-1.7",
        b"\x1f\x8b\x08\0 a picture, packed",
        b"\0\0\0\x18ftypavif\0\0\0\0",
        b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska",
        b"RIFF\x64\0\0\0WAVEfmt ",
        b"MZ\x90\0",
    ],
)
def test_anything_else_is_none_of_ours(content: bytes) -> None:
    assert type_of(content) is None
