"""Data Package of a case, datapackage.json: its files and their columns, its sources, its licence.

The standard is Data Package 2.0 with Table Schema (Frictionless Data). Nothing in a descriptor is typed by hand: tables
and columns come from the files, descriptions of columns from `FIELDS`, sources from the rows that cite them.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

from hubmodel.case.documents import SOURCE_COLUMNS, source_titles
from hubmodel.case.facility import Case
from hubmodel.case.files import write_whole
from hubmodel.case.reading import read_csv
from hubmodel.case.rows import GRADES, PERIOD, Row
from hubmodel.errors import InputError

STANDARD = "https://datapackage.org/profiles/2.0/datapackage.json"
NAME = "datapackage.json"
CITED = "cited-sources"  # in the descriptor itself, since most sources stand outside the folder
CITES = ("source", "document")  # columns that name a source by its id
IDENTIFIER = re.compile(r"[A-Za-z0-9.+-]+")
FIELDS: dict[str, tuple[str, str]] = {
    "key": ("string", "name of an input as line items take it, or of a line"),
    "other": ("string", "the input whose draws move together with those of key"),
    "row": ("string", "blank for the facility as a whole, a member of a list, or each and the list for every member"),
    "period": ("string", "blank, a year or a month: an amount falls in it, a level holds from it on"),
    "value": ("any", "number in unit, a date, an option of a choice or a text"),
    "unit": ("string", "what value, low and high are in"),
    "low": ("number", "lower end of the range"),
    "high": ("number", "upper end of the range"),
    "spread": ("string", "what the range is; triangular where blank"),
    "price_year": ("year", "year whose prices an amount is in; blank for money as paid and for what is not money"),
    "source": ("string", "id of the source"),
    "locator": ("string", "section or page in the source"),
    "grade": ("string", "how well it is known, from a document to an assumption"),
    "note": ("string", "why this value"),
    "correlation": ("number", "rank correlation of the draws"),
    "id": ("string", "name by which other tables point to the row"),
    "date": ("string", "day, month or year, or that none is stated"),
    "entity": ("string", "whom or what it is about"),
    "what": ("string", "what is stated"),
    "document": ("string", "id of the document that states it"),
    "section": ("string", "where in the document"),
    "quote": ("string", "words of the document"),
    "question": ("string", "what the documents answer differently"),
    "version": ("string", "whose answer it is"),
    "used": ("boolean", "whether the model uses this version"),
    "reason": ("string", "why it is used or not"),
    "line": ("string", "the line that it was reported for"),
    "measure": ("string", "what public money is given for"),
    "who": ("string", "who gives it"),
    "status": ("string", "whether it is decided, planned or paid"),
    "year": ("year", "for which year"),
    "within": ("string", "the measure that it is a part of, so that it is not counted twice"),
    "books": ("string", "as what the case's books hold it"),
    "chain": ("string", "operations that hand projects on to each other"),
    "before": ("string", "earlier operations of the chain, from the first"),
    "giver": ("string", "the operation that projects come from"),
    "title": ("string", "what the source is called"),
    "publisher": ("string", "who published it"),
    "reference": ("string", "its number or place of publication"),
    "url": ("string", "its address"),
    "licence": ("string", "under which terms it may be used"),
    "phrase": ("string", "words by which its text is recognised"),
}
RULES: dict[str, dict[str, Any]] = {
    "key": {"constraints": {"required": True}},
    "id": {"constraints": {"required": True}},
    "period": {"constraints": {"pattern": PERIOD.pattern.removesuffix("$")}},
    "spread": {"constraints": {"enum": [*filter(None, get_args(Row.model_fields["spread"].annotation))]}},
    "grade": {"constraints": {"required": True, "enum": list(GRADES)}},
    "correlation": {"constraints": {"required": True, "minimum": -1, "maximum": 1}},
    "used": {"trueValues": ["yes"], "falseValues": ["no"]},
}


def sources_of(case: Case) -> dict[str, dict[str, str]]:
    """Return the sources that a case's files cite or name in a note, by id, in the order of the sources' file."""
    named = {word for cells in _cells(case) for word in _possible_ids(cells)}
    return {source_id: source for source_id, source in source_titles(case.folder).items() if source_id in named}


def _possible_ids(cells: dict[str, str]) -> Iterator[str]:
    yield from (cells[column] for column in CITES if column in cells)
    yield from (word.strip(".") for word in re.findall(r"[\w.-]+", cells.get("note", "")))


def _cells(case: Case) -> Iterator[dict[str, str]]:
    for name, columns in tables_of(case).items():
        yield from (cells for _, cells in read_csv(case.folder / name, columns))


def tables_of(case: Case) -> dict[str, tuple[str, ...]]:
    """Return the columns of each CSV file in a case's folder, without files that have columns not in `FIELDS`."""
    headers = {path.name: _header(path) for path in sorted(case.folder.glob("*.csv"))}
    return {name: columns for name, columns in headers.items() if columns and FIELDS.keys() >= set(columns)}


def _header(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return tuple(next(csv.reader(file), ()))


def field(column: str) -> dict[str, Any]:
    """Describe a column as a field of a Table Schema: name, type, description, constraints."""
    kind, description = FIELDS[column]
    return {"name": column, "type": kind, "description": description, **RULES.get(column, {})}


def descriptor(case: Case) -> dict[str, Any]:
    """Return the Data Package that describes a case's folder.

    Raises
    ------
    InputError
        for a licence in case.toml that is no SPDX identifier.
    """
    cited = sources_of(case)
    properties = {
        "$schema": STANDARD,
        "name": _slug(case.name) or "case",
        "title": case.title,
        "description": case.summary,
        "licenses": licence_of(case),
        "sources": [_source(source) for source in cited.values()],
        "resources": [
            _file("case.toml", "toml", "application/toml"),
            *(_table(name, columns) for name, columns in tables_of(case).items()),
            *_scenarios(case),
            {"name": CITED, "type": "table", "data": list(cited.values()), "schema": _schema(SOURCE_COLUMNS)},
        ],
    }
    return {name: value for name, value in properties.items() if value}


def licence_of(case: Case) -> list[dict[str, str]]:
    """Return the licence that case.toml names; empty where it names none."""
    name = case.text_of("licence")
    if name in (None, ""):
        return []
    if not isinstance(name, str) or not IDENTIFIER.fullmatch(name):
        raise InputError(
            "{place}: licence must be an SPDX identifier, got {value!r}; write for example CC-BY-4.0",
            place=f"{case.name}/case.toml", value=name,
        )  # fmt: skip
    return [{"name": name, "path": f"https://spdx.org/licenses/{name}.html"}]


def _source(source: dict[str, str]) -> dict[str, str]:
    facts = [source[column] for column in ("title", "publisher", "reference", "date")]
    known = [fact for fact in facts if fact not in ("", "not stated")]
    return {"title": ", ".join(known), **({"path": source["url"]} if source["url"] else {})}


def _table(path: str, columns: Sequence[str]) -> dict[str, Any]:
    return {**_file(path, "csv", "text/csv"), "type": "table", "schema": _schema(columns)}


def _scenarios(case: Case) -> list[dict[str, Any]]:
    files = sorted((case.folder / "scenarios").glob("*.toml"))
    return [_file(f"scenarios/{file.name}", "toml", "application/toml") for file in files]


def _file(path: str, form: str, media: str) -> dict[str, Any]:
    name = _slug(path.removesuffix(f".{form}"))
    return {"name": name, "path": path, "format": form, "mediatype": media, "encoding": "utf-8"}


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-")


def _schema(columns: Sequence[str]) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [field(column) for column in columns]}
    if "id" in columns:
        schema["primaryKey"] = ["id"]
    links = [column for column in CITES if column in columns]
    reference = {"resource": CITED, "fields": ["id"]}
    if links:
        schema["foreignKeys"] = [{"fields": [column], "reference": reference} for column in links]
    return schema


def to_json(case: Case) -> str:
    """Return the content of a case's datapackage.json."""
    return json.dumps(descriptor(case), ensure_ascii=False, indent=1) + "\n"


def write_datapackage(case: Case) -> bool:
    """Write a case's datapackage.json if it is missing or outdated; return whether it was written."""
    path, text = case.folder / NAME, to_json(case)
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    write_whole(path, text)
    return True
