"""The sheets of lines: one sheet per line module, one block per line item, one column per period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.engine.trace import Traced
from hubmodel.errors import HubmodelError, TraceError
from hubmodel.output.excel.book import FAINT, HEAD, Sheet
from hubmodel.output.excel.drivers import head_row
from hubmodel.output.excel.formulas import CONSTANT, FIRST, HERE, Block, Compiler, Layout, column, quoted
from hubmodel.output.excel.inputs import LISTS
from hubmodel.output.excel.plan import TOP

YEAR_ROW = 3
GREEN = "#2E6B3E"  # cells linked from other sheets


def head(sheet: Sheet, case: Case, title: str) -> None:
    """Write the title and the periods of a sheet, freeze them, and group the columns by year."""
    sheet.text(0, 0, title, bold=True, font_size=16)
    note = "Cells hold SEK and shares; formats show MSEK, kSEK and per cent. Constants stand in column D."
    sheet.text(1, 0, note, **FAINT)
    sheet.texts(YEAR_ROW, ("Calendar year", "", "", "", ""), **FAINT)
    sheet.texts(YEAR_ROW + 1, ("Line", "Row", "Unit shown", "Constant", "What it is"), **HEAD)
    year, period = sheet.book.format(num_format="0", **FAINT), {**HEAD, "align": "right"}
    per = case.periods_per_year
    for at, name in enumerate(case.periods):
        sheet.value(YEAR_ROW, FIRST + at, float(name[:4]), year)
        sheet.text(YEAR_ROW + 1, FIRST + at, name, **period)
        if at % per < per - 1:  # the last period of a year stays visible when its group is collapsed
            sheet.page.set_column(FIRST + at, FIRST + at, 10, None, {"level": 1})
    for at in range(per - 1, len(case.periods), per):
        sheet.page.set_column(FIRST + at, FIRST + at, 10)
    for at, width in enumerate((46, 30, 14, 12, 60)):
        sheet.page.set_column(at, at, width)
    sheet.page.freeze_panes(TOP, CONSTANT + 1)


def finish(sheet: Sheet, case: Case) -> None:
    """Set the print layout of a sheet of lines, and show undefined values in grey."""
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
        the case, its formulas, and the array (rows, periods) of each line.
    sheets, lookups
        the empty sheets by name, and the first row of each membership on the sheet of lists.
    """

    def __init__(
        self,
        case: Case,
        traced: Traced,
        values: Mapping[str, Any],
        sheets: Mapping[str, Sheet],
        lookups: Mapping[str, int],
    ) -> None:
        self.case, self.traced, self.values, self.sheets, self.lookups = case, traced, values, sheets, lookups

    def write(self, layout: Layout) -> Iterator[str]:
        """Write the lines one by one, and yield the name of each once it is written.

        Raises
        ------
        TraceError
            when a line cannot be compiled, with its name.
        """
        for (_, name), own in layout.links.items():
            self._link(name, own, layout)
        for name in self.case.model.lines:
            try:
                self._line(name, layout)
            except (HubmodelError, RecursionError) as error:
                reason = "its formula is nested too deeply; split it" if isinstance(error, RecursionError) else error
                raise TraceError(f"line {name!r} ({self.case.model.module[name]}): {reason}") from None
            yield name

    def _link(self, name: str, own: Block, layout: Layout) -> None:
        sheet, unit = self.sheets[own.sheet], self.case.model.shown_in.get(name, "1")
        members = self.case.lists[own.list] if own.list else ("",)
        sheet.text(TOP, 0, "Brought in from other sheets", bold=True)
        if name in self.case.memberships:
            self._belongs(sheet, name, own)
            return
        form, home = sheet.book.number(unit, font_color=GREEN), layout.blocks[name]
        given = self.values[name] if name in self.values else self.case.inputs[name]
        values = np.broadcast_to(given, (len(members), layout.periods if own.varies else 1)).tolist()
        for at, member in enumerate(members):
            row, there = own.row + at, f"={quoted(home.sheet)}{{}}{home.row + at + 1}"
            head_row(sheet, row, name, member, unit, f"from {home.sheet}" if not at else "")
            if own.varies:
                sheet.along(row, (there.format(HERE), there.format(HERE)), values[at], form)
            else:
                sheet.formula(row, CONSTANT, there.format(f"${column(CONSTANT)}"), values[at][0], form)

    def _belongs(self, sheet: Sheet, name: str, own: Block) -> None:
        by, there = self.case.memberships[name], self.lookups[name]
        for at, position in enumerate(by.position):
            row = own.row + at
            head_row(sheet, row, name, self.case.lists[by.list][at], "1")
            cell, look = f"={quoted(LISTS)}${{}}{there + at + 1}", sheet.book.format(font_color=GREEN, indent=1)
            sheet.formula(row, CONSTANT, cell.format("D"), position + 1, sheet.book.format(font_color=GREEN))
            sheet.formula(row, CONSTANT + 1, cell.format("C"), self.case.lists[by.parent][position], look)

    def _line(self, name: str, layout: Layout) -> None:
        found, own, model = self.traced.lines[name], layout.blocks[name], self.case.model
        sheet, unit = self.sheets[own.sheet], model.shown_in[name]
        form, doc = sheet.book.number(unit), " ".join((model.lines[name].__doc__ or "").split())
        members = self.case.lists[own.list] if own.list else ("",)
        values = np.broadcast_to(self.values[name], (len(members), layout.periods if own.varies else 1)).tolist()
        for at, member in enumerate(members):
            row = own.row + at
            head_row(sheet, row, name, member, unit, doc if not at else "")
            formulas = [Compiler(layout, own, at, first).formula(found) for first in (True, False)]
            if own.varies:
                sheet.along(row, (formulas[0], formulas[1]), values[at], form)
            else:
                sheet.formula(row, CONSTANT, formulas[1], values[at][0], form)
