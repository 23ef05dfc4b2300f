"""The words of the record as people say them in mail, and the addresses of the review application."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot.config import Config

CATEGORIES = {
    "obscenity": "strong language",
    "slur": "slur",
    "personal_attack": "personal attack",
    "threat": "threat",
    "self_harm": "self-harm",
    "private_information": "private information",
    "spam": "spam",
    "off_topic": "off-topic",
    "criticism": "criticism (protected)",
}
MATTERS = {
    "tip": "a tip about a crime",
    "help_needed": "somebody needs help",
    "complaint": "a complaint about an officer",
    "own_conduct": "a member's own conduct",
}
STATES = {
    "visible": "visible to everyone",
    "hidden": "hidden",
    "held": "held by the platform",
    "spam": "in the platform's spam folder",
    "gone": "gone from the platform",
    "unknown": "not known",
}
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def said_of(key: str, words: Mapping[str, str]) -> str:
    """The words for a key; a key that a newer version wrote is shown as it is."""
    return words.get(key, key.replace("_", " "))


def listed(keys: Sequence[str], words: Mapping[str, str] = CATEGORIES) -> str:
    """Several keys in words: ``a``, ``a and b``, ``a, b and c``."""
    said = [said_of(key, words) for key in keys]
    return " and ".join([*([", ".join(said[:-1])] if said[:-1] else []), *said[-1:]])


def counted(count: int, thing: str) -> str:
    """A number with its thing: ``1 comment``, ``2 comments``."""
    return f"{count} {thing}{'' if count == 1 else 's'}"


def moment(when: datetime, zone: ZoneInfo) -> str:
    """A moment in the Department's time: ``Sun 22 Nov 2026, 15:04 MST``."""
    local = when.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M %Z}"


def how_long(span: timedelta) -> str:
    """How long, in the largest whole unit: ``3 hours``."""
    seconds = abs(int(span.total_seconds()))
    for unit, size in _UNITS:
        if seconds >= size:
            return counted(seconds // size, unit)
    return "under a minute"


def web_url(config: Config, path: str = "/") -> str:
    """Where people open a page of the review application."""
    web = config.web
    base = web.url or f"{'https' if web.secure else 'http'}://{web.host}:{web.port}"
    return f"{base.rstrip('/')}{path}"


def comment_url(config: Config, ref: str) -> str:
    """Where people open a comment in the review application."""
    return web_url(config, f"/comment/{quote(ref, safe='')}/")
