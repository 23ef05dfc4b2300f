"""Until when the versions of LinkedIn's interface are open: one a month, each for at least a year.

https://learn.microsoft.com/en-us/linkedin/marketing/versioning
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

_AHEAD = timedelta(days=90)


def version_warnings(version: str, today: date) -> Iterator[str]:
    """What a person has to do about the version, soon or now.

    Args:
        version: year and month, such as ``202606``.
        today: the day (UTC).
    """
    ends = date(int(version[:4]) + 1, int(version[4:]), 1)
    if today >= ends - _AHEAD:
        yield (
            f"LinkedIn may close version {version} of its interface from {ends:%d %b %Y} on; set version to a newer one"
            " that learn.microsoft.com/linkedin/marketing/versioning names."
        )
