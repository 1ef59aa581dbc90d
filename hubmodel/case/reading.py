"""Reader of data/, the only one: rows with their provenance, validated, every bad row reported at once.

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
from hubmodel.errors import HubmodelError, InputError, Message, UnknownName
from hubmodel.text.language import LANGUAGES
from hubmodel.text.names import all_canonical, canonical, folded, refuse_unknown
from hubmodel.text.third_party import third_party_message

TEXTS = ("title", "summary", "remarks", "licence")  # of a case; title_sv and so on in other languages
KNOWN = (  # the keys of a case.toml, and below those of its calendar
    "currency", "price_year", "schema_version", "modules", "levers", "noun", "counterfactual", "calendar", "choices",
    "lists", "documented", "kinds", *TEXTS, *(f"{name}_{language}" for name in TEXTS for language in LANGUAGES)
)  # fmt: skip
IN_CALENDAR = ("first", "last")
SCHEMA = 2  # the version of a case that is read here; hubmodel.case.upgrade brings older ones to it
NOUN = {"en": "the hub", "sv": "hubben"}  # what a case calls itself in a sentence, unless it says otherwise
COLUMNS = (
    "key", "row", "period", "value", "unit", "low", "high", "spread", "price_year", "source", "locator", "grade", "note"
)  # fmt: skip


def data_folder() -> Path:
    """Return the folder of cases: beside the package in a checkout, inside it where installed."""
    beside = PACKAGE.parent / "data"
    return beside if (beside / "sources.csv").is_file() else PACKAGE / "_data"


def case_names() -> list[str]:
    """Return the names of the shipped cases."""
    return sorted(path.parent.name for path in data_folder().glob("*/case.toml"))


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; an error names the file, line and column."""
    try:
        return dict(all_canonical(tomllib.loads(path.read_bytes().decode("utf-8"))))
    except FileNotFoundError:
        raise InputError("{file}: there is no such file; give the path of a TOML file", file=path.name) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = third_party_message(str(error))
        raise InputError(
            "{file}: not valid TOML: {problem}; mend that place", file=_short(path), problem=problem
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> InputError:
    problem = third_party_message(error.strerror or str(error))
    return InputError("{file}: cannot be read: {problem}; check the file", file=_short(path), problem=problem)


def read_csv(path: Path, columns: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Read a CSV with exactly these columns: (line number, row). UTF-8, commas, no byte-order mark."""
    place, header = _short(path), ",".join(columns)
    lines = _lines_of(path, header)
    if not lines or not any(lines[0][1]):
        raise InputError("{file}: is empty; its first line must be {header}", file=place, header=header)
    names = lines[0][1]
    if len(names) == 1 and ";" in names[0]:
        raise InputError("{file}: is separated by semicolons; save it with commas", file=place)
    if problem := _wrong_columns(names, columns):
        raise InputError(
            "{file}: {problem}; its first line must be {header}", file=place, problem=problem, header=header
        )
    rows = []
    for number, cells in lines[1:]:
        if any(cells):
            if len(cells) != len(names):
                raise InputError(
                    "{file} line {line}: has {count} cells, not {wanted}; quote cells with commas",
                    file=place, line=number, count=len(cells), wanted=len(names),
                )  # fmt: skip
            rows.append((number, dict(zip(names, cells, strict=True))))
    return rows


def _lines_of(path: Path, header: str) -> list[tuple[int, list[str]]]:
    """Return the lines of a CSV, the header included, with their numbers."""
    place = _short(path)
    try:
        text = canonical(path.read_bytes().decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError("{file}: is not UTF-8 text; save it as CSV in UTF-8", file=place) from None
    except FileNotFoundError:
        raise InputError("{file}: is missing; add it, with the header {header}", file=place, header=header) from None
    except OSError as error:
        raise _unreadable(path, error) from None
    if text.startswith("\ufeff"):
        raise InputError("{file}: begins with a byte-order mark; save it as CSV in UTF-8 without BOM", file=place)
    if "\0" in text:
        raise InputError("{file}: is not text; save it as CSV in UTF-8", file=place)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader]
    except csv.Error as error:
        raise InputError(
            "{file} line {line}: {problem}; mend the quotes there",
            file=place, line=reader.line_num, problem=third_party_message(str(error)),
        ) from None  # fmt: skip


def _wrong_columns(header: list[str], columns: tuple[str, ...]) -> str:
    missing = ", ".join(c for c in columns if c not in header)
    extra = ", ".join(c for at, c in enumerate(header) if c not in columns or c in header[:at])
    if missing and extra:
        return Message("lacks the column {missing} and has the extra column {extra}", missing=missing, extra=extra)
    if missing:
        return Message("lacks the column {missing}", missing=missing)
    return Message("has the extra column {extra}", extra=extra) if extra else ""


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
    problems: list[Message] = []
    rows: list[Row] = []
    for module in case.modules:
        path = folder / f"{module}.csv"
        if not path.exists():
            continue
        try:
            for line, cells in read_csv(path, COLUMNS):
                read = _row_or_problem(case, cells, Message("{file} line {line}", file=_short(path), line=line))
                rows += [read] if isinstance(read, Row) else []
                problems += [read] if isinstance(read, Message) else []
        except InputError as error:
            problems.append(error.message)
    case = replace(case, rows=tuple(rows))
    problems = problems or list(problems_of(case, source_titles(case.folder)))
    if problems:
        raise InputError(Message.joined(problems, "{first}\n{rest}"))
    return case


def _row_or_problem(case: Case, cells: dict[str, str], place: Message) -> Row | Message:
    key = cells["key"]
    try:
        row = Row(**cells)
        if problem := limits.problem_of(case, row):
            return Message("{place}: {problem}", place=place, problem=problem)
        return Row(**cells, where=place)  # with a place, it must lie in its range, too
    except ValidationError as error:
        return Message("{place}: {key} {problem}", place=place, key=key, problem=first_message(error))
    except HubmodelError as error:
        return Message("{place}: {key}: {problem}", place=place, key=key, problem=error.message)


def case_folder(name: str | Path) -> Path:
    """Return the folder of a case, given the folder itself or the name of a shipped case."""
    for folder in (Path(name), data_folder() / str(name)):
        if (folder / "case.toml").is_file():
            return folder
    raise UnknownName.of("case", str(name), case_names())


def _frame(folder: Path, name: str) -> Case:
    """Return a case without rows, as its case.toml describes it; `name` is what the user called it."""
    content, place = read_toml(folder / "case.toml"), f"{folder.name}/case.toml"
    _check_head(content, place, name)
    _check_years(content, place)
    try:
        calendar = content["calendar"]
        lists, parents = _lists_of(content["lists"], calendar["first"], calendar["last"])
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
            texts={"remarks": {}} | {key: value for key, value in content.items() if key.startswith(TEXTS)},
        )
    except KeyError as missing:
        raise InputError("{place}: lacks {key!r}; add it", place=place, key=missing.args[0]) from None
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError(
            "{place}: is not laid out as a case: {problem}; compare it with northx/case.toml",
            place=place, problem=str(error),
        ) from None  # fmt: skip
    _check_names(content, place)
    _check_frame(case, place)
    return case


def schema_of(content: Mapping[str, Any], place: str) -> int:
    """Return the schema version of a case.toml; 0, the first, where it has none."""
    version = content.get("schema_version", 0)
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise InputError(
            "{place}: schema_version must be a whole number, got {value!r}; write {version}",
            place=place, value=version, version=SCHEMA,
        )  # fmt: skip
    if version > SCHEMA:
        raise InputError(
            "{place}: schema_version {version} is newer than {own}, which this hubmodel reads; update hubmodel",
            place=place, version=version, own=SCHEMA,
        )  # fmt: skip
    return version


def _check_head(content: Mapping[str, Any], place: str, name: str) -> None:
    if (version := schema_of(content, place)) < SCHEMA:
        raise InputError(
            "{place}: schema_version {version} is older than {own}, which this hubmodel reads; "
            "run hubmodel upgrade {name}, which keeps the old folder too",
            place=place, version=version, own=SCHEMA, name=name,
        )  # fmt: skip
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
            raise InputError(
                "{place}: {name} must be a whole calendar year, got {value!r}; write for example 2025",
                place=place, name=name, value=year,
            )  # fmt: skip


def check_currency(code: Any, place: str) -> None:
    """Refuse any currency but SEK, because every label and format says SEK."""
    if not isinstance(code, str) or not re.fullmatch("[A-Z]{3}", code):
        raise InputError(
            "{place}: currency must be a code of three capital letters, got {value!r}; write SEK",
            place=place, value=code,
        )  # fmt: skip
    if code != "SEK":
        raise InputError(
            "{place}: currency must be SEK, got {value!r}; convert the amounts, every label says SEK",
            place=place, value=code,
        )  # fmt: skip


def _check_frame(case: Case, place: str) -> None:
    if problem := missing_list(case):
        raise InputError("{place}: {problem}", place=place, problem=problem)
    if case.first > case.last:
        raise InputError(
            "{place}: the calendar runs from {first} to {last}; put first before last",
            place=place, first=case.first, last=case.last,
        )  # fmt: skip
    lists, seen = dict[str, str](), dict[str, str]()  # by member and by its folded name
    for name, members in case.lists.items():
        for member in members:
            if member in lists:
                raise InputError(
                    "{place}: {member!r} is in {first} and in {second}; member names must be unique",
                    place=place, member=member, first=lists[member], second=name,
                )  # fmt: skip
            _check_member(member, seen.setdefault(folded(member), member), place)
            lists[member] = name
        _check_parents(case, name, place)


def _check_member(member: str, alike: str, place: str) -> None:
    """Refuse a member's name that Excel would misread; `alike` is the first that differs in case or blanks only."""
    if member != member.strip():
        raise InputError(
            "{place}: {member!r} begins or ends with a blank; leave the blank out", place=place, member=member
        )
    if member[:1] in "<>=" or any(sign in member for sign in "*?~"):
        raise InputError(
            "{place}: {member!r} must not begin with < > = or hold * ? ~, which Excel takes for patterns",
            place=place, member=member,
        )  # fmt: skip
    if alike != member:
        raise InputError(
            "{place}: {first!r} and {second!r} differ in case or blanks only, and Excel takes them for one; rename one",
            place=place, first=alike, second=member,
        )  # fmt: skip


def _check_parents(case: Case, name: str, place: str) -> None:
    parents = case.parents.get(name, {})
    roles = [set(links) for links in parents.values()]
    if any(role != roles[0] for role in roles):
        raise InputError(
            "{place}: the members of {list} name different parents; give each the same roles", place=place, list=name
        )
    for member, links in parents.items():
        for role, parent in links.items():
            if parent not in case.lists[list_of_role(role, case.lists)]:
                raise InputError(
                    "{place}: {role} of {member!r} points to {parent!r}, which is no member; mend it",
                    place=place, role=role, member=member, parent=parent,
                )  # fmt: skip


def _lists_of(
    content: Mapping[str, Any], first: int, last: int
) -> tuple[dict[str, tuple[str, ...]], dict[str, dict[str, dict[str, str]]]]:
    """Return the members of each list, those that the loader makes included, and the parents of each member."""
    parents = {name: {member: dict(links) for member, links in members.items()} for name, members in content.items()}
    lists = {name: tuple(members) for name, members in parents.items()}
    lists["purchase"] = tuple(str(year) for year in range(first, last + 1))
    parents |= _write_off(lists)
    return lists | {name: tuple(members) for name, members in parents.items()}, parents


def _write_off(lists: Mapping[str, tuple[str, ...]]) -> dict[str, dict[str, dict[str, str]]]:
    """Return each year of purchase crossed with each year of the depreciation table, where the case has one."""
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
        place = Message("{file} line {line}", file=_short(path), line=line)
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
                    file=_short(path), line=line, name=name, value=row[name],
                )  # fmt: skip
    return [row for _, row in rows]


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
