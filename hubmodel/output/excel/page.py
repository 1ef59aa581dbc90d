"""A worksheet of XlsxWriter with formulas filled to the right, as Excel itself stores them (ECMA-376, 18.3.1.40).

A row of 240 periods then holds its formula once: a third of the size. Excel accepts such a formula only if it reads its
own sheet. XlsxWriter's search for functions newer than 2007 is left out: the compiler never writes one.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from hubmodel.output.excel.formulas import column


class Filled(NamedTuple):
    """A cell of a filled formula: the formula's number on the sheet; text and reach in the first cell only."""

    number: int
    text: str
    reach: str
    value: float | str
    format: Any


@functools.cache
def page_class() -> Any:
    """Return the class of such a worksheet, for XlsxWriter's add_worksheet."""
    from xlsxwriter.worksheet import Worksheet

    class Page(Worksheet):  # type: ignore[misc]
        """A worksheet with filled formulas."""

        def fill(self, row: int, at: int, cell: Filled) -> None:
            """Write a cell of a filled formula."""
            if self._check_dimensions(row, at) == 0:
                self.table[row][at] = cell

        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            return formula.removeprefix("=")

        def _write_cell(self, row: int, col: int, cell: Any) -> None:
            if type(cell) is not Filled:
                super()._write_cell(row, col, cell)
                return
            kind = ' t="e"' if isinstance(cell.value, str) else ""
            shared = f'<f t="shared" si="{cell.number}"/>'
            if cell.text:
                shared = f'<f t="shared" ref="{cell.reach}" si="{cell.number}">{self._escape_data(cell.text)}</f>'
            place = f'r="{column(col)}{row + 1}" s="{cell.format._get_xf_index()}"'
            self.fh.write(f"<c {place}{kind}>{shared}<v>{cell.value}</v></c>")

    return Page
