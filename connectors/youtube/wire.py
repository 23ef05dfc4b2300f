"""YouTube among Google's interfaces: what may be sent to it, and how it refuses.

Nothing that cannot be undone leaves: a comment is held for review or published, and whatever else changes the platform
is not sent.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from connectors._google_wire import Interface
from connectors.youtube import INTERFACE
from connectors.youtube.errors import DisabledError

UNITS = "units"
_REVERSIBLE = {"heldForReview", "published"}


def reversible(method: str, uri: str) -> bool:
    """A rejected comment can never be published again, and a ban comes with a rejection only."""
    address = urlsplit(uri)
    asked = parse_qs(address.query, keep_blank_values=True)
    wanted = set(asked.pop("moderationStatus", ()))
    ids = asked.pop("id", [])
    asked.pop("alt", None)
    known = (
        method == "POST"
        and address.path.endswith("/comments/setModerationStatus")
        and len(ids) == 1
        and "," not in ids[0]
    )
    return known and len(wanted) == 1 and wanted <= _REVERSIBLE and not asked


def _disabled(page: str) -> DisabledError:
    return DisabledError(f"Page {page}: comments are turned off below this video; turn them on in its settings.")


YOUTUBE = Interface(
    platform="YouTube",
    interface=INTERFACE,
    name="youtube",
    version="v3",
    kind=UNITS,
    owner="the account of the channel itself",
    reversible=reversible,
    refusals={"commentsDisabled": _disabled},
)
