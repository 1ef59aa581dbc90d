"""Commands that export a case and import it again: dashboard, excel, report, import."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.cli.options import (
    Arguments,
    Format,
    Language,
    Scenario,
    Set,
    app,
    case_of,
    check_options,
    exit_by_checks,
    print_notes,
    print_out,
    provenance,
    split_arguments,
)
from hubmodel.errors import InputError, Message
from hubmodel.text.language import text, translate
from hubmodel.text.numbers import format_value

MANY_FORMULAS = 1_000_000  # a workbook of more of them is slow to write and to open


@app.command()
def dashboard(
    arguments: Arguments = None,
    port: Annotated[int, typer.Option(help="port on this machine")] = 8866,
    page: Annotated[str, typer.Option(help="which page")] = "overview",
    scenario: Scenario = "",
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="open the browser")] = True,
    base_url: Annotated[str, typer.Option(help="path under which a reverse proxy passes requests on")] = "/",
    host_name: Annotated[
        list[str] | None, typer.Option(help="a name besides localhost by which it is reached; repeatable")
    ] = None,
    token: Annotated[
        bool, typer.Option("--token/--no-token", help="ask for the printed link; not behind a proxy that signs in")
    ] = True,
) -> None:
    """Serve the dashboard on this machine; HUBMODEL_TOKEN sets the token of the link, which else is new each time."""
    name, _ = split_arguments(arguments, 0)
    case_of(name, scenario, None, "table", "en")
    from hubmodel.dashboard.access import Access, new_token
    from hubmodel.dashboard.serve import serve

    access = Access(tuple(host_name or ()), new_token() if token else "")
    serve(name, port, open_browser, page, scenario, base_url, access)


@app.command()
def excel(
    arguments: Arguments = None,
    out: Annotated[str, typer.Option("-o", "--out", help="the workbook to write, FILE.xlsx")] = "",
    by: Annotated[str, typer.Option(help="month, quarter or year; the period of the case if left out")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Write the model as an Excel workbook with live formulas, down to the cells of its inputs.

    Examples:  hubmodel excel northx --scenario without-grant -o northx.xlsx  ·  hubmodel excel --by year -o years.xlsx
    """
    name, _ = split_arguments(arguments, 0)
    if not out:
        raise InputError("-o is missing; name the workbook to write, such as -o northx.xlsx")
    case = case_of(name, scenario, changes, form, language)
    if by:
        case = case.with_({"period": by}, "set on the command line")
    note_size(case, language)
    study = hm.run(case)
    count = hm.write_workbook(study, out)
    size = Path(out).stat().st_size
    data = {**provenance(study), "file": out, "formula_cells": count, "bytes": size}
    print_out(form, data, [["file", "formula_cells", "MB"], [out, str(count), f"{size / 1e6:.2f}"]])
    exit_by_checks(study)


def note_size(case: Case, language: str) -> None:
    """Say on standard error that a workbook is large before it is written, and how it becomes smaller."""
    from hubmodel.output.excel import formula_count

    count = formula_count(case)
    if count <= MANY_FORMULAS:
        return
    about = _rounded(count)
    line = Message("the workbook holds about {count} formulas and is slow to write and to open", count=about)
    if case.chosen("period") != "year":
        fewer = _rounded(formula_count(case.with_({"period": "year"})))
        line = Message("{problem}; with --by year it holds about {count}", problem=line, count=fewer)
    print(f"{text('note', language)}: {translate(line, language)}", file=sys.stderr)


def _rounded(count: int) -> str:
    """Return a large count to the nearest ten thousand, as people read it."""
    return format_value(round(count, -4), "1")


@app.command()
def report(
    arguments: Arguments = None,
    out: Annotated[str, typer.Option("-o", "--out", help="the page to write, FILE.pdf")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Write one page for the board as a PDF: the answer, how sure it is, key figures, charts, and what it rests on.

    Example:  hubmodel report northx --scenario without-grant --language sv -o board.pdf
    """
    name, _ = split_arguments(arguments, 0)
    if not out:
        raise InputError("-o is missing; name the page to write, such as -o board.pdf")
    study = hm.run(case_of(name, scenario, changes, form, language))
    simulation = hm.write_report(study, out, language=language)
    size, draws = Path(out).stat().st_size, simulation.count if simulation else 0
    data = {**provenance(study), "file": out, "language": language, "draws": draws, "bytes": size}
    print_out(form, data, [["file", "language", "draws", "kB"], [out, language, str(draws), f"{size / 1e3:.0f}"]])
    exit_by_checks(study)


@app.command(name="import")
def import_(
    arguments: Annotated[
        list[str],
        typer.Argument(help="CASE if not the one that it names, then the workbook", metavar="[CASE] FILE.xlsx"),
    ],
    out: Annotated[str, typer.Option("-o", "--out", help="the scenario to write, FILE.toml")] = "",
    reason: Annotated[str, typer.Option(help="why these inputs were changed; asked for if left out")] = "",
    beyond_range: Annotated[
        bool, typer.Option("--beyond-range", help="take values outside their rows' ranges")
    ] = False,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Read the inputs of a workbook back as a scenario; shows first what differs from the case.

    Example:  hubmodel import northx.xlsx -o board.toml --reason "the board's view of volume"
    """
    check_options(form, language)
    if out and not out.endswith(".toml"):
        raise InputError(
            "-o {file}: a scenario's name ends with .toml; write for example -o {stem}.toml",
            file=out, stem=Path(out).stem,
        )  # fmt: skip
    from hubmodel.output.excel.reading import read_workbook

    *given, file = arguments
    if len(given) > 1:
        raise InputError(
            "expected one workbook after the case, got {arguments}; see --help", arguments=" ".join(arguments)
        )
    case = hm.load(given[0]) if given else None
    found = read_workbook(file, reason, case, beyond_range)
    differences = [vars(difference) for difference in found.differences]
    data = {
        "case": found.case.name,
        "scenario": found.case.scenario,
        "model_version": hm.__version__,
        "inputs_hash": found.case.inputs_hash,
        "workbook_version": found.version,
        "differences": differences,
        "file": out if out and differences else None,
    }
    rows = [list(difference.values()) for difference in differences]
    head = ["cell", "input", "period", "case", "workbook", "unit"]
    print_out(form, data, [head, *rows] if rows else [[text("no differences", language)]])
    print_notes(found.case, language)
    if not out or not differences:
        return
    if not reason and sys.stdin.isatty():
        reason = typer.prompt(text("Why were these inputs changed?", language), err=True)
    if not reason.strip():
        raise InputError('--reason is missing; a scenario says why: --reason "the board\'s view of volume"')
    hm.write_scenario(read_workbook(file, reason, case, beyond_range).case, out, title=Path(out).stem)
