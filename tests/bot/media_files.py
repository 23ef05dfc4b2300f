"""The smallest files of each type that may be captured: as much of them as tells the type, then filling."""

from __future__ import annotations

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0" + b"\x1f\x15\xc4\x89" * 20
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 100
GIF = b"GIF89a\x01\0\x01\0" + b"\0" * 100
WEBP = b"RIFF\x64\0\0\0WEBPVP8 " + b"\0" * 100
MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0" + b"\0" * 100
WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm"
    + b"\0" * 100
)
