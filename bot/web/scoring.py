"""Judging a text that a person tries: the classifiers, loaded when the first one does; one text at a time."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.config import Loaded
from models.policy import Policy

if TYPE_CHECKING:
    from bot.judgement import InPlace, Judgement, Rulebook

LONGEST = 64 * 1024
"""Bytes of UTF-8 that a tried text, or its post, may have."""
MOST = 20
"""So many texts may one person try in a minute."""
_MINUTE = timedelta(minutes=1)


class TooManyError(Exception):
    """You tried many texts within a minute. Wait a little, then send it again."""


class Scoring:
    """The classifiers of the configuration. Until somebody tries a text they cost no memory."""

    def __init__(self, config: Loaded) -> None:
        self._config = config
        self._book: Rulebook | None = None
        self._one_at_a_time = threading.Lock()
        self._tried: dict[str, deque[datetime]] = {}

    def require_turn(self, person: str, now: datetime) -> None:
        """Count a try of a person.

        Raises:
            TooManyError: when there were too many in the last minute.
        """
        tried = self._tried.setdefault(person, deque(maxlen=MOST))
        if len(tried) == MOST and now - tried[0] < _MINUTE:
            raise TooManyError(TooManyError.__doc__)
        tried.append(now)

    def judge(self, text: InPlace, policy: Policy) -> tuple[Judgement, Rulebook]:
        """What the classifiers find in a text, and what the policy makes of it."""
        from bot.judgement import judge
        from bot.rulebook import rulebook

        with self._one_at_a_time:
            self._book = self._book or rulebook(self._config)
            book = replace(self._book, policy=policy)
            return judge([text], book)[0], book
