"""Waterfall charts of the bridge between scenarios and of the cost of a quote; and the cash of a quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from hubmodel.output.charts.figure import Figure, Series, clean
from hubmodel.pricing import TRACKS, PricedQuote
from hubmodel.study.bridge import Bridge
from hubmodel.text.language import label, text
from hubmodel.text.numbers import format_value
from hubmodel.uncertainty.bridging import SpreadBridge

COST = ("people_cost", "suite_days_cost", "analyses_bought", "materials_cost")


@dataclass(frozen=True)
class Step:
    """A row of a waterfall: a level, drawn from zero, or an amount added to the row before [unit]."""

    name: str
    value: float
    level: bool = False


def waterfall(bridge: Bridge, language: str = "en") -> Figure:
    """Chart what each change contributes between the figures of two scenarios; the steps add up [SEK]."""
    steps = [Step(label(step.key, language), step.contribution) for step in bridge.steps]
    title = text("From one scenario to the other", language)
    return _between("bridge", title, (bridge.start, bridge.end), steps, "SEK", language)


def spread_waterfall(bridge: SpreadBridge, language: str = "en") -> Figure:
    """Chart how the standard deviation of a figure changes between two scenarios [unit of the figure]."""
    start, end = (drawn.summary(bridge.figure) for drawn in (bridge.start, bridge.end))
    steps = [Step(label(step.key, language), step.standard_deviation) for step in bridge.steps]
    title = text("What widens or narrows the spread", language)
    ends = start.standard_deviation, end.standard_deviation
    return _between("spread_bridge", title, ends, steps, start.unit, language)


def cost_of_quote(priced: PricedQuote, language: str = "en") -> Figure:
    """Chart the full cost of a project part by part, and its price on each track [SEK]."""
    track = TRACKS[0]  # the cost is the same on both
    steps = [Step(label(name, language), priced[name, track]) for name in COST]
    steps.append(Step(label("full_cost", language), priced["full_cost", track], True))
    asked = {track: text("price, {track}", language).format(track=text(track, language)) for track in TRACKS}
    steps += [Step(name, priced["price_at_delivery", track], True) for track, name in asked.items()]
    sentence = text(
        "{cost} in full; {innovation} on the innovation track, {commercial} on the commercial one.", language
    )
    prices = {track: format_value(priced["price_at_delivery", track], "SEK", language) for track in TRACKS}
    takeaway = sentence.format(cost=format_value(priced["full_cost", track], "SEK", language), **prices)
    return _climb("quote_cost", (text("Full cost, and the price", language), takeaway), steps, "SEK", language)


def cash_of_quote(priced: PricedQuote, language: str = "en") -> Figure:
    """Chart the cumulative cash of a project at the end of each month, on both tracks [SEK]."""
    months = priced.months
    along = {track: priced.by_month("cash_to_date", track) for track in TRACKS}
    series = tuple(Series(text(track, language), clean([along[track][month] for month in months])) for track in TRACKS)
    sentence = text("Deepest {innovation} on the innovation track, {commercial} on the commercial one.", language)
    deepest = {track: format_value(priced["deepest_cash", track], "SEK", language) for track in TRACKS}
    title = text("Cash of the project", language)
    return Figure("quote_cash", title, sentence.format(**deepest), "line", "SEK", months, series, language)


def _between(
    name: str, title: str, ends: tuple[float, float], steps: Sequence[Step], unit: str, language: str
) -> Figure:
    start, end = (format_value(value, unit, language) for value in ends)
    takeaway = text("from {start} to {end}", language).format(start=start, end=end)
    first, last = Step(text("from", language), ends[0], True), Step(text("to", language), ends[1], True)
    return _climb(name, (title, takeaway), (first, *steps, last), unit, language)


def _climb(name: str, texts: tuple[str, str], steps: Sequence[Step], unit: str, language: str) -> Figure:
    """Chart steps as spans, each from the end of the one before; `texts` are title and takeaway."""
    reached = list(accumulate(steps, lambda at, step: step.value if step.level else at + step.value, initial=0.0))
    kinds = ["level" if step.level else "up" if step.value >= 0 else "down" for step in steps]
    begins = [0.0 if step.level else at for step, at in zip(steps, reached, strict=False)]
    rows = list(zip(kinds, begins, reached[1:], strict=True))
    series = tuple(
        Series(text(kind, language), tuple(end if mine == kind else None for mine, _, end in rows),
               tuple(begin if mine == kind else 0.0 for mine, begin, _ in rows))
        for kind in ("level", "down", "up") if kind in kinds
    )  # fmt: skip
    return Figure(name, *texts, "span", unit, tuple(step.name for step in steps), series, language)
