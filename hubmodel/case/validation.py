"""Checks of the rows of a case against the line items that take them; one line for each problem, with its cure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from hubmodel.case import limits
from hubmodel.case.facility import (
    AMOUNTS,
    PERIODS,
    Case,
    has_counterfactual,
    list_of_role,
    module_with,
    modules_taking,
)
from hubmodel.case.rows import Row
from hubmodel.engine import units
from hubmodel.engine.units import Unit
from hubmodel.errors import Message, UnknownName

SUMS_TO_ONE = 1e-9
CROSSED = {"write_off": "depreciation_year"}  # a list that the loader makes, and the list of the case behind it
MADE = {"purchase", *CROSSED}  # lists that the loader makes
DERIVED = {"first_date", "last_date", "period_length", "period_number", "purchase_year"}


def problems_of(case: Case, sources: Collection[str]) -> Iterator[Message]:
    """Yield every problem between the rows and the model; `sources` are the known ids."""
    modules = set[str]()
    for problem in _all_problems(case, sources):
        module = problem.parts.get("module", "")  # to be added, which cures more than one problem
        if module not in modules:
            yield problem
        modules |= {module} - {""}


def _all_problems(case: Case, sources: Collection[str]) -> Iterator[Message]:
    for key, rows in case.by_key.items():
        yield from _problems_of_key(case, key, rows, sources)
    yield from _missing_rows(case)
    if uneven := uneven_table(case):
        yield uneven
    yield from limits.sums_beyond(case)
    yield from _problems_of_head(case)
    yield from _unused_lists(case)


def _problems_of_key(case: Case, key: str, rows: tuple[Row, ...], sources: Collection[str]) -> Iterator[Message]:
    place, model = rows[0].where, case.model
    if key in case.choices:
        if rows[0].value not in case.choices[key]:
            yield Message(
                "{place}: {key} must be one of {allowed}, got {value!r}",
                place=place, key=key, allowed=", ".join(case.choices[key]), value=rows[0].value,
            )  # fmt: skip
    elif key in model.inputs:
        yield from _row_problems(case, key, rows, model.units[key], sources)
    elif modules := modules_taking(key, case.modules):
        yield _module_that_takes(place, key, modules[0])
    else:
        problem = UnknownName.of("line that takes", key, model.inputs).message
        yield Message("{place}: {problem}", place=place, problem=problem)


def _module_that_takes(place: str, name: str, module: str) -> Message:
    return Message(
        "{place}: no line of the case takes {name!r}, but lines/{module}.py does; add {module!r} to modules",
        place=place, name=name, module=module,
    )  # fmt: skip


def _missing_rows(case: Case) -> Iterator[Message]:
    model, derived = case.model, DERIVED | set(case.memberships)
    shares = {f"{key}_{option}": key for key, options in case.choices.items() for option in options}
    missing = sorted(model.inputs - derived - set(case.by_key) - set(shares))
    yield from _modules_to_add(case, missing)
    for name in (name for name in missing if not module_with(name, case.modules)):
        yield _missing_membership(case, name) if name in model.memberships else _missing_row(case, name)
    for name in sorted(set(model.inputs) & set(shares)):
        if shares[name] not in case.by_key:
            yield Message(
                "{case}: the choice {choice!r} has no row; add one with unit 'choice'",
                case=case.name, choice=shares[name],
            )  # fmt: skip


def _problems_of_head(case: Case) -> Iterator[Message]:
    place = f"{case.name}/case.toml"
    for key in (key for key in case.levers if key not in case.by_key):
        if key not in case.model.inputs and (modules := modules_taking(key, case.modules)):
            yield _module_that_takes(place, key, modules[0])
        else:
            problem = UnknownName.of("input for the lever", key, case.by_key).message
            yield Message("{place}: {problem}", place=place, problem=problem)
    if has_counterfactual(case) and not (case.folder / "scenarios" / f"{case.counterfactual}.toml").is_file():
        yield Message(
            "{place}: counterfactual {name!r} is no scenario; "
            "name one, or 'no hub' (no with any noun) for nothing at all",
            place=place, name=case.counterfactual,
        )  # fmt: skip
    if "period" not in case.by_key or not set(case.choices.get("period", ("none",))) <= PERIODS.keys():
        yield Message(
            "{case}: needs a choice 'period' with a row: {options}", case=case.name, options=", ".join(PERIODS)
        )


def _modules_to_add(case: Case, missing: Iterable[str]) -> Iterator[Message]:
    found = dict[str, str]()
    for name in missing:
        found.setdefault(module_with(name, case.modules), name)
    for module, name in found.items():
        if module:
            yield Message(
                "{place}: the line {line!r} needs {name!r} of lines/{module}.py; add {module!r} to modules",
                place=f"{case.name}/case.toml", line=case.model.users[name][0], name=name, module=module,
            )  # fmt: skip


def _missing_row(case: Case, name: str) -> Message:
    line = case.model.users[name][0]
    for module in modules_taking(name, case.modules):
        if _has_row(case, module, name):
            return Message(
                "{place}: the line {line!r} needs {name!r}, whose rows stand in {module}.csv; "
                "add {module!r} to modules",
                place=f"{case.name}/case.toml", line=line, name=name, module=module,
            )  # fmt: skip
    return Message(
        "{file}: lacks {name!r} [{unit}]; add a row for it",
        file=f"{case.name}/{case.model.module[line]}.csv", name=name, unit=case.model.units[name],
    )  # fmt: skip


def _has_row(case: Case, module: str, name: str) -> bool:
    path = case.folder / f"{module}.csv"
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    return any(line.startswith(f"{name},") for line in lines)


def _missing_membership(case: Case, name: str) -> Message:
    role, _, child = name.rpartition("_of_")
    return Message(
        "{place}: members of {list} name no {role}, which the line {line!r} needs; add it to each",
        place=f"{case.name}/case.toml", list=child, role=role, line=case.model.users[name][0],
    )  # fmt: skip


def missing_list(case: Case) -> Message:
    """Return the problem that a line needs a list that the case does not have; else blank."""
    for name, needed in _lists_of_lines(case):
        if needed not in case.lists:
            return Message(
                "lacks the list {list!r}, which the line {line!r} needs; add [lists.{list}], empty or not",
                list=needed, line=case.model.users[name][0],
            )  # fmt: skip
    return Message("")


def _lists_of_lines(case: Case) -> Iterator[tuple[str, str]]:
    """Yield the memberships that lines take, each with the lists of the case that it needs."""
    for name in sorted(case.model.memberships):
        role, _, child = name.rpartition("_of_")
        parent = role if role in case.lists else role.rpartition("_")[2]
        yield name, CROSSED.get(child, child)
        yield name, CROSSED.get(child, parent)


def _unused_lists(case: Case) -> Iterator[Message]:
    used = {name for _, name in _lists_of_lines(case)} | MADE | {*CROSSED.values()}
    used |= {
        _list_of_row(case, row) or "" for row in case.rows if row.row.startswith("each ") or row.row in case.members
    }
    links = (links for members in case.parents.values() for links in members.values())
    used |= {list_of_role(role, case.lists) for parents in links for role in parents}
    for name in (name for name in case.lists if name not in used):
        yield Message(
            "{place}: no row, role or line uses the list {list!r}; drop it, or mend its name",
            place=f"{case.name}/case.toml", list=name,
        )  # fmt: skip


def uneven_table(case: Case) -> Message:
    """Return the problem that a table of yearly tax depreciation does not write off the whole cost; else blank."""
    table = case.by_key.get("depreciation_share", ())
    given = {row.row: float(row.value) for row in table}
    every = given.get("each depreciation_year", 0.0)
    whole = sum(given.get(member, every) for member in case.lists.get("depreciation_year", ()))
    if not table or abs(whole - 1) <= SUMS_TO_ONE:
        return Message("")
    problem = Message(
        "depreciation_share adds up to {sum:.6g}, not to 1; mend the table so that all is written off", sum=whole
    )
    return Message("{place}: {problem}", place=table[0].where, problem=problem) if table[0].where else problem


def _row_problems(
    case: Case, key: str, rows: tuple[Row, ...], unit: Unit, sources: Collection[str]
) -> Iterator[Message]:
    lists: set[str | None] = set()
    for row in rows:
        yield from _problems_of_row(case, row, unit, sources)
        if unknown := _unknown_member(case, row):
            yield unknown
            return
        lists.add(_list_of_row(case, row))
    if len(lists) > 1:
        yield Message(
            "{place}: the rows of {key} lie in {lists}; keep to one list",
            place=rows[0].where, key=key, lists=", ".join(map(str, lists)),
        )  # fmt: skip
        return
    yield from _rows_given_twice(rows)
    (list_name,) = lists
    yield from _rows_left_out(case, rows, list_name, unit)


def _problems_of_row(case: Case, row: Row, unit: Unit, sources: Collection[str]) -> Iterator[Message]:
    place, key = row.where, row.key
    if units.parse(row.unit)[1] != unit:
        yield Message(
            "{place}: {key} must be in {unit}, got {given!r}, which does not convert; change the unit",
            place=place, key=key, unit=unit, given=row.unit,
        )  # fmt: skip
    if row.period and not case.first <= int(row.period[:4]) <= case.last:
        yield Message(
            "{place}: {key}: {period} lies outside the calendar {first} to {last}; change it",
            place=place, key=key, period=row.period, first=case.first, last=case.last,
        )  # fmt: skip
    if row.source and row.source not in sources:
        problem = UnknownName.of("source", row.source, sources).message
        yield Message("{place}: {key}: {problem}", place=place, key=key, problem=problem)
    if row.price_year not in (None, case.price_year):
        yield Message(
            "{place}: {key} is in prices of {year}; restate it in prices of {wanted}",
            place=place, key=key, year=row.price_year, wanted=case.price_year,
        )  # fmt: skip


def _list_of_row(case: Case, row: Row) -> str | None:
    if row.row.startswith("each "):
        return row.row.removeprefix("each ")
    return case.members[row.row] if row.row else None


def _unknown_member(case: Case, row: Row) -> Message | None:
    if row.row.startswith("each "):
        list_name = row.row.removeprefix("each ")
        unknown = None if list_name in case.lists else UnknownName.of("list", list_name, case.lists)
    else:
        known = [member for member, list_name in case.members.items() if list_name not in MADE]
        unknown = UnknownName.of("member", row.row, known) if row.row and row.row not in case.members else None
    if unknown is None:
        return None
    return Message(
        "{place}: {key}, taken by the line {line!r}: {problem}",
        place=row.where, key=row.key, line=case.model.users[row.key][0], problem=unknown.message,
    )  # fmt: skip


def _rows_given_twice(rows: tuple[Row, ...]) -> Iterator[Message]:
    count = Counter((row.row, row.period) for row in rows)
    for member, period in sorted(both for both in count if count[both] > 1):
        parts = {"place": rows[0].where, "key": rows[0].key, "member": member or Message("the facility")}
        if period:
            yield Message("{place}: {key} has {member} twice in {period}; keep one", **parts, period=period)
        else:
            yield Message("{place}: {key} has {member} twice; keep one", **parts)


def _rows_left_out(case: Case, rows: tuple[Row, ...], list_name: str | None, unit: Unit) -> Iterator[Message]:
    place, key, given = rows[0].where, rows[0].key, {row.row for row in rows}
    missing = [member for member in case.lists[list_name] if member not in given] if list_name else []
    if missing and f"each {list_name}" not in given:
        yield Message(
            "{place}: {key} has no row for {members}; add one, or a row 'each {list}'",
            place=place, key=key, members=", ".join(missing), list=list_name,
        )  # fmt: skip
    if any(row.period for row in rows) and unit not in AMOUNTS:
        for member in given:
            first = min(row.period for row in rows if row.row == member)
            if first and int(first[:4]) > case.first:
                yield Message(
                    "{place}: {key} has no value before {period}; add a row without a period",
                    place=place, key=key, period=first,
                )  # fmt: skip
