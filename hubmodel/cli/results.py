"""Commands that show one run: run, check, table, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.case.limits import notes_of
from hubmodel.cli.options import (
    Arguments,
    Format,
    Language,
    Scenario,
    Set,
    app,
    as_text,
    case_of,
    exit_by_checks,
    format_cell,
    print_card,
    print_out,
    provenance,
    split_arguments,
)
from hubmodel.errors import UnknownName
from hubmodel.study.figures import ranked
from hubmodel.study.run import Result
from hubmodel.text.language import text, translate
from hubmodel.uncertainty.questions import Question, questions

MOST_QUESTIONS = 10  # of those still to fill, in a table


@app.command()
def run(
    arguments: Arguments = None,
    draws: Annotated[bool, typer.Option("--draws/--no-draws", help="say how sure it is, from draws")] = True,
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Show the verdict, key figures and checks of one scenario.

    Examples:  hubmodel run  ·  hubmodel run --scenario without-grant  ·  hubmodel run --set commercial_margin="30 %"
    """
    name, _ = split_arguments(arguments, 0)
    study = hm.run(case_of(name, scenario, changes, form, language, form != "json"))
    judged = hm.verdict(study, unsaid="" if draws and form != "csv" else "nothing was drawn")
    figures = {
        key: {
            "value": figure.value,
            "unit": figure.unit,
            "label": figure.title(language),
            **({"why": translate(figure.why or "", language)} if figure.value is None else {}),
        }
        for key, figure in study.key_figures.items()
    }
    data = {
        **provenance(study),
        "view": study.view,
        "verdict": judged.parts(language),
        "conventions": dict(study.conventions),
        "key_figures": figures,
        "checks": _checks(study, language),
        "notes": notes_of(study.case, language),
    }
    if form == "csv":
        rows: list[list[Any]] = [
            ["name", "value", "unit", "label"],
            *([key, figure.value, figure.unit, figure.title(language)] for key, figure in study.key_figures.items()),
        ]
    else:
        rows = [
            [
                figure.title(language),
                as_text(figure.value, figure.unit, language),
                translate(figure.why or "", language),
            ]
            for figure in ranked(study.key_figures.values())
        ]
    if form == "table":
        print(*judged.lines(language), "", study.basis(language), "", sep="\n")
    print_out(form, data, rows)
    if form == "table":
        print()
        print_card(study.card(language), language)
        print()
        _print_checks(study, language)
    exit_by_checks(study)


def _checks(study: Result, language: str) -> list[dict[str, Any]]:
    return [asdict(check) | {"message": translate(check.message, language)} for check in study.checks]


def _print_checks(study: Result, language: str) -> None:
    bad = [check for check in study.checks if not check.ok]
    warned = [check for check in study.checks if check.ok and check.level == "warning" and check.message]
    held = text("{count} FAIL" if bad else "all identities hold", language).format(count=len(bad))
    print(f"{text('checks', language)}: {held}")
    for check in [*bad, *warned]:
        level = text("note" if check.ok else "FAILS", language)
        print(f"  {level}: {check.name}: {translate(check.message, language)}")
    case = study.case
    facts = [case.text_of("title", language), text(case.scenario, language), text(study.view, language)]
    print(" · ".join([*facts, f"hubmodel {hm.__version__}", case.inputs_hash]))


@app.command()
def check(
    arguments: Arguments = None,
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """List every check, and the rows still to be filled in a new case; exit 1 if an identity fails."""
    name, _ = split_arguments(arguments, 0)
    study = hm.run(case_of(name, scenario, changes, form, language, form != "json"), solved=False)
    rows: list[list[Any]] = [["name", "level", "ok", "difference", "tolerance", "message"]]
    rows += [
        [found.name, found.level, "ok" if found.ok else "FAILS", f"{found.difference:.3g}", f"{found.tolerance:.3g}",
         translate(found.message, language)] for found in study.checks
    ]  # fmt: skip
    open_ = questions(study.case)
    to_fill = [asdict(question) for question in open_]
    notes = notes_of(study.case, language)
    print_out(form, {**provenance(study), "checks": _checks(study, language), "to_fill": to_fill, "notes": notes}, rows)
    if open_ and form == "table":
        _print_questions(open_, language)
    exit_by_checks(study)


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _print_questions(found: Sequence[Question], language: str) -> None:
    shown = found[:MOST_QUESTIONS]
    print("\n" + text("Still to fill, the most influential first ({count}):", language).format(count=len(found)))
    rows = [[question.name, f"{_short(question.value)} {question.unit}", question.question] for question in shown]
    print_out("table", None, rows)
    if len(found) > len(shown):
        print(text("… and {count} more: --format json lists all", language).format(count=len(found) - len(shown)))


@app.command()
def table(
    arguments: Arguments = None,
    by: Annotated[str, typer.Option(help="month, quarter or year")] = "year",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Show one table: income, cash-flow, balance, capacity, pricing, capital (Table 1), funding, programme.

    Examples:  hubmodel table income  ·  hubmodel table northx capital  ·  hubmodel table balance --by month
    """
    name, (which,) = split_arguments(arguments, 1)
    study = hm.run(case_of(name, scenario, changes, form, language), solved=False)
    frame = study.table(which, by, language)
    columns = [str(column) for column in frame.columns]
    data = {
        **provenance(study),
        "table": which,
        "unit": study.case.currency,
        "columns": columns,
        "rows": {str(at): cells.tolist() for at, cells in zip(frame.index, frame.to_numpy(), strict=True)},
    }
    shown_units = [unit if form == "table" else "" for unit in frame.attrs["units"]]
    if any(unit.startswith("SEK") for unit in shown_units):
        print(text("MSEK", language))
    rows: list[list[Any]] = [["", *columns]]
    for at, unit, cells in zip(frame.index, shown_units, frame.to_numpy(), strict=True):
        rows.append([at, *(format_cell(cell, unit) if form == "table" else cell for cell in cells)])
    print_out(form, data, rows)


@app.command()
def explain(
    arguments: Arguments = None,
    at: Annotated[str, typer.Option(help="row,period or one of them: mRNA,2027-03")] = "",
    depth: Annotated[int, typer.Option(help="how many levels of ingredients")] = 3,
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Explain a number: value, unit, formula in words and numbers, ingredients down to source, quote and grade.

    Examples:  hubmodel explain net_present_value   ·   hubmodel explain commercial_price_per_batch --at mRNA,2027-03
    """
    name, (line,) = split_arguments(arguments, 1)
    study = hm.run(case_of(name, scenario, changes, form, language), solved=False)
    row: str | None = None
    period: str | None = None
    for part in filter(None, map(str.strip, at.split(","))):
        if part in study.case.periods:
            period = part
        elif row is None and not part[:4].isdigit():
            row = part
        else:
            raise UnknownName.of("period", part, study.case.periods)
    found = study.explain(line, row, period, depth, language)
    lines = found.lines(language)
    print_out(form, {**provenance(study), "explanation": found.as_dict()}, [[line] for line in lines])
