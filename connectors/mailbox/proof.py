"""Whether a mail comes from whom it says: what the Department's own mail server found, and nobody else's word.

The field Authentication-Results (RFC 8601) can be written by anybody. Only the topmost one that bears the own server's
name counts: a server puts its own above all that a mail brought along.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_VERDICT = re.compile(r"(?P<method>[a-z0-9-]{1,40})(?:/\d+)?=(?P<result>[a-z]{1,40})", re.IGNORECASE)
_OPAQUE = "\ufffd"


def doubt(results: Sequence[str], server: str, domain: str) -> str:
    """Say why it is not proved that a mail comes from `domain`; empty when it is.

    Args:
        results: the mail's fields Authentication-Results, topmost first.
        server: the name under which the Department's own server writes them.
        domain: what stands in From.
    """
    if not domain:
        return "it does not name exactly one sender"
    if not server:
        return "no mail server is named whose word counts"
    said = next((found for each in results if (found := _verdicts(each, server)) is not None), None)
    if said is None:
        return f"{server} did not say who sent it"
    dmarc = [found for found in said if found[0] == "dmarc"]
    if dmarc:
        passed = len(dmarc) == 1 and dmarc[0][1] == "pass" and _covers(dmarc[0][2].get("header.from", ""), domain)
    else:
        signed = [found for found in said if found[:2] == ("dkim", "pass")]
        passed = any(_covers(found[2].get("header.d", "") or _of(found[2]), domain) for found in signed)
    return "" if passed else f"{server} could not confirm {domain}"


def _covers(by: str, domain: str) -> bool:
    """Whether a proof for the domain `by` is one for `domain`: the same or one below (DMARC, relaxed alignment)."""
    return "." in by and (domain == by or domain.endswith("." + by))


def _of(properties: dict[str, str]) -> str:
    return properties.get("header.i", "").rpartition("@")[2]


def _verdicts(field: str, server: str) -> list[tuple[str, str, dict[str, str]]] | None:
    """Method, result and properties of each finding; None where the field is not the server's, or cannot be read."""
    segments = _segments(field)
    if not segments or segments[0].split()[:1] != [server.lower()]:
        return None
    found = []
    for segment in segments[1:]:
        words = re.sub(r" ?= ?", "=", " ".join(segment.split())).split(" ")
        if verdict := _VERDICT.fullmatch(words[0]):
            properties = dict(word.split("=", 1) for word in words[1:] if "=" in word)
            found.append((verdict["method"], verdict["result"], properties))
    return found


def _segments(field: str) -> list[str]:
    """The field in lower case, cut at its semicolons, without comments; nothing where quotes or brackets stay open.

    What is quoted was chosen by the sender (a local part can be ``"; dmarc=pass"``): it counts as one odd word.
    """
    segments, depth, quoted, escaped = [""], 0, False, False
    for letter in field.lower():
        if escaped:
            escaped = False
        elif letter == "\\" and (quoted or depth):
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif quoted:
            segments[-1] += letter if letter.isalnum() or letter in "@.-_" else _OPAQUE
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            segments[-1] += " "
            if depth < 0:
                return []
        elif depth:
            continue
        elif letter == ";":
            segments.append("")
        else:
            segments[-1] += letter
    return [] if quoted or depth or escaped else segments
