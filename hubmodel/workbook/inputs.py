"""What goes in: the sheet Inputs, and the sheets that bring its cells into the model's unit, lists and periods."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from hubmodel import numbers, units
from hubmodel.assumptions import source_titles
from hubmodel.case import Case
from hubmodel.errors import NumberError
from hubmodel.language import label
from hubmodel.rows import SIGNED, Row
from hubmodel.workbook.book import FAINT, HEAD, INPUT, Sheet, shown_in
from hubmodel.workbook.formulas import CONSTANT, FIRST, HERE, Block, Lookup, column, quoted

INPUTS, LISTS, DATED, DRIVERS = "Inputs", "Lists", "Dated inputs", "Drivers"
COLUMNS = (
    "Input", "Row", "Period", "Value", "Unit", "Low", "High", "Changed", "Grade", "Source", "Section", "Note", "Name",
    "As exported",
)  # fmt: skip
VALUE, EXPORTED = COLUMNS.index("Value"), COLUMNS.index("As exported")
HEADER = 8  # rows above the first section, from 0
MEMBER = "member"  # stands for the unit of a cell that names a parent
EXCEL_BEGINS = datetime.date(1900, 3, 1)  # before this day Excel counts a day that was not
_PERCENT = ("share", "1/year")


def direct_memberships(case: Case) -> Iterator[tuple[str, str, str, str]]:
    """Give every membership that case.toml states: its name, the member, the parent's list, the parent."""
    for child, members in case.parents.items():
        for role in next(iter(members.values()), {}):
            name = f"{role}_of_{child}"
            for member, links in members.items():
                yield name, member, case.memberships[name].parent, links[role]


def by_module(case: Case) -> list[tuple[str, list[int]]]:
    """Return the places of the case's rows under the module whose lines use them first."""
    out: dict[str, list[int]] = {module: [] for module in case.modules}
    for place, row in enumerate(case.rows):
        names = [f"{row.key}_{option}" for option in case.choices[row.key]] if row.key in case.choices else [row.key]
        users = [user for name in names for user in case.model.users.get(name, ())]
        modules = {case.model.module[user] for user in users}
        out[next((module for module in case.modules if module in modules), case.modules[0])].append(place)
    for places in out.values():
        first = {case.rows[place].key: at for at, place in reversed(list(enumerate(places)))}
        places.sort(key=lambda place: first[case.rows[place].key])
    return [(module, places) for module, places in out.items() if places]


def legal_name(key: str) -> str:
    """Return a key as a name that Excel takes: not one that looks like a cell.

    >>> legal_name("tax_rate"), legal_name("tax1"), legal_name("r")
    ('tax_rate', 'tax1_', 'r_')
    """
    plain = re.sub(r"\W", "_", key)
    like_a_cell = re.fullmatch(r"[A-Za-z]{1,3}\d+|[Rr]\d*([Cc]\d*)?|[Cc]\d*|true|false", plain, re.IGNORECASE)
    return f"{plain}_" if like_a_cell or plain[:1].isdigit() else plain


def as_date(value: float) -> datetime.date | None:
    """Return the day that a date in years is, None where it is none or lies before Excel's calendar.

    >>> as_date(2023.25), as_date(2023.2501)
    (datetime.date(2023, 4, 1), None)
    """
    try:
        day = datetime.date.fromisoformat(numbers.format_value(value, "date"))
        same = abs(numbers.parse_number(day.isoformat(), "date") - value) < 1e-9
    except (ValueError, NumberError):
        return None
    return day if same and day >= EXCEL_BEGINS else None


class Inputs:
    """Writes the sheets and knows where each input ended up.

    Parameters
    ----------
    case
        the case whose rows are written.
    sheets
        the empty sheets by name.
    """

    def __init__(self, case: Case, sheets: dict[str, Sheet]) -> None:
        self.case, self.sheets = case, sheets
        self.at: dict[int, int] = {}  # place of a row in the case to its row on the sheet
        self.parent_at: dict[tuple[str, str], int] = {}
        self.named: dict[str, str] = {}
        self.blocks: dict[str, Block] = {}
        self.lookups: dict[int, Lookup] = {}
        self.members: dict[str, str] = {}
        self.changed = ""

    # The sheet Inputs.

    def write_inputs(self, version: str) -> None:
        """Write every row of the case, and who belongs to whom."""
        sheet, case = self.sheets[INPUTS], self.case
        sheet.text(0, 0, "Inputs", bold=True, font_size=16)
        told = ("Case", case.name), ("Scenario", case.scenario), ("Model version", version)
        for row, (what, value) in enumerate((*told, ("Inputs hash", case.inputs_hash)), 1):
            sheet.text(row, 0, what)
            sheet.text(row, VALUE, value)
        sheet.text(5, 0, "Change the cells with a frame (yellow, blue figures); all else follows. Money, shares and "
                         "times stand in the unit beside them. A cell refuses what its row does not allow.", **FAINT)  # fmt: skip
        sheet.texts(HEADER - 1, COLUMNS, **HEAD)
        row = HEADER
        for module, places in by_module(case):
            sheet.text(row, 0, module.replace("_", " ").capitalize(), bold=True)
            for row, place in enumerate(places, row + 1):
                self._input(row, place)
            row += 2
        row = self._write_parents(row)
        self.changed = f"{quoted(INPUTS)}${column(7)}${HEADER + 1}:${column(7)}${row}"
        self._dress(sheet, row)

    def _write_parents(self, row: int) -> int:
        self._list_members()
        sheet = self.sheets[INPUTS]
        sheet.text(row, 0, "Who belongs where", bold=True)
        for row, (name, member, parent_list, parent) in enumerate(direct_memberships(self.case), row + 1):
            self.parent_at[name, member] = row
            self._told(row, (label(name), member, "", None, MEMBER), "", "Structure of the case: moves everything", name)
            sheet.text(row, VALUE, parent, **INPUT)
            sheet.text(row, EXPORTED, parent, **FAINT)
            sheet.page.data_validation(row, VALUE, row, VALUE, {"validate": "list", "source": f"={self.members[parent_list]}"})  # fmt: skip
        return row

    def _told(self, row: int, first: tuple[Any, ...], source: str, note: str, name: str, grade: str = "") -> None:
        for at, said in enumerate(first):
            if said is not None:
                self.sheets[INPUTS].text(row, at, said)
        cell, old = f"{column(VALUE)}{row + 1}", f"{column(EXPORTED)}{row + 1}"
        self.sheets[INPUTS].formula(row, 7, f'=IF({cell}={old},"","changed")', "")
        for at, said in ((8, grade), (9, source), (11, note), (12, name)):
            self.sheets[INPUTS].text(row, at, said)

    def _input(self, at: int, place: int) -> None:
        sheet, row = self.sheets[INPUTS], self.case.rows[place]
        self.at[place] = at
        source = source_titles().get(row.source, {}).get("title", row.source)
        self._told(at, (label(row.key), row.row, row.period, None, row.unit), source, row.note, row.key, row.grade)
        sheet.text(at, 10, row.locator)
        form = {} if row.key == "period" else INPUT
        for where, value, look in ((VALUE, row.value, form), (5, row.low, {}), (6, row.high, {}), (EXPORTED, row.value, FAINT)):  # fmt: skip
            if value is not None:
                self._written(at, where, value, row.unit, look)
        if row.key == "period":
            sheet.text(at, 11, "Fixed in a workbook: its columns are the periods. Write another with --set period=…")
        else:
            sheet.page.data_validation(at, VALUE, at, VALUE, self._allowed(row))
        if len(self.case.by_key[row.key]) == 1 and not row.row and not row.period:
            self.named[row.key] = legal_name(row.key)
            sheet.book.workbook.define_name(self.named[row.key], f"={quoted(INPUTS)}${column(VALUE)}${at + 1}")

    def _written(self, row: int, at: int, value: float | str, unit: str, look: dict[str, Any]) -> None:
        sheet = self.sheets[INPUTS]
        if isinstance(value, str):
            sheet.text(row, at, value, **look)
        elif unit == "date" and (day := as_date(value)):
            sheet.page.write_datetime(row, at, day, sheet.book.format(num_format="yyyy-mm-dd", align="right", **look))
        else:
            form = {"num_format": "0.00%"} if unit in _PERCENT else {}
            sheet.value(row, at, value, sheet.book.format(**form, **look))

    def _allowed(self, row: Row) -> dict[str, Any]:
        if row.unit == "choice":
            return {"validate": "list", "source": list(self.case.choices[row.key])}
        if row.unit == "date":
            return {"validate": "decimal", "criteria": ">=", "value": 0,
                    "error_message": "Write a date such as 2023-03-31."}  # fmt: skip
        if row.low is not None and row.high is not None:
            said = f"The row's range is {row.low:g} to {row.high:g} {row.unit}. "
            return {"validate": "decimal", "criteria": "between", "minimum": row.low, "maximum": row.high,
                    "error_type": "warning", "error_title": "Outside the range",
                    "error_message": said + "The import refuses what lies outside unless told otherwise."}  # fmt: skip
        if row.unit == "share":
            return {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1,
                    "error_message": "Write a share between 0 and 1, or a percentage."}  # fmt: skip
        lowest = -1e290 if row.unit in SIGNED else 0
        return {"validate": "decimal", "criteria": ">=", "value": lowest, "error_message": "Write a number; below zero only where it has a meaning."}  # fmt: skip

    @staticmethod
    def _dress(sheet: Sheet, last: int) -> None:
        page = sheet.page
        for at, width in enumerate((44, 30, 9, 16, 16, 11, 11, 9, 12, 34, 24, 70, 30, 14)):
            page.set_column(at, at, width)
        page.freeze_panes(HEADER, VALUE + 1)
        page.protect("", {"format_cells": True, "format_columns": True, "format_rows": True, "autofilter": True})
        page.set_landscape()
        page.set_paper(8)
        page.fit_to_pages(1, 0)
        page.repeat_rows(HEADER - 1)
        page.print_area(0, 0, last, 11)

    # The sheet Lists.

    def _list_members(self) -> None:
        row = 3
        for name, members in self.case.lists.items():
            self.members[name] = f"{quoted(LISTS)}$B${row + 1}:$B${row + len(members)}"
            row += len(members)

    def write_lists(self) -> None:
        """Write the members of every list, and for each membership the parent's name and its position."""
        sheet, case = self.sheets[LISTS], self.case
        sheet.text(0, 0, "Lists: who there is, and who belongs where", bold=True, font_size=16)
        sheet.texts(2, ("List", "Member"), **HEAD)
        row = 3
        for name, members in case.lists.items():
            for member in members:
                sheet.texts(row, (name, member))
                row += 1
        sheet.texts(row + 1, ("Membership", "Member", "Belongs to", "Position"), **HEAD)
        row += 2
        begins, memberships = {}, (case.base or case).memberships  # those that the formulas were traced with
        for name, by in memberships.items():
            begins[name] = row
            names = f"{quoted(LISTS)}$C${row + 1}:$C${row + len(by.position)}"
            self.lookups[id(by)] = Lookup(names, f"{quoted(LISTS)}$D", row)
            row += len(by.position)
        for name, by in memberships.items():
            for at, position in enumerate(by.position):
                here, member = begins[name] + at, case.lists[by.list][at]
                sheet.texts(here, (name, member))
                sheet.formula(here, 2, self._parent(name, member, at, begins), case.lists[by.parent][position])
                sheet.formula(here, 3, f"=MATCH($C{here + 1},{self.members[by.parent]},0)", position + 1)
        for at, width in enumerate((32, 44, 44, 10)):
            sheet.page.set_column(at, at, width)
        sheet.page.freeze_panes(3, 0)

    def _parent(self, name: str, member: str, at: int, begins: dict[str, int]) -> str:
        if (name, member) in self.parent_at:
            return f"={quoted(INPUTS)}${column(VALUE)}${self.parent_at[name, member] + 1}"
        case, child = self.case, self.case.memberships[name].list
        role = name.removesuffix(f"_of_{child}")
        for up in case.parents[child][member]:
            above = case.memberships[f"{up}_of_{child}"].parent
            if (there := f"{role}_of_{above}") in begins:
                names = f"$C${begins[there] + 1}:$C${begins[there] + len(case.lists[above])}"
                return f"=INDEX({names},$D{begins[f'{up}_of_{child}'] + at + 1})"
        raise AssertionError(f"{name} of {member} has no parent")  # the case has given it a position

    # The sheets Drivers and Dated inputs.

    def write_drivers(self, row: int) -> None:
        """Write every input in the model's unit, by member and period, from a row on."""
        sheet, case = self.sheets[DRIVERS], self.case
        self._dated_row = 3
        self.sheets[DATED].text(0, 0, "Dated inputs: what each is worth per period, and from which to which", bold=True, font_size=16)  # fmt: skip
        self.sheets[DATED].texts(2, ("Input", "Row", "Period", "Value", "From period no.", "To period no."), **HEAD)
        for at, width in enumerate((44, 30, 9, 16, 16, 16)):
            self.sheets[DATED].page.set_column(at, at, width)
        used = [name for name in case.inputs if name in case.model.inputs and name not in case.memberships]
        for name in used:
            values, of = case.inputs[name], case.list_of(name)
            self.blocks[name] = Block(DRIVERS, row, values.shape[0], values.shape[1] > 1, of)
            for at in range(values.shape[0]):
                head_row(sheet, row, name, case.lists[of][at] if of else "", case.model.shown_in.get(name, "1"))
                form = sheet.book.number(case.model.shown_in.get(name, "1"))
                self._driver(name, at, row, values[at], form)
                row += 1

    def _driver(self, name: str, at: int, row: int, values: Any, form: Any) -> None:
        sheet, case = self.sheets[DRIVERS], self.case
        choice = next((key for key in case.choices if name.removeprefix(f"{key}_") in case.choices[key] and name.startswith(f"{key}_")), None)  # fmt: skip
        if name in case.by_key and len(values) > 1:
            formula = self._dated(name, at)
            sheet.along(row, (formula, formula), values, form)
        elif name in case.by_key:
            sheet.formula(row, CONSTANT, "=" + self._converted(int(self._owners(name, at)[0])), values[0], form)
        elif choice:
            option = name.removeprefix(f"{choice}_").replace('"', '""')
            sheet.formula(row, CONSTANT, f'=IF({self._cell(self._place(choice))}="{option}",1,0)', values[0], form)
        elif len(values) > 1:  # the number of the period
            self.period_row = row
            sheet.value(row, FIRST, values[0], form)
            for period in range(1, len(values)):
                sheet.formula(row, FIRST + period, f"={column(FIRST + period - 1)}{row + 1}+1", values[period], form)
        else:
            sheet.value(row, CONSTANT, values[0], form)

    def _place(self, key: str) -> int:
        return next(place for place, row in enumerate(self.case.rows) if row.key == key)

    def _cell(self, place: int) -> str:
        key = self.case.rows[place].key
        return self.named.get(key, f"{quoted(INPUTS)}${column(VALUE)}${self.at[place] + 1}")

    def _owners(self, key: str, at: int) -> Any:
        """Return for each period the place of the row in force, -1 where there is none: as Case.array_of, by place."""
        case, of = self.case, self.case.list_of(key)
        member = case.lists[of][at] if of else ""
        own = [place for place, row in enumerate(case.rows) if row.key == key and row.row in (member, f"each {of}")]
        out = np.full(len(case.periods), -1)
        for place in sorted(own, key=lambda place: (case.rows[place].row == member, case.rows[place].period)):
            out[case._span(case.rows[place])] = place
        return out

    def _converted(self, place: int, parts: int = 1) -> str:
        row, cell = self.case.rows[place], self._cell(place)
        if row.unit == "date" and as_date(float(row.value)):
            return f"YEAR({cell})+(MONTH({cell})-1+(DAY({cell})-1)/DAY(EOMONTH({cell},0)))/12"
        factor = Fraction(units.parse(row.unit)[0] / parts).limit_denominator(1_000_000)
        above = f"*{factor.numerator}" if factor.numerator != 1 else ""
        return cell + above + (f"/{factor.denominator}" if factor.denominator != 1 else "")

    def _dated(self, key: str, at: int) -> str:
        sheet, case, begins = self.sheets[DATED], self.case, self._dated_row
        owners = self._owners(key, at)
        edges = np.flatnonzero(np.diff(owners, prepend=-2, append=-2))
        for start, end in zip(edges[:-1], edges[1:], strict=True):
            if (place := int(owners[start])) < 0:
                continue
            row, here = case.rows[place], self._dated_row
            parts = case._spread_over(row)
            sheet.texts(here, (label(key), case.lists[case.list_of(key) or ""][at] if case.list_of(key) else "", row.period))  # fmt: skip
            sheet.formula(here, 3, "=" + self._converted(place, parts), row.base / parts)
            sheet.value(here, 4, float(start + 1))
            sheet.value(here, 5, float(end))
            self._dated_row += 1
        value, first, last = (f"{quoted(DATED)}${c}${begins + 1}:${c}${self._dated_row}" for c in "DEF")
        number = f"{HERE}${self.period_row + 1}"
        return f'=SUMIFS({value},{first},"<="&{number},{last},">="&{number})'


def head_row(sheet: Sheet, row: int, name: str, member: str, unit: str, doc: str = "") -> None:
    """Write what stands beside the figures of a row: label, member, unit, and what it is."""
    sheet.texts(row, (label(name), member, shown_in(unit)[0]))
    if doc:
        sheet.text(row, CONSTANT + 1, doc, **FAINT)
