"""What a chart says, apart from how it is drawn: title, takeaway, rows of numbers, unit; and its file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hubmodel.text.language import text
from hubmodel.text.numbers import format_value

# lines over periods; bars over periods, stacked; bars that lie, from a start to an end, a row for each period; a cell
# for each series and period, the darker the more
Kind = Literal["line", "bar", "span", "heat"]

FONT = "Inter, Segoe UI, system-ui, Helvetica Neue, Liberation Sans, Arial, sans-serif"
COLOURS = ("#0f766e", "#b45309", "#1d4ed8", "#7e22ce", "#475569", "#be123c")
# one more of these than of the colours: when the colours start again, each comes with another
DASHES: tuple[tuple[int, ...], ...] = ((), (7, 4), (2, 3), (10, 3, 2, 3), (4, 2), (12, 4), (1, 2, 5, 2))
HATCHES = ("", "//", "..", "xx", "--", "\\\\", "oo")
PATTERNS = 4  # over a bar on a page: none, lines one way, dots, lines the other way
SCALES = {"SEK": (1e6, "MSEK"), "share": (0.01, "%"), "1/year": (0.01, "%/year")}


@dataclass(frozen=True)
class Series:
    """One named row of numbers, in the figure's unit; None where there is no number. A span has starts, too."""

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
    """What a chart shows, in the units of the result (SEK, share), at full precision."""

    name: str
    title: str
    takeaway: str
    kind: Kind
    unit: str
    periods: tuple[str, ...]
    series: tuple[Series, ...]
    language: str = "en"
    marks: tuple[Mark, ...] = ()
    across: str = ""  # what the periods are, where they are no periods
    from_zero: bool = True  # whether the axis of values shows zero, too

    @property
    def unit_label(self) -> str:
        """Unit as the axis shows it, for example MSEK for SEK."""
        if self.unit == "SEK":
            return text("MSEK, nominal", self.language)
        return text(SCALES.get(self.unit, (1.0, self.unit))[1], self.language)

    def by_period(self) -> list[tuple[str, tuple[float | None, ...]]]:
        """Each period with the value of every series, in the figure's unit."""
        return list(zip(self.periods, zip(*(row.values for row in self.series), strict=True), strict=True))


def colour(index: int) -> str:
    """Colour of the series at a place; after the last the first comes again.

    >>> colour(0) == colour(6), dash(0) == dash(6), hatch(0) == hatch(6)
    (True, False, False)
    """
    return COLOURS[index % len(COLOURS)]


def dash(index: int) -> tuple[int, ...]:
    """Lengths of the dashes and gaps of the series at a place; none for a whole line."""
    return DASHES[index % len(DASHES)]


def hatch(index: int) -> str:
    """Pattern of the series at a place, where it is a drawn area."""
    return HATCHES[index % len(HATCHES)]


def csv(figure: Figure) -> str:
    """Comma-separated values of a figure, full precision, the unit in the header."""
    head = ["period", *(f'"{row.name} [{figure.unit}]"' for row in figure.series)]
    body = [
        [_quoted(name), *("" if value is None else repr(value) for value in row)] for name, row in figure.by_period()
    ]
    return "\n".join(",".join(row) for row in [head, *body]) + "\n"


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name else name


def scaled(figure: Figure, values: Sequence[float | None]) -> list[float | None]:
    """Values as the axis shows them, to a tenth of its unit."""
    scale = SCALES.get(figure.unit, (1.0, ""))[0]
    return [None if value is None else round(value / scale, 1) for value in values]


def clean(values: Sequence[float]) -> tuple[float | None, ...]:
    """Values with None where a ratio has no meaning."""
    return tuple(None if math.isnan(value) else float(value) for value in values)


def added(rows: Mapping[str, Sequence[float]]) -> list[float]:
    """Rows of one line added up, period by period."""
    return [sum(column) for column in zip(*rows.values(), strict=True)]


def ends(series: Sequence[Series], unit: str, language: str) -> list[tuple[str, str]]:
    """Name and value of the smallest and the largest series in the last period."""
    ordered = sorted((row.values[-1] or 0.0, row.name) for row in series)
    return [(name, format_value(value, unit, language)) for value, name in (ordered[0], ordered[-1])]
