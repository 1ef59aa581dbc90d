"""Shared parts of all commands: the program, its options, reading a case and printing an answer."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.case.limits import notes_of
from hubmodel.case.reading import case_names
from hubmodel.errors import InputError, UnknownName
from hubmodel.study.conventions import ConventionCard
from hubmodel.study.run import Result
from hubmodel.text import numbers
from hubmodel.text.language import LANGUAGES, text

app = typer.Typer(
    name="hubmodel",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="What a facility costs, earns and is worth, with every number traced to its source.",
)
FORMATS = ("table", "json", "csv")
Arguments = Annotated[
    list[str] | None,
    typer.Argument(
        help="CASE (a name or folder; northx if left out), then what the command asks for", metavar="[CASE] …"
    ),
]
Scenario = Annotated[str, typer.Option(help="a scenario of the case, or a TOML file")]
Set = Annotated[list[str] | None, typer.Option("--set", help="key=value or key[row]=value; repeatable")]
Format = Annotated[str, typer.Option("--format", help="table, json or csv")]
Language = Annotated[str, typer.Option(help="en or sv")]


def print_card(card: ConventionCard, language: str) -> None:
    """Print the convention card."""
    print_pairs(text("Conventions", language), list(card.items()))


def print_pairs(title: str, pairs: Sequence[tuple[str, str]]) -> None:
    """Print names and texts under a title."""
    width = max(len(name) for name, _ in pairs)
    print(title)
    for name, phrase in pairs:
        print(f"  {name.ljust(width)}  {phrase}")


def split_arguments(arguments: list[str] | None, wanted: int, most: int | None = None) -> tuple[str, list[str]]:
    """Return the case and the other arguments of a command; InputError if there are too few or too many."""
    given = list(arguments or [])
    most = wanted if most is None else most
    is_case = bool(given) and (given[0] in case_names() or (Path(given[0]) / "case.toml").is_file())
    case = given.pop(0) if is_case or len(given) > most else "northx"
    if len(given) < wanted or len(given) > most:
        raise InputError(
            "words after the case must be {wanted}, got {count}; see --help", wanted=wanted, count=len(given)
        )
    return case, given


def case_of(name: str, scenario: str, changes: list[str] | None, form: str, language: str, noted: bool = True) -> Case:
    """Load a case with its scenario and the changes of the command line; note unlikely values on standard error."""
    check_options(form, language)
    case = hm.load(name, scenario or None)
    case = case.with_(dict(map(parse_change, changes)), "set on the command line") if changes else case
    if noted:
        print_notes(case, language)
    return case


def print_notes(case: Case, language: str) -> None:
    """Print the inputs outside their ranges on standard error."""
    for line in notes_of(case, language):
        print(f"{text('note', language)}: {line}", file=sys.stderr)


def check_options(form: str, language: str) -> None:
    """Refuse a format or a language that does not exist."""
    if form not in FORMATS:
        raise UnknownName.of("format", form, FORMATS)
    if language not in LANGUAGES:
        raise UnknownName.of("language", language, LANGUAGES)


def parse_change(text_: str, option: str = "--set", example: str = "commercial_margin=0.30") -> tuple[str, str]:
    """Return key and value of one change typed as key=value."""
    name, sign, value = text_.partition("=")
    if not sign or not value.strip():
        raise InputError(
            "{option} {change!r} must be key=value, such as {example}", option=option, change=text_, example=example
        )
    return name.strip(), value.strip()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def print_out(form: str, data: Any, rows: Sequence[Sequence[Any]]) -> None:
    """Print an answer in the form asked for: JSON of the data, else the rows as CSV or as a table."""
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


def provenance(subject: Result | Case) -> dict[str, Any]:
    """Return the provenance of a result or case: case, scenario, version and hash."""
    return dict((subject if isinstance(subject, Case) else subject.case).origin)


def as_text(value: float | None, unit: str, language: str) -> str:
    """Format a value with its unit, in four significant digits."""
    return numbers.format_value(value, unit, language, digits=4)


def exit_by_checks(study: Result) -> None:
    """End with exit status 1 if an identity fails."""
    if any(not check.ok for check in study.checks):
        raise typer.Exit(1)


def format_cell(value: Any, unit: str) -> str:
    """Format a value of a table: amounts in millions, other numbers with two decimals."""
    if not isinstance(value, float):
        return str(value)
    if math.isnan(value):
        return ""
    return f"{value / 1e6:.1f}" if unit.startswith("SEK") else f"{value:.2f}"
