"""Figures: what a chart says, apart from how it is drawn.

A `Figure` is a neutral description (title, takeaway, periods, series, unit). Two thin renderers draw it: `echarts`
for the dashboard and `svg` for notebooks, the PDF and the command line. Matplotlib is imported only when `svg` runs.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from hubmodel.language import text
from hubmodel.numbers import format_value

if TYPE_CHECKING:
    from hubmodel.result import Result

Kind = Literal["line", "bar"]

FONT = "Inter, Segoe UI, system-ui, Helvetica Neue, Liberation Sans, Arial, sans-serif"
COLOURS = ("#0f766e", "#b45309", "#1d4ed8", "#7e22ce", "#475569", "#be123c")
DASHES: tuple[tuple[int, ...], ...] = ((), (7, 4), (2, 3), (10, 3, 2, 3), (4, 2), (12, 4))
HATCHES = ("", "//", "..", "xx", "--", "\\\\")
DECALS: list[dict[str, Any]] = [
    {"symbol": "none"},
    {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 6], "rotation": -0.7854, "color": "rgba(255,255,255,0.45)"},
    {"symbol": "circle", "symbolSize": 0.7, "dashArrayX": [[6, 6], [0, 6, 6, 0]], "dashArrayY": [6, 0], "color": "rgba(255,255,255,0.6)"},
    {"symbol": "rect", "dashArrayX": [1, 0], "dashArrayY": [2, 6], "rotation": 0.7854, "color": "rgba(255,255,255,0.45)"},
]  # fmt: skip
SCALES = {"SEK": (1e6, "MSEK"), "share": (0.01, "%")}


@dataclass(frozen=True)
class Series:
    """One named row of numbers, in the figure's unit; None where there is no number."""

    name: str
    values: tuple[float | None, ...]


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

    @property
    def unit_label(self) -> str:
        """Unit as the axis shows it, for example MSEK for SEK."""
        if self.unit == "SEK":
            return text("MSEK, nominal", self.language)
        return SCALES.get(self.unit, (1.0, self.unit))[1]

    def by_period(self) -> list[tuple[str, tuple[float | None, ...]]]:
        """Each period with the value of every series, in the figure's unit."""
        return list(zip(self.periods, zip(*(one.values for one in self.series), strict=True), strict=True))


def cash_over_time(result: Result, without: Result, language: str = "en") -> Figure:
    """Cumulative cash before any owner money, with and without the grant: its lowest point is the funding need.

    Parameters
    ----------
    result, without
        The run that is shown, and the same case without the grant.
    language
        Language of title, takeaway and legend, ``en`` or ``sv``.

    Returns
    -------
    Figure
        Two lines by the periods of the run [SEK].
    """
    by = result.case.chosen("period")
    periods, rows = result.series(CASH_LINE, by, "last")
    others = without.series(CASH_LINE, by, "last")[1]
    lines = (
        Series(text("with the grant", language), tuple(_sum(rows))),
        Series(text("without the grant", language), tuple(_sum(others))),
    )
    return Figure(
        "cash_over_time", text("Cash over time", language), _cash_takeaway(periods, lines[0], language), "line", "SEK",
        tuple(periods), lines, language,
    )  # fmt: skip


def revenue_by_track(result: Result, language: str = "en") -> Figure:
    """Revenue of each track by year, stacked [SEK]."""
    return stacked(result, "revenue_by_track", text("Revenue by track", language), REVENUE_LINES, language)


def utilisation_by_suite(result: Result, language: str = "en") -> Figure:
    """Share of the open suite-days that is used, by suite and year."""
    periods, rows = result.series("utilisation")
    series = tuple(Series(name, _clean(values)) for name, values in rows.items())
    last = {one.name: one.values[-1] or 0.0 for one in series}
    takeaway = text("In {year} the busiest suite is {high} at {most}, the least used {low} at {least}.", language).format(
        year=periods[-1], high=max(last, key=last.__getitem__), low=min(last, key=last.__getitem__),
        most=format_value(max(last.values()), "share", language, digits=2),
        least=format_value(min(last.values()), "share", language, digits=2),
    )  # fmt: skip
    return Figure(
        "utilisation",
        text("Utilisation by suite", language),
        takeaway,
        "line",
        "share",
        tuple(periods),
        series,
        language,
    )


CASH_LINE = "cash_before_owner"
REVENUE_LINES = {
    "innovation_revenue": "Innovation (fee for service)",
    "commercial_revenue": "Commercial (margin)",
    "training_revenue": "Training",
    "reservation_revenue": "Reservation",
}


def stacked(result: Result, name: str, title: str, lines: Mapping[str, str], language: str = "en") -> Figure:
    """Stack several lines of the hub by year.

    Parameters
    ----------
    result
        The run.
    name, title
        File name and heading of the figure.
    lines
        Name of each line and the label that the legend shows.
    language
        ``en`` or ``sv``.

    Returns
    -------
    Figure
        Bars by year; the takeaway says the last year's total and its largest part.
    """
    rows = {label: result.series(line) for line, label in lines.items()}
    periods = next(iter(rows.values()))[0]
    series = tuple(Series(text(label, language), _clean(_sum(values))) for label, (_, values) in rows.items())
    last = {one.name: one.values[-1] or 0.0 for one in series}
    takeaway = text("{total} in {year}; the largest part is {part} with {amount}.", language).format(
        total=format_value(sum(last.values()), "SEK", language), year=periods[-1],
        part=max(last, key=last.__getitem__), amount=format_value(max(last.values()), "SEK", language),
    )  # fmt: skip
    return Figure(name, title, takeaway, "bar", "SEK", tuple(periods), series, language)


def csv(figure: Figure) -> str:
    """Comma-separated values of a figure, full precision, the unit in the header."""
    head = ["period", *(f'"{one.name} [{figure.unit}]"' for one in figure.series)]
    body = [[period, *("" if value is None else repr(value) for value in row)] for period, row in figure.by_period()]
    return "\n".join(",".join(row) for row in [head, *body]) + "\n"


def echarts(figure: Figure) -> dict[str, Any]:
    """Describe a figure as an option of Apache ECharts (numbers scaled and rounded for the screen)."""
    series = [_echarts_series(figure, index, one) for index, one in enumerate(figure.series)]
    line = {"lineStyle": {"color": "#d5dbd8"}}
    return {
        "animation": False,
        "color": list(COLOURS),
        "textStyle": {"fontFamily": FONT, "color": "#33414e"},
        "aria": {"enabled": True, "label": {"description": f"{figure.title}. {figure.takeaway}"},
                 "decal": {"show": figure.kind == "bar", "decals": DECALS}},
        "grid": {"left": 4, "right": 14, "top": 30, "bottom": 4, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {"type": "category", "data": list(figure.periods), "axisLine": {"lineStyle": {"color": "#5b6772"}},
                  "axisLabel": {"color": "#4a5763", "hideOverlap": True, **({"interval": 23} if len(figure.periods) > 120 else {})}, "axisTick": {"show": False}},
        "yAxis": {"type": "value", "name": figure.unit_label, "nameTextStyle": {"align": "left", "color": "#4a5763"},
                  "splitLine": line, "axisLabel": {"color": "#4a5763"}, **({"max": 100} if figure.unit == "share" else {})},
        "series": series,
    }  # fmt: skip


def svg(figure: Figure, width: float = 7.2, height: float = 3.6) -> str:
    """Draw a figure as SVG with Matplotlib: the same picture for the same numbers.

    Parameters
    ----------
    figure
        What to draw.
    width, height
        Size [inch].

    Returns
    -------
    str
        An ``<svg>`` document that scales with its place; its text stays text.
    """
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "hubmodel", "font.size": 9}):
        canvas = Canvas(figsize=(width, height), layout="constrained")
        axes = canvas.add_subplot()
        _matplotlib_series(axes, figure)
        axes.set_title(f"{figure.title}: {figure.takeaway}", loc="left", fontsize=9, wrap=True)
        axes.set_ylabel(figure.unit_label)
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(axis="y", color="#d5dbd8", linewidth=0.6)
        axes.legend(frameon=False, fontsize=8, ncols=2)
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def nice_step(low: float, high: float) -> float:
    """Step of a slider between two values: a power of ten (or its half) that gives 50 to 250 steps.

    >>> nice_step(900, 1600), nice_step(0.2, 0.5), nice_step(0, 1)
    (5.0, 0.005, 0.005)
    """
    step: float = 10 ** math.floor(math.log10((high - low) / 50))
    return step * 5 if (high - low) / step > 250 else step


def tornado(ends: Sequence[tuple[float, float]], base: float) -> list[str]:
    """Bars of a tornado as HTML: each input's low and high end, measured from the base value, to one scale."""
    largest = max((abs(end - base) for pair in ends for end in pair), default=0.0) or 1.0
    return [_half(low - base, largest, "down") + _half(high - base, largest, "up") for low, high in ends]


def _half(value: float, largest: float, kind: str) -> str:
    share = 50 * abs(value) / largest
    start = 50 if value >= 0 else 50 - share
    return f'<i class="hub-{kind}" style="left:{start:.1f}%;width:{share:.1f}%"></i>'


def _cash_takeaway(periods: Sequence[str], line: Series, language: str) -> str:
    """Say when cumulative cash is lowest, and when it turns positive for good."""
    values = [value or 0.0 for value in line.values]
    low = min(range(len(values)), key=values.__getitem__)
    back = [i for i in range(low, len(values)) if all(value >= 0 for value in values[i:])]
    message = (
        "Lowest in {year} with {low}; positive for good from {back}."
        if back
        else "Lowest in {year} with {low}; not positive again before the calendar ends."
    )
    return text(message, language).format(
        year=periods[low], low=format_value(values[low], "SEK", language), back=periods[back[0]] if back else ""
    )


def _sum(rows: Mapping[str, Sequence[float]]) -> list[float]:
    """Rows of one line added up, period by period."""
    return [sum(column) for column in zip(*rows.values(), strict=True)]


def _clean(values: Sequence[float]) -> tuple[float | None, ...]:
    """Values with None where a ratio has no meaning."""
    return tuple(None if math.isnan(value) else float(value) for value in values)


def _scaled(figure: Figure, one: Series) -> list[float | None]:
    """Values as the axis shows them, to a tenth of its unit."""
    scale = SCALES.get(figure.unit, (1.0, ""))[0]
    return [None if value is None else round(value / scale, 1) for value in one.values]


def _echarts_series(figure: Figure, index: int, one: Series) -> dict[str, Any]:
    shown = {"name": one.name, "data": _scaled(figure, one)}
    if figure.kind == "bar":
        return shown | {"type": "bar", "stack": "all", "barCategoryGap": "25%"}
    return shown | {
        "type": "line",
        "symbol": "none",
        "lineStyle": {"width": 2.5, "type": list(DASHES[index]) or "solid"},
    }


def _matplotlib_series(axes: Any, figure: Figure) -> None:
    below = [0.0] * len(figure.periods)
    for index, one in enumerate(figure.series):
        values = [math.nan if value is None else value for value in _scaled(figure, one)]
        if figure.kind == "bar":
            axes.bar(figure.periods, values, bottom=below, label=one.name, color=COLOURS[index], hatch=HATCHES[index])
            below = [under + value for under, value in zip(below, values, strict=True)]
        else:
            dash = (0, DASHES[index]) if DASHES[index] else "-"
            axes.plot(figure.periods, values, label=one.name, color=COLOURS[index], linestyle=dash)
    axes.set_xticks(figure.periods[:: max(1, len(figure.periods) // 10)])


def signed(value: float, unit: str, language: str = "en") -> str:
    """Format a change with its sign; a change of a share is in percentage points.

    >>> signed(0.0, "SEK")
    'unchanged'
    """
    if not value:
        return text("unchanged", language)
    share = unit in ("share", "1/year")
    points = text("-points", language) if share else ""
    return ("+" if value > 0 else "") + format_value(value, "share" if share else unit, language) + points
