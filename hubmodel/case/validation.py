"""What is wrong between the rows of a case and the line items that take them, one line each with its cure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from hubmodel.case import limits
from hubmodel.case.facility import AMOUNTS, PERIODS, Case, has_counterfactual, module_with
from hubmodel.case.rows import Row
from hubmodel.engine import units
from hubmodel.engine.units import Unit
from hubmodel.errors import UnknownName

SUMS_TO_ONE = 1e-9
CROSSED = {"write_off": "depreciation_year"}  # a list that the loader makes, and the one of the case behind it
MADE = {"purchase", *CROSSED}  # lists that the loader makes
DERIVED = {"first_date", "last_date", "period_length", "period_number", "purchase_year"}


def problems_of(case: Case, sources: Collection[str]) -> Iterator[str]:
    """Give everything wrong between the rows and the model, one line each; `sources` are the ids that are known."""
    model, derived = case.model, DERIVED | set(case.memberships)
    shares = {f"{key}_{option}": key for key, options in case.choices.items() for option in options}
    for key, rows in case.by_key.items():
        if key in case.choices:
            if rows[0].value not in case.choices[key]:
                yield f"{rows[0].where}: {key} must be one of {', '.join(case.choices[key])}, got {rows[0].value!r}"
            continue
        if key not in model.inputs:
            yield f"{rows[0].where}: {UnknownName.of('line that takes', key, model.inputs)}"
            continue
        yield from _row_problems(case, key, rows, model.units[key], sources)
    missing = sorted(model.inputs - derived - set(case.by_key) - set(shares))
    yield from _modules_to_add(case, missing)
    for name in (name for name in missing if not module_with(name, case.modules)):
        yield _lacks_membership(case, name) if name in model.memberships else _lacks(case, name)
    for name in sorted(set(model.inputs) & set(shares)):
        if shares[name] not in case.by_key:
            yield f"{case.name}: the choice {shares[name]!r} has no row; add one with unit 'choice'"
    if uneven := uneven_table(case):
        yield uneven
    yield from limits.sums_beyond(case)
    for key in case.levers:
        if key not in case.by_key:
            yield f"{case.name}/case.toml: {UnknownName.of('input for the lever', key, case.by_key)}"
    if has_counterfactual(case) and not (case.folder / "scenarios" / f"{case.counterfactual}.toml").is_file():
        said = "is no scenario; name one, or 'no hub' (no with any noun) for nothing at all"
        yield f"{case.name}/case.toml: counterfactual {case.counterfactual!r} {said}"
    if "period" not in case.by_key or not set(case.choices.get("period", ("none",))) <= PERIODS.keys():
        yield f"{case.name}: needs a choice 'period' with a row: {', '.join(PERIODS)}"


def _modules_to_add(case: Case, missing: Iterable[str]) -> Iterator[str]:
    found = dict[str, str]()
    for name in missing:
        found.setdefault(module_with(name, case.modules), name)
    for module, name in found.items():
        if module:
            line, place = case.model.users[name][0], f"{case.name}/case.toml"
            yield f"{place}: the line {line!r} needs {name!r} of lines/{module}.py; add {module!r} to modules"


def _lacks(case: Case, name: str) -> str:
    module = case.model.module[case.model.users[name][0]]
    return f"{case.name}/{module}.csv: lacks {name!r} [{case.model.units[name]}]; add a row for it"


def _lacks_membership(case: Case, name: str) -> str:
    role, _, child = name.rpartition("_of_")
    line = case.model.users[name][0]
    return f"{case.name}/case.toml: members of {child} name no {role}, which the line {line!r} needs; add it to each"


def missing_list(case: Case) -> str:
    """Return which list a line needs that the case does not have; else ""."""
    for name in sorted(case.model.memberships):
        role, _, child = name.rpartition("_of_")
        parent = role if role in case.lists else role.rpartition("_")[2]
        for needed in (CROSSED.get(child, child), CROSSED.get(child, parent)):
            if needed not in case.lists:
                line = case.model.users[name][0]
                return f"lacks the list {needed!r}, which the line {line!r} needs; add [lists.{needed}], empty or not"
    return ""


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


def _row_problems(case: Case, key: str, rows: tuple[Row, ...], unit: Unit, sources: Collection[str]) -> Iterator[str]:
    lists: set[str | None] = set()
    taken = f"{key}, taken by the line {case.model.users[key][0]!r}"
    for row in rows:
        if units.parse(row.unit)[1] != unit:
            yield f"{row.where}: {key} must be in {unit}, got {row.unit!r}, which does not convert; change the unit"
        if row.row.startswith("each "):
            name = row.row.removeprefix("each ")
            if name not in case.lists:
                yield f"{row.where}: {taken}: {UnknownName.of('list', name, case.lists)}"
                return
            lists.add(name)
        elif row.row and row.row not in case.members:
            known = [one for one, of in case.members.items() if of not in MADE]
            yield f"{row.where}: {taken}: {UnknownName.of('member', row.row, known)}"
            return
        else:
            lists.add(case.members[row.row] if row.row else None)
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
        what, whose = f"{rows[0].where}: {key}", name or "the facility"
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
