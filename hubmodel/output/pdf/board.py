"""The content of the board's page: texts, numbers and pictures; the layout is the template's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from hubmodel.case.facility import Case, Override
from hubmodel.case.scenario import titles_of
from hubmodel.errors import Message
from hubmodel.output import charts
from hubmodel.output.pdf.grounds import NAME, NOTES, checks, conventions, provenance, rests_on
from hubmodel.study.conventions import conflicts, date_of
from hubmodel.study.result import KeyFigure, evaluate
from hubmodel.study.run import Result, run
from hubmodel.text.language import label, text, translate
from hubmodel.text.numbers import format_value
from hubmodel.text.wording import cut, signed
from hubmodel.uncertainty.draws import has_ranges
from hubmodel.uncertainty.simulate import VALUE, Simulation
from hubmodel.uncertainty.verdict import Verdict, verdict
from hubmodel.version import __version__

OWNER = (
    VALUE,
    "modified_internal_rate_of_return",
    "payback_years",
    "peak_funding_need",
    "owner_funding_of_losses",
    "ebitda_margin_at_maturity",
)
PUBLIC = (
    "grant_total",
    "aid_intensity",
    "funding_gap",
    "smallest_grant",
    "economic_net_present_value",
    "jobs_direct",
)
WIDTH, HEIGHT = 3.4, 2.05  # of a picture [inches], so that its letters are as large as those around it
SAME = 0.0005  # shares closer than this are shown alike
TITLE, SUMMARY, CHANGES, ANSWER = 110, 230, 230, 420  # letters that fit


def board(study: Result, simulation: Simulation | None, language: str) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the data of the template, and its pictures by file name."""
    case, figures = study.case, pictures(study, simulation, language)
    answer = [cut(line, ANSWER) for line in judged(study, simulation).lines(language)]
    data = {
        "language": language,
        "keywords": [f"hubmodel {__version__}", case.inputs_hash],
        "description": " ".join(answer),
        "name": text("Board summary", language),
        "scenario": scenario(case, language),
        "title": cut(case.text_of("title", language), TITLE),
        "summary": cut(case.text_of("summary", language), SUMMARY),
        "changes": cut(changes(case, language), CHANGES),
        "answer": answer,
        "figures": key_figures(study, language),
        "charts": [described(figure, language) for figure in figures],
        "rests": rests_on(study, language),
        "conventions": conventions(study, language),
        "checks": checks(study, language),
        "provenance": provenance(study, simulation, language),
    }
    drawn = {f"{figure.name}.svg": charts.svg(figure, WIDTH, HEIGHT, heading=False).encode() for figure in figures}
    return data, drawn


def scenario(case: Case, language: str) -> str:
    """Return the title of the scenario."""
    name = titles_of(case).get(language, text(case.scenario, language))
    return f"{text('Scenario', language)}: {cut(name, NAME)}"


def changes(case: Case, language: str) -> str:
    """List the changes of a scenario; blank for the base case."""
    if not case.overrides:
        return ""
    listed = ", ".join(_change(case, override, language) for override in case.overrides)
    return text("Changed from the base case: {changes}", language).format(changes=listed)


def _change(case: Case, override: Override, language: str) -> str:
    key, _, member = override.name.removesuffix("]").partition("[")
    rows = (case.base or case).by_key[key]
    same = [row for row in rows if row.row == member] or rows
    was = {row.value for row in same if len({row.value for row in same}) == 1}
    name = ", ".join(filter(None, [label(key, language), member]))
    before = [text(" (was {value})", language).format(value=_value(value, rows[0].unit, language)) for value in was]
    return "".join([f"{name} ", _value(override.value, rows[0].unit, language), *before])


def _value(value: float | str, unit: str, language: str) -> str:
    if isinstance(value, str):
        return text(value, language)
    return format_value(value, unit, language, digits=None) if value else "0"


def judged(study: Result, simulation: Simulation | None) -> Verdict:
    """Return the verdict on the given draws; the page makes none."""
    undrawn = simulation is None and has_ranges(study.case)
    return verdict(study, simulation, unsaid=Message("nothing was drawn") if undrawn else "")


def key_figures(study: Result, language: str) -> dict[str, Any]:
    """Return the key figures by reader; those of a scenario with the difference from the base case."""
    base = run(study.case.base).key_figures if study.case.base else {}
    change = [text("Difference", language)] if base else []
    readers = (
        (text("For the owner", language), OWNER, views(study, language)),
        (text("For the public", language), PUBLIC, bases(study, language)),
    )
    groups = [
        {
            "head": [title, text("Value", language), *change],
            "rows": [_figure(figure, base.get(figure.name), language) for figure in _known(study, names)],
            "note": cut(" ".join(filter(None, [note, _missing(study, names, language)])), NOTES),
        }
        for title, names, note in readers
    ]
    changed = text("Key figures, and their difference from the base case", language)
    return {"title": changed if base else text("Key figures", language), "groups": groups}


def _known(study: Result, names: Iterable[str]) -> list[KeyFigure]:
    return [study.key_figures[name] for name in names if name in study.key_figures]


def _missing(study: Result, names: Iterable[str], language: str) -> str:
    """Say why figures have no value."""
    missing = [figure for figure in _known(study, names) if figure.value is None]
    return " ".join(f"{figure.title(language)}: {translate(figure.why or '', language)}." for figure in missing)


def _figure(figure: KeyFigure, base: KeyFigure | None, language: str) -> list[str]:
    shown = [cut(figure.title(language), NAME), format_value(figure.value, figure.unit, language)]
    if base is None:
        return shown
    if figure.value is None or base.value is None:
        return [*shown, ""]
    return [*shown, signed(figure.value - base.value, figure.unit, language)]


def views(study: Result, language: str) -> str:
    """Return the net present value in the other views; a single view misleads."""
    found = []
    for view in study.case.choices["view"]:
        case = study.case.with_({"view": view})
        if view != study.view and not conflicts(case):
            other = evaluate(case, [VALUE, "view_date"])
            value = format_value(float(other[VALUE]), "SEK", language)
            found.append(f"{text(view, language)} ({date_of(other['view_date'])}) {value}")
    sentence = text("Net present value in the other views: {views}.", language)
    return sentence.format(views="; ".join(found)) if found else ""


def bases(study: Result, language: str) -> str:
    """Return the aid intensity over other denominators, where it differs."""
    over_all, found = study["aid_intensity"], []
    for name, figure in study.key_figures.items():
        if name.startswith("aid_intensity_") and figure.value and abs(figure.value - over_all) > SAME:
            found.append(f"{figure.title(language)} {format_value(figure.value, figure.unit, language)}")
    return "; ".join(found) + "." if found else ""


def pictures(study: Result, simulation: Simulation | None, language: str) -> list[charts.Figure]:
    """Return the charts of cash over time and of the distribution; without draws, of revenue."""
    cash = charts.cash_over_time(study, charts.without_grant(study), language)
    if not study["grant_total"]:
        cash = replace(cash, series=cash.series[1:])  # both lines are the same: keep the one without
    beside = charts.revenue_by_track(study, language)
    return [cash, charts.distribution(simulation, VALUE, language) if simulation else beside]


def described(figure: charts.Figure, language: str) -> dict[str, str]:
    """Return a picture's file, heading, takeaway and alternative text."""
    lines = text("Line chart, {unit}, from {first} to {last}: {series}.", language)
    sentence = (
        lines if figure.kind == "line" else text("Bar chart, {unit}, from {first} to {last}: {series}.", language)
    )
    series = ", ".join(row.name for row in figure.series)
    first, last = figure.periods[0], figure.periods[-1]
    alt = sentence.format(unit=figure.across or figure.unit_label, first=first, last=last, series=series)
    return {"file": f"{figure.name}.svg", "title": figure.title, "takeaway": figure.takeaway, "alt": alt}
