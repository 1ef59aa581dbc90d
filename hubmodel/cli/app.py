"""The commands: CASE comes first and may be left out; exit status 0 done, 1 an identity failed, 2 wrong use."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.case.limits import notes_of
from hubmodel.case.reading import case_names
from hubmodel.case.sources import verify_quotes
from hubmodel.errors import InputError, UnknownName
from hubmodel.study.conventions import ConventionCard
from hubmodel.study.figures import ranked
from hubmodel.study.presets import Reported, explained, lever_of, reported
from hubmodel.study.run import Study
from hubmodel.text import numbers
from hubmodel.text.language import LANGUAGES, label, said, text
from hubmodel.uncertainty.questions import Question, questions
from hubmodel.uncertainty.tornado import influence

app = typer.Typer(
    name="hubmodel",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="What a facility costs, earns and is worth, with every number traced to its source.",
)
FORMATS = ("table", "json", "csv")
MOST_QUESTIONS = 10  # of those still to fill, in a table

Words = Annotated[
    list[str] | None,
    typer.Argument(
        help="CASE (a name or folder; northx if left out), then what the command asks for", metavar="[CASE] …"
    ),
]
Scenario = Annotated[str, typer.Option(help="a scenario of the case, or a TOML file")]
Set = Annotated[list[str] | None, typer.Option("--set", help="key=value or key[row]=value; repeatable")]
Format = Annotated[str, typer.Option("--format", help="table, json or csv")]
Language = Annotated[str, typer.Option(help="en or sv")]


def _split(words: list[str] | None, wanted: int, most: int | None = None) -> tuple[str, list[str]]:
    given = list(words or [])
    most = wanted if most is None else most
    is_case = bool(given) and (given[0] in case_names() or (Path(given[0]) / "case.toml").is_file())
    case = given.pop(0) if is_case or len(given) > most else "northx"
    if len(given) < wanted or len(given) > most:
        raise InputError(f"words after the case must be {wanted}, got {len(given)}; see --help")
    return case, given


def _case(name: str, scenario: str, changes: list[str] | None, form: str, language: str, noted: bool = True) -> Case:
    _known(form, language)
    case = hm.load(name, scenario or None)
    case = case.with_(dict(_change(one) for one in changes), "set on the command line") if changes else case
    if noted:
        _note(case, language)
    return case


def _note(case: Case, language: str) -> None:
    """Say on standard error which inputs lie outside their ranges."""
    for line in notes_of(case, language):
        print(f"{text('note', language)}: {line}", file=sys.stderr)


def _known(form: str, language: str) -> None:
    if form not in FORMATS:
        raise UnknownName.of("format", form, FORMATS)
    if language not in LANGUAGES:
        raise UnknownName.of("language", language, LANGUAGES)


def _change(text_: str, option: str = "--set", example: str = "commercial_margin=0.30") -> tuple[str, str]:
    name, sign, value = text_.partition("=")
    if not sign or not value.strip():
        raise InputError(f"{option} {text_!r} must be key=value, such as {example}")
    return name.strip(), value.strip()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


def _out(form: str, data: Any, rows: Sequence[Sequence[Any]]) -> None:
    if form == "json":
        print(json.dumps(_plain(data), ensure_ascii=False, indent=1))
    elif form == "csv":
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="\n").writerows(rows)
        print(buffer.getvalue(), end="")
    else:
        shown = [["" if cell is None else str(cell) for cell in row] for row in rows]
        widths = [
            max((len(row[at]) for row in shown if at < len(row)), default=0)
            for at in range(max(map(len, shown), default=0))
        ]
        for row in shown:
            cells = [
                c.rjust(w) if at and _is_number(c) else c.ljust(w)
                for at, (c, w) in enumerate(zip(row, widths, strict=False))
            ]
            print("  ".join(cells).rstrip())


def _is_number(cell: str) -> bool:
    return any(sign.isdigit() for sign in cell[:3]) or cell in ("–", "")


def _provenance(of: Study | Case) -> dict[str, Any]:
    return dict((of if isinstance(of, Case) else of.case).origin)


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
    name, _ = _split(words, 0)
    study = hm.run(_case(name, scenario, changes, form, language, form != "json"))
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
        **_provenance(study),
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
            [one.title(language), _shown(one.value, one.unit, language), said(one.why or "", language)]
            for one in ranked(study.key_figures.values())
        ]
    if form == "table":
        print(*judged.lines(language), "", study.basis(language), "", sep="\n")
    _out(form, data, rows)
    if form == "table":
        print()
        _print_card(study.card(language), language)
        print()
        _print_checks(study, language)
    _leave(study)


def _print_card(card: ConventionCard, language: str) -> None:
    _print_pairs(text("Conventions", language), list(card.items()))


def _print_pairs(title: str, pairs: Sequence[tuple[str, str]]) -> None:
    width = max(len(name) for name, _ in pairs)
    print(title)
    for name, words in pairs:
        print(f"  {name.ljust(width)}  {words}")


def _checks(study: Study, language: str) -> list[dict[str, Any]]:
    return [asdict(one) | {"message": said(one.message, language)} for one in study.checks]


def _shown(value: float | None, unit: str, language: str) -> str:
    return numbers.format_value(value, unit, language, digits=4)


def _print_checks(study: Study, language: str) -> None:
    bad = [one for one in study.checks if not one.ok]
    warned = [one for one in study.checks if one.ok and one.level == "warning" and one.message]
    held = text("{count} FAIL" if bad else "all identities hold", language).format(count=len(bad))
    print(f"{text('checks', language)}: {held}")
    for one in [*bad, *warned]:
        print(f"  {text('note' if one.ok else 'FAILS', language)}: {one.name}: {said(one.message, language)}")
    case = study.case
    facts = [case.told("title", language), *(text(one, language) for one in (case.scenario, study.view))]
    print(" · ".join([*facts, f"hubmodel {hm.__version__}", case.inputs_hash]))


def _leave(study: Study) -> None:
    if any(not one.ok for one in study.checks):
        raise typer.Exit(1)


@app.command()
def check(
    words: Words = None, scenario: Scenario = "", changes: Set = None, form: Format = "table", language: Language = "en"
) -> None:
    """Every check, one line each, and what is still to fill in a new case; exit 1 if an identity fails."""
    name, _ = _split(words, 0)
    study = hm.run(_case(name, scenario, changes, form, language, form != "json"), solved=False)
    rows: list[list[Any]] = [["name", "level", "ok", "difference", "tolerance", "message"]]
    rows += [
        [one.name, one.level, "ok" if one.ok else "FAILS", f"{one.difference:.3g}", f"{one.tolerance:.3g}",
         said(one.message, language)] for one in study.checks
    ]  # fmt: skip
    open_ = questions(study.case)
    to_fill = [asdict(one) for one in open_]
    notes = notes_of(study.case, language)
    _out(form, {**_provenance(study), "checks": _checks(study, language), "to_fill": to_fill, "notes": notes}, rows)
    if open_ and form == "table":
        _print_questions(open_, language)
    _leave(study)


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def _print_questions(found: Sequence[Question], language: str) -> None:
    shown = found[:MOST_QUESTIONS]
    print("\n" + text("Still to fill, the most influential first ({count}):", language).format(count=len(found)))
    _out("table", None, [[one.name, f"{_short(one.value)} {one.unit}", one.question] for one in shown])
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
    name, (which,) = _split(words, 1)
    study = hm.run(_case(name, scenario, changes, form, language), solved=False)
    frame = study.table(which, by, language)
    columns = [str(column) for column in frame.columns]
    data = {
        **_provenance(study),
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
        rows.append([at, *(_cell(cell, unit) if form == "table" else cell for cell in cells)])
    _out(form, data, rows)


def _cell(value: Any, unit: str) -> str:
    if not isinstance(value, float):
        return str(value)
    if math.isnan(value):
        return ""
    return f"{value / 1e6:.1f}" if unit.startswith("SEK") else f"{value:.2f}"


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
    name, (line,) = _split(words, 1)
    study = hm.run(_case(name, scenario, changes, form, language), solved=False)
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
    _out(form, {**_provenance(study), "explanation": found.as_dict()}, [[one] for one in lines])


@app.command()
def solve(
    words: Words = None,
    by: Annotated[str, typer.Option("--by", help="the input to change")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Goal seek: the value of one input at which a figure meets its goal.

    Example:  hubmodel solve net_present_value=0 --by commercial_margin
    """
    name, (goal,) = _split(words, 1)
    if not by:
        raise InputError("--by is missing; name the input to change, such as --by commercial_margin")
    case = _case(name, scenario, changes, form, language)
    figure, wanted = _change(goal)
    unit = case.model.shown_in.get(figure, "1")
    found = hm.solve(case, {figure: numbers.parse_number(wanted, unit)}, by)
    data = {
        **_provenance(case),
        "figure": found.figure,
        "target": found.target,
        "by": found.by,
        "value": found.value,
        "unit": found.unit,
        "was": found.was,
        "solutions": found.roots,
    }
    rows = [["by", "value", "unit", "was"], [found.by, f"{found.value:.6g}", found.unit, f"{found.was:.6g}"]]
    _out(form, data, rows)


@app.command()
def conventions(
    words: Words = None,
    by: Annotated[str, typer.Option("--by", help="the input whose break-even is sought; the first lever")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """The convention card, and what the case would report under others' conventions.

    Examples:  hubmodel conventions   ·   hubmodel conventions northx --by commercial_margin
    """
    name, _ = _split(words, 0)
    case = _case(name, scenario, changes, form, language)
    by = by or lever_of(case)
    found, study = reported(case, by, language), hm.run(case, solved=False)
    unit = case.by_key[by.partition("[")[0]][0].unit
    header = ["preset", "net_present_value", "internal_rate_of_return", "break_even", "difference", "why"]
    data = {
        **_provenance(study),
        "by": by,
        "unit": unit,
        "conventions": dict(study.conventions),
        "reported": [
            {"title": one.title, "set": one.changes} | dict(zip(header, _reported_cells(one), strict=True))
            for one in found
        ],
    }
    if form == "table":
        rows: list[list[Any]] = [["", "NPV", "IRR", f"{text('break-even', language)}: {label(by, language)}"]]
        rows += [
            [
                one.title,
                _shown(one.net_present_value, "SEK", language),
                _shown(one.internal_rate_of_return, "1/year", language),
                _shown(one.break_even, unit, language),
            ]
            for one in found
        ]
    else:
        rows = [header, *(_reported_cells(one) for one in found)]
    _out(form, data, rows)
    if form == "table":
        print()
        whys = [(one.title, explained(one, language)) for one in found if one.changes]
        _print_pairs(text("Why they differ from this case", language), whys)
        print()
        _print_card(study.card(language), language)


def _reported_cells(one: Reported) -> list[Any]:
    return [one.name, one.net_present_value, one.internal_rate_of_return, one.break_even, one.difference, one.why]


@app.command()
def sources(
    words: Words = None,
    verify: Annotated[str, typer.Option(help="folder with the documents' texts: checks every quote")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """Every input with value, range, unit, source and grade, the most influential first; --verify checks the quotes."""
    name, _ = _split(words, 0)
    case = _case(name, scenario, changes, form, language)
    if verify:
        _verify(case, Path(verify), form, language)
        return
    ranked = influence(case)
    spread = {one.key: one.spread for one in ranked}
    ordered = sorted(case.rows, key=lambda row: -spread.get(row.key, 0.0))
    header = ["input", "period", "value", "low", "high", "unit", "grade", "source", "locator", "influence"]
    rows: list[list[Any]] = [
        [one.name, one.period, one.value, one.low, one.high, one.unit, one.grade, one.source, one.locator]
        for one in ordered
    ]
    moves = [spread.get(row.key, 0.0) for row in ordered]
    data = {
        **_provenance(case),
        "inputs": [dict(zip(header, [*row, move], strict=True)) for row, move in zip(rows, moves, strict=True)],
    }
    shown = [f"{move / 1e6:.1f}" if form == "table" else move for move in moves]
    _out(form, data, [header, *([*row, move] for row, move in zip(rows, shown, strict=True))])


def _verify(case: Case, folder: Path, form: str, language: str) -> None:
    found = verify_quotes(case, folder)
    missing = [[place, said(why, language)] for place, why in found.missing]
    data = {
        "case": case.name,
        "documents": found.documents,
        "quotes": found.quotes,
        "missing": missing,
    }
    there = text("{count} of {all} quotes stand in {documents} documents", language).format(
        count=found.quotes - len(missing), all=found.quotes, documents=len(found.documents)
    )
    _out(form, data, [*([f"{place}: {why}"] for place, why in missing), [there]])
    if missing:
        raise typer.Exit(1)


@app.command()
def dashboard(
    words: Words = None,
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
    name, _ = _split(words, 0)
    _case(name, scenario, None, "table", "en")
    from hubmodel.dashboard.access import Access, new_token
    from hubmodel.dashboard.serve import serve

    access = Access(tuple(host_name or ()), new_token() if token else "")
    serve(name, port, open_browser, page, scenario, base_url, access)


@app.command()
def excel(
    words: Words = None,
    out: Annotated[str, typer.Option("-o", "--out", help="the workbook to write, FILE.xlsx")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """The model as an Excel workbook with live formulas, down to the cells of its inputs.

    Example:  hubmodel excel northx --scenario without-grant -o northx.xlsx
    """
    name, _ = _split(words, 0)
    if not out:
        raise InputError("-o is missing; name the workbook to write, such as -o northx.xlsx")
    study = hm.run(_case(name, scenario, changes, form, language))
    count = hm.write_workbook(study, out)
    size = Path(out).stat().st_size
    data = {**_provenance(study), "file": out, "formula_cells": count, "bytes": size}
    _out(form, data, [["file", "formula_cells", "MB"], [out, str(count), f"{size / 1e6:.2f}"]])
    _leave(study)


@app.command()
def report(
    words: Words = None,
    out: Annotated[str, typer.Option("-o", "--out", help="the page to write, FILE.pdf")] = "",
    scenario: Scenario = "",
    changes: Set = None,
    form: Format = "table",
    language: Language = "en",
) -> None:
    """One page for the board as a PDF: the answer, how sure it is, key figures, charts, and what it rests on.

    Example:  hubmodel report northx --scenario without-grant --language sv -o board.pdf
    """
    name, _ = _split(words, 0)
    if not out:
        raise InputError("-o is missing; name the page to write, such as -o board.pdf")
    study = hm.run(_case(name, scenario, changes, form, language))
    simulation = hm.write_report(study, out, language)
    size, draws = Path(out).stat().st_size, simulation.count if simulation else 0
    data = {**_provenance(study), "file": out, "language": language, "draws": draws, "bytes": size}
    _out(form, data, [["file", "language", "draws", "kB"], [out, language, str(draws), f"{size / 1e3:.0f}"]])
    _leave(study)


@app.command(name="import")
def import_(
    words: Annotated[
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
    """The inputs of a workbook, back as a scenario; shows what differs from the case first.

    Example:  hubmodel import northx.xlsx -o board.toml --reason "the board's view of volume"
    """
    _known(form, language)
    if out and not out.endswith(".toml"):
        raise InputError(f"-o {out}: a scenario's name ends with .toml; write for example -o {Path(out).stem}.toml")
    from hubmodel.output.excel.reading import read_workbook

    *given, file = words
    if len(given) > 1:
        raise InputError(f"expected one workbook after the case, got {' '.join(words)}; see --help")
    case = hm.load(given[0]) if given else None
    found = read_workbook(file, reason, case, beyond_range)
    differences = [vars(one) for one in found.differences]
    data = {
        "case": found.case.name,
        "scenario": found.case.scenario,
        "model_version": hm.__version__,
        "inputs_hash": found.case.inputs_hash,
        "workbook_version": found.version,
        "differences": differences,
        "file": out if out and differences else None,
    }
    rows = [list(one.values()) for one in differences]
    head = ["cell", "input", "period", "case", "workbook", "unit"]
    _out(form, data, [head, *rows] if rows else [[text("no differences", language)]])
    _note(found.case, language)
    if not out or not differences:
        return
    if not reason and sys.stdin.isatty():
        reason = typer.prompt(text("Why were these inputs changed?", language), err=True)
    if not reason.strip():
        raise InputError('--reason is missing; a scenario says why: --reason "the board\'s view of volume"')
    hm.write_scenario(read_workbook(file, reason, case, beyond_range).case, out, Path(out).stem)
