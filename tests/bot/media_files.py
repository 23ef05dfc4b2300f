"""Small files of each type that may be captured: a whole picture, and as much of the others as tells the type."""

from __future__ import annotations

import struct
import zlib

PNG = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    for kind, data in (
        (b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(b"\0" + b"\xb0\x30\x60" * 3 for _ in range(2)))),
        (b"IEND", b""),
    )
)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 100
GIF = b"GIF89a\x01\0\x01\0" + b"\0" * 100
WEBP = b"RIFF\x64\0\0\0WEBPVP8 " + b"\0" * 100
MP4 = b"\0\0\0\x18ftypisom\0\0\x02\0" + b"\0" * 100
WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm"
    + b"\0" * 100
)
