"""A case loaded from its folder: case.toml, then the rows of each module, all problems at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hubmodel.case import limits
from hubmodel.case.documents import source_titles
from hubmodel.case.facility import Case, list_of_role
from hubmodel.case.reading import COLUMNS, case_names, data_folder, read_csv, read_toml, short_path
from hubmodel.case.rows import Row, first_message
from hubmodel.case.validation import missing_list, problems_of
from hubmodel.errors import HubmodelError, InputError, Message, UnknownName
from hubmodel.text.language import LANGUAGES
from hubmodel.text.names import folded, refuse_unknown

TEXTS = ("title", "summary", "remarks", "licence")  # of a case; title_sv and so on in other languages


KNOWN = (  # the keys of a case.toml, and below those of its calendar
    "currency", "price_year", "schema_version", "modules", "levers", "noun", "counterfactual", "calendar", "choices",
    "lists", "documented", "kinds", *TEXTS, *(f"{name}_{language}" for name in TEXTS for language in LANGUAGES)
)  # fmt: skip


IN_CALENDAR = ("first", "last")


SCHEMA = 2  # the version of a case that is read here; hubmodel.case.upgrade brings older ones to it


NOUN = {"en": "the hub", "sv": "hubben"}  # what a case calls itself in a sentence, unless it says otherwise


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
                read = _row_or_problem(case, cells, Message("{file} line {line}", file=short_path(path), line=line))
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
