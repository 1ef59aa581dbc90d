"""The only reader of data/: rows with their provenance, validated, every bad row reported at once.

A row is ``key,row,period,value,unit,low,high,spread,price_year,source,locator,grade,note``. The rows of a key lie in
one list and cover it: that is the list that the key runs over.
"""

from __future__ import annotations

import csv
import functools
import io
import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hubmodel import units
from hubmodel.case import AMOUNTS, PACKAGE, PERIODS, Case, list_of_role
from hubmodel.errors import HubmodelError, InputError, UnknownName
from hubmodel.rows import GRADES, Row, first_message
from hubmodel.units import Unit

SUMS_TO_ONE = 1e-9
WORDS = ("title", "summary", "remarks")  # what a case says of itself, in English and, as title_sv, in other languages
COLUMNS = (
    "key", "row", "period", "value", "unit", "low", "high", "spread", "price_year", "source", "locator", "grade", "note"
)  # fmt: skip


def data_folder() -> Path:
    """Return the folder of cases: beside the package in a checkout, inside it where installed."""
    beside = PACKAGE.parent / "data"
    return beside if (beside / "sources.csv").is_file() else PACKAGE / "_data"


def case_names() -> list[str]:
    """Return the cases that are shipped."""
    return sorted(path.parent.name for path in data_folder().glob("*/case.toml"))


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; an error names the file, line and column."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path.name}: there is no such file; give the path of a TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{_short(path)}: not valid TOML: {error}; mend that place") from None
    except OSError as error:
        raise InputError(f"{_short(path)}: cannot be read: {error.strerror}; check the file") from None


def read_csv(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV with exactly these columns: (line number, row). UTF-8, commas, no byte-order mark."""
    place = _short(path)
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise InputError(f"{place}: is not UTF-8 text; save it as CSV in UTF-8") from None
    except FileNotFoundError:
        raise InputError(f"{place}: is missing; add it, with the header {','.join(columns)}") from None
    except OSError as error:
        raise InputError(f"{place}: cannot be read: {error.strerror}; check the file") from None
    if text.startswith("\ufeff"):
        raise InputError(f"{place}: begins with a byte-order mark; save it as CSV in UTF-8 without BOM")
    if "\0" in text:
        raise InputError(f"{place}: is not text; save it as CSV in UTF-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise InputError(f"{place} line {reader.line_num}: {error}; mend the quotes there") from None
    if not lines or not any(lines[0][1]):
        raise InputError(f"{place}: is empty; its first line must be {','.join(columns)}")
    header = lines[0][1]
    if len(header) == 1 and ";" in header[0]:
        raise InputError(f"{place}: is separated by semicolons; save it with commas")
    if said := _wrong_columns(header, columns):
        raise InputError(f"{place}: {said}; its first line must be {','.join(columns)}")
    out = []
    for number, cells in lines[1:]:
        if any(cells):
            if len(cells) != len(header):
                raise InputError(
                    f"{place} line {number}: has {len(cells)} cells, not {len(header)}; quote cells with commas"
                )
            out.append((number, dict(zip(header, cells, strict=True))))
    return out


def _wrong_columns(header: list[str], columns: tuple[str, ...]) -> str:
    missing = ", ".join(c for c in columns if c not in header)
    extra = ", ".join(c for at, c in enumerate(header) if c not in columns or c in header[:at])
    if missing and extra:
        return f"lacks the column {missing} and has the extra column {extra}"
    return f"lacks the column {missing}" if missing else f"has the extra column {extra}" if extra else ""


def _short(path: Path) -> str:
    return "/".join(path.parts[-3:] if "data" in path.parts[-3:] else path.parts[-2:])


def load_case(name: str | Path = "northx") -> Case:
    """Load a case by its name or folder.

    Raises
    ------
    UnknownName
        when there is no such case; InputError with one line for each bad row, all at once.
    """
    folder = Path(name)
    if not (folder / "case.toml").is_file():
        folder = data_folder() / str(name)
        if not (folder / "case.toml").is_file():
            raise UnknownName.of("case", str(name), case_names())
    case = _frame(folder.resolve())
    problems: list[str] = []
    rows: list[Row] = []
    for module in case.modules:
        path = folder / f"{module}.csv"
        if not path.exists():
            continue
        try:
            for number, cells in read_csv(path, COLUMNS):
                where = f"{_short(path)} line {number}"
                try:
                    rows.append(Row(**cells, where=where))
                except ValidationError as error:
                    problems.append(f"{where}: {cells['key']} {first_message(error)}")
                except HubmodelError as error:
                    problems.append(f"{where}: {cells['key']}: {error}")
        except InputError as error:
            problems.append(str(error))
    case = replace(case, rows=tuple(rows))
    problems = problems or list(_problems(case))
    if problems:
        raise InputError("\n".join(problems))
    return case


def _frame(folder: Path) -> Case:
    content, place = read_toml(folder / "case.toml"), f"{folder.name}/case.toml"
    try:
        calendar = content["calendar"]
        parents = {name: {one: dict(of) for one, of in members.items()} for name, members in content["lists"].items()}
        lists = {name: tuple(members) for name, members in parents.items()}
        lists["purchase"] = tuple(str(year) for year in range(calendar["first"], calendar["last"] + 1))
        parents |= _write_off(lists)
        lists |= {name: tuple(members) for name, members in parents.items()}
        case = Case(
            folder.name,
            folder,
            content["title"],
            content.get("summary", ""),
            content["currency"],
            content["price_year"],
            tuple(content["modules"]),
            tuple(content.get("levers", ())),
            content.get("counterfactual", "no hub"),
            calendar["first"],
            calendar["last"],
            {key: tuple(options) for key, options in content.get("choices", {}).items()},
            lists,
            parents,
            (),
            words={"remarks": {}} | {name: one for name, one in content.items() if name.startswith(WORDS)},
        )
    except KeyError as missing:
        raise InputError(f"{place}: lacks {missing.args[0]!r}; add it") from None
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(f"{place}: is not laid out as a case: {error}; compare it with northx/case.toml") from None
    _check_frame(case, place)
    return case


def _check_frame(case: Case, place: str) -> None:
    lists, parents, seen = case.lists, case.parents, dict[str, str]()
    if case.first > case.last:
        raise InputError(f"{place}: the calendar runs from {case.first} to {case.last}; put first before last")
    for name, members in lists.items():
        for member in members:
            if member in seen:
                raise InputError(f"{place}: {member!r} is in {seen[member]} and in {name}; member names must be unique")
            if member[:1] in "<>=" or any(sign in member for sign in "*?~"):
                raise InputError(
                    f"{place}: {member!r} must not begin with < > = or hold * ? ~, which Excel takes for patterns"
                )
            seen[member] = name
        roles = [set(links) for links in parents.get(name, {}).values()]
        if any(role != roles[0] for role in roles):
            raise InputError(f"{place}: the members of {name} name different parents; give each the same roles")
        for member, links in parents.get(name, {}).items():
            for role, parent in links.items():
                if parent not in lists[list_of_role(role, lists)]:
                    raise InputError(f"{place}: {role} of {member!r} points to {parent!r}, which is no member; mend it")


def _write_off(lists: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, dict[str, str]]]:
    """Every year of purchase crossed with every year of the depreciation table, where the case has one."""
    if "depreciation_year" not in lists:
        return {}
    return {
        "write_off": {
            f"{bought}, {year}": {"purchase": bought, "depreciation_year": year}
            for bought in lists["purchase"]
            for year in lists["depreciation_year"]
        }
    }


def _problems(case: Case) -> Iterator[str]:
    """Everything wrong between the rows and the model, one line each."""
    model = case.model
    derived = set(case.memberships) | {"first_date", "last_date", "period_length", "period_number", "purchase_year"}
    shares = {f"{key}_{option}": key for key, options in case.choices.items() for option in options}
    sources = set(source_titles())
    for key, rows in case.by_key.items():
        if key in case.choices:
            if rows[0].value not in case.choices[key]:
                yield f"{rows[0].where}: {key} must be one of {', '.join(case.choices[key])}, got {rows[0].value!r}"
            continue
        if key not in model.inputs:
            yield f"{rows[0].where}: {UnknownName.of('line that takes', key, model.inputs)}"
            continue
        yield from _row_problems(case, key, rows, model.units[key], sources)
    for name in sorted(model.inputs - derived - set(case.by_key) - set(shares)):
        module = next(model.module[user] for user in model.users[name])
        yield f"{case.name}/{module}.csv: lacks {name!r} [{model.units.get(name, 'membership')}]; add a row for it"
    for name in sorted(set(model.inputs) & set(shares)):
        if shares[name] not in case.by_key:
            yield f"{case.name}: the choice {shares[name]!r} has no row; add one with unit 'choice'"
    if uneven := uneven_table(case):
        yield uneven
    for key in case.levers:
        if key not in case.by_key:
            yield f"{case.name}/case.toml: {UnknownName.of('input for the lever', key, case.by_key)}"
    if case.counterfactual != "no hub" and not (case.folder / "scenarios" / f"{case.counterfactual}.toml").is_file():
        yield f"{case.name}/case.toml: counterfactual {case.counterfactual!r} is no scenario; name one, or 'no hub'"
    if "period" not in case.by_key or not set(case.choices.get("period", ("none",))) <= PERIODS.keys():
        yield f"{case.name}: needs a choice 'period' with a row: {', '.join(PERIODS)}"


def uneven_table(case: Case) -> str:
    """Return what is wrong with a table of yearly shares for tax that does not write off the whole cost; else ""."""
    table = case.by_key.get("depreciation_share", ())
    given = {row.row: float(row.value) for row in table}
    every = given.get("each depreciation_year", 0.0)
    whole = sum(given.get(member, every) for member in case.lists.get("depreciation_year", ()))
    if not table or abs(whole - 1) <= SUMS_TO_ONE:
        return ""
    place = f"{table[0].where}: " if table[0].where else ""
    return f"{place}depreciation_share adds up to {whole:.6g}, not to 1; mend the table so that all is written off"


def _row_problems(case: Case, key: str, rows: tuple[Row, ...], unit: Unit, sources: set[str]) -> Iterator[str]:
    lists: set[str | None] = set()
    for row in rows:
        if units.parse(row.unit)[1] != unit:
            yield f"{row.where}: {key} must be in {unit}, got {row.unit!r}, which does not convert; change the unit"
        if row.row.startswith("each "):
            name = row.row.removeprefix("each ")
            if name not in case.lists:
                yield f"{row.where}: {key}: {UnknownName.of('list', name, case.lists)}"
                return
            lists.add(name)
        elif row.row and row.row not in case.members:
            yield f"{row.where}: {key}: {UnknownName.of('member', row.row, case.members)}"
            return
        else:
            lists.add(case.members[row.row] if row.row else None)
        if problem := case.outside(row):
            yield f"{row.where}: {key}: {problem}"
        if row.period and not case.first <= int(row.period[:4]) <= case.last:
            yield f"{row.where}: {key}: {row.period} lies outside the calendar {case.first} to {case.last}; change it"
        if row.source and row.source not in sources:
            yield f"{row.where}: {key}: {UnknownName.of('source', row.source, sources)}"
        if row.price_year not in (None, case.price_year):
            yield f"{row.where}: {key} is in prices of {row.price_year}; restate it in prices of {case.price_year}"
    if len(lists) > 1:
        yield f"{rows[0].where}: the rows of {key} lie in {', '.join(str(one) for one in lists)}; keep to one list"
        return
    twice = {
        (row.row, row.period) for row in rows if [(r.row, r.period) for r in rows].count((row.row, row.period)) > 1
    }
    for name, period in sorted(twice):
        what, whose = f"{rows[0].where}: {key}", name or "the hub"
        yield f"{what} has {whose} twice in {period}; keep one" if period else f"{what} has {whose} twice; keep one"
    (of,) = lists
    given = {row.row for row in rows}
    if of and f"each {of}" not in given and (missing := [one for one in case.lists[of] if one not in given]):
        yield f"{rows[0].where}: {key} has no row for {', '.join(missing)}; add one, or a row 'each {of}'"
    if any(row.period for row in rows) and unit not in AMOUNTS:
        for name in given:
            first = min(row.period for row in rows if row.row == name)
            if first and int(first[:4]) > case.first:
                yield f"{rows[0].where}: {key} has no value before {first}; add a row without a period"


SOURCE_COLUMNS = ("id", "title", "publisher", "reference", "date", "url", "licence", "phrase")
DOCUMENTED_COLUMNS = ("id", "value", "unit", "date", "entity", "what", "document", "section", "quote", "note")
CONTRADICTION_COLUMNS = ("id", "question", "version", "value", "document", "section", "quote", "used", "reason")


@functools.cache
def source_titles() -> dict[str, dict[str, str]]:
    """Return every source by its id."""
    return {row["id"]: row for _, row in read_csv(data_folder() / "sources.csv", SOURCE_COLUMNS)}


@functools.cache
def documented(folder: Path) -> dict[str, dict[str, str]]:
    """Return the facts of a case's documents by id; none where it has no documented.csv."""
    path = folder / "documented.csv"
    return {row["id"]: row for _, row in read_csv(path, DOCUMENTED_COLUMNS)} if path.exists() else {}


def contradictions(folder: Path) -> list[dict[str, str]]:
    """Return where the documents contradict each other: every version, which one is used and why."""
    path = folder / "contradictions.csv"
    return [row for _, row in read_csv(path, CONTRADICTION_COLUMNS)] if path.exists() else []


def documented_lines(folder: Path) -> dict[str, str]:
    """Return which lines must give what which documented fact prints: line to id, from case.toml."""
    lines = dict(read_toml(folder / "case.toml").get("documented", {}))
    for line, one in lines.items():
        if not _is_number(documented(folder).get(one, {}).get("value", "")):
            raise InputError(
                f"{folder.name}/case.toml: {line} = {one!r} must name a fact of documented.csv with a number"
            )
    return lines


def plausibility(folder: Path) -> list[dict[str, str]]:
    """Return the bands that facilities of this kind keep to."""
    return _optional(folder / "plausibility.csv", PLAUSIBILITY_COLUMNS, ("low", "high"))


PLAUSIBILITY_COLUMNS = ("key", "value", "unit", "low", "high", "source", "grade", "note")


ACTUALS_COLUMNS = ("line", "period", "value", "unit", "source", "note")


def actuals(folder: Path) -> list[dict[str, str]]:
    """Return what was reported afterwards: line, period, value; none until somebody fills actuals.csv."""
    return _optional(folder / "actuals.csv", ACTUALS_COLUMNS, ("value",))


CORRELATION_COLUMNS = ("key", "other", "correlation", "source", "grade", "note")


@dataclass(frozen=True)
class Correlation:
    """Rank correlation of two inputs in draws [1], and where it stands."""

    key: str
    other: str
    correlation: float
    note: str
    where: str


@functools.cache
def correlations(folder: Path) -> tuple[Correlation, ...]:
    """Return the rank correlations of a case's inputs; none where it has no correlation.csv."""
    path = folder / "correlation.csv"
    out: dict[frozenset[str], Correlation] = {}
    for line, row in read_csv(path, CORRELATION_COLUMNS) if path.exists() else []:
        where, pair = f"{_short(path)} line {line}", frozenset((row["key"], row["other"]))
        value = float(row["correlation"]) if _is_number(row["correlation"]) else math.nan
        if not -1 < value < 1:
            raise InputError(f"{where}: correlation must lie between -1 and 1, got {row['correlation']!r}; mend it")
        if len(pair) == 1 or pair in out:
            raise InputError(f"{where}: {row['key']} and {row['other']} must be two inputs, named once; drop the line")
        if row["grade"] not in GRADES or not row["note"]:
            raise InputError(f"{where}: needs a grade ({', '.join(GRADES)}) and a note; say why this correlation")
        out[pair] = Correlation(row["key"], row["other"], value, row["note"], where)
    return tuple(out.values())


def _optional(path: Path, columns: tuple[str, ...], numbers: tuple[str, ...]) -> list[dict[str, str]]:
    rows = read_csv(path, columns) if path.exists() else []
    for line, row in rows:
        for name in numbers:
            if not _is_number(row[name]):
                raise InputError(f"{_short(path)} line {line}: {name} must be a number, got {row[name]!r}; mend it")
    return [row for _, row in rows]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
