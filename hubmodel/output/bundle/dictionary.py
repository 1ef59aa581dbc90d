"""The data dictionary of a bundle: every input, line, key figure, row and column, as declared in code and data."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from hubmodel.case.datapackage import FIELDS, tables_of
from hubmodel.output.bundle.results import FOLDER
from hubmodel.study.figures import drawable, drawn
from hubmodel.study.run import Result
from hubmodel.study.tables import TABLES, entries
from hubmodel.text.language import label

ADDED_UP = {"sum": "its sum over each year", "mean": "its mean over each year", "last": "what it is at each year's end"}
COLUMNS = {
    "key_figures": {
        "name": "name of the figure",
        "value": "in unit; blank where it has none",
        "unit": "what value is in",
        "label": "name as people read it, a member of a list behind a comma",
        "why": "why it has no value",
    },
    "capital": {
        "label": "asset, and the total",
        "unit": "what the amounts are in",
        "outturn": "what the asset cost",
        "invoiced": "what of it is invoiced",
        "grant": "the grant to the whole",
    },
    "plausibility": {
        "label": "figure that is set beside a band",
        "lowest": "least of the model's values",
        "highest": "greatest of the model's values",
        "unit": "what the numbers are in",
        "low": "lower end of what facilities of this kind keep to",
        "high": "upper end of what facilities of this kind keep to",
        "note": "where the band comes from",
    },
}
STATEMENT_COLUMNS = {"label": "the line, a member of a list behind a comma", "unit": "what the numbers are in"}


@dataclass(frozen=True)
class Entry:
    """A name that occurs in a bundle, with its meaning."""

    name: str
    kind: str
    description: str
    label: str = ""
    unit: str = ""
    list: str = ""
    period: str = ""
    low: float | None = None
    high: float | None = None
    options: str = ""
    grade: str = ""


def dictionary_of(study: Result) -> list[Sequence[Any]]:
    """Return the data dictionary of a run as rows, the header first."""
    found = [*_inputs(study), *_lines(study), *_figures(study), *_statements(study), *_columns(study)]
    return [[column.name for column in fields(Entry)], *map(astuple, found)]


def _inputs(study: Result) -> Iterator[Entry]:
    case = study.case
    for row in case.rows:
        facts = {"label": label(row.key), "unit": row.unit, "list": case.list_of(row.key) or "", "grade": row.grade}
        options = ", ".join(case.choices.get(row.key, ()))
        kind = "choice" if options else "input"
        why = row.note or ", ".join(filter(None, (row.source, row.locator)))
        yield Entry(row.name, kind, why, **facts, period=row.period, low=row.low, high=row.high, options=options)


def _lines(study: Result) -> Iterator[Entry]:
    model = study.case.model
    for name in model.order:
        list_name = study.traced.list_of(name) or ""
        yield Entry(name, "line", _documentation(study, name), label(name), model.shown_in[name], list_name)


def _documentation(study: Result, line: str) -> str:
    return " ".join((inspect.getdoc(study.case.model.lines[line]) or "").split())


def _figures(study: Result) -> Iterator[Entry]:
    known = drawn(study.case, drawable(study.case, study.key_figures))
    behind = {entry.name: entry.lines for entry in known.entries}
    for name, figure in study.key_figures.items():
        lines = behind.get(name, ())
        counted = f"counted from {', '.join(lines)}" if lines else "found by further runs of the model"
        yield Entry(
            name,
            "key figure",
            _documentation(study, lines[0]) if len(lines) == 1 else counted,
            figure.label,
            figure.unit,
        )


def _statements(study: Result) -> Iterator[Entry]:
    model = study.case.model
    for table in TABLES:
        for line, how, _ in entries(table, model.ingredients):
            name = f"{FOLDER}/{table}.csv: {label(line)}"
            yield Entry(name, "row", f"{line}, {ADDED_UP[how]}", label(line), model.shown_in[line])


def _columns(study: Result) -> Iterator[Entry]:
    for file, names in tables_of(study.case).items():
        yield from (Entry(f"{file}: {name}", "column", FIELDS[name][1]) for name in names)
    first, last = study.case.first, study.case.last
    yearly = STATEMENT_COLUMNS | {f"{first} to {last}": "one column for each year of the calendar"}
    for table, columns in {**COLUMNS, **dict.fromkeys(TABLES, yearly)}.items():
        for name, described in columns.items():
            yield Entry(f"{FOLDER}/{table}.csv: {name}", "column", described)
