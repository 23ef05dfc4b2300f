"""What reached a platform, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.simulators.loopback import Request


@dataclass(frozen=True)
class Received:
    """A request as it reached the platform."""

    at: datetime
    method: str
    path: str
    params: tuple[tuple[str, str], ...] = ()


class Doorman(list[Request]):
    """Stands in for `Wire.requests`: keeps when something came and what it asked for, and not the rest of it."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.received: list[Received] = []
        self._clock = clock

    def append(self, request: Request) -> None:
        self.received.append(Received(self._clock(), request.method, request.path, tuple(request.params.items())))
