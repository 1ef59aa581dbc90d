"""Charts over time: cash, revenue, utilisation, any lines of the hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hubmodel.output.charts.figure import Figure, Series, added, clean, ends
from hubmodel.study import solve
from hubmodel.study.result import Evaluation
from hubmodel.study.solve import grant_is_past
from hubmodel.text.language import text
from hubmodel.text.numbers import format_value


def cash_over_time(result: Evaluation, without: Evaluation | None, language: str = "en") -> Figure:
    """Chart cumulative cash before owner money, with and without the grant; its lowest point is the funding need.

    `without` is the same case without the grant, None if that has no meaning; lines by the periods of the run [SEK].
    """
    by = result.case.chosen("period")
    periods, rows = result.series(CASH_LINE, by, "last")
    lines: tuple[Series, ...] = (Series(text("with the grant", language), tuple(added(rows))),)
    if without is not None:
        others = without.series(CASH_LINE, by, "last")[1]
        lines = (*lines, Series(text("without the grant", language), tuple(added(others))))
    return Figure(
        "cash_over_time", text("Cash over time", language), _cash_takeaway(periods, lines[0], language), "line", "SEK",
        tuple(periods), lines, language,
    )  # fmt: skip


def without_grant(result: Evaluation) -> Evaluation | None:
    """Evaluate cash of the same case without the grant; None if the grant lies in the past."""
    return None if grant_is_past(result) else solve.without_grant(result, [CASH_LINE])


def revenue_by_track(result: Evaluation, language: str = "en") -> Figure:
    """Chart the revenue of each track by year, stacked [SEK]."""
    return stacked(result, "revenue_by_track", text("Revenue by track", language), REVENUE_LINES, language)


def utilisation_by_suite(result: Evaluation, language: str = "en") -> Figure:
    """Chart the share of open suite-days that is used, by suite and year."""
    periods, rows = result.series("utilisation")
    series = tuple(Series(name, clean(values)) for name, values in rows.items())
    (low, least), (high, most) = ends(series, "share", language)
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


def stacked(result: Evaluation, name: str, title: str, lines: Mapping[str, str], language: str = "en") -> Figure:
    """Chart lines of the hub by year, stacked [SEK]; `lines` gives each its label. The takeaway tells the last year."""
    rows = {label: result.series(line) for line, label in lines.items()}
    periods = next(iter(rows.values()))[0]
    series = tuple(Series(text(label, language), clean(added(values))) for label, (_, values) in rows.items())
    part, amount = ends(series, "SEK", language)[1]
    total = format_value(sum(row.values[-1] or 0.0 for row in series), "SEK", language)
    message = text("{total} in {year}; the largest part is {part} with {amount}.", language)
    takeaway = message.format(total=total, year=periods[-1], part=part, amount=amount)
    return Figure(name, title, takeaway, "bar", "SEK", tuple(periods), series, language)


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


def over_time(
    result: Evaluation, name: str, title: str, lines: Mapping[str, str], unit: str = "SEK", language: str = "en"
) -> Figure:
    """Chart lines of the hub over the years, side by side.

    Parameters
    ----------
    result
        The run.
    name, title
        File name and heading of the figure.
    lines
        Name of each line and the label that the legend shows.
    unit
        Unit of the lines.
    language
        ``en`` or ``sv``.

    Returns
    -------
    Figure
        Lines by year; the takeaway is the last value of the first one.
    """
    rows = {label: result.series(line) for line, label in lines.items()}
    periods = next(iter(rows.values()))[0]
    series = tuple(Series(text(label, language), clean(added(values))) for label, (_, values) in rows.items())
    amount = format_value(series[0].values[-1], unit, language, digits=3)
    takeaway = text("{amount} in {year}.", language).format(amount=amount, year=periods[-1])
    return Figure(name, title, takeaway, "line", unit, tuple(periods), series, language)


def equal_value_line(
    pairs: Sequence[tuple[float, float | None]], title: str, along: str, name: str, language: str = "en"
) -> Figure:
    """Chart pairs of two inputs that give the same value: the first along the bottom, the second a share.

    Parameters
    ----------
    pairs
        What `solve.equal_value` returned.
    title, along, name
        Heading of the figure, and names of the first and the second input.
    language
        ``en`` or ``sv``.
    """
    places = tuple(f"{value:,.0f}".replace(",", "\u00a0") for value, _ in pairs)
    line = Series(text(name, language), tuple(value for _, value in pairs))
    known = [(place, value) for place, value in zip(places, line.values, strict=True) if value is not None]
    takeaway = text("from {least} at {low} to {most} at {high}.", language).format(
        least=format_value(known[0][1], "share", language, digits=2), low=known[0][0],
        most=format_value(known[-1][1], "share", language, digits=2), high=known[-1][0],
    ) if known else ""  # fmt: skip
    return Figure(
        "equal_value", title, takeaway, "line", "share", places, (line,), language, across=along, from_zero=False
    )


def suites_in_use(result: Evaluation, by: str = "year", language: str = "en") -> Figure:
    """Chart the share of open suite-days that is used: a row for each suite, a cell for each year, quarter or month."""
    periods, rows = result.series("utilisation", by)
    series = tuple(Series(name, clean(values)) for name, values in rows.items())
    known = [(value, row.name, period) for row in series for period, value in zip(periods, row.values, strict=True)
             if value is not None]  # fmt: skip
    most, name, period = max(known, default=(0.0, "", ""))
    takeaway = text("Fullest is {name} in {period}, at {most}.", language).format(
        name=name, period=period, most=format_value(most, "share", language)
    )
    title = text("Suites in use", language)
    return Figure("suites_in_use", title, takeaway, "heat", "share", tuple(periods), series, language)


def by_member(result: Evaluation, line: str, title: str, unit: str = "SEK", language: str = "en") -> Figure:
    """Chart a line by year, stacked by member; members that are always zero are left out."""
    periods, rows = result.series(line)
    series = tuple(Series(name, clean(values)) for name, values in rows.items() if any(values))
    total = sum(sum(values) for values in rows.values())
    takeaway = text("{total} over all years.", language).format(total=format_value(total, unit, language))
    shown = series or (Series(text("none", language), (0.0,) * len(periods)),)
    return Figure(line, title, takeaway, "bar", unit, tuple(periods), shown, language)


def aid_intensities(result: Evaluation, language: str = "en") -> Figure:
    """Chart the grant as a share of the investment, by each way of counting the investment."""
    found = [
        figure
        for name, figure in result.key_figures.items()
        if name.startswith("aid_intensity") and figure.value is not None
    ]
    names, values = tuple(figure.title(language) for figure in found), tuple(figure.value for figure in found)
    low, high = (format_value(end(figure.value or 0.0 for figure in found), "share", language) for end in (min, max))
    sentence = text("from {low} to {high}, by what it is counted over; no document says which.", language)
    takeaway, title = sentence.format(low=low, high=high), text("How much of it is aid", language)
    series = Series(text("grant over investment", language), values, (0.0,) * len(values))
    return Figure("aid_intensities", title, takeaway, "span", "share", names, (series,), language)
