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
from hubmodel.result import Result, evaluate

if TYPE_CHECKING:
    from hubmodel.preset import Reported
    from hubmodel.uncertainty.tornado import Influence

Kind = Literal["line", "bar"]

FONT = "Inter, Segoe UI, system-ui, Helvetica Neue, Liberation Sans, Arial, sans-serif"
COLOURS = ("#0f766e", "#b45309", "#1d4ed8", "#7e22ce", "#475569", "#be123c")
DASHES: tuple[tuple[int, ...], ...] = ((), (7, 4), (2, 3), (10, 3, 2, 3), (4, 2), (12, 4))
HATCHES = ("", "//", "..", "xx", "--", "\\\\")
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

    `without` is the same case without the grant; lines by the periods of the run [SEK].
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


def without_grant(result: Result) -> Result:
    """Cash of the same case without the grant: only the lines that the grant touches are run again."""
    case = result.case
    touched = case.model.affected(["grant_factor"])
    kept = {name: value for name, value in result.values.items() if name not in touched}
    return evaluate(case, [CASH_LINE], {**kept, "grant_factor": 0 * case.inputs["grant_factor"]})


def revenue_by_track(result: Result, language: str = "en") -> Figure:
    """Revenue of each track by year, stacked [SEK]."""
    return stacked(result, "revenue_by_track", text("Revenue by track", language), REVENUE_LINES, language)


def utilisation_by_suite(result: Result, language: str = "en") -> Figure:
    """Share of the open suite-days that is used, by suite and year."""
    periods, rows = result.series("utilisation")
    series = tuple(Series(name, _clean(values)) for name, values in rows.items())
    (low, least), (high, most) = _ends(series, "share", language)
    message = text("In {year} the busiest suite is {high} at {most}, the least used {low} at {least}.", language)
    takeaway = message.format(year=periods[-1], high=high, most=most, low=low, least=least)
    title = text("Utilisation by suite", language)
    return Figure("utilisation", title, takeaway, "line", "share", tuple(periods), series, language)


CASH_LINE = "cash_before_owner"
REVENUE_LINES = {
    "innovation_revenue": "Innovation (fee for service)",
    "commercial_revenue": "Commercial (margin)",
    "training_revenue": "Training",
    "reservation_revenue": "Reservation",
}


def stacked(result: Result, name: str, title: str, lines: Mapping[str, str], language: str = "en") -> Figure:
    """Stack lines of the hub by year [SEK]: `lines` gives each its label; the takeaway says the last year."""
    rows = {label: result.series(line) for line, label in lines.items()}
    periods = next(iter(rows.values()))[0]
    series = tuple(Series(text(label, language), _clean(_sum(values))) for label, (_, values) in rows.items())
    part, amount = _ends(series, "SEK", language)[1]
    total = format_value(sum(one.values[-1] or 0.0 for one in series), "SEK", language)
    message = text("{total} in {year}; the largest part is {part} with {amount}.", language)
    takeaway = message.format(total=total, year=periods[-1], part=part, amount=amount)
    return Figure(name, title, takeaway, "bar", "SEK", tuple(periods), series, language)


def csv(figure: Figure) -> str:
    """Comma-separated values of a figure, full precision, the unit in the header."""
    head = ["period", *(f'"{one.name} [{figure.unit}]"' for one in figure.series)]
    body = [[period, *("" if value is None else repr(value) for value in row)] for period, row in figure.by_period()]
    return "\n".join(",".join(row) for row in [head, *body]) + "\n"


def echarts(figure: Figure) -> dict[str, Any]:
    """Describe a figure as an option of Apache ECharts (numbers scaled and rounded for the screen)."""
    long, grey = len(figure.periods) > 120, {"color": "#4a5763"}
    decals = [{"symbol": "none"}, _decal("rect", -0.8), _decal("circle", 0.0), _decal("rect", 0.8)]
    return {
        "animation": False,
        "color": list(COLOURS),
        "textStyle": {"fontFamily": FONT, "color": "#33414e"},
        "aria": {"enabled": True, "label": {"description": f"{figure.title}. {figure.takeaway}"},
                 "decal": {"show": figure.kind == "bar", "decals": decals}},
        "grid": {"left": 4, "right": 14, "top": 30, "bottom": 4, "containLabel": True},
        "tooltip": {"trigger": "axis", "confine": True},
        "xAxis": {"type": "category", "data": list(figure.periods), "axisTick": {"show": False},
                  "axisLabel": {**grey, "hideOverlap": True, **({"interval": 23} if long else {})}},
        "yAxis": {"type": "value", "name": figure.unit_label, "nameTextStyle": {**grey, "align": "left"},
                  "splitLine": {"lineStyle": {"color": "#d5dbd8"}}, "axisLabel": grey,
                  **({"max": 100} if figure.unit == "share" else {})},
        "series": [_echarts_series(figure, index, one) for index, one in enumerate(figure.series)],
    }  # fmt: skip


def svg(figure: Figure, width: float = 7.2, height: float = 3.6) -> str:
    """Draw a figure as SVG with Matplotlib: the same picture for the same numbers.

    Sizes are in inches; the ``<svg>`` scales with its place and its text stays text.
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


def _ends(series: Sequence[Series], unit: str, language: str) -> list[tuple[str, str]]:
    """Name and value of the smallest and the largest series in the last period."""
    ordered = sorted((one.values[-1] or 0.0, one.name) for one in series)
    return [(name, format_value(value, unit, language)) for value, name in (ordered[0], ordered[-1])]


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


def _decal(symbol: str, rotation: float) -> dict[str, Any]:
    """Pattern over a bar's colour, so that colour never carries meaning alone."""
    white = {"symbol": symbol, "symbolSize": 0.7 if symbol == "circle" else 1, "color": "rgba(255,255,255,0.5)"}
    return white | {"dashArrayX": [1, 0], "dashArrayY": [2, 5], "rotation": rotation}


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


def over_time(
    result: Result, name: str, title: str, lines: Mapping[str, str], unit: str = "SEK", language: str = "en"
) -> Figure:
    """Lines of the hub over the years, side by side.

    Parameters
    ----------
    result
        The run.
    name, title
        File name and heading of the figure.
    lines
        Name of each line and the label that the legend shows.
    unit
        What the lines are in.
    language
        ``en`` or ``sv``.

    Returns
    -------
    Figure
        Lines by year; the takeaway says where the first one ends.
    """
    rows = {label: result.series(line) for line, label in lines.items()}
    periods = next(iter(rows.values()))[0]
    series = tuple(Series(text(label, language), _clean(_sum(values))) for label, (_, values) in rows.items())
    amount = format_value(series[0].values[-1], unit, language, digits=3)
    takeaway = text("{amount} in {year}.", language).format(amount=amount, year=periods[-1])
    return Figure(name, title, takeaway, "line", unit, tuple(periods), series, language)


def equal_value_line(
    pairs: Sequence[tuple[float, float | None]], title: str, name: str, language: str = "en"
) -> Figure:
    """Pairs of two inputs at which the hub is worth the same: the first along the bottom, the second a share.

    Parameters
    ----------
    pairs
        What `solve.equal_value` returned.
    title, name
        Heading of the figure, and what the second input is called.
    language
        ``en`` or ``sv``.
    """
    across = tuple(f"{value:,.0f}".replace(",", "\u00a0") for value, _ in pairs)
    line = Series(text(name, language), tuple(value for _, value in pairs))
    known = [(place, value) for place, value in zip(across, line.values, strict=True) if value is not None]
    takeaway = text("from {least} at {low} to {most} at {high}.", language).format(
        least=format_value(known[0][1], "share", language, digits=2), low=known[0][0],
        most=format_value(known[-1][1], "share", language, digits=2), high=known[-1][0],
    ) if known else ""  # fmt: skip
    return Figure("equal_value", title, takeaway, "line", "share", across, (line,), language)


def influence_svg(found: Sequence[Influence], base: float, count: int = 10, width: float = 7.2) -> str:
    """Draw how far the net present value moves when each input goes to the ends of its range, largest first.

    Parameters
    ----------
    found
        What `bridge.influence` returned.
    base
        Net present value of the case [SEK].
    count
        How many inputs.
    width
        Size [inch]; the height follows the number of inputs.

    Returns
    -------
    str
        An ``<svg>`` document; its text stays text.
    """
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    shown = list(found[:count])[::-1]
    names, scale = [one.label for one in shown], SCALES["SEK"][0]
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "hubmodel", "font.size": 9}):
        canvas = Canvas(figsize=(width, 0.7 + 0.28 * len(shown)), layout="constrained")
        axes = canvas.add_subplot()
        for place, end in enumerate(("at_low", "at_high")):
            moves = [(getattr(one, end) - base) / scale for one in shown]
            said = ("at the low end of the range", "at the high end")[place]
            axes.barh(names, moves, left=base / scale, color=COLOURS[place], hatch=HATCHES[place], label=said)
        axes.axvline(0, color="#33414e", linewidth=0.8, linestyle=":")
        axes.set_xlabel("Net present value, MSEK; the dotted line is where it changes sign")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8)
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def reported_svg(found: Sequence[Reported], width: float = 7.2) -> str:
    """Draw the net present value of one case under several conventions, the case's own set off.

    Parameters
    ----------
    found
        What `preset.reported` returned, the case's own first.
    width
        Size [inch]; the height follows the number of conventions.

    Returns
    -------
    str
        An ``<svg>`` document; its text stays text.
    """
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    shown, scale = list(found)[::-1], SCALES["SEK"][0]
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "hubmodel", "font.size": 9}):
        canvas = Canvas(figsize=(width, 0.7 + 0.28 * len(shown)), layout="constrained")
        axes = canvas.add_subplot()
        looks = [int(one is not found[0]) for one in shown]
        bars = axes.barh(
            [one.title for one in shown],
            [one.net_present_value / scale for one in shown],
            color=[COLOURS[look] for look in looks],
            hatch=[HATCHES[look] for look in looks],
        )
        axes.bar_label(bars, fmt="%.1f", padding=3)
        axes.axvline(0, color="#33414e", linewidth=0.8)
        axes.set_xlabel("Net present value of the same project, MSEK")
        axes.spines[["top", "right"]].set_visible(False)
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()
