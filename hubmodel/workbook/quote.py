"""A quote as one sheet: its tables, its terms as input cells, what the hub gives, and every line as a live formula."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from hubmodel.language import label
from hubmodel.quote import TRACKS, PricedQuote, Section, sections
from hubmodel.quote.given import CLAUSES, month_of
from hubmodel.rows import Row
from hubmodel.version import __version__
from hubmodel.workbook import save
from hubmodel.workbook.book import FAINT, HEAD, INPUT, SOLVED, Book, Sheet, shown_in
from hubmodel.workbook.drivers import converted, head_row
from hubmodel.workbook.formulas import CONSTANT, FIRST, Block, Compiler, Layout, column
from hubmodel.workbook.inputs import allowed, write_typed
from hubmodel.workbook.lines import GREEN, head
from hubmodel.workbook.plan import TOP

SHEET = "Quote"
PROVENANCE = 2  # row of who made it
NOTE = CONSTANT + 1
TERMS = "Terms of the quote: change the framed cells, and all that rests on them follows"
FROM_HUB = "From the run of the hub, for the months of the quote as exported: export again after a change of dates"
START = "Earliest start by capacity, solved by Python for the terms as exported"


def write_quote(
    priced: PricedQuote, path: str | Path, cached: bool = True, record: dict[tuple[str, str], Any] | None = None
) -> int:
    """Write a quote as a workbook of one sheet with live formulas.

    Parameters
    ----------
    priced
        of `hubmodel.priced`.
    path, cached, record
        as in `hubmodel.write_workbook`.

    Returns
    -------
    The number of formula cells.
    """
    return save(path, lambda book: _QuoteSheet(priced, book).write(), cached, record)


class _QuoteSheet:
    def __init__(self, priced: PricedQuote, book: Book) -> None:
        self.priced, self.case, self.lines = priced, priced.lines.case, priced.lines
        self.sheet: Sheet = book.sheet(SHEET)
        self.book, self.blocks = book, dict[str, Block]()

    def write(self) -> None:
        """Write the sheet: the tables on top read the lines below."""
        tables = sections(self.priced)
        begins = TOP + sum(len(one.rows) + 2 for one in tables) + len(TRACKS) + 2
        head(self.sheet, self.case, self.priced.quote.name)
        self._provenance()
        row = self._terms(begins)
        row = self._from_hub(row)
        self._lines(row)
        self._tables(tables)
        self.sheet.page.protect("", {"format_cells": True, "format_columns": True, "format_rows": True})  # no password
        self.sheet.page.set_portrait()
        self.sheet.page.set_paper(9)
        self.sheet.page.fit_to_pages(1, 1)
        self.sheet.page.print_area(0, 0, begins - 2, CONSTANT)

    def _provenance(self) -> None:
        hub = self.priced.hub.case
        said = (hub.title, hub.scenario, f"hubmodel {__version__}", hub.inputs_hash, self.priced.quote.hash)
        self.sheet.text(PROVENANCE, 0, " · ".join(said), **FAINT)

    def _is_term(self, name: str, row: Row) -> bool:
        said = (name, row.row) not in self.priced.origins and not row.period and not name.endswith("_track")
        return said or name in CLAUSES

    def _terms(self, row: int) -> int:
        """Write the terms as a person types them, and below those that the model has in another unit."""
        self.sheet.text(row, 0, TERMS, bold=True)
        typed: dict[str, list[tuple[int, Row]]] = {}
        for name, rows in self.case.by_key.items():
            if name in self.case.model.inputs and all(self._is_term(name, one) for one in rows):
                for one in rows:
                    row += 1
                    self._typed(row, one)
                    typed.setdefault(name, []).append((row, one))
        row += 2
        self.sheet.text(row, 0, "Of these, in the model's unit", bold=True)
        for name, places in typed.items():
            if any(converted(one, "x") != "x" for _, one in places):
                row = self._in_units(row, name, places)
            else:
                self._block(name, places[0][0], len(places))
        return row + 2

    def _typed(self, row: int, one: Row) -> None:
        self.sheet.texts(row, (label(one.key), one.row, one.unit))
        write_typed(self.sheet, row, CONSTANT, one.value, one.unit, INPUT)
        self.sheet.page.data_validation(row, CONSTANT, row, CONSTANT, allowed(one, self.case))
        self.sheet.text(row, NOTE, one.note, indent=1, **FAINT)

    def _in_units(self, row: int, name: str, places: list[tuple[int, Row]]) -> int:
        self._block(name, row + 1, len(places))
        for there, one in places:
            row += 1
            unit = self.case.model.shown_in[name]
            head_row(self.sheet, row, name, one.row, unit)
            formula = f"={converted(one, f'${column(CONSTANT)}${there + 1}')}"
            self.sheet.formula(row, CONSTANT, formula, one.base, self.book.number(unit))
        return row

    def _block(self, name: str, row: int, rows: int, varies: bool = False) -> None:
        self.blocks[name] = Block(SHEET, row, rows, varies, "track" if rows > 1 else None)

    def _from_hub(self, row: int) -> int:
        self.sheet.text(row, 0, FROM_HUB, bold=True)
        for name in self._given():
            values = np.atleast_2d(self.case.inputs[name])
            self._block(name, row + 1, values.shape[0], values.shape[1] > 1)
            notes = [one.note for one in self.case.by_key.get(name, ())]
            form = self.book.number(self.case.model.shown_in[name], font_color=GREEN)
            for at, along in enumerate(values):
                row += 1
                note = notes[at] if len(notes) > at and values.shape[1] == 1 else ""
                head_row(self.sheet, row, name, TRACKS[at] if len(values) > 1 else "", self._unit(name), note)
                for place, value in enumerate(along, FIRST if values.shape[1] > 1 else CONSTANT):
                    self.sheet.value(row, place, float(value), form)
        return row + 2

    def _given(self) -> Iterator[str]:
        return (name for name in sorted(self.case.model.inputs) if name not in self.blocks)

    def _unit(self, name: str) -> str:
        return self.case.model.shown_in[name]

    def _lines(self, row: int) -> None:
        self.sheet.text(row, 0, "Lines", bold=True)
        traced, names = self.lines.traced, self.case.model.order
        for name in names:
            found = traced.lines[name]
            self._block(name, row + 1, len(TRACKS) if found.list else 1, found.varies)
            row += self.blocks[name].rows
        layout = Layout(self.blocks, {}, {}, len(self.case.periods))
        for name in names:
            self._line(name, layout)

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
            self.sheet.texts(row, (section.title, "Unit shown", *(track.capitalize() for track in TRACKS)), **HEAD)
            for one in section.rows:
                row += 1
                unit = self._unit(one.name)
                self.sheet.texts(row, (one.label, "" if unit == "date" else shown_in(unit)[0]))
                for at, track in enumerate(TRACKS):
                    if (value := one.values[track]) is not None:
                        self._link(row, CONSTANT - 1 + at, one.name, at, value)
            row += 2
        self.sheet.text(row, 0, START, **HEAD)
        for at, track in enumerate(TRACKS):
            start = self.priced.earliest_start[track]
            self.sheet.texts(row + 1 + at, (track.capitalize(), start.bottleneck))
            self.sheet.text(row + 1 + at, CONSTANT - 1, start.month or "none", **SOLVED)
            self.sheet.text(row + 1 + at, NOTE, start.why(), indent=1, **FAINT)

    def _link(self, row: int, at: int, name: str, track: int, value: float) -> None:
        block, unit = self.blocks[name], self._unit(name)
        cell = f"${column(CONSTANT)}${block.row + 1 + (track if block.rows > 1 else 0)}"
        if unit == "date":  # people read a month, the lines count in years
            form = self.book.format(num_format="yyyy-mm", align="right")
            month = f"=DATE(INT({cell}),INT(({cell}-INT({cell}))*12+0.000001)+1,1)"
            self.sheet.formula(row, at, month, float(_serial(month_of(value))), form)
        else:
            self.sheet.formula(row, at, f"={cell}", value, self.book.number(unit))


def _serial(month: str) -> int:
    """Return the number by which Excel knows the first day of a month."""
    return (date.fromisoformat(f"{month}-01") - date(1899, 12, 30)).days
