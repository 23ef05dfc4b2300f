"""Until when the versions of Meta's Graph API are open.

https://developers.facebook.com/docs/graph-api/changelog/versions
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

_ENDS = {
    "v21.0": date(2027, 1, 21),
    "v22.0": date(2027, 5, 20),
    "v23.0": date(2027, 10, 8),
    "v24.0": date(2028, 2, 18),
    "v25.0": date(2028, 7, 29),
}
_AHEAD = timedelta(days=90)


def version_warnings(asked: str, answered: str, today: date) -> Iterator[str]:
    """What a person has to do about the version, soon or now.

    Args:
        asked: the version in the configuration.
        answered: the version that answered, or nothing. A closed one is answered by the oldest that is open.
        today: the day (UTC).
    """
    if answered and answered != asked:
        yield f"The Graph API answers as {answered}, not {asked}, which is closed; set version to an open one."
    ends = _ENDS.get(asked)
    if ends is not None and today >= ends - _AHEAD:
        yield f"Version {asked} of the Graph API is closed on {ends:%d %b %Y}; set version to a newer one."
