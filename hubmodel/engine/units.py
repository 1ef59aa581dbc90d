"""Units: what a line item's annotations mean, and how a unit written in data converts to them.

A quantity is a float64 array of shape ``(..., rows, periods)``; its annotation carries the unit, so that a
signature reads like the header of a worksheet and the unit check needs nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Annotated, TypeVar

import numpy as np
import numpy.typing as npt

from hubmodel.errors import UnitError

Quantity = npt.NDArray[np.float64]
Powers = tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Unit:
    """A product of powers of base units; no powers at all is the plain number ``1``."""

    powers: Powers = ()

    def __mul__(self, other: Unit) -> Unit:
        return self._combine(other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return self._combine(other, -1)

    def _combine(self, other: Unit, sign: int) -> Unit:
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + sign * power
        return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)))

    def __str__(self) -> str:
        above = ["*".join([name] * power) for name, power in self.powers if power > 0]
        below = ["/".join([name] * -power) for name, power in self.powers if power < 0]
        return "/".join(["*".join(above) or "1", *below])


@dataclass(frozen=True)
class Limits:
    """What an input may be [engine's unit], in whatever unit its rows are written.

    Parameters
    ----------
    low, high
        its ends.
    above
        whether it must be above `low`: a divisor, or what a rate is added to.
    once
        whether it has one value for the whole calendar, so that no row of it has a period.
    """

    low: float = -math.inf
    high: float = math.inf
    above: bool = False
    once: bool = False

    def __and__(self, other: Limits) -> Limits:
        tighter = max((self.low, self.above), (other.low, other.above))
        return Limits(*tighter[:1], min(self.high, other.high), tighter[1], self.once or other.once)

    def hold(self, value: float) -> bool:
        """Return whether a value lies within."""
        return self.low <= value <= self.high and not (self.above and value == self.low)


@dataclass(frozen=True)
class Membership:
    """Which member of a parent list each member of a list belongs to: structure, not a number."""

    list: str
    parent: str
    position: tuple[int, ...]
    parents: int

    @cached_property
    def index(self) -> npt.NDArray[np.intp]:
        """Position of each row's parent, shape (rows,)."""
        return np.asarray(self.position, dtype=np.intp)

    @cached_property
    def children(self) -> tuple[npt.NDArray[np.intp], ...]:
        """Positions of each parent's rows, one array for each parent; an empty parent keeps its place."""
        return tuple(np.flatnonzero(self.index == parent) for parent in range(self.parents))


BASE = (
    "SEK",
    "year",
    "hour",
    "suite-day",
    "project",
    "batch",
    "dose",
    "post",
    "seat",
    "course",
    "visit",
    "output",
    "currency",
)
_FACTORS: dict[str, tuple[float, str]] = {
    **{name: (1.0, name) for name in BASE},
    "MSEK": (1e6, "SEK"), "mnkr": (1e6, "SEK"), "kSEK": (1e3, "SEK"), "tkr": (1e3, "SEK"), "kr": (1.0, "SEK"),
    "h": (1.0, "hour"), "month": (1 / 12, "year"), "week": (7 / 365, "year"), "day": (1 / 365, "year"),
    "date": (1.0, "year"), "yr": (1.0, "year"), "år": (1.0, "year"),
    "1": (1.0, ""), "share": (1.0, ""), "index": (1.0, ""), "count": (1.0, ""), "flag": (1.0, ""),
    "ratio": (1.0, ""), "choice": (1.0, ""), "%": (0.01, ""),
}  # fmt: skip


@cache
def parse(text: str) -> tuple[float, Unit]:
    """Read a unit as people write it.

    Parameters
    ----------
    text
        for example ``MSEK``, ``SEK/hour``, ``kSEK/post/month``, ``%``, ``weeks``.

    Returns
    -------
    The factor to the base unit [1] and the base unit.

    Raises
    ------
    UnitError
        when a part of it is not known.

    >>> parse("MSEK/year")
    (1000000.0, Unit(powers=(('SEK', 1), ('year', -1))))
    >>> parse("kSEK/month")[0]
    12000.0
    """
    factor, unit = 1.0, Unit()
    for place, part in enumerate(text.strip().split("/")):
        for name in part.strip().split("*"):
            scale, base = _part(name.strip(), text)
            factor = factor * scale if place == 0 else factor / scale
            step = Unit(((base, 1),)) if base else Unit()
            unit = unit * step if place == 0 else unit / step
    return factor, unit


def _part(name: str, text: str) -> tuple[float, str]:
    for candidate in (name, name.removesuffix("s"), name.removesuffix("es")):
        if candidate in _FACTORS:
            return _FACTORS[candidate]
    known = ", ".join(_FACTORS)
    raise UnitError("unit {unit!r}: {part!r} is not known; use {known}", unit=text, part=name, known=known)


def unit(text: str) -> Unit:
    """Read the unit of an annotation; shape-free. Example: ``unit("SEK/hour")``."""
    return parse(text)[1]


# What an input may be, beside its unit: Positive[Years], Once[SEK]. Without any it may not be negative.
T = TypeVar("T")
Positive = Annotated[T, Limits(low=0, above=True)]
Once = Annotated[T, Limits(once=True)]


@dataclass(frozen=True)
class Zero:
    """What a check is: an identity must be zero but for rounding, a warning asks for attention where it is not."""

    level: str


Gap = Annotated[T, Zero("identity")]
Judgement = Annotated[T, Zero("warning")]

# What line items are annotated with. Amounts of a period are plain; rates are per year. A text says how people read it.
SEK = Annotated[Quantity, unit("SEK")]
SEKPerYear = Annotated[Quantity, unit("SEK/year")]
SEKPerHour = Annotated[Quantity, unit("SEK/hour")]
SEKPerBatch = Annotated[Quantity, unit("SEK/batch")]
SEKPerProject = Annotated[Quantity, unit("SEK/project")]
SEKPerSuiteDay = Annotated[Quantity, unit("SEK/suite-day")]
SEKPerSeat = Annotated[Quantity, unit("SEK/seat")]
SEKPerCourse = Annotated[Quantity, unit("SEK/course")]
SEKPerDoseYear = Annotated[Quantity, unit("SEK/dose/year")]
SEKPerPostYear = Annotated[Quantity, unit("SEK/post/year")]
Years = Annotated[Quantity, unit("year")]
Date = Annotated[Quantity, unit("date"), "date", Limits(once=True)]
PerYear = Annotated[Quantity, unit("1/year"), Limits(low=-1, above=True)]
Share = Annotated[Quantity, unit("share"), "share", Limits(0, 1)]
Markup = Annotated[Quantity, unit("ratio"), "share"]  # on top of something, and perhaps more than the whole of it
Change = Annotated[Quantity, unit("ratio"), "share", Limits(low=-1, above=True)]
Flag = Annotated[Quantity, unit("flag"), Limits(0, 1)]
Index = Annotated[Quantity, unit("index"), Limits(low=0, above=True)]
Count = Annotated[Quantity, unit("count")]
Ratio = Annotated[Quantity, unit("ratio")]
Hours = Annotated[Quantity, unit("hour")]
HoursPerBatch = Annotated[Quantity, unit("hour/batch")]
HoursPerProject = Annotated[Quantity, unit("hour/project")]
HoursPerPostYear = Annotated[Quantity, unit("hour/post/year"), Limits(0, 8784)]
SuiteDays = Annotated[Quantity, unit("suite-day")]
SuiteDaysPerYear = Annotated[Quantity, unit("suite-day/year")]
DaysOfYear = Annotated[Quantity, unit("suite-day/year"), Limits(0, 366)]  # of one suite
SuiteDaysPerBatch = Annotated[Quantity, unit("suite-day/batch")]
SuiteDaysPerProject = Annotated[Quantity, unit("suite-day/project")]
Projects = Annotated[Quantity, unit("project")]
ProjectsPerYear = Annotated[Quantity, unit("project/year")]
Batches = Annotated[Quantity, unit("batch")]
BatchesPerProject = Annotated[Quantity, unit("batch/project")]
BatchesPerYear = Annotated[Quantity, unit("batch/year")]
Doses = Annotated[Quantity, unit("dose")]
DosesPerYear = Annotated[Quantity, unit("dose/year")]
DosesPerBatch = Annotated[Quantity, unit("dose/batch")]
Posts = Annotated[Quantity, unit("post")]
PostYears = Annotated[Quantity, unit("post*year")]
Courses = Annotated[Quantity, unit("course")]
CoursesPerYear = Annotated[Quantity, unit("course/year")]
SeatsPerCourse = Annotated[Quantity, unit("seat/course")]
Currency = Annotated[Quantity, unit("currency")]  # whichever foreign one a quote is in
SEKPerCurrency = Annotated[Quantity, unit("SEK/currency")]

# A plant's output in its own unit (kWh, kg, slots): what project finance prices, supports and reserves.
Output = Annotated[Quantity, unit("output")]
OutputPerHour = Annotated[Quantity, unit("output/hour")]
SEKPerOutput = Annotated[Quantity, unit("SEK/output")]
SEKPerOutputPerHour = Annotated[Quantity, unit("SEK*hour/output")]
