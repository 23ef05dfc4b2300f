"""Reads one mail: headings, words and attachments, whatever its sender did to it. Nothing is unpacked or fetched."""

from __future__ import annotations

import codecs
import hashlib
import re
from binascii import Error as NotBase64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError, MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime

from connectors.mailbox.html import readable_mail
from models.comment import Media

_LONGEST_HEADING = 8 * 1024
_MOST_PARTS = 50
_MOST_CONTAINERS = 30
_MOST_BOUNDARIES = 2000
"""A mail with more of them is not taken apart: the standard parser goes down into each (RecursionError, seconds)."""
_LONGEST_WORDS = 256 * 1024
_NO_CHARSETS = frozenset(("idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"))
"""Python's codecs that are none for a mail's words; some take a time that grows with the square of the length."""
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)")
_ID = re.compile(r"<([^<>\s]{1,500})>")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, as far as it could be read."""

    message_id: str
    """Without its angle brackets; empty where it has none."""
    name: str
    """What the sender calls themselves; anybody can write anything there."""
    address: str
    """The one address in its one From, in lower case; empty when it names none, or several."""
    subject: str
    date: datetime | None
    """What the sender says when it was written (UTC)."""
    answers: tuple[str, ...]
    """The ids of the mails that it answers, the first of the conversation first."""
    results: tuple[str, ...]
    """Its fields Authentication-Results, the newest (topmost) first."""
    text: str
    media: tuple[Media, ...]
    digest: str
    """SHA-256 (hex) over sender, date, subject and everything below the headings: what makes it this mail."""
    unread: str
    """What of it was not read, in plain words; empty when all was."""
    raw: bytes

    @property
    def domain(self) -> str:
        """The domain of the address that it claims to come from."""
        return self.address.rpartition("@")[2]


def read(raw: bytes, size: int) -> Letter:
    """Read the bytes of a mail, of which the mailbox holds `size`: fewer were taken where it is too large."""
    cut = f"only the first {len(raw) // 1024} of {size // 1024} kB were read" if size > len(raw) else ""
    crowded = _crowded(raw)
    message = _parsed(raw, headings_only=crowded)
    words, media = ("", ()) if crowded else _content(message)
    if crowded:
        media = (Media(hashlib.sha256(raw).hexdigest(), "other"),)
    senders = [_plain(value) for value in message.get_all("From", [])]
    name, address = _sender(senders)
    subject = decoded(_plain(message.get("Subject", "")))
    stated = _plain(message.get("Date", ""))
    return Letter(
        message_id=next(iter(_ids(message, "Message-ID")), ""),
        name=name,
        address=address,
        subject=subject,
        date=_moment(stated),
        answers=(*_ids(message, "References"), *_ids(message, "In-Reply-To")),
        results=tuple(_plain(value) for value in message.get_all("Authentication-Results", [])),
        text=words,
        media=media,
        digest=_digest([*senders, stated, subject], raw),
        unread="; ".join(each for each in (cut, "it has too many parts to be taken apart" if crowded else "") if each),
        raw=raw,
    )


def decoded(heading: str) -> str:
    """Give the words of a heading, which mail writes as ``=?utf-8?b?…?=``; as it stands where that is broken."""
    try:
        parts = decode_header(heading)
        words = "".join(part if isinstance(part, str) else _words(part, charset) for part, charset in parts)
    except (HeaderParseError, NotBase64, ValueError):
        words = heading
    return " ".join(words.replace("\0", " ").split())


def _crowded(raw: bytes) -> bool:
    kinds = raw.lower()
    containers = kinds.count(b"multipart/") + kinds.count(b"message/")
    return containers > _MOST_CONTAINERS or raw.count(b"\n--") > _MOST_BOUNDARIES


def _parsed(raw: bytes, *, headings_only: bool) -> Message:
    return BytesHeaderParser().parsebytes(raw) if headings_only else message_from_bytes(raw)


def _plain(value: object) -> str:
    """A heading on one line. Bytes beyond ASCII come as lone surrogates from the parser: they were UTF-8 mostly."""
    text = str(value)[:_LONGEST_HEADING]
    try:
        text = text.encode("ascii", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:
        text = text.encode("utf-8", "replace").decode("utf-8", "replace")
    return re.sub(r"[\r\n]+", "", text)


def _sender(fields: list[str]) -> tuple[str, str]:
    """Name and address; no address where there is not exactly one, for then nobody can say whose mail it is."""
    if len(fields) != 1:
        return " / ".join(map(decoded, fields)), ""
    found = [(name, address) for name, address in getaddresses(fields) if name or address]
    name = decoded(found[0][0]) if found else ""
    if len(found) != 1 or fields[0].count("<") > 1:
        return name or decoded(fields[0]), ""
    address = found[0][1].strip().lower()
    return name, address if _ADDRESS.fullmatch(address) else ""


def _ids(message: Message, heading: str) -> list[str]:
    return _ID.findall(_plain(message.get(heading, "")))


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _digest(headings: list[str], raw: bytes) -> str:
    head, gap, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    told = "\0".join(headings).encode("utf-8", "replace")
    return hashlib.sha256(told + b"\0" + (body if gap else head)).hexdigest()


def _content(message: Message) -> tuple[str, tuple[Media, ...]]:
    """The words, and what is attached: named by a hash of its bytes as they stand, never decoded."""
    plain, marked, media = list[str](), list[str](), list[Media]()
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and part.get_content_disposition() != "attachment":
            (plain if kind == "text/plain" else marked).append(_body(part))
        else:
            media.append(_attached(part))
    words = "\n".join(plain).strip() or "\n".join(readable_mail(each) for each in marked).strip()
    return words, tuple(media)


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; a mail within the mail is one part, and not opened."""
    waiting, given = [message], 0
    while waiting and given < _MOST_PARTS:
        part = waiting.pop(0)
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting[:0] = [each for each in part.get_payload() if isinstance(each, Message)]
        else:
            given += 1
            yield part


def _body(part: Message) -> str:
    try:
        content = part.get_payload(decode=True)
    except (MessageError, ValueError, AssertionError):
        content = None
    if not isinstance(content, bytes):
        content = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return _words(content[:_LONGEST_WORDS], part.get_param("charset")).replace("\r\n", "\n")


def _words(content: bytes, charset: object) -> str:
    """Decode what a mail says is in `charset`, if that is true; else as UTF-8, and what is neither as Windows does."""
    for name in (str(charset or "utf-8"), "utf-8"):
        try:
            if codecs.lookup(name).name not in _NO_CHARSETS:
                return content.decode(name)
        except (LookupError, ValueError):
            continue
    return content.decode("cp1252", "replace")


def _attached(part: Message) -> Media:
    payload = part.get_payload()
    if isinstance(payload, list):
        content = b"".join(each.as_bytes() for each in payload if isinstance(each, Message))
    else:
        content = str(payload).encode("utf-8", "surrogateescape")
    kind = part.get_content_maintype()
    return Media(hashlib.sha256(content).hexdigest(), kind if kind in ("image", "video") else "other")
