"""A figure as SVG, drawn with Matplotlib: the same picture for the same numbers, its text stays text."""

from __future__ import annotations

import io
import math
from typing import Any

from hubmodel.charts.figure import COLOURS, DASHES, HATCHES, Figure, scaled

INK = "#33414e"


def svg(figure: Figure, width: float = 7.2, height: float | None = None) -> str:
    """Draw a figure.

    Parameters
    ----------
    figure
        what it says.
    width, height
        inches; the height follows from the rows of spans if not given. The ``<svg>`` scales with its place.

    Returns
    -------
    str
        an ``<svg>`` document; Matplotlib is imported only now.
    """
    import matplotlib
    from matplotlib.figure import Figure as Canvas

    lies = figure.kind == "span"
    tall = height or (0.9 + 0.3 * len(figure.periods) if lies else 3.6)
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "hubmodel", "font.size": 9}):
        canvas = Canvas(figsize=(width, tall), layout="constrained")
        axes = canvas.add_subplot()
        {"span": _draw_spans, "heat": _draw_cells}.get(figure.kind, _draw_periods)(axes, figure)
        axes.set_title(f"{figure.title}: {figure.takeaway}", loc="left", fontsize=9, wrap=True)
        axes.spines[["top", "right"]].set_visible(False)
        if len(figure.series) > 1 and figure.kind != "heat":
            axes.legend(frameon=False, fontsize=8, ncols=2)
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


def _draw_spans(axes: Any, figure: Figure) -> None:
    for index, one in enumerate(figure.series):
        starts, ends = scaled(figure, one.starts), scaled(figure, one.values)
        widths = [0.0 if end is None else end - (start or 0.0) for start, end in zip(starts, ends, strict=True)]
        look = {"color": COLOURS[index], "hatch": HATCHES[index], "label": one.name}
        axes.barh(range(len(widths)), widths, left=starts, height=0.7, **look)
    axes.set_yticks(range(len(figure.periods)), figure.periods)
    axes.invert_yaxis()
    axes.set_xlabel(figure.unit_label)
    axes.grid(axis="x", color="#d5dbd8", linewidth=0.6)
    axes.set_axisbelow(True)
    for mark in figure.marks:
        place = scaled(figure, [float(mark.at)])[0]
        axes.axvline(place, color=INK, linewidth=0.8, linestyle=":")
        axes.annotate(mark.name, (place, -0.6), fontsize=7, ha="center", annotation_clip=False)


def _draw_cells(axes: Any, figure: Figure) -> None:
    rows = [[math.nan if one is None else one for one in scaled(figure, row.values)] for row in figure.series]
    picture = axes.imshow(rows, aspect="auto", cmap="BuGn", vmin=0, vmax=100)
    axes.set_yticks(range(len(rows)), [one.name for one in figure.series])
    places = range(0, len(figure.periods), max(1, len(figure.periods) // 10))
    axes.set_xticks(places, [figure.periods[at] for at in places])
    axes.figure.colorbar(picture, ax=axes, label=figure.unit_label)


def _draw_periods(axes: Any, figure: Figure) -> None:
    reached = {sign: [0.0] * len(figure.periods) for sign in (True, False)}  # what is negative hangs below zero
    for index, one in enumerate(figure.series):
        values = [math.nan if value is None else value for value in scaled(figure, one.values)]
        if figure.kind == "bar":
            known = [0.0 if value != value else value for value in values]
            below = [reached[value >= 0][at] for at, value in enumerate(known)]
            axes.bar(figure.periods, known, bottom=below, label=one.name, color=COLOURS[index], hatch=HATCHES[index])
            for at, value in enumerate(known):
                reached[value >= 0][at] += value
        else:
            dash = (0, DASHES[index]) if DASHES[index] else "-"
            axes.plot(figure.periods, values, label=one.name, color=COLOURS[index], linestyle=dash)
    axes.set_xticks(figure.periods[:: max(1, len(figure.periods) // 10)])
    axes.set_ylabel(figure.unit_label)
    axes.set_xlabel(figure.across)
    axes.grid(axis="y", color="#d5dbd8", linewidth=0.6)
    for mark in figure.marks:
        axes.axvline(mark.at, color=INK, linewidth=0.8, linestyle=":")
        axes.annotate(mark.name, (mark.at, axes.get_ylim()[1]), fontsize=7, ha="center", annotation_clip=False)
