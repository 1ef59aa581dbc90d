"""A quote as one sheet: tables, terms as input cells, the hub's figures, and every line as a live formula."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from hubmodel.output.excel import save
from hubmodel.output.excel.book import FAINT, HEAD, SOLVED, Book, Sheet, shown_in
from hubmodel.output.excel.drivers import head_row
from hubmodel.output.excel.formulas import CONSTANT, FIRST, Block, Compiler, Layout, column
from hubmodel.output.excel.lines import GREEN, YEAR_ROW, head
from hubmodel.output.excel.plan import TOP
from hubmodel.output.excel.quote_terms import Terms
from hubmodel.output.excel.validity import serial
from hubmodel.pricing import TRACKS, PricedQuote, Section, sections
from hubmodel.pricing.given import DATES, given, month_of
from hubmodel.pricing.shown import INNOVATION_ONLY
from hubmodel.study.result import evaluate
from hubmodel.text.language import label
from hubmodel.version import __version__

SHEET = "Quote"
STATUS, PROVENANCE = 1, 2  # rows of the state of the terms, and of the provenance
NOTE = CONSTANT + 1
FROM_HUB = "From the run of the hub, month by month; column D has the month of signing, of work or of delivery"
START = "Earliest start by capacity, solved by Python for the terms as exported"
PARTS, FAIL = ("deposit", "milestone"), "FAIL"


def write_quote(
    priced: PricedQuote, path: str | Path, *, cached: bool = True, record: dict[tuple[str, str], Any] | None = None
) -> int:
    """Write a quote as a workbook of one sheet with live formulas.

    Parameters
    ----------
    priced
        result of `hubmodel.price_quote`.
    path, cached, record
        as in `hubmodel.write_workbook`.

    Returns
    -------
    The number of formula cells.
    """
    return save(path, lambda book: _QuoteSheet(priced, book).write(), cached, record)


class _QuoteSheet:
    def __init__(self, priced: PricedQuote, book: Book) -> None:
        self.priced, self.found = priced, given(priced.hub, priced.quote, every_month=True)
        self.case, self.lines = self.found.case, evaluate(self.found.case)
        self.sheet: Sheet = book.sheet(SHEET)
        self.terms = Terms(priced.quote, self.found, self.sheet)
        self.book, self.blocks = book, dict[str, Block]()
        self.series: dict[tuple[str, str], int] = {}  # rows of the hub's months

    def write(self) -> None:
        """Write the sheet: the tables on top read the lines below."""
        tables = sections(self.priced)
        begins = TOP + sum(len(section.rows) + 2 for section in tables) + len(TRACKS) + 2
        head(self.sheet, self.case, self.priced.quote.name)
        for at in (YEAR_ROW, YEAR_ROW + 1):  # the months belong to the lines; the tables have their own headings
            self.sheet.texts(at, ("",) * FIRST)
        row = self.terms.write(begins)
        self.blocks |= self.terms.held
        row = self._from_hub(row)
        self._lines(row)
        self.terms.finish(self.blocks, self.series, self._value)
        self._provenance()
        self._tables(tables)
        self._dress(begins)

    def _dress(self, begins: int) -> None:
        page = self.sheet.page
        red = self.book.format(bold=True, font_color="#9C0006", bg_color="#FFC7CE")
        judged = {"type": "text", "criteria": "containing", "value": FAIL, "format": red}
        for rows in ((STATUS, 0, STATUS, 0), (begins, NOTE, self.terms.rules_row + 20, NOTE)):
            page.conditional_format(*rows, judged)
        grey = {"type": "errors", "format": self.book.format(font_color="#A6A6A6")}
        page.conditional_format(TOP, CONSTANT - 1, self.sheet.last, FIRST + len(self.case.periods) - 1, grey)
        page.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})  # no password
        page.set_portrait()
        page.set_paper(9)
        page.fit_to_pages(1, 1)
        page.print_area(0, 0, begins - 2, CONSTANT)

    def _provenance(self) -> None:
        hub, terms, digits = self.priced.hub.case, self.terms, self.priced.quote.hash
        parts = (hub.title, hub.scenario, f"hubmodel {__version__}", hub.inputs_hash)
        self.sheet.text(PROVENANCE, 0, " · ".join(parts), **FAINT)
        same, other = f"Quote {digits}: terms as exported", f"Terms changed since the export of quote {digits}"
        fails = f'{terms.failing}&" of the terms below {FAIL}: no figure stands until they hold"'
        formula = f'=IF({terms.failing}>0,{fails},IF({terms.changed}=0,"{same}","{other}"))'
        self.sheet.formula(STATUS, 0, formula, same, self.book.format(**FAINT))

    def _value(self, name: str) -> float:
        return float(np.atleast_2d(self._values(name))[0, 0])

    def _from_hub(self, row: int) -> int:
        self.sheet.text(row, 0, FROM_HUB, bold=True)
        row = self._columns(row + 1)
        for (name, track), dated in self.found.dated.items():
            if name in self.blocks:  # a term that the quote leaves to the case, whose value depends on the month
                row += 1
                head_row(self.sheet, row, name, track, self._unit(name), self._note(name, track))
                self._months(row, name, track, dated.values)
        for name in self._given():
            values = np.atleast_2d(self.case.inputs[name])
            self.blocks[name] = self._block(row + 1, values.shape[0], values.shape[1] > 1)
            for at, along in enumerate(values):
                row += 1
                track = TRACKS[at] if len(values) > 1 else ""
                head_row(self.sheet, row, name, track, self._unit(name), self._note(name, track))
                self._hub_row(row, name, track, along)
        return row + 2

    def _columns(self, row: int) -> int:
        self.sheet.texts(row, ("Line", "Row", "Unit shown", "Constant", "What it is"), **HEAD)
        return row

    def _hub_row(self, row: int, name: str, track: str, along: Any) -> None:
        form = self.book.number(self._unit(name), font_color=GREEN)
        if dated := self.found.dated.get((name, track)):
            self._months(row, name, track, dated.values)
            self.sheet.formula(row, CONSTANT, f"={self.terms.looked_up(name, track, row)}", float(along[0]), form)
        else:
            for place, value in enumerate(along, FIRST if len(along) > 1 else CONSTANT):
                self.sheet.value(row, place, float(value), form)

    def _months(self, row: int, name: str, track: str, values: Any) -> None:
        self.series[name, track] = row
        form = self.book.number(self._unit(name), font_color=GREEN)
        for at, value in enumerate(values.tolist(), FIRST):
            if math.isfinite(value):
                self.sheet.value(row, at, value, form)
            else:
                self.sheet.formula(row, at, "=NA()", value, form)

    def _note(self, name: str, track: str) -> str:
        """Return the note beside a row of the hub."""
        if dated := self.found.dated.get((name, track)):
            origin, month = self.found.origins[name, track], f"in the month of {dated.by}"
            parts = ", ".join(part for part in (label(origin.line), origin.row, month) if part)
            return f"{self.priced.hub.case.scenario}: {parts}"
        notes = [row.note for row in self.case.by_key.get(name, ()) if row.row == track and not row.period]
        return notes[0] if notes else ""

    def _given(self) -> Iterator[str]:
        return (name for name in sorted(self.case.model.inputs) if name not in self.blocks)

    def _block(self, row: int, rows: int, varies: bool = False) -> Block:
        return Block(SHEET, row, rows, varies, "track" if rows > 1 else None)

    def _unit(self, name: str) -> str:
        return self.case.model.shown_in[name]

    def _lines(self, row: int) -> None:
        self.sheet.text(row, 0, "Lines", bold=True)
        row = self._columns(row + 1)
        traced, names = self.lines.traced, self.case.model.order
        for name in names:
            found = traced.lines[name]
            self.blocks[name] = self._block(row + 1, len(TRACKS) if found.list else 1, found.varies)
            row += self.blocks[name].rows
        layout = Layout(self.blocks, {}, {}, len(self.case.periods))
        as_typed = Layout(self.blocks | self.terms.raw, {}, {}, len(self.case.periods))
        dates = self._behind(DATES)
        for name in names:
            self._line(name, as_typed if name in dates else layout)

    def _behind(self, names: tuple[str, ...]) -> set[str]:
        """Return lines and all lines on which they depend."""
        model = self.case.model
        above = [ingredient for name in names for ingredient in model.ingredients[name] if ingredient in model.lines]
        return {*names} | (self._behind(tuple(above)) if above else set())

    def _line(self, name: str, layout: Layout) -> None:
        found, own, form = self.lines.traced.lines[name], self.blocks[name], self.book.number(self._unit(name))
        shape = (own.rows, layout.periods if own.varies else 1)
        doc = " ".join((self.case.model.lines[name].__doc__ or "").split())
        for at, along in enumerate(np.broadcast_to(self.lines.values[name], shape).tolist()):
            row = own.row + at
            head_row(self.sheet, row, name, TRACKS[at] if own.rows > 1 else "", self._unit(name), doc if not at else "")
            formulas = [Compiler(layout, own, at, first).formula(found) for first in (True, False)]
            if own.varies:
                self.sheet.along(row, (formulas[0], formulas[1]), along, form)
            else:
                self.sheet.formula(row, CONSTANT, formulas[1], along[0], form)

    def _tables(self, tables: tuple[Section, ...]) -> None:
        row = TOP
        for section in tables:
            self.sheet.texts(row, (section.title, "Unit shown"), **HEAD)
            for at, track in enumerate(TRACKS, CONSTANT - 1):
                self.sheet.text(row, at, track.capitalize(), align="right", **HEAD)
            for entry in section.rows:
                row += 1
                unit = self._unit(entry.name)
                in_it = {"date": "", "currency": self.priced.quote.currency}.get(unit, shown_in(unit)[0])
                self.sheet.texts(row, (entry.label, in_it))
                for at, track in enumerate(TRACKS):
                    if track == "innovation" or entry.name not in INNOVATION_ONLY:
                        self._link(row, CONSTANT - 1 + at, entry.name, at)
            row += 2
        self._starts(row)

    def _starts(self, row: int) -> None:
        """Write the earliest starts, which hold only for the terms as exported."""
        self.sheet.text(row, 0, START, **HEAD)
        for at, track in enumerate(TRACKS, row + 1):
            start = self.priced.earliest_start[track]
            month, again = start.month or "none", "solved for the terms as exported: export again"
            self.sheet.text(at, 0, track.capitalize())
            for place, same, changed in ((1, start.bottleneck, '""'), (CONSTANT - 1, month, "NA()"),
                                         (NOTE, start.why(), f'"{again}"')):  # fmt: skip
                formula = f'=IF({self.terms.changed}=0,"{same}",{changed})'
                look = self.book.format(**(FAINT | {"indent": 1} if place == NOTE else SOLVED))
                self.sheet.formula(at, place, formula, same, look)

    def _link(self, row: int, at: int, name: str, track: int) -> None:
        unit, cell = self._unit(name), self._cell(name, track)
        value = float(np.atleast_2d(self._values(name))[track if self.blocks[name].rows > 1 else 0, 0])
        if unit != "date":
            self.sheet.formula(row, at, f"={cell}", value, self.book.number(unit))
            return
        # people read a month, the lines count in years
        month: float | str = float(serial(date.fromisoformat(f"{month_of(value)}-01")))
        formula = f"DATE(INT({cell}),INT(({cell}-INT({cell}))*12+0.000001)+1,1)"
        if (part := name.removesuffix("_paid")) in PARTS:
            share = self._cell(f"{part}_share", track)
            formula = f'IF({share}=0,"",{formula})'
            month = month if self._values(f"{part}_share")[track, 0] else ""
        form = self.book.format(num_format="yyyy-mm", align="right")
        self.sheet.formula(row, at, f"=IF({self.terms.failing}=0,{formula},NA())", month, form)

    def _values(self, name: str) -> Any:
        return self.lines.values[name] if name in self.lines.values else self.case.inputs[name]

    def _cell(self, name: str, track: int) -> str:
        block = self.blocks[name]
        return f"${column(CONSTANT)}${block.row + 1 + (track if block.rows > 1 else 0)}"
