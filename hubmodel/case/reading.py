"""The only reader of data/: rows with their provenance, validated, every bad row reported at once.

A row is ``key,row,period,value,unit,low,high,spread,price_year,source,locator,grade,note``. The rows of a key lie in
one list and cover it: that is the list that the key runs over.
"""

from __future__ import annotations

import csv
import io
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hubmodel.case import limits
from hubmodel.case.facility import PACKAGE, Case, list_of_role
from hubmodel.case.parsed import parsed_once
from hubmodel.case.rows import GRADES, Row, first_message
from hubmodel.case.validation import missing_list, problems_of
from hubmodel.errors import HubmodelError, InputError, UnknownName
from hubmodel.text.language import LANGUAGES
from hubmodel.text.names import all_canonical, canonical, folded, refuse_unknown

WORDS = ("title", "summary", "remarks", "licence")  # what a case says of itself; as title_sv in other languages
KNOWN = (  # what a case.toml may hold, and below its calendar
    "currency", "price_year", "schema_version", "modules", "levers", "noun", "counterfactual", "calendar", "choices",
    "lists", "documented", "kinds", *(f"{one}{of}" for one in WORDS for of in ("", *(f"_{one}" for one in LANGUAGES)))
)  # fmt: skip
IN_CALENDAR = ("first", "last")
SCHEMA = 2  # the shape of a case that this version reads; hubmodel.case.upgrade brings older ones to it
NOUN = {"en": "the hub", "sv": "hubben"}  # what a case calls itself in a sentence, unless it says otherwise
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
        return dict(all_canonical(tomllib.loads(path.read_bytes().decode("utf-8"))))
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
        text = canonical(raw.decode("utf-8"))
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
    folder = case_folder(name)
    case = _frame(folder.resolve(), str(name))
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
                    row = Row(**cells)
                    if problem := limits.problem_of(case, row):
                        problems.append(f"{where}: {problem}")
                    else:
                        rows.append(Row(**cells, where=where))  # lies in its range, too
                except ValidationError as error:
                    problems.append(f"{where}: {cells['key']} {first_message(error)}")
                except HubmodelError as error:
                    problems.append(f"{where}: {cells['key']}: {error}")
        except InputError as error:
            problems.append(str(error))
    case = replace(case, rows=tuple(rows))
    problems = problems or list(problems_of(case, source_titles(case.folder)))
    if problems:
        raise InputError("\n".join(problems))
    return case


def case_folder(name: str | Path) -> Path:
    """Return the folder of a case: the one that is named, or that of a shipped case by its name."""
    for folder in (Path(name), data_folder() / str(name)):
        if (folder / "case.toml").is_file():
            return folder
    raise UnknownName.of("case", str(name), case_names())


def _frame(folder: Path, named: str) -> Case:
    content, place = read_toml(folder / "case.toml"), f"{folder.name}/case.toml"
    _check_head(content, place, named)
    _check_years(content, place)
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
            NOUN | content.get("noun", {}),
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
    _check_names(content, place)
    _check_frame(case, place)
    return case


def schema_of(content: Mapping[str, Any], place: str) -> int:
    """Return the version of the shape that a case.toml is written in; without one it is the first, 0."""
    version = content.get("schema_version", 0)
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise InputError(f"{place}: schema_version must be a whole number, got {version!r}; write {SCHEMA}")
    if version > SCHEMA:
        said = f"schema_version {version} is newer than {SCHEMA}, which this hubmodel reads"
        raise InputError(f"{place}: {said}; update hubmodel")
    return version


def _check_head(content: Mapping[str, Any], place: str, named: str) -> None:
    if (version := schema_of(content, place)) < SCHEMA:
        said = f"schema_version {version} is older than {SCHEMA}, which this hubmodel reads"
        raise InputError(f"{place}: {said}; run hubmodel upgrade {named}, which keeps the old folder too")
    check_currency(content.get("currency", "SEK"), place)


def _check_names(content: Mapping[str, Any], place: str) -> None:
    refuse_unknown(place, "key of a case", content, KNOWN)
    for table, known in (("calendar", IN_CALENDAR), ("noun", LANGUAGES)):
        if isinstance(inside := content.get(table, {}), dict):
            refuse_unknown(f"{place}: [{table}]", "key of a case", inside, known)


def _check_years(content: Mapping[str, Any], place: str) -> None:
    calendar = content.get("calendar", {})
    inside = {name: calendar[name] for name in IN_CALENDAR if name in calendar} if isinstance(calendar, dict) else {}
    for name, year in ({"price_year": content.get("price_year", 0)} | inside).items():
        if isinstance(year, bool) or not isinstance(year, int):
            raise InputError(f"{place}: {name} must be a whole calendar year, got {year!r}; write for example 2025")


def check_currency(code: Any, place: str) -> None:
    """Refuse any currency but SEK: every label and format says SEK, and would show another as what it is not."""
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code):
        raise InputError(f"{place}: currency must be a code of three capital letters, got {code!r}; write SEK")
    if code != "SEK":
        raise InputError(f"{place}: currency must be SEK, got {code!r}; convert the amounts, every label says SEK")


def _check_frame(case: Case, place: str) -> None:
    lists, parents, seen, folds = case.lists, case.parents, dict[str, str](), dict[str, str]()
    if said := missing_list(case):
        raise InputError(f"{place}: {said}")
    if case.first > case.last:
        raise InputError(f"{place}: the calendar runs from {case.first} to {case.last}; put first before last")
    for name, members in lists.items():
        for member in members:
            if member in seen:
                raise InputError(f"{place}: {member!r} is in {seen[member]} and in {name}; member names must be unique")
            if member != member.strip():
                raise InputError(f"{place}: {member!r} begins or ends with a blank; leave the blank out")
            if member[:1] in "<>=" or any(sign in member for sign in "*?~"):
                raise InputError(
                    f"{place}: {member!r} must not begin with < > = or hold * ? ~, which Excel takes for patterns"
                )
            if (alike := folds.setdefault(folded(member), member)) != member:
                raise InputError(
                    f"{place}: {alike!r} and {member!r} differ in case or blanks only, and Excel takes them for one; "
                    "rename one"
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


SOURCE_COLUMNS = ("id", "title", "publisher", "reference", "date", "url", "licence", "phrase")
DOCUMENTED_COLUMNS = ("id", "value", "unit", "date", "entity", "what", "document", "section", "quote", "note")
CONTRADICTION_COLUMNS = ("id", "question", "version", "value", "document", "section", "quote", "used", "reason")


def source_titles(folder: Path | None = None) -> dict[str, dict[str, str]]:
    """Return every source by its id: those shipped, and those of a case's own sources.csv where it has one."""
    shipped = _by_id(data_folder() / "sources.csv", SOURCE_COLUMNS)
    return shipped | _by_id(folder / "sources.csv", SOURCE_COLUMNS) if folder else shipped


def documented(folder: Path) -> dict[str, dict[str, str]]:
    """Return the facts of a case's documents by id; none where it has no documented.csv."""
    return _by_id(folder / "documented.csv", DOCUMENTED_COLUMNS)


@parsed_once
def _by_id(path: Path, columns: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Return rows by id; none where there is no file."""
    return {row["id"]: row for _, row in read_csv(path, columns)} if path.exists() else {}


def contradictions(folder: Path) -> list[dict[str, str]]:
    """Return where the documents contradict each other: every version, which one is used and why."""
    path = folder / "contradictions.csv"
    return [row for _, row in read_csv(path, CONTRADICTION_COLUMNS)] if path.exists() else []


def documented_lines(folder: Path) -> dict[str, str]:
    """Return what must give what which documented fact prints, as line, line[row] or line[row] 2025 to id."""
    lines, facts = _documented_table(folder / "case.toml"), documented(folder)
    for line, one in lines.items():
        if not _is_number(facts.get(one, {}).get("value", "")):
            raise InputError(
                f"{folder.name}/case.toml: {line} = {one!r} must name a fact of documented.csv with a number"
            )
    return dict(lines)


@parsed_once
def _documented_table(path: Path) -> dict[str, str]:
    return dict(read_toml(path).get("documented", {}))


def platform_kinds(case: Case) -> dict[str, str]:
    """Return of which kind each platform of a case is, where case.toml says so: kinds are alike in all cases."""
    kinds = dict(read_toml(case.folder / "case.toml").get("kinds", {}))
    for platform in kinds:
        if platform not in case.lists["platform"]:
            said = UnknownName.of("platform", platform, case.lists["platform"])
            raise InputError(f"{case.folder.name}/case.toml: [kinds]: {said}")
    return kinds


def currency_of(folder: Path) -> str:
    """Return the currency of a case, loaded or not."""
    return str(read_toml(folder / "case.toml").get("currency", "SEK"))


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


def correlations(folder: Path) -> tuple[Correlation, ...]:
    """Return the rank correlations of a case's inputs; none where it has no correlation.csv."""
    return _correlations(folder / "correlation.csv")


@parsed_once
def _correlations(path: Path) -> tuple[Correlation, ...]:
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


@parsed_once
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
