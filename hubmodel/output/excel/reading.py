"""Import of a workbook: its sheet Inputs as a scenario, with the differences; every other sheet is ignored."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import ValidationError

from hubmodel.case import limits
from hubmodel.case.facility import Case, Override
from hubmodel.case.loading import load_case
from hubmodel.case.rows import Row, first_message
from hubmodel.errors import HubmodelError, InputError, Message, NumberError
from hubmodel.output.excel.formulas import column
from hubmodel.output.excel.inputs import COLUMNS, EXPORTED, HEADER, INPUTS, NAME, UNIT, VALUE, direct_memberships
from hubmodel.output.excel.opening import Table, read_table
from hubmodel.output.excel.validity import as_date
from hubmodel.text import numbers

SAME = 1e-12  # a workbook keeps sixteen digits
AGAIN = Message("export the case again")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Difference:
    """An input that differs from the case: its cell, its name, its value in the case and in the workbook."""

    cell: str
    name: str
    period: str
    was: float | str
    now: float | str
    unit: str


@dataclass(frozen=True)
class Imported:
    """An imported workbook: the case with its changes as overrides, each cell that differs, the model's version."""

    case: Case
    differences: tuple[Difference, ...]
    version: str


@dataclass(frozen=True)
class _Cell:
    at: str
    value: Any
    exported: Any
    unit: str


def read_workbook(
    source: str | Path | bytes, reason: str = "", case: Case | None = None, beyond_range: bool = False
) -> Imported:
    """Read the sheet Inputs of a workbook that `write_workbook` wrote.

    Parameters
    ----------
    source
        the file, or its content as an upload has it.
    reason
        reason that is kept with each change.
    case
        the case to compare with; the one that the workbook names if not given.
    beyond_range
        whether a changed value may lie outside the range of its row.

    Raises
    ------
    InputError
        for a file that is no workbook, is protected or too large; or, a line for each, for all cells that break a rule
        or no longer fit the model.
    """
    file = Message("the workbook") if isinstance(source, bytes) else Path(source).name
    table = read_table(source, file)
    if len(table) < HEADER or table[HEADER - 1] != COLUMNS:
        raise InputError(
            "{file}: {sheet}!A{row} does not begin the heading that hubmodel writes; {cure}",
            file=file,
            sheet=INPUTS,
            row=HEADER,
            cure=AGAIN,
        )
    facts = {str(row[0]): str(row[VALUE] or "") for row in table[: HEADER - 1]}
    name = facts.get("Case", "")
    if case and name != case.name:
        raise InputError(
            "{file}: holds the case {name!r}, not {wanted!r}; open it with that one",
            file=file,
            name=name[:40],
            wanted=case.name,
        )
    try:
        base = case or load_case(name)
    except HubmodelError as error:
        raise InputError(
            "{file}: {cell} names the case: {problem}; or give its folder first",
            file=file,
            cell=f"{INPUTS}!{column(VALUE)}2",
            problem=error.message,
        ) from None
    reader = _Reader(file, base.base or base, beyond_range)
    differences = reader.differences(table[HEADER:])
    overrides = tuple(Override(key, value, reason) for key, value in reader.changes(differences))
    if reader.problems:
        raise InputError(_lines(reader.problems))
    scenario = facts.get("Scenario") or None
    changed = reader.base.with_overrides(overrides, scenario) if overrides else reader.base
    return Imported(changed, differences, facts.get("Model version", ""))


def _lines(problems: Sequence[Message]) -> Message:
    """Join problems, a line for each; by halves, since a broken sheet may have thousands and parts nest."""
    half = len(problems) // 2
    parts = [_lines(problems[:half]), _lines(problems[half:])] if half else problems
    return Message.joined(parts, "{first}\n{rest}")


class _Reader:
    """The comparison of the cells of a sheet with the rows of a case; it collects every problem."""

    def __init__(self, file: str, base: Case, beyond_range: bool) -> None:
        self.file, self.base, self.beyond_range = file, base, beyond_range
        self.problems: list[Message] = []
        self.refused: set[str] = set()  # names of inputs whose cell is already a problem

    def _refuse(self, place: str, problem: str) -> NoReturn:
        raise InputError("{file}: {place}: {problem}", file=self.file, place=place, problem=problem)

    def _each(self, read: Callable[..., Iterable[Found]], items: Iterable[tuple[Any, ...]]) -> list[Found]:
        """Collect what a function yields for each item; an item that it refuses becomes a problem."""
        out: list[Found] = []
        for item in items:
            try:
                out += read(*item)
            except InputError as error:
                self.problems.append(error.message)
                self.refused |= {row.name for row in item if isinstance(row, Row)}
        return out

    def differences(self, table: Table) -> tuple[Difference, ...]:
        """Return every cell that differs."""
        cells: dict[tuple[str, str, str], _Cell] = {}
        self._each(self._cell, ((cells, number, row) for number, row in enumerate(table, HEADER + 1)))
        self._each(self._parent, ((cells, *membership) for membership in direct_memberships(self.base)))
        found = self._each(self._own, ((cells, row) for row in self.base.rows))
        return (*found, *self._each(self._of_member, ((*place, cell) for place, cell in cells.items())))

    def _cell(self, cells: dict[tuple[str, str, str], _Cell], number: int, row: tuple[Any, ...]) -> Iterator[None]:
        key, at = row[NAME], f"{INPUTS}!{column(VALUE)}{number}"
        if key is None and row[VALUE] is not None:
            self._refuse(
                at,
                Message("holds a value, but column {column} does not name it; {cure}", column=column(NAME), cure=AGAIN),
            )
        place = str(key), str(row[1] or ""), str(row[2] or "")
        if place in cells:
            self._refuse(
                at,
                Message(
                    "{name} stands in {place}, too; delete one row", name=_named(*place)[:90], place=cells[place].at
                ),
            )
        if key is not None:
            cells[place] = _Cell(at, row[VALUE], row[EXPORTED], str(row[UNIT] or ""))
        yield from ()

    def _own(self, cells: dict[tuple[str, str, str], _Cell], row: Row) -> Iterator[Difference]:
        yield from self._compared(row, self._taken(cells, row.key, row.row, row.period))

    def _of_member(self, key: str, member: str, period: str, cell: _Cell) -> Iterator[Difference]:
        """Compare a row that a scenario has added for a single member."""
        list_name = self.base.list_of(key) if key in self.base.by_key else None
        every = [row for row in self.base.by_key.get(key, ()) if (row.row, row.period) == (f"each {list_name}", period)]
        if not every or member not in self.base.lists[list_name or ""]:
            self._refuse(
                cell.at,
                Message("the model has no input {name}; {cure}", name=_named(key, member, period)[:90], cure=AGAIN),
            )
        yield from self._compared(every[0].model_copy(update={"row": member}), cell)

    def _taken(self, cells: dict[tuple[str, str, str], _Cell], key: str, member: str, period: str) -> _Cell:
        if (cell := cells.pop((key, member, period), None)) is None:
            self._refuse(INPUTS, Message("lacks {name}; {cure}", name=_named(key, member, period), cure=AGAIN))
        return cell

    def _parent(
        self, cells: dict[tuple[str, str, str], _Cell], name: str, member: str, _: str, parent: str
    ) -> Iterator[None]:
        cell = self._taken(cells, name, member, "")
        if cell.value != parent:
            self._refuse(
                cell.at,
                Message(
                    "{member!r} belongs to {found!r}, in the case to {parent!r}; a scenario changes numbers only: "
                    "write the move into case.toml",
                    member=member,
                    found=str(cell.value)[:40],
                    parent=parent,
                ),
            )
        yield from ()

    def _compared(self, row: Row, cell: _Cell) -> Iterator[Difference]:
        if cell.unit != row.unit:
            self._refuse(
                cell.at,
                Message(
                    "{name} is in {found!r}, in this model in {unit!r}; {cure}",
                    name=row.name,
                    found=cell.unit[:20],
                    unit=row.unit,
                    cure=AGAIN,
                ),
            )
        value = self._value(row, cell)
        if _same(value, row.value):
            return
        options = self.base.choices.get(row.key, ())
        if row.unit == "choice" and value not in options:
            self._refuse(
                cell.at,
                Message(
                    "{name} must be one of {options}, got {value!r}",
                    name=row.key,
                    options=", ".join(options),
                    value=str(value)[:40],
                ),
            )
        if row.unit != "choice":
            self._in_range(row, cell, float(value))
        yield Difference(cell.at, row.name, row.period, row.value, value, row.unit)

    def _value(self, row: Row, cell: _Cell) -> float | str:
        value = cell.value
        if value is None or isinstance(value, bool):
            self._refuse(
                cell.at,
                Message(
                    "{name} has no value; write one in {unit}, then save the file in Excel",
                    name=row.name,
                    unit=row.unit,
                ),
            )
        if row.unit == "choice":
            return str(value)
        if isinstance(value, (datetime.datetime, datetime.date)) and row.unit == "date":
            value = value.isoformat()[:10]
        if isinstance(value, (int, float)):
            return float(value)
        try:
            return numbers.parse_number(str(value), row.unit)
        except NumberError as error:
            self._refuse(cell.at, Message("{name}: {problem}", name=row.name, problem=error.message))

    def _in_range(self, row: Row, cell: _Cell, value: float) -> None:
        try:
            changed = Row.model_validate({**row.model_dump(), "value": value, "where": ""})
        except ValidationError as error:
            self._refuse(cell.at, Message("{name} {problem}", name=row.name, problem=first_message(error)))
        if problem := limits.problem_of(self.base, changed, row.name):
            self._refuse(cell.at, problem)
        if row.low is None or row.high is None or self.beyond_range or cell.exported == cell.value:
            return  # the value was there when the scenario was exported
        if not row.low <= value <= row.high:
            self._refuse(
                cell.at,
                Message(
                    "{name} must lie between {low:g} and {high:g} {unit}, got {value:g}; mend it, or take it with "
                    "--beyond-range",
                    name=row.name,
                    low=row.low,
                    high=row.high,
                    unit=row.unit,
                    value=value,
                ),
            )

    def changes(self, differences: tuple[Difference, ...]) -> list[tuple[str, float | str]]:
        """Return the changes by the names of a scenario, which has one value for all periods of a row."""
        names = dict.fromkeys(difference.name for difference in differences if difference.name not in self.refused)
        return self._each(self._change, ((name, differences) for name in names))

    def _change(self, name: str, differences: tuple[Difference, ...]) -> Iterator[tuple[str, float | str]]:
        own = [difference for difference in differences if difference.name == name]
        key, _, member = name.removesuffix("]").partition("[")
        count = sum(row.row == member for row in self.base.by_key[key])
        if len(own) < count or any(not _same(difference.now, own[0].now) for difference in own):
            self._refuse(
                own[0].cell,
                Message(
                    "{name} has {count} dated values, a scenario one for all of them; give each the same value, or "
                    "change the rows of the case",
                    name=name,
                    count=count,
                ),
            )
        value = own[0].now
        if own[0].unit == "date" and (day := as_date(float(value))):
            value = day.isoformat()
        for target in self._reached(key, member, {other.name for other in differences}):
            yield target, value

    def _reached(self, key: str, member: str, changed: set[str]) -> list[str]:
        """Return the names that reach a row; `each platform` by member if some members have rows of their own."""
        if not member.startswith("each "):
            return [_named(key, member)]
        named = {name[len(key) + 1 : -1] for name in changed if name.startswith(f"{key}[")}
        own = named | {row.row for row in self.base.by_key[key]}
        if own == {member}:
            return [key]
        return [f"{key}[{name}]" for name in self.base.lists[member.removeprefix("each ")] if name not in own]


def _named(key: str, member: str, period: str = "") -> str:
    name = f"{key}[{member}]" if member else key
    return f"{name} {period}" if period else name


def _same(value: float | str, other: float | str) -> bool:
    if isinstance(value, str) or isinstance(other, str):
        return value == other
    return abs(value - other) <= SAME * max(abs(value), abs(other))
