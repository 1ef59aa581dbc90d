"""The sheet of years: the tables of the report, added up from the periods by live formulas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hubmodel.output.excel.book import FAINT, HEAD, Sheet
from hubmodel.output.excel.drivers import head_row
from hubmodel.output.excel.formulas import CONSTANT, FIRST, Block, Layout, column, quoted
from hubmodel.output.excel.lines import YEAR_ROW
from hubmodel.study import tables
from hubmodel.study.result import Evaluation

START, HEADING = 4, 3  # first column of years; row of the headings


class Years:
    """The writer of the tables by year.

    Parameters
    ----------
    result, layout
        the result, and the layout of its lines.
    sheet
        the empty sheet.
    """

    def __init__(self, result: Evaluation, layout: Layout, sheet: Sheet) -> None:
        self.result, self.layout, self.sheet = result, layout, sheet

    def write(self) -> None:
        """Write every table whose lines the case has."""
        sheet, case = self.sheet, self.result.case
        years = list(range(case.first, case.last + 1))
        sheet.text(0, 0, "By year", bold=True, font_size=16)
        sheet.text(1, 0, "Sums of the periods, means, or the last period of the year, as the column says.", **FAINT)
        sheet.texts(HEADING, ("Line", "Row", "Unit shown", "How"), **HEAD)
        for at, year in enumerate(years):
            sheet.value(HEADING, START + at, float(year), sheet.book.format(num_format="0", **HEAD))
        row = HEADING + 1
        for table, entries in tables.TABLES.items():
            sheet.text(row, 0, table.capitalize(), bold=True)
            row += 1
            for name, how, split in entries:
                if name in self.layout.blocks:
                    row = self._entry(row, name, how, split)
            row += 1
        for at, width in enumerate((46, 30, 14, 8)):
            sheet.page.set_column(at, at, width)
        sheet.page.set_column(START, START + len(years) - 1, 10)
        sheet.page.freeze_panes(HEADING + 1, START)
        right = START + len(years) - 1
        look = {"type": "errors", "format": sheet.book.format(font_color="#A6A6A6")}
        sheet.page.conditional_format(HEADING + 1, START, row, right, look)
        sheet.page.set_landscape()
        sheet.page.set_paper(8)
        sheet.page.fit_to_pages(1, 0)
        sheet.page.repeat_rows(HEADING)
        sheet.page.print_area(0, 0, row, right)

    def _entry(self, row: int, name: str, how: str, split: bool) -> int:
        block, model = self.layout.blocks[name], self.result.case.model
        _, series = self.result.series(name, "year", how)
        parts = [(at, at + 1, member) for at, member in enumerate(series)] if split else [(0, block.rows, "")]
        values = list(series.values()) if split else [np.sum(list(series.values()), axis=0)]
        form = self.sheet.book.number(model.shown_in[name])
        for (first, end, member), along in zip(parts, values, strict=True):
            head_row(self.sheet, row, name, member, model.shown_in[name])
            self.sheet.text(row, 3, how, **FAINT)
            formulas = self._formulas(block, first, end, how, len(along))
            for at, (formula, value) in enumerate(zip(formulas, along, strict=True), START):
                self.sheet.formula(row, at, f"={formula}", float(value), form)
            row += 1
        return row

    def _formulas(self, block: Block, first: int, end: int, how: str, count: int) -> Iterator[str]:
        years = f"{quoted(block.sheet)}${column(FIRST)}${YEAR_ROW + 1}:${self.layout.last}${YEAR_ROW + 1}"
        left, right = (column(FIRST), self.layout.last) if block.varies else (column(CONSTANT),) * 2
        cells = f"{quoted(block.sheet)}${left}${block.row + first + 1}:${right}${block.row + end}"
        for at in range(count):
            year = f"{column(START + at)}${HEADING + 1}"
            yield self._formula(cells, years, year, how, block.varies, end - first)

    @staticmethod
    def _formula(cells: str, years: str, year: str, how: str, varies: bool, rows: int) -> str:
        if not varies:
            return f"SUM({cells})*COUNTIF({years},{year})" if how == "sum" else f"SUM({cells})"
        if how == "last":
            return f"SUM(INDEX({cells},0,MATCH({year},{years},1)))"
        if rows > 1:
            per_year = "" if how == "sum" else f"/COUNTIF({years},{year})"
            return f"SUMPRODUCT(({years}={year})*{cells}){per_year}"
        if how == "sum":
            return f"SUMIF({years},{year},{cells})"
        return f'IFERROR(AVERAGEIFS({cells},{years},{year},{cells},">-1E+300"),NA())'
