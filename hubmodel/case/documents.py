"""Tables beside the inputs of a case: sources, facts, contradictions, plausibility bands, outturn and correlations."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from hubmodel.case.facility import Case
from hubmodel.case.parsed import parsed_once
from hubmodel.case.reading import data_folder, read_csv, read_toml, short_path
from hubmodel.case.rows import GRADES
from hubmodel.errors import InputError, Message, UnknownName

SOURCE_COLUMNS = ("id", "title", "publisher", "reference", "date", "url", "licence", "phrase")


DOCUMENTED_COLUMNS = ("id", "value", "unit", "date", "entity", "what", "document", "section", "quote", "note")


CONTRADICTION_COLUMNS = ("id", "question", "version", "value", "document", "section", "quote", "used", "reason")


def source_titles(folder: Path | None = None) -> dict[str, dict[str, str]]:
    """Return all sources by id: the shipped ones, and those of a case's own sources.csv where it has one."""
    shipped = _by_id(data_folder() / "sources.csv", SOURCE_COLUMNS)
    return shipped | _by_id(folder / "sources.csv", SOURCE_COLUMNS) if folder else shipped


def documented(folder: Path) -> dict[str, dict[str, str]]:
    """Return the documented facts of a case by id; none where it has no documented.csv."""
    return _by_id(folder / "documented.csv", DOCUMENTED_COLUMNS)


@parsed_once
def _by_id(path: Path, columns: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return rows by id; none where there is no file."""
    return {row["id"]: row for _, row in read_csv(path, columns)} if path.exists() else {}


def contradictions(folder: Path) -> list[dict[str, str]]:
    """Return the contradictions between documents: every version, which one is used and why."""
    path = folder / "contradictions.csv"
    return [row for _, row in read_csv(path, CONTRADICTION_COLUMNS)] if path.exists() else []


def documented_lines(folder: Path) -> dict[str, str]:
    """Return the id of the documented fact that each line must reproduce, by line, line[row] or line[row] 2025."""
    lines, facts = _documented_table(folder / "case.toml"), documented(folder)
    for line, fact in lines.items():
        if not _is_number(facts.get(fact, {}).get("value", "")):
            raise InputError(
                "{place}: {line} = {fact!r} must name a fact of documented.csv with a number",
                place=f"{folder.name}/case.toml", line=line, fact=fact,
            )  # fmt: skip
    return dict(lines)


@parsed_once
def _documented_table(path: Path) -> dict[str, str]:
    return dict(read_toml(path).get("documented", {}))


def platform_kinds(case: Case) -> dict[str, str]:
    """Return the kind of each platform for which case.toml names one; kinds mean the same in all cases."""
    kinds = dict(read_toml(case.folder / "case.toml").get("kinds", {}))
    for platform in kinds:
        if platform not in case.lists["platform"]:
            raise InputError(
                "{place}: {problem}", place=f"{case.folder.name}/case.toml: [kinds]",
                problem=UnknownName.of("platform", platform, case.lists["platform"]).message,
            )  # fmt: skip
    return kinds


def currency_of(folder: Path) -> str:
    """Return the currency of a case without loading its rows."""
    return str(read_toml(folder / "case.toml").get("currency", "SEK"))


def plausibility(folder: Path) -> list[dict[str, str]]:
    """Return the bands within which facilities of this kind normally lie."""
    return _rows_with_numbers(folder / "plausibility.csv", PLAUSIBILITY_COLUMNS, ("low", "high"))


PLAUSIBILITY_COLUMNS = ("key", "value", "unit", "low", "high", "source", "grade", "note")


ACTUALS_COLUMNS = ("line", "period", "value", "unit", "source", "note")


def actuals(folder: Path) -> list[dict[str, str]]:
    """Return the reported actuals: line, period, value; none where there is no actuals.csv."""
    return _rows_with_numbers(folder / "actuals.csv", ACTUALS_COLUMNS, ("value",))


CORRELATION_COLUMNS = ("key", "other", "correlation", "source", "grade", "note")


@dataclass(frozen=True)
class Correlation:
    """Rank correlation of two inputs in draws [1], and its place in the file."""

    key: str
    other: str
    correlation: float
    note: str
    where: str


def correlations(folder: Path) -> tuple[Correlation, ...]:
    """Return the rank correlations of a case's inputs; none where it has no correlation.csv."""
    return _correlations(folder / "correlation.csv")


@parsed_once
def _correlations(path: Path) -> tuple[Correlation, ...]:
    found: dict[frozenset[str], Correlation] = {}
    for line, row in read_csv(path, CORRELATION_COLUMNS) if path.exists() else []:
        place = Message("{file} line {line}", file=short_path(path), line=line)
        key, other, typed = row["key"], row["other"], row["correlation"]
        value, pair = float(typed) if _is_number(typed) else math.nan, frozenset((key, other))
        if not -1 < value < 1:
            raise InputError(
                "{place}: correlation must lie between -1 and 1, got {value!r}; mend it", place=place, value=typed
            )
        if len(pair) == 1 or pair in found:
            raise InputError(
                "{place}: {key} and {other} must be two inputs, named once; drop the line",
                place=place, key=key, other=other,
            )  # fmt: skip
        if row["grade"] not in GRADES or not row["note"]:
            raise InputError(
                "{place}: needs a grade ({grades}) and a note; say why this correlation",
                place=place, grades=", ".join(GRADES),
            )  # fmt: skip
        found[pair] = Correlation(key, other, value, row["note"], place)
    return tuple(found.values())


@parsed_once
def _rows_with_numbers(path: Path, columns: tuple[str, ...], numbers: tuple[str, ...]) -> list[dict[str, str]]:
    rows = read_csv(path, columns) if path.exists() else []
    for line, row in rows:
        for name in numbers:
            if not _is_number(row[name]):
                raise InputError(
                    "{file} line {line}: {name} must be a number, got {value!r}; mend it",
                    file=short_path(path), line=line, name=name, value=row[name],
                )  # fmt: skip
    return [row for _, row in rows]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
