"""Charts of uncertainty: tornado, distribution, variance shares, convergence, and the value by convention."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from hubmodel.output.charts.figure import SCALES, Figure, Mark, Series
from hubmodel.study.presets import Reported
from hubmodel.text.language import label, text
from hubmodel.text.numbers import format_value
from hubmodel.uncertainty.shares import Shares
from hubmodel.uncertainty.simulate import VALUE, Simulation
from hubmodel.uncertainty.tornado import Influence

LEVELS = {0.10: "P10", 0.50: "P50", 0.90: "P90"}


def tornado(found: Sequence[Influence], base: float, count: int = 10, language: str = "en") -> Figure:
    """Chart how far the net present value moves when each input goes to the ends of its range, largest first [SEK].

    `found` is what `tornado` returned and `base` the value of the case [SEK].
    """
    shown = found[:count]
    names = tuple(f"{label(influence.key, language)} ({text(influence.grade, language)})" for influence in shown)
    low = Series(
        text("at the low end of the range", language),
        tuple(influence.at_low for influence in shown),
        (base,) * len(shown),
    )
    high = Series(
        text("at the high end", language), tuple(influence.at_high for influence in shown), (base,) * len(shown)
    )
    first = shown[0]
    takeaway = text("{name} moves the net present value most, from {low} to {high}.", language).format(
        name=label(first.key, language), low=format_value(first.at_low, "SEK", language),
        high=format_value(first.at_high, "SEK", language),
    )  # fmt: skip
    title = text("What moves the result", language)
    return Figure("tornado", title, takeaway, "span", "SEK", names, (low, high), language, (Mark("0", 0.0),))


def distribution(simulation: Simulation, figure: str = VALUE, language: str = "en") -> Figure:
    """Chart the distribution of a figure over the draws, those below zero apart [share of the draws]."""
    summary, (edges, shares) = simulation.summary(figure), simulation.histogram(figure)
    names = tuple(_edge(edge, summary.unit, language) for edge in edges[:-1])
    below = [edge <= 0 for edge in edges[1:]]
    series = (
        Series(text("zero or above", language), _where(shares, [not is_below for is_below in below])),
        Series(text("below zero", language), _where(shares, below)),
    )
    places = {name: bisect_right(edges, summary.quantiles[level]) - 1 for level, name in LEVELS.items()}
    marks = tuple(Mark(name, names[min(max(at, 0), len(names) - 1)]) for name, at in places.items())
    sentence = text("{share} of {draws} draws lie below zero; eight of ten lie between {low} and {high}.", language)
    takeaway = sentence.format(
        share=format_value(summary.below, "share", language, digits=2), draws=f"{summary.draws}",
        low=format_value(summary.quantiles[0.10], summary.unit, language),
        high=format_value(summary.quantiles[0.90], summary.unit, language),
    )  # fmt: skip
    title = text("How {figure} may fall", language).format(figure=text(summary.label, language).lower())
    unit = Figure("", "", "", "bar", summary.unit, (), (), language).unit_label
    return Figure("distribution", title, takeaway, "bar", "share", names, series, language, marks, unit)


def _edge(value: float, unit: str, language: str) -> str:
    scale = SCALES.get(unit, (1.0, ""))[0]
    return format_value(value / scale, "1", language, digits=4) if value else "0"


def _where(values: Sequence[float], wanted: Sequence[bool]) -> tuple[float, ...]:
    return tuple(value if want else 0.0 for value, want in zip(values, wanted, strict=True))


def variance(found: Shares, language: str = "en") -> Figure:
    """Chart the share of the variance that each input causes alone, and with its interactions [share]."""
    names = tuple(f"{named(share.label, language)} ({text(share.grade, language)})" for share in found.shares)
    zero = (0.0,) * len(names)
    total = Series(text("together with others", language), tuple(share.total for share in found.shares), zero)
    first = Series(text("alone", language), tuple(share.first for share in found.shares), zero)
    most = found.shares[0]
    takeaway = text("{name} causes {share} of the variance.", language).format(
        name=named(most.label, language), share=format_value(most.total, "share", language, digits=2)
    )
    return Figure("variance_shares", text("What the spread comes from", language), takeaway, "span", "share", names,
                  (total, first), language)  # fmt: skip


def named(labels: str, language: str) -> str:
    """Translate the labels of inputs that move together."""
    return " + ".join(text(name, language) for name in labels.split(" + "))


def convergence(simulation: Simulation, figure: str = VALUE, language: str = "en") -> Figure:
    """Chart the mean so far and two standard errors about it, after each block of draws [unit of the figure]."""
    steps, unit = simulation.convergence(figure), simulation.summary(figure).unit
    series = (
        Series(text("mean so far", language), tuple(mean for _, mean, _ in steps)),
        Series(text("two standard errors below", language), tuple(mean - 2 * error for _, mean, error in steps)),
        Series(text("two standard errors above", language), tuple(mean + 2 * error for _, mean, error in steps)),
    )
    takeaway = text("{mean} after {draws} draws, with a standard error of {error}.", language).format(
        mean=format_value(steps[-1][1], unit, language), draws=f"{steps[-1][0]}",
        error=format_value(steps[-1][2], unit, language, digits=2),
    )  # fmt: skip
    title = text("Has it settled?", language)
    across = text("draws", language)
    return Figure(
        "convergence",
        title,
        takeaway,
        "line",
        unit,
        tuple(f"{count}" for count, _, _ in steps),
        series,
        language,
        (),
        across,
        False,
    )


def by_preset(found: Sequence[Reported], language: str = "en") -> Figure:
    """Chart the net present value of a case under several conventions, its own first [SEK]."""
    names, values = tuple(report.title for report in found), tuple(report.net_present_value for report in found)
    own = tuple(value if at == 0 else 0.0 for at, value in enumerate(values))
    others = tuple(0.0 if at == 0 else value for at, value in enumerate(values))
    zero = (0.0,) * len(names)
    series = (Series(text("this case", language), own, zero), Series(text("other conventions", language), others, zero))
    takeaway = text("the same project, {low} to {high}", language).format(
        low=format_value(min(values), "SEK", language), high=format_value(max(values), "SEK", language)
    )
    title = text("Net present value by convention", language)
    return Figure("conventions", title, takeaway, "span", "SEK", names, series, language)
