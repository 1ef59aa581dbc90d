"""The sheets of lines: one for each line module, one block for each line item, one column for each period."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hubmodel.case import Case
from hubmodel.errors import HubmodelError, TraceError
from hubmodel.trace import Expression, Traced
from hubmodel.workbook.book import FAINT, HEAD, Sheet
from hubmodel.workbook.drivers import head_row
from hubmodel.workbook.formulas import CONSTANT, FIRST, Block, Compiler, Layout, column, quoted

TOP = 5  # rows above the first line: title, note, year, period
YEAR_ROW = 3


def sheet_names(case: Case, taken: tuple[str, ...]) -> dict[str, str]:
    """Return the name of each line module's sheet."""
    out: dict[str, str] = {}
    for module in case.modules:
        name = module.replace("_", " ").capitalize()[:25]
        lower = {one.lower() for one in (*taken, *out.values())}
        out[module] = f"{name} lines" if name.lower() in lower else name
    return out


def links_of(
    case: Case, traced: Traced, sheets: Mapping[str, str], given: Mapping[str, Block]
) -> dict[tuple[str, str], Block]:
    """Return where each sheet brings in the constants that stand on other sheets, at its top.

    A formula then points at a cell nearby; what varies in time is read where it stands.
    """
    out: dict[tuple[str, str], Block] = {}
    rows = dict.fromkeys(sheets.values(), TOP + 1)
    for line in case.model.lines:
        sheet = sheets[case.model.module[line]]
        for name in case.model.ingredients[line]:
            if name in case.memberships or (sheet, name) in out:
                continue
            one: Block | Expression = given[name] if name in given else traced.lines[name]
            home = one.sheet if isinstance(one, Block) else sheets[case.model.module[name]]
            if home != sheet and not one.varies:
                of = one.list
                count = len(case.lists[of]) if of else 1
                out[sheet, name] = Block(sheet, rows[sheet], count, False, of)
                rows[sheet] += count
    return out


def purpose(case: Case, module: str) -> str:
    """Return what a line module says that it is about, in its first line."""
    line = next(line for name, line in case.model.lines.items() if case.model.module[name] == module)
    doc = (sys.modules[line.__module__].__doc__ or module).strip()
    return doc.partition("\n")[0].rstrip(".")


def blocks_of(
    case: Case, traced: Traced, sheets: Mapping[str, str], links: Mapping[tuple[str, str], Block]
) -> dict[str, Block]:
    """Return where each line stands: in the order of its module, below what the sheet brings in."""
    out: dict[str, Block] = {}
    rows = {sheet: max((one.row + one.rows + 2 for one in links.values() if one.sheet == sheet), default=TOP)
            for sheet in sheets.values()}  # fmt: skip
    for name in case.model.lines:
        sheet, found = sheets[case.model.module[name]], traced.lines[name]
        count = len(case.lists[found.list]) if found.list else 1
        out[name] = Block(sheet, rows[sheet], count, found.varies, found.list)
        rows[sheet] += count
    return out


def head(sheet: Sheet, case: Case, title: str) -> None:
    """Write the title and the periods of a sheet, freeze them, and group the columns by year."""
    sheet.text(0, 0, title, bold=True, font_size=16)
    said = "Cells hold SEK and shares; formats show MSEK, kSEK and per cent. Constants stand in column D."
    sheet.text(1, 0, said, **FAINT)
    sheet.texts(YEAR_ROW, ("Calendar year", "", "", "", ""), **FAINT)
    sheet.texts(YEAR_ROW + 1, ("Line", "Row", "Unit shown", "Constant", "What it is"), **HEAD)
    year, period = sheet.book.format(num_format="0", **FAINT), {**HEAD, "align": "right"}
    per = case.periods_per_year
    for at, name in enumerate(case.periods):
        sheet.value(YEAR_ROW, FIRST + at, float(name[:4]), year)
        sheet.text(YEAR_ROW + 1, FIRST + at, name, **period)
        if at % per < per - 1:  # the last period of a year stays when its group is folded
            sheet.page.set_column(FIRST + at, FIRST + at, 10, None, {"level": 1})
    for at in range(per - 1, len(case.periods), per):
        sheet.page.set_column(FIRST + at, FIRST + at, 10)
    for at, width in enumerate((46, 30, 14, 12, 60)):
        sheet.page.set_column(at, at, width)
    sheet.page.freeze_panes(TOP, CONSTANT + 1)


def finish(sheet: Sheet, case: Case) -> None:
    """Set how a sheet of lines prints, and show what has no value in grey."""
    page, right, last = sheet.page, FIRST + len(case.periods) - 1, sheet.last
    grey = {"type": "errors", "format": sheet.book.format(font_color="#A6A6A6")}
    page.conditional_format(TOP, CONSTANT, last, right, grey)
    page.set_landscape()
    page.set_paper(8)
    page.set_print_scale(55)
    page.repeat_rows(YEAR_ROW, TOP - 1)
    page.repeat_columns(0, CONSTANT)
    page.print_area(0, 0, last, right)
    page.set_footer("&L&A&R&P / &N")


class Lines:
    """Writes the lines.

    Parameters
    ----------
    case, traced, values
        the case, its formulas, and every line's array (rows, periods).
    sheets
        the empty sheets by name.
    """

    def __init__(self, case: Case, traced: Traced, values: Mapping[str, Any], sheets: Mapping[str, Sheet]) -> None:
        self.case, self.traced, self.values, self.sheets = case, traced, values, sheets

    def write(self, layout: Layout) -> Iterator[str]:
        """Write line by line; gives each line's name as it is done.

        Raises
        ------
        TraceError
            when a line cannot be compiled, with its name.
        """
        for (_, name), own in layout.links.items():
            self._link(name, own, layout.blocks[name])
        for name in self.case.model.lines:
            try:
                self._line(name, layout)
            except (HubmodelError, RecursionError) as error:
                said = "its formula is nested too deeply; split it" if isinstance(error, RecursionError) else error
                raise TraceError(f"line {name!r} ({self.case.model.module[name]}): {said}") from None
            yield name

    def _link(self, name: str, own: Block, home: Block) -> None:
        sheet, unit = self.sheets[own.sheet], self.case.model.shown_in.get(name, "1")
        form, given = sheet.book.number(unit, font_color="#2E6B3E"), self.values.get(name, self.case.inputs.get(name))
        sheet.text(TOP, 0, "Brought in from other sheets", bold=True)
        for at in range(own.rows):
            member = self.case.lists[own.list][at] if own.list else ""
            head_row(sheet, own.row + at, name, member, unit, f"from {home.sheet}" if not at else "")
            there = f"={quoted(home.sheet)}${column(CONSTANT)}{home.row + at + 1}"
            sheet.formula(own.row + at, CONSTANT, there, float(given[min(at, len(given) - 1), 0]), form)

    def _line(self, name: str, layout: Layout) -> None:
        found, own, model = self.traced.lines[name], layout.blocks[name], self.case.model
        sheet, unit = self.sheets[own.sheet], model.shown_in[name]
        form, doc = sheet.book.number(unit), " ".join((model.lines[name].__doc__ or "").split())
        members = self.case.lists[own.list] if own.list else ("",)
        values = np.broadcast_to(self.values[name], (own.rows, layout.periods if own.varies else 1)).tolist()
        for at, member in enumerate(members):
            row = own.row + at
            head_row(sheet, row, name, member, unit, doc if not at else "")
            formulas = [Compiler(layout, own, at, first).formula(found) for first in (True, False)]
            if own.varies:
                sheet.along(row, (formulas[0], formulas[1]), values[at], form)
            else:
                sheet.formula(row, CONSTANT, formulas[1], values[at][0], form)
