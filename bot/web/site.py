"""What a request needs to know about the Department that is served: its configuration, its record, the time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any, cast

from django.http import HttpRequest

from bot.config import Loaded
from bot.events import Actor
from bot.moments import utc_now
from bot.records import Records
from bot.web.figures import OwnFigures
from bot.web.models import User
from bot.web.roles import Role, actor, may_decide, may_move_thresholds, may_take_over, roles_of
from bot.web.scoring import Scoring
from bot.web.times import Clock

KEY = "ofrecord.site"
"""Where the WSGI environment carries the site."""


class Site:
    """One Department's configuration and record. A thread opens the record when it first needs it and keeps it."""

    def __init__(self, config: Loaded, clock: Callable[[], datetime] = utc_now) -> None:
        self.config = config
        self.clock = clock
        self.open_records: Callable[[], Records] = partial(
            Records.open, config.store_dir, config.department.origin, clock
        )
        self.scoring = Scoring(config)
        self.figures = OwnFigures(config)
        self._mine = threading.local()

    @property
    def records(self) -> Records:
        """The record, opened for this thread.

        Raises:
            StoreError: when it cannot be opened.
        """
        if not hasattr(self._mine, "records"):
            self._mine.records = self.open_records()
        return cast("Records", self._mine.records)

    @property
    def times(self) -> Clock:
        """The Department's zone, and the time now."""
        return Clock(self.config.department.zone, self.clock())

    def close(self) -> None:
        """Close what this thread has opened."""
        if hasattr(self._mine, "records"):
            self.records.close()
            del self._mine.records


@dataclass(frozen=True)
class Person:
    """Somebody who is signed in, with what their roles let them do."""

    user: User
    roles: frozenset[Role]

    @cached_property
    def actor(self) -> Actor:
        """The person as the log names them."""
        return actor(self.user, self.roles)

    @property
    def decides(self) -> bool:
        """Whether they may answer flags."""
        return may_decide(self.roles)

    @property
    def takes_over(self) -> bool:
        """Whether they may take an item that another moderator holds."""
        return may_take_over(self.roles)

    @property
    def moves_thresholds(self) -> bool:
        """Whether they may move a rule's threshold."""
        return may_move_thresholds(self.roles)


def site_of(request: HttpRequest) -> Site:
    """The site that a request came to."""
    return cast("Site", request.META[KEY])


def person_of(request: HttpRequest) -> Person:
    """Who sent a request. Every view but the sign-in and the health check requires somebody."""
    user = cast("User", request.user)
    return Person(user, roles_of(user))


def context(request: HttpRequest) -> dict[str, Any]:
    """What every template may use."""
    site = request.META.get(KEY)
    return {
        "department": site.config.department.name if site else "",
        "person": person_of(request) if hasattr(request, "user") and request.user.is_authenticated else None,
    }
