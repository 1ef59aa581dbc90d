"""The content of a chart, apart from its drawing: title, takeaway, series and unit; and its CSV."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hubmodel.text.language import text
from hubmodel.text.numbers import format_value

# line: over periods; bar: stacked, over periods; span: horizontal bars from a start to an end, a row for each period;
# heat: a cell for each series and period
Kind = Literal["line", "bar", "span", "heat"]

FONT = "Inter, Segoe UI, system-ui, Helvetica Neue, Liberation Sans, Arial, sans-serif"
COLOURS = ("#0f766e", "#b45309", "#1d4ed8", "#7e22ce", "#475569", "#be123c")
# one more than the colours, so that a colour that comes again has another dash and pattern
DASHES: tuple[tuple[int, ...], ...] = ((), (7, 4), (2, 3), (10, 3, 2, 3), (4, 2), (12, 4), (1, 2, 5, 2))
HATCHES = ("", "//", "..", "xx", "--", "\\\\", "oo")
PATTERNS = 4  # of bars on a page: none, lines one way, dots, lines the other way
SCALES = {"SEK": (1e6, "MSEK"), "share": (0.01, "%"), "1/year": (0.01, "%/year")}


@dataclass(frozen=True)
class Series:
    """A named row of numbers in the figure's unit, None where missing; spans have starts, too."""

    name: str
    values: tuple[float | None, ...]
    starts: tuple[float, ...] = ()


@dataclass(frozen=True)
class Mark:
    """A line across a figure: at a period of bars and lines, at a value [the figure's unit] of spans."""

    name: str
    at: str | float


@dataclass(frozen=True)
class Figure:
    """The content of a chart, in the units of the result (SEK, share), at full precision."""

    name: str
    title: str
    takeaway: str
    kind: Kind
    unit: str
    periods: tuple[str, ...]
    series: tuple[Series, ...]
    language: str = "en"
    marks: tuple[Mark, ...] = ()
    across: str = ""  # name of the horizontal axis, if it does not hold periods
    from_zero: bool = True  # whether the axis of values includes zero

    @property
    def unit_label(self) -> str:
        """Return the unit as the axis shows it, for example MSEK for SEK."""
        if self.unit == "SEK":
            return text("MSEK, nominal", self.language)
        return text(SCALES.get(self.unit, (1.0, self.unit))[1], self.language)

    def by_period(self) -> list[tuple[str, tuple[float | None, ...]]]:
        """Return each period with the value of every series, in the figure's unit."""
        return list(zip(self.periods, zip(*(row.values for row in self.series), strict=True), strict=True))


def colour(index: int) -> str:
    """Return the colour of the series at an index; after the last the first comes again.

    >>> colour(0) == colour(6), dash(0) == dash(6), hatch(0) == hatch(6)
    (True, False, False)
    """
    return COLOURS[index % len(COLOURS)]


def dash(index: int) -> tuple[int, ...]:
    """Return the lengths of dashes and gaps of the series at an index; none for a solid line."""
    return DASHES[index % len(DASHES)]


def hatch(index: int) -> str:
    """Return the pattern of the series at an index, for areas."""
    return HATCHES[index % len(HATCHES)]


def csv(figure: Figure) -> str:
    """Write a figure as CSV at full precision, with the unit in the header."""
    head = ["period", *(f'"{row.name} [{figure.unit}]"' for row in figure.series)]
    body = [
        [_quoted(name), *("" if value is None else repr(value) for value in row)] for name, row in figure.by_period()
    ]
    return "\n".join(",".join(row) for row in [head, *body]) + "\n"


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def scaled(figure: Figure, values: Sequence[float | None]) -> list[float | None]:
    """Return values as the axis shows them, to a tenth of its unit."""
    scale = SCALES.get(figure.unit, (1.0, ""))[0]
    return [None if value is None else round(value / scale, 1) for value in values]


def clean(values: Sequence[float]) -> tuple[float | None, ...]:
    """Return values with None where a ratio has no meaning."""
    return tuple(None if math.isnan(value) else float(value) for value in values)


def added(rows: Mapping[str, Sequence[float]]) -> list[float]:
    """Add up the rows of a line, period by period."""
    return [sum(column) for column in zip(*rows.values(), strict=True)]


def ends(series: Sequence[Series], unit: str, language: str) -> list[tuple[str, str]]:
    """Return name and value of the smallest and the largest series in the last period."""
    ordered = sorted((row.values[-1] or 0.0, row.name) for row in series)
    return [(name, format_value(value, unit, language)) for value, name in (ordered[0], ordered[-1])]
