"""The sheets between Inputs and the lines: lists and memberships, dated inputs, and inputs in the model's units."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.rows import Row
from hubmodel.engine import units
from hubmodel.output.excel.book import FAINT, HEAD, Sheet, shown_in
from hubmodel.output.excel.formulas import CONSTANT, FIRST, HERE, Block, column, quoted
from hubmodel.output.excel.inputs import LISTS, Inputs
from hubmodel.output.excel.validity import as_date
from hubmodel.text.language import label

DATED, DRIVERS = "Dated inputs", "Drivers"
FIRST_MEMBER = 3  # row of the sheet Lists


def member_ranges(case: Case) -> dict[str, str]:
    """Return the range of each list's members on the sheet Lists."""
    out, row = {}, FIRST_MEMBER
    for name, members in case.lists.items():
        last = row + (len(members) or 1)  # a list without members keeps a blank row
        out[name] = f"{quoted(LISTS)}$B${row + 1}:$B${last}"
        row = last
    return out


def write_lists(case: Case, sheet: Sheet, inputs: Inputs) -> dict[str, int]:
    """Write the members of every list and, for each membership, the parent's name and its position.

    Parameters
    ----------
    case, sheet, inputs
        the case, the empty sheet, and the cells that name parents.

    Returns
    -------
    The first row of each membership, from 0.
    """
    memberships = case.memberships
    sheet.text(0, 0, "Lists: who there is, and who belongs where", bold=True, font_size=16)
    sheet.texts(FIRST_MEMBER - 1, ("List", "Member"), **HEAD)
    row = FIRST_MEMBER
    for name, members in case.lists.items():
        for member in members or ("",):
            sheet.texts(row, (name, member))
            row += 1
    sheet.texts(row + 1, ("Membership", "Member", "Belongs to", "Position"), **HEAD)
    begins, row = {}, row + 2
    for name, by in memberships.items():
        begins[name], row = row, row + len(by.position)
    for name, by in memberships.items():
        for at, position in enumerate(by.position):
            here, member = begins[name] + at, case.lists[by.list][at]
            sheet.texts(here, (name, member))
            parent = case.lists[by.parent][position]
            if formula := inputs.parent.get((name, member)) or _above(case, name, member, at, begins):
                sheet.formula(here, 2, f"={formula}", parent)
            else:
                sheet.text(here, 2, parent)
            sheet.formula(here, 3, f"=MATCH($C{here + 1},{inputs.members[by.parent]},0)", position + 1)
    for at, width in enumerate((32, 44, 44, 10)):
        sheet.page.set_column(at, at, width)
    sheet.page.freeze_panes(FIRST_MEMBER, 0)
    return begins


def _above(case: Case, name: str, member: str, at: int, begins: dict[str, int]) -> str:
    """Return the formula of a membership that follows from others: the parent's own parent, as in Case.

    Empty for a member of a cross of two lists, which has its parents in its name and cannot move.
    """
    child = case.memberships[name].list
    role = name.removesuffix(f"_of_{child}")
    if role in case.parents[child][member]:
        return ""
    for up in case.parents[child][member]:
        above = case.memberships[f"{up}_of_{child}"].parent
        if (there := f"{role}_of_{above}") in begins:
            names = f"$C${begins[there] + 1}:$C${begins[there] + len(case.lists[above])}"
            return f"INDEX({names},$D{begins[f'{up}_of_{child}'] + at + 1})"
    return ""


def head_row(sheet: Sheet, row: int, name: str, member: str, unit: str, doc: str = "") -> None:
    """Write the head of a row: label, member, unit, and documentation."""
    sheet.texts(row, (label(name), member, shown_in(unit)[0]))
    if doc:
        sheet.text(row, CONSTANT + 1, doc, indent=1, **FAINT)


def converted(row: Row, cell: str, parts: int = 1) -> str:
    """Return the formula that converts the cell of an input to the model's unit, divided by the parts of a year."""
    if row.unit == "date" and as_date(float(row.value)):
        return f"YEAR({cell})+(MONTH({cell})-1+(DAY({cell})-1)/DAY(EOMONTH({cell},0)))/12"
    factor = Fraction(units.parse(row.unit)[0] / parts).limit_denominator(1_000_000)
    above = f"*{factor.numerator}" if factor.numerator != 1 else ""
    return cell + above + (f"/{factor.denominator}" if factor.denominator != 1 else "")


def input_blocks(case: Case, row: int) -> dict[str, Block]:
    """Return the block of each input on the sheet of drivers, from a row on."""
    blocks = {}
    for name, values in case.inputs.items():
        if name in case.model.inputs and name not in case.memberships:
            blocks[name] = Block(DRIVERS, row, len(values) or 1, values.shape[1] > 1, case.list_of(name))
            row += blocks[name].rows
    return blocks


class Drivers:
    """The writer of every input in the model's unit, by member and period.

    Parameters
    ----------
    case, inputs
        the case, and the cells of its inputs.
    sheet, dated
        the empty sheets of drivers and of dated inputs.
    """

    def __init__(self, case: Case, inputs: Inputs, sheet: Sheet, dated: Sheet) -> None:
        self.case, self.inputs, self.sheet, self.dated = case, inputs, sheet, dated
        self.period_row, self.dated_row = 0, FIRST_MEMBER
        self.choice_of = {f"{key}_{option}": (key, option) for key in case.choices for option in case.choices[key]}

    def write(self, row: int) -> dict[str, Block]:
        """Write from a row on; return the block of each input."""
        case = self.case
        title = "Dated inputs: what each is worth per period, and from which period to which"
        self.dated.text(0, 0, title, bold=True, font_size=16)
        heads = ("Input", "Row", "Period", "Value", "From period no.", "To period no.")
        self.dated.texts(FIRST_MEMBER - 1, heads, **HEAD)
        for at, width in enumerate((44, 30, 9, 16, 16, 16)):
            self.dated.page.set_column(at, at, width)
        blocks = input_blocks(case, row)
        for name, block in blocks.items():
            unit, members = case.model.shown_in.get(name, "1"), case.lists[block.list] if block.list else ()
            for at, along in enumerate(case.inputs[name]):
                head_row(self.sheet, block.row + at, name, members[at] if members else "", unit)
                self._row(name, at, block.row + at, along, self.sheet.book.number(unit))
        return blocks

    def _row(self, name: str, at: int, row: int, values: Any, form: Any) -> None:
        if name in self.case.by_key and len(values) > 1:
            formula = self._over_time(name, at)
            self.sheet.along(row, (formula, formula), values, form)
        elif name in self.case.by_key:
            place = int(self._owners(name, at)[0])
            self.sheet.formula(row, CONSTANT, f"={self._converted(place)}", values[0], form)
        elif name in self.choice_of:
            key, option = self.choice_of[name]
            place = next(place for place, case_row in enumerate(self.case.rows) if case_row.key == key)
            text = option.replace('"', '""')
            self.sheet.formula(row, CONSTANT, f'=IF({self.inputs.cell[place]}="{text}",1,0)', values[0], form)
        elif len(values) > 1:  # the number of the period
            self.period_row = row
            self.sheet.value(row, FIRST, values[0], form)
            for number, value in enumerate(values[1:], FIRST + 1):
                self.sheet.formula(row, number, f"={column(number - 1)}{row + 1}+1", value, form)
        else:
            self.sheet.value(row, CONSTANT, values[0], form)

    def _owners(self, key: str, at: int) -> Any:
        """Return the index of the row in force in each period, as Case.array_of picks it; -1 for none."""
        case, list_name = self.case, self.case.list_of(key)
        member = case.lists[list_name][at] if list_name else ""
        own = [
            place for place, row in enumerate(case.rows) if row.key == key and row.row in (member, f"each {list_name}")
        ]
        out = np.full(len(case.periods), -1)
        for place in sorted(own, key=lambda place: (case.rows[place].row == member, case.rows[place].period)):
            out[case._span(case.rows[place])] = place
        return out

    def _converted(self, place: int, parts: int = 1) -> str:
        return converted(self.case.rows[place], self.inputs.cell[place], parts)

    def _over_time(self, key: str, at: int) -> str:
        """Write the values of a dated input with their periods; return the formula that looks one up."""
        case, begins, list_name = self.case, self.dated_row, self.case.list_of(key)
        owners = self._owners(key, at)
        for start, end in pairwise(np.flatnonzero(np.diff(owners, prepend=-2, append=-2)).tolist()):
            if (place := int(owners[start])) < 0:
                continue
            row, parts = case.rows[place], case._spread_over(case.rows[place])
            self.dated.texts(self.dated_row, (label(key), case.lists[list_name][at] if list_name else "", row.period))
            self.dated.formula(self.dated_row, 3, f"={self._converted(place, parts)}", row.base / parts)
            self.dated.value(self.dated_row, 4, float(start + 1))
            self.dated.value(self.dated_row, 5, float(end))
            self.dated_row += 1
        value, first, last = (f"{quoted(DATED)}${c}${begins + 1}:${c}${self.dated_row}" for c in "DEF")
        number = f"{HERE}${self.period_row + 1}"
        return f'=SUMIFS({value},{first},"<="&{number},{last},">="&{number})'
