"""Commands that show one run: run, check, table, explain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.case.limits import notes_of
from hubmodel.cli.options import (
    Format,
    Language,
    Scenario,
    Set,
    Words,
    app,
    as_text,
    case_of,
    exit_by_checks,
    format_cell,
    print_card,
    print_out,
    provenance,
    split_words,
)
from hubmodel.errors import UnknownName
from hubmodel.study.figures import ranked
from hubmodel.study.run import Result
from hubmodel.text.language import said, text
from hubmodel.uncertainty.questions import Question, questions

MOST_QUESTIONS = 10  # of those still to fill, in a table


@app.command()
def run(
    words: Words = None,
    draws: Annotated[bool, typer.Option("--draws/--no-draws", help="say how sure it is, from draws")] = True,
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """The verdict, key figures and checks of one scenario.

    Examples:  hubmodel run  ·  hubmodel run --scenario without-grant  ·  hubmodel run --set commercial_margin="30 %"
    """
    name, _ = split_words(words, 0)
    study = hm.run(case_of(name, scenario, changes, form, language, form != "json"))
    judged = hm.verdict(study, unsaid="" if draws and form != "csv" else "nothing was drawn")
    figures = {
        key: {
            "value": one.value,
            "unit": one.unit,
            "label": one.title(language),
            **({"why": said(one.why or "", language)} if one.value is None else {}),
        }
        for key, one in study.key_figures.items()
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
            *([key, one.value, one.unit, one.title(language)] for key, one in study.key_figures.items()),
        ]
    else:
        rows = [
            [one.title(language), as_text(one.value, one.unit, language), said(one.why or "", language)]
            for one in ranked(study.key_figures.values())
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
    return [asdict(one) | {"message": said(one.message, language)} for one in study.checks]


def _print_checks(study: Result, language: str) -> None:
    bad = [one for one in study.checks if not one.ok]
    warned = [one for one in study.checks if one.ok and one.level == "warning" and one.message]
    held = text("{count} FAIL" if bad else "all identities hold", language).format(count=len(bad))
    print(f"{text('checks', language)}: {held}")
    for one in [*bad, *warned]:
        print(f"  {text('note' if one.ok else 'FAILS', language)}: {one.name}: {said(one.message, language)}")
    case = study.case
    facts = [case.told("title", language), *(text(one, language) for one in (case.scenario, study.view))]
    print(" · ".join([*facts, f"hubmodel {hm.__version__}", case.inputs_hash]))


@app.command()
def check(
    words: Words = None, scenario: Scenario = "", changes: Set = None, form: Format = "table", language: Language = "en"
) -> None:
    """Every check, one line each, and what is still to fill in a new case; exit 1 if an identity fails."""
    name, _ = split_words(words, 0)
    study = hm.run(case_of(name, scenario, changes, form, language, form != "json"), solved=False)
    rows: list[list[Any]] = [["name", "level", "ok", "difference", "tolerance", "message"]]
    rows += [
        [one.name, one.level, "ok" if one.ok else "FAILS", f"{one.difference:.3g}", f"{one.tolerance:.3g}",
         said(one.message, language)] for one in study.checks
    ]  # fmt: skip
    open_ = questions(study.case)
    to_fill = [asdict(one) for one in open_]
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
    print_out("table", None, [[one.name, f"{_short(one.value)} {one.unit}", one.question] for one in shown])
    if len(found) > len(shown):
        print(text("… and {count} more: --format json lists all", language).format(count=len(found) - len(shown)))


@app.command()
def table(
    words: Words = None,
    by: Annotated[str, typer.Option(help="month, quarter or year")] = "year",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """One table: income, cash-flow, balance, capacity, pricing, capital (Table 1), funding, programme.

    Examples:  hubmodel table income  ·  hubmodel table northx capital  ·  hubmodel table balance --by month
    """
    name, (which,) = split_words(words, 1)
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
    words: Words = None,
    at: Annotated[str, typer.Option(help="row,period or one of them: mRNA,2027-03")] = "",
    depth: Annotated[int, typer.Option(help="how many levels of ingredients")] = 3,
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """A number: value, unit, formula in words and numbers, its ingredients down to source, section, quote and grade.

    Examples:  hubmodel explain net_present_value   ·   hubmodel explain commercial_price_per_batch --at mRNA,2027-03
    """
    name, (line,) = split_words(words, 1)
    study = hm.run(case_of(name, scenario, changes, form, language), solved=False)
    row: str | None = None
    period: str | None = None
    for part in (one.strip() for one in at.split(",") if one.strip()):
        if part in study.case.periods:
            period = part
        elif row is None and not part[:4].isdigit():
            row = part
        else:
            raise UnknownName.of("period", part, study.case.periods)
    found = study.explain(line, row, period, depth, language)
    lines = found.lines(language)
    print_out(form, {**provenance(study), "explanation": found.as_dict()}, [[one] for one in lines])
