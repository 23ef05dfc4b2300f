"""One measured figure, and the aim that it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median as _median
from typing import Any


@dataclass(frozen=True, slots=True)
class Aim:
    """What a figure should be."""

    limit: float
    at_least: bool = False
    """Whether more is better; else the figure should stay below the limit."""

    def met_by(self, value: float) -> bool:
        """Whether a measured value is good enough."""
        return value >= self.limit if self.at_least else value < self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table. `value` is None where it could not be measured, and `detail` says why."""

    name: str
    value: float | None
    unit: str
    detail: str = ""
    aim: Aim | None = None

    @property
    def met(self) -> bool | None:
        """Whether the aim is met; None where there is none, or no value."""
        return None if self.aim is None or self.value is None else self.aim.met_by(self.value)

    def as_json(self) -> dict[str, Any]:
        """The form of ``--json``."""
        aim = None if self.aim is None else {"limit": self.aim.limit, "at_least": self.aim.at_least}
        shown = {"name": self.name, "value": self.value, "unit": self.unit, "detail": self.detail}
        return {**shown, "aim": aim, "met": self.met}


def median(values: list[float]) -> float:
    """The middle of several measurements: one that something else disturbed does not move it."""
    return float(_median(values))


def spread(values: list[float]) -> str:
    """The smallest and the largest of several measurements."""
    return f"{shown(min(values))} to {shown(max(values))}"


def shown(value: float) -> str:
    """A value with three figures that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
