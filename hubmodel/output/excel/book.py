"""The file: sheets, formats and cells on XlsxWriter. Text is never read as a formula; a formula carries its value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from hubmodel.output.excel.formulas import FIRST, column, placed
from hubmodel.output.excel.page import Filled, page_class

if TYPE_CHECKING:
    from xlsxwriter.format import Format

DIGITS = 15  # of a stored result, as Excel keeps them, so that rows add up for readers without Excel
LONGEST_TEXT = 32_000  # Excel takes 32,767 characters in a cell
_DASH = '"–"'
_SHOWN: dict[str, tuple[str, str]] = {
    "SEK": ("MSEK", "#,##0.0,,"), "SEK/year": ("MSEK/year", "#,##0.0,,"), "SEK/hour": ("SEK/hour", "#,##0"),
    "SEK/currency": ("SEK/currency", "#,##0.00"),
    "SEK/seat": ("SEK/seat", "#,##0"), "SEK/dose": ("SEK/dose", "#,##0.00"),
    "SEK/dose/year": ("SEK/dose/year", "#,##0.00"),
    "share": ("share", "0.0%"), "1/year": ("1/year", "0.00%"), "date": ("year", "0.00"), "1": ("", "#,##0.00"),
    "calendar year": ("calendar year", "0"),
}  # fmt: skip
INPUT = {"bg_color": "#FFF2CC", "font_color": "#1F3FBF", "border": 1, "border_color": "#1F3FBF", "locked": False}
SOLVED = {"italic": True, "font_color": "#595959", "bg_color": "#EDEDED"}
HEAD = {"bold": True, "bottom": 1}
FAINT = {"font_color": "#595959"}
Text = dict[str, Any]


def shown_in(unit: str) -> tuple[str, str]:
    """Return the unit that a sheet shows, and the number format that converts the value of a cell to it.

    >>> shown_in("SEK")
    ('MSEK', '#,##0.0,,;-#,##0.0,,;"–"')
    """
    name, form = _SHOWN.get(unit, (unit, "#,##0.00"))
    if unit.startswith("SEK/") and unit not in _SHOWN:
        name, form = f"k{unit}", "#,##0.0,"
    return name, form if unit in ("date", "calendar year") else f"{form};-{form};{_DASH}"


class Book:
    """A workbook under construction.

    Parameters
    ----------
    workbook
        workbook of XlsxWriter.
    cached
        whether formulas carry the values that Python computed, so that previewers show them.
    record
        receives the exact value behind every formula, by sheet and cell, for comparison; None to keep none.
    """

    def __init__(self, workbook: Any, cached: bool, record: dict[tuple[str, str], Any] | None) -> None:
        self.workbook, self.cached, self.record, self.formulas, self.filled = workbook, cached, record, 0, 0
        self.names: list[str] = []
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def sheet(self, name: str) -> Sheet:
        """Add a sheet after the others."""
        self.names.append(name)
        return Sheet(self, name, self.workbook.add_worksheet(name, page_class()))

    def format(self, **properties: Any) -> Format:
        """Return the format for a set of properties, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(dict(properties))
        return self._formats[key]

    def number(self, unit: str, **properties: Any) -> Format:
        """Return the format for values in a unit of the model."""
        return self.format(num_format=shown_in(unit)[1], **properties)


class Sheet:
    """One sheet; rows and columns count from 0."""

    def __init__(self, book: Book, name: str, page: Any) -> None:
        self.book, self.name, self.page, self.last = book, name, page, 0

    def text(self, row: int, at: int, text: object, **properties: Any) -> None:
        """Write text, never a formula, a number or an address."""
        form = self.book.format(**properties) if properties else None
        self.last = max(self.last, row)
        self.page.write_string(row, at, str(text)[:LONGEST_TEXT], form)

    def texts(self, row: int, texts: tuple[object, ...], **properties: Any) -> None:
        """Write texts side by side, from the first column on."""
        for at, text in enumerate(texts):
            self.text(row, at, text, **properties)

    def value(self, row: int, at: int, value: float, form: Format | None = None) -> None:
        """Write a number; a missing value becomes a dash."""
        if math.isfinite(value):
            self.page.write_number(row, at, value, form)
        else:
            self.page.write_string(row, at, "–", form)

    def formula(self, row: int, at: int, formula: str, value: Any, form: Format | None = None) -> None:
        """Write a formula with its value."""
        self.page.write_formula(row, at, formula, form, self._count(row, at, value))

    def along(self, row: int, formulas: tuple[str, str], values: Any, form: Format) -> None:
        """Write formulas along the periods: one for the first period, another for all later ones."""
        self.formula(row, FIRST, placed(formulas[0], FIRST), values[0], form)
        last = FIRST + len(values) - 1
        filled = len(values) > 3 and "!" not in formulas[1]
        if filled:
            self.book.filled += 1
            reach = f"{column(FIRST + 1)}{row + 1}:{column(last)}{row + 1}"
        for at in range(FIRST + 1, last + 1):
            value = values[at - FIRST]
            if not filled:
                self.formula(row, at, placed(formulas[1], at), value, form)
                continue
            text = placed(formulas[1], at)[1:] if at == FIRST + 1 else ""
            stored = self._count(row, at, value)
            self.page.fill(row, at, Filled(self.book.filled, text, reach, stored, form))

    def _count(self, row: int, at: int, value: Any) -> Any:
        self.book.formulas += 1
        if self.book.record is not None:
            self.book.record[self.name, f"{column(at)}{row + 1}"] = value
        return _stored(value) if self.book.cached else 0


def _stored(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else "#N/A"
