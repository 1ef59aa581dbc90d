"""Several cases side by side and added up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.case.reading import case_folder, currency_of
from hubmodel.cli.options import (
    Format,
    Language,
    Set,
    app,
    as_text,
    case_of,
    check_options,
    exit_by_checks,
    format_cell,
    parse_change,
    print_out,
    provenance,
)
from hubmodel.errors import UnknownName
from hubmodel.portfolio import Portfolio, refuse_what_cannot_be_added
from hubmodel.portfolio.capacity import Overlap
from hubmodel.portfolio.money import STATUSES, Measure, allotted_once, counted_once
from hubmodel.portfolio.projects import HandedOn
from hubmodel.study.run import Result
from hubmodel.text.language import said, text
from hubmodel.text.numbers import format_value

Cases = Annotated[list[str] | None, typer.Argument(help="two cases or more, names or folders", metavar="CASE CASE …")]
Scenarios = Annotated[list[str] | None, typer.Option("--scenario", help="CASE=NAME, a scenario of one; repeatable")]
Named = Sequence[tuple[str, Mapping[int, float]]]  # rows of a table by year


@app.command()
def portfolio(
    cases: Cases = None,
    scenarios: Scenarios = None,
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Several cases side by side and added up: public money, leverage, projects and capacity, nothing counted twice.

    Examples:  hubmodel portfolio northx ccrm-nordic
    ·  hubmodel portfolio northx ccrm-nordic --scenario ccrm-nordic=half-demand --set view=today
    """
    check_options(form, language)
    names = cases or []
    folders = [case_folder(name) for name in names]
    refuse_what_cannot_be_added(list(zip(names, folders, map(currency_of, folders), strict=True)))
    chosen = dict(parse_change(one, "--scenario", "northx=without-grant") for one in scenarios or [])
    if unknown := [name for name in chosen if name not in names]:
        raise UnknownName.of("case of the portfolio", unknown[0], names)
    studies = [hm.run(case_of(name, chosen.get(name, ""), changes, form, language), solved=False) for name in names]
    found = hm.portfolio(*studies)
    if form == "table":
        _print(found, language)
    else:
        print_out(form, _data(studies, found, language), list(_tidy(found)))
    for study in studies:
        exit_by_checks(study)


def _data(studies: Sequence[Result], found: Portfolio, language: str) -> dict[str, Any]:
    figures = {
        one.name: {"unit": one.unit, "label": text(one.label, language), "values": one.values,
                   "together": one.together, "why": said(one.why or "", language)} for one in found.figures
    }  # fmt: skip
    return {
        "model_version": hm.__version__,
        "cases": [
            {name: value for name, value in provenance(one).items() if name != "model_version"} for one in studies
        ],
        "figures": figures,
        "public_money": {
            "measures": [_measure(one) for one in found.measures],
            "counted_once": {status: counted_once(found.measures, status) for status in STATUSES},
            "allotted": allotted_once(found.measures),
            "unstated": found.unstated,
        },
        "leverage": {**vars(found.leverage), "ratio": found.leverage.ratio},
        "projects": {
            "started": found.projects.started,
            "handed_on": [_handed_on(one) for one in found.projects.handed_on],
            "counted_once": found.projects.once,
            "chains": found.projects.chains,
        },
        "capacity": [{"kind": one.kind, "offers": [vars(offer) for offer in one.offers]} for one in found.overlaps],
    }


def _measure(one: Measure) -> dict[str, Any]:
    names = ("status", "year", "amount", "who", "source", "locator", "quote", "grade", "note")
    rows = [{name: getattr(row, name) for name in names} for row in one.rows]
    return {"measure": one.name, "within": one.within, "allotted": one.allotted, "booked": one.booked, "rows": rows}


def _handed_on(one: HandedOn) -> dict[str, Any]:
    names = ("chain", "before", "giver", "row", "value", "unit", "low", "high", "source", "locator", "grade", "note")
    said_of = {name: getattr(one.link, name) for name in names}
    return said_of | {"receiver": one.receiver, "counted": one.counted, "projects": one.projects}


def _tidy(found: Portfolio) -> Iterator[list[Any]]:
    """One row for each number, for a program."""
    yield ["section", "name", "case", "year", "value", "unit"]
    names = [*(one.case.name for one in found.results), "together"]
    for figure in found.figures:
        for case, value in zip(names, (*figure.values, figure.together), strict=True):
            yield ["figure", figure.name, case, "", value, figure.unit]
    for name, amounts in _money(found, "en"):
        yield from (["public money", name, "", year, amount, "SEK"] for year, amount in amounts.items())
    yield ["leverage", "other money for each krona of public money", "together", "", found.leverage.ratio, "1"]
    for case, counts in [*found.projects.started.items(), ("together", found.projects.once)]:
        yield from (["projects", "started", case, year, count, "project"] for year, count in counts.items())
    for overlap in found.overlaps:
        for offer in overlap.offers:
            for name in ("open", "used", "free"):
                for year, days in getattr(offer, name).items():
                    yield ["capacity", f"{overlap.kind}: {name}", offer.case, year, days, "suite-day"]


def _money(found: Portfolio, language: str) -> list[tuple[str, dict[int, float]]]:
    """Each measure and status by year, a part marked as such; then each krona once."""
    rows = []
    for one in found.measures:
        part = " " + text("(within {measure})", language).format(measure=one.within) if one.within else ""
        rows += [(f"{one.name}{part}: {text(status, language)}", one.by_year(status)) for status in STATUSES]
    once = text("each krona once", language)
    rows += [(f"{once}: {text(status, language)}", counted_once(found.measures, status)) for status in STATUSES]
    return [(name, amounts) for name, amounts in rows if amounts]


def _print(found: Portfolio, language: str) -> None:
    names = [one.case.name for one in found.results]
    print_out("table", None, [["", *names, text("together", language)], *_figures(found, language)])
    for one in found.figures:
        if one.why:
            print(f"{text(one.label, language)}: {said(one.why, language)}")
    _print_money(found, language)
    _print_projects(found, language)
    for overlap in found.overlaps:
        title = text("Suite-days, {kind}", language).format(kind=text(overlap.kind, language))
        _print_years(title, list(_days(overlap, language)), "suite-day")
    cases = [f"{one.case.name} {text(one.case.scenario, language)} {one.case.inputs_hash}" for one in found.results]
    print("\n" + " · ".join([*cases, f"hubmodel {hm.__version__}"]))


def _days(overlap: Overlap, language: str) -> Iterator[tuple[str, Mapping[int, float]]]:
    for one in overlap.offers:
        whose = f"{one.case}, {', '.join(one.suites)}"
        yield f"{whose}: {text('used', language)}", one.used
        yield f"{whose}: {text('free', language)}", one.free


def _figures(found: Portfolio, language: str) -> list[list[str]]:
    return [
        [
            text(one.label, language),
            *(as_text(value, one.unit, language) for value in one.values),
            "" if one.why else as_text(one.together, one.unit, language),
        ]
        for one in found.figures
    ]


def _print_money(found: Portfolio, language: str) -> None:
    _print_years(text("Public money by year, MSEK", language), _money(found, language), "SEK", language)
    for one in found.measures:
        for case, amount in one.booked.items():
            line = text("{case} has {amount} of {measure} in its books", language)
            print(line.format(case=case, amount=as_text(amount, "SEK", language), measure=one.name))
    for case, amount in found.unstated.items():
        line = text("{case} has {amount} in grants that its public_money.csv does not state", language)
        print(line.format(case=case, amount=as_text(amount, "SEK", language)))
    unpaid = ", ".join(one.name for one in found.measures if not one.within and not one.by_year("paid"))
    print(
        text("not published what was paid of: {measures}", language).format(measures=unpaid or text("none", language))
    )
    line = text("{amount} decided and planned in all, each krona once", language)
    print(line.format(amount=as_text(allotted_once(found.measures), "SEK", language)))
    got = found.leverage
    line = text("leverage {ratio}: {other} of others in the investment, beside {public} of public money", language)
    ratio, other, public = (
        as_text(value, unit, language) for value, unit in ((got.ratio, "1"), (got.other, "SEK"), (got.public, "SEK"))
    )
    print(line.format(ratio=ratio, other=other, public=public))


def _print_projects(found: Portfolio, language: str) -> None:
    rows = [*found.projects.started.items(), (text("each project once", language), found.projects.once)]
    _print_years(text("Innovation projects started", language), rows, "project", language)
    for name, paths in found.projects.chains.items():
        print(f"{name}: {'; '.join(' → '.join(path) for path in paths)}")
    line = text(
        "{giver} → {receiver}{platform}: {share} of its projects, {count} in all [{grade}]; {counted}", language
    )
    for one in found.projects.handed_on:
        print(
            line.format(
                giver=one.link.giver, receiver=one.receiver, platform=f", {one.link.row}" if one.link.row else "",
                share=format_value(one.link.value, "share", language),
                count=format_value(sum(one.projects.values()), "1", language), grade=text(one.link.grade, language),
                counted=text("counted once" if one.counted else "none of these cases had them before", language),
            )
        )  # fmt: skip


def _print_years(title: str, rows: Named, unit: str, language: str = "") -> None:
    """Print rows by year; amounts add up over the years where a language is given for the heading of the sum."""
    years = sorted({year for _, values in rows for year, value in values.items() if value})
    table: list[list[str]] = [[title, *map(str, years), *([text("in all", language)] if language else [])]]
    for name, values in rows:
        cells = [values.get(year, math.nan) for year in years] + ([sum(values.values())] if language else [])
        table.append([name, *(format_cell(cell, unit) for cell in cells)])
    print()
    print_out("table", None, table)
