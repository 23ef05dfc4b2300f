"""What a file is, told by its first bytes. What a server calls it is not asked."""

from __future__ import annotations

ENOUGH = 64
"""So many first bytes tell every type that is known here."""
EXTENSIONS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
"""The types that may be captured, each with the ending that a file of it gets. Nothing in them can be a program."""
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_MP4_BRANDS = frozenset(
    {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"M4VH", b"M4VP"}
)
"""Others are pictures (`avif`, `heic`), sound, or what few programs play."""
_WEBM = b"\x42\x82\x84webm"
"""The element DocType of EBML with its length; Matroska proper says `matroska`."""


def type_of(head: bytes) -> str | None:
    """The type of a file, by its first bytes (`ENOUGH` of them, or all there are); None when it is none of ours."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _MP4_BRANDS:
        return "video/mp4"
    if head[:4] == b"\x1a\x45\xdf\xa3" and _WEBM in head[:ENOUGH]:
        return "video/webm"
    return None
