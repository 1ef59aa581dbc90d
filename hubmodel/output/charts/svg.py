"""Figures as SVG, drawn with Matplotlib: the same numbers give the same file, and text stays text."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any

from hubmodel.output.charts.figure import Figure, colour, dash, hatch, scaled
from hubmodel.text.numbers import format_value

INK, RULE = "#33414e", "#d5dbd8"
TICKS = 2.4  # names of periods that fit in an inch
# text.parse_math: a name with a dollar sign is no formula
LOOK: Any = {
    "svg.fonttype": "none", "svg.hashsalt": "hubmodel", "text.parse_math": False, "font.size": 9, "text.color": INK,
    "axes.labelcolor": INK, "axes.edgecolor": INK, "axes.linewidth": 0.6, "xtick.color": INK, "ytick.color": INK,
    "ytick.major.size": 0, "xtick.major.size": 2.5, "hatch.color": "white", "hatch.linewidth": 0.7,
    "lines.scale_dashes": False,
}  # fmt: skip


def svg(figure: Figure, width: float = 7.2, height: float | None = None, heading: bool = True) -> str:
    """Draw a figure.

    Parameters
    ----------
    figure
        its content.
    width, height
        inches; if not given, the height of spans follows from their rows. The ``<svg>`` scales with its container.
    heading
        whether to draw title and takeaway, which a page around the picture may have itself.

    Returns
    -------
    str
        an ``<svg>`` document.
    """
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    lies = figure.kind == "span"
    tall = height or (0.9 + 0.3 * len(figure.periods) if lies else 3.6)
    with matplotlib.rc_context(LOOK):
        canvas = Canvas(figsize=(width, tall), layout="constrained")
        axes = canvas.add_subplot()
        {"span": _draw_spans, "heat": _draw_cells}.get(figure.kind, _draw_periods)(axes, figure)
        if heading:
            axes.set_title(f"{figure.title}: {figure.takeaway}", loc="left", fontsize=9, wrap=True)
        axes.spines[["top", "right", "left"]].set_visible(False)
        if len(figure.series) > 1 and figure.kind != "heat":  # above the axes, where it never covers a line
            canvas.legend(loc="outside upper left", frameon=False, fontsize=8, ncols=2, borderaxespad=0)
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _draw_spans(axes: Any, figure: Figure) -> None:
    for index, row in enumerate(figure.series):
        starts, ends = scaled(figure, row.starts), scaled(figure, row.values)
        widths = [0.0 if end is None else end - (start or 0.0) for start, end in zip(starts, ends, strict=True)]
        look = {"color": colour(index), "hatch": hatch(index), "label": row.name}
        axes.barh(range(len(widths)), widths, left=starts, height=0.7, **look)
    axes.set_yticks(range(len(figure.periods)), figure.periods)
    axes.invert_yaxis()
    axes.set_xlabel(figure.unit_label)
    axes.xaxis.set_major_formatter(_numbers(figure))
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    for mark in figure.marks:
        place = scaled(figure, [float(mark.at)])[0]
        axes.axvline(place, color=INK, linewidth=0.8, linestyle=":")
        axes.annotate(mark.name, (place, -0.6), fontsize=7, ha="center", annotation_clip=False)


def _draw_cells(axes: Any, figure: Figure) -> None:
    rows = [[math.nan if value is None else value for value in scaled(figure, row.values)] for row in figure.series]
    picture = axes.imshow(rows, aspect="auto", cmap="BuGn", vmin=0, vmax=100)
    axes.set_yticks(range(len(rows)), [row.name for row in figure.series])
    places = range(0, len(figure.periods), max(1, len(figure.periods) // 10))
    axes.set_xticks(places, [figure.periods[at] for at in places])
    axes.figure.colorbar(picture, ax=axes, label=figure.unit_label)


def _draw_periods(axes: Any, figure: Figure) -> None:
    reached = {sign: [0.0] * len(figure.periods) for sign in (True, False)}  # negative values are stacked below zero
    for index, row in enumerate(figure.series):
        values = [math.nan if value is None else value for value in scaled(figure, row.values)]
        if figure.kind == "bar":
            known = [0.0 if value != value else value for value in values]
            below = [reached[value >= 0][at] for at, value in enumerate(known)]
            place = "edge" if figure.across else "center"  # an axis of other things names where a bar begins
            look = {"color": colour(index), "hatch": hatch(index), "linewidth": 0, "align": place}
            axes.bar(figure.periods, known, bottom=below, label=row.name, **look)
            for at, value in enumerate(known):
                reached[value >= 0][at] += value
        else:
            style = (0, dash(index)) if dash(index) else "-"
            axes.plot(figure.periods, values, label=row.name, color=colour(index), linestyle=style)
    axes.margins(x=0.01)
    axes.set_xticks(*ticks(figure.periods, int(TICKS * axes.figure.get_figwidth())))
    axes.set_ylabel(figure.unit_label)
    axes.yaxis.set_major_formatter(_numbers(figure))
    axes.set_xlabel(figure.across)
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    if figure.from_zero:
        axes.axhline(0, color=INK, linewidth=0.6)
    for mark in figure.marks:
        axes.axvline(mark.at, color=INK, linewidth=0.8, linestyle=":")
        top = axes.get_ylim()[1]
        axes.annotate(mark.name, (mark.at, top), (0, 2), textcoords="offset points", fontsize=7, ha="center")


def ticks(periods: Sequence[str], most: int) -> tuple[list[str], list[str]]:
    """Choose the periods that an axis names, evenly spaced and with zero, and return them with their labels.

    >>> ticks(("2027-11", "2027-12", "2028-01", "2028-02"), 3)
    (['2028-01'], ['2028'])
    >>> ticks(("-40", "-20", "0", "20", "40"), 3)
    (['-40', '0', '40'], ['-40', '0', '40'])
    """
    firsts = [period for period in periods if period.endswith(("-01", "-Q1"))]
    named = firsts or list(periods)
    step = math.ceil(len(named) / most)
    first = named.index("0") % step if "0" in named else 0
    shown = named[first::step]
    return shown, [period[:4] if firsts else period for period in shown]


def _numbers(figure: Figure) -> Any:
    """Return the formatter of an axis's numbers."""
    return lambda value, _: format_value(value, "1", figure.language, digits=4) if value else "0"
