"""Command that puts several cases side by side and adds them up."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.case.documents import currency_of
from hubmodel.case.loading import case_folder
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
from hubmodel.portfolio import Portfolio, check_addable
from hubmodel.portfolio.capacity import Overlap
from hubmodel.portfolio.money import STATUSES, Measure, allotted_once, counted_once
from hubmodel.portfolio.projects import HandedOn
from hubmodel.study.run import Result
from hubmodel.text.language import text, translate
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
    """Put several cases side by side and add up public money, projects and capacity, with nothing counted twice.

    Examples:  hubmodel portfolio northx ccrm-nordic
    ·  hubmodel portfolio northx ccrm-nordic --scenario ccrm-nordic=half-demand --set view=today
    """
    check_options(form, language)
    names = cases or []
    folders = [case_folder(name) for name in names]
    check_addable(list(zip(names, folders, map(currency_of, folders), strict=True)))
    chosen = dict(parse_change(scenario, "--scenario", "northx=without-grant") for scenario in scenarios or [])
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
        figure.name: {"unit": figure.unit, "label": text(figure.label, language), "values": figure.values,
                      "together": figure.together, "why": translate(figure.why or "", language)}
        for figure in found.figures
    }  # fmt: skip
    return {
        "model_version": hm.__version__,
        "cases": [
            {name: value for name, value in provenance(study).items() if name != "model_version"} for study in studies
        ],
        "figures": figures,
        "public_money": {
            "measures": [_measure(measure) for measure in found.measures],
            "counted_once": {status: counted_once(found.measures, status) for status in STATUSES},
            "allotted": allotted_once(found.measures),
            "unstated": found.unstated,
        },
        "leverage": {**vars(found.leverage), "ratio": found.leverage.ratio},
        "projects": {
            "started": found.projects.started,
            "handed_on": [_handed_on(handover) for handover in found.projects.handed_on],
            "counted_once": found.projects.once,
            "chains": found.projects.chains,
        },
        "capacity": [
            {"kind": overlap.kind, "offers": [vars(offer) for offer in overlap.offers]} for overlap in found.overlaps
        ],
    }


def _measure(measure: Measure) -> dict[str, Any]:
    names = ("status", "year", "amount", "who", "source", "locator", "quote", "grade", "note")
    return {
        "measure": measure.name,
        "within": measure.within,
        "allotted": measure.allotted,
        "booked": measure.booked,
        "rows": [{name: getattr(row, name) for name in names} for row in measure.rows],
    }


def _handed_on(handover: HandedOn) -> dict[str, Any]:
    names = ("chain", "before", "giver", "row", "value", "unit", "low", "high", "source", "locator", "grade", "note")
    return {
        **{name: getattr(handover.link, name) for name in names},
        "receiver": handover.receiver,
        "counted": handover.counted,
        "projects": handover.projects,
    }


def _tidy(found: Portfolio) -> Iterator[list[Any]]:
    """Yield one row for each number, for programs."""
    yield ["section", "name", "case", "year", "value", "unit"]
    names = [*(result.case.name for result in found.results), "together"]
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
    """Return the amounts by year of each measure and status, then those of each krona once."""
    rows = []
    for measure in found.measures:
        part = " " + text("(within {measure})", language).format(measure=measure.within) if measure.within else ""
        rows += [(f"{measure.name}{part}: {text(status, language)}", measure.by_year(status)) for status in STATUSES]
    once = text("each krona once", language)
    rows += [(f"{once}: {text(status, language)}", counted_once(found.measures, status)) for status in STATUSES]
    return [(name, amounts) for name, amounts in rows if amounts]


def _print(found: Portfolio, language: str) -> None:
    names = [result.case.name for result in found.results]
    print_out("table", None, [["", *names, text("together", language)], *_figures(found, language)])
    for figure in found.figures:
        if figure.why:
            print(f"{text(figure.label, language)}: {translate(figure.why, language)}")
    _print_money(found, language)
    _print_projects(found, language)
    for overlap in found.overlaps:
        title = text("Suite-days, {kind}", language).format(kind=text(overlap.kind, language))
        _print_years(title, list(_days(overlap, language)), "suite-day")
    cases = [result.case for result in found.results]
    facts = [f"{case.name} {text(case.scenario, language)} {case.inputs_hash}" for case in cases]
    print("\n" + " · ".join([*facts, f"hubmodel {hm.__version__}"]))


def _days(overlap: Overlap, language: str) -> Iterator[tuple[str, Mapping[int, float]]]:
    for offer in overlap.offers:
        owner = f"{offer.case}, {', '.join(offer.suites)}"
        yield f"{owner}: {text('used', language)}", offer.used
        yield f"{owner}: {text('free', language)}", offer.free


def _figures(found: Portfolio, language: str) -> list[list[str]]:
    return [
        [
            text(figure.label, language),
            *(as_text(value, figure.unit, language) for value in figure.values),
            "" if figure.why else as_text(figure.together, figure.unit, language),
        ]
        for figure in found.figures
    ]


def _print_money(found: Portfolio, language: str) -> None:
    _print_years(text("Public money by year, MSEK", language), _money(found, language), "SEK", language)
    for measure in found.measures:
        for case, amount in measure.booked.items():
            line = text("{case} has {amount} of {measure} in its books", language)
            print(line.format(case=case, amount=as_text(amount, "SEK", language), measure=measure.name))
    for case, amount in found.unstated.items():
        line = text("{case} has {amount} in grants that its public_money.csv does not state", language)
        print(line.format(case=case, amount=as_text(amount, "SEK", language)))
    wholes = [measure for measure in found.measures if not measure.within]
    unpaid = ", ".join(measure.name for measure in wholes if not measure.by_year("paid"))
    line = text("not published what was paid of: {measures}", language)
    print(line.format(measures=unpaid or text("none", language)))
    line = text("{amount} decided and planned in all, each krona once", language)
    print(line.format(amount=as_text(allotted_once(found.measures), "SEK", language)))
    line = text("leverage {ratio}: {other} of others in the investment, beside {public} of public money", language)
    ratio = as_text(found.leverage.ratio, "1", language)
    other, public = (as_text(amount, "SEK", language) for amount in (found.leverage.other, found.leverage.public))
    print(line.format(ratio=ratio, other=other, public=public))


def _print_projects(found: Portfolio, language: str) -> None:
    rows = [*found.projects.started.items(), (text("each project once", language), found.projects.once)]
    _print_years(text("Innovation projects started", language), rows, "project", language)
    for name, paths in found.projects.chains.items():
        print(f"{name}: {'; '.join(' → '.join(path) for path in paths)}")
    line = text(
        "{giver} → {receiver}{platform}: {share} of its projects, {count} in all [{grade}]; {counted}", language
    )
    for handover in found.projects.handed_on:
        link, count = handover.link, sum(handover.projects.values())
        print(
            line.format(
                giver=link.giver, receiver=handover.receiver, platform=f", {link.row}" if link.row else "",
                share=format_value(link.value, "share", language), count=format_value(count, "1", language),
                grade=text(link.grade, language),
                counted=text("counted once" if handover.counted else "none of these cases had them before", language),
            )
        )  # fmt: skip


def _print_years(title: str, rows: Named, unit: str, language: str = "") -> None:
    """Print rows by year, with their sums over the years if a language is given for the heading of the sums."""
    years = sorted({year for _, values in rows for year, value in values.items() if value})
    table: list[list[str]] = [[title, *map(str, years), *([text("in all", language)] if language else [])]]
    for name, values in rows:
        cells = [values.get(year, math.nan) for year in years] + ([sum(values.values())] if language else [])
        table.append([name, *(format_cell(cell, unit) for cell in cells)])
    print()
    print_out("table", None, table)
