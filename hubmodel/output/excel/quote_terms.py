"""The terms of a quote in its workbook: input cells, verdicts on them, and the months that follow from them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from hubmodel.case.quote_terms import Quote
from hubmodel.case.rows import Row
from hubmodel.output.excel.book import FAINT, HEAD, INPUT, Sheet
from hubmodel.output.excel.drivers import converted, head_row
from hubmodel.output.excel.formulas import CONSTANT, FIRST, Block, column
from hubmodel.output.excel.inputs import write_typed
from hubmodel.output.excel.validity import FAILS, OK, Rule, allowed, failures, number_rule, numeric, serial
from hubmodel.pricing import TRACKS
from hubmodel.pricing.given import CLAUSES, DATED_BY, Given, month_of
from hubmodel.text.language import label

HOLDS, EXPORTED, NOTE = CONSTANT + 1, FIRST, FIRST + 1
DATES = ("signing_date", "start_date")
IN_CURRENCY = ("exchange_rate", "rate_move", "rate_move_customer_share")  # fixed where the quote names no currency
WHOLE = {"batches": Rule(least=0, whole=True)}
BOUNDS = {"rate_move": Rule(above=-1), "exchange_rate": Rule(above=0)}
SWITCH = Rule(least=0, most=1, whole=True)
TITLE = "Terms of the quote: change the framed cells, and all that rests on them follows"
TOGETHER = "Terms that go together"
IN_UNITS = "Of these, in the model's unit; none where a term fails"
MONTHS = "Months that count, by their number in the calendar"
BY_MONTH = {"signing": "signing_date", "work": "work_ends", "delivery": "delivery_date"}


class Terms:
    """The writer of the terms, which keeps their cells for the lines.

    Parameters
    ----------
    quote, found
        the terms, and the inputs of the quote for every month of the hub.
    sheet
        the sheet of the quote.
    """

    def __init__(self, quote: Quote, found: Given, sheet: Sheet) -> None:
        self.quote, self.found, self.sheet, self.case = quote, found, sheet, found.case
        self.typed: dict[tuple[str, str], str] = {}
        self.held: dict[str, Block] = {}  # in the model's unit, once all terms hold
        self.raw: dict[str, Block] = {}  # … as typed, for the dates by which the terms are judged
        self.month: dict[str, str] = {}
        self.failing = self.changed = ""
        self.rules_row = self.months_row = 0

    def rows(self) -> Mapping[str, list[Row]]:
        """Return the rows of each term that may be changed."""
        fixed = () if self.quote.currency else IN_CURRENCY
        names = [name for name in self.case.by_key if name in self.case.model.inputs and name not in fixed]
        rows = {name: list(self.case.by_key[name]) for name in names}
        return {name: own for name, own in rows.items() if all(self._is_term(name, row) for row in own)}

    def _is_term(self, name: str, row: Row) -> bool:
        of_hub = (name, row.row) in self.found.origins or row.period or name.endswith("_track")
        return not of_hub or name in CLAUSES

    def write(self, row: int) -> int:
        """Write from a row on; return the row below. Cells that read lines are left to `finish`."""
        self.sheet.text(row, 0, TITLE, bold=True)
        self.sheet.texts(row + 1, ("Term", "Track", "Unit", "Value", "Holds", "As exported", "What it is"), **HEAD)
        for at, title in ((CONSTANT, "Value"), (EXPORTED, "As exported")):
            self.sheet.text(row + 1, at, title, align="right", **HEAD)
        begin = row = row + 2
        for name, rows in self.rows().items():
            for term in rows:
                self.typed[name, term.row] = f"$D${row + 1}"
                row += 1
        for (name, track), cell in self.typed.items():
            self._typed(int(cell[3:]) - 1, next(term for term in self.rows()[name] if term.row == track))
        self.rules_row = row + 1
        row = self.rules_row + 1 + len(list(self._rules("0")))
        holds = f"${column(HOLDS)}${begin + 1}:${column(HOLDS)}${row}"
        self.failing, self.changed = f"$D${row + 1}", f"$D${row + 2}"
        self.sheet.text(row, 0, "Terms that fail")
        self.sheet.formula(row, CONSTANT, f"={failures(holds)}", 0.0)
        self.sheet.text(row + 1, 0, "Terms changed since the export")
        now, was = (f"${at}${begin + 1}:${at}${self.rules_row - 1}" for at in ("D", column(EXPORTED)))
        self.sheet.formula(row + 1, CONSTANT, f"=SUMPRODUCT(--({now}<>{was}))", 0.0)
        return self._in_units(row + 3)

    def _typed(self, row: int, term: Row) -> None:
        sheet, cell = self.sheet, f"D{row + 1}"
        unit = "month" if term.key in DATES else "1 = yes, 0 = no" if term.unit == "flag" else term.unit
        self.sheet.texts(row, (label(term.key), term.row, unit))
        for at, look in ((CONSTANT, INPUT), (EXPORTED, FAINT)):
            if term.key in DATES:
                day = datetime.date.fromisoformat(f"{month_of(float(term.value))}-01")
                sheet.page.write_datetime(row, at, day, sheet.book.format(num_format="yyyy-mm", align="right", **look))
            else:
                write_typed(sheet, row, at, term.value, term.unit, look)
        rule = self._rule(term)
        own = term.key in (*WHOLE, *BOUNDS, "academic", "index_clause")
        asked = numeric(rule, term.unit) if own else allowed(term, self.case)
        sheet.page.data_validation(row, CONSTANT, row, CONSTANT, asked)
        sheet.formula(row, HOLDS, rule.formula(cell), OK, sheet.book.format(indent=1))
        sheet.text(row, NOTE, term.note, indent=1, **FAINT)

    def _rule(self, term: Row) -> Rule:
        if term.key in DATES:
            first, last = (datetime.date(year, month, day) for year, month, day in
                           ((self.case.first, 1, 1), (self.case.last, 12, 31)))  # fmt: skip
            outside = f"outside the calendar {self.case.first} to {self.case.last}"
            return Rule("date", serial(first), serial(last), beyond=outside)
        own = SWITCH if term.unit == "flag" else WHOLE.get(term.key) or BOUNDS.get(term.key)
        return own or number_rule(term, self.case)

    def _rules(self, paid: str) -> Iterator[tuple[str, str]]:
        """Yield each rule between terms with its condition; `paid` is the month of the last payment."""
        cell = {name: at for (name, _), at in self.typed.items()}
        signed, start = (f"YEAR({cell[name]})*12+MONTH({cell[name]})" for name in DATES)
        yield "The work does not start before it is signed", f"{start}>={signed}"
        hours, batches = cell["development_hours"], cell["batches"]
        yield "There is something to quote, development or batches", f"{hours}+{batches}>0"
        yield "Batches have a pace", f"OR({batches}=0,{cell['batch_pace']}>0)"
        yield "Development has a time", f"OR({hours}=0,{cell['development_time']}>0)"
        for track in TRACKS:
            parts = "+".join(self.typed[f"{part}_share", track] for part in ("deposit", "milestone"))
            yield f"Deposit and milestone are at most the price, {track}", f"{parts}<=1"
        last = f"paid within the calendar, which ends {self.case.periods[-1]}"
        yield f"It is {last}", f"{paid}<={len(self.case.periods)}"

    def _in_units(self, row: int) -> int:
        self.sheet.text(row, 0, IN_UNITS, bold=True)
        row += 1
        for name, rows in self.rows().items():
            cells = [f"${column(CONSTANT)}${int(self.typed[name, term.row][3:])}" for term in rows]
            formulas = [
                _month(at) if name in DATES else converted(term, at) for term, at in zip(rows, cells, strict=True)
            ]
            if name in DATED_BY or name == "signing_date":
                self.raw[name] = self._block(row, len(rows))
                row = self._units(row, name, rows, formulas, "as typed")
                formulas = [f"$D${self.raw[name].row + 1 + at}" for at in range(len(rows))]
            self.held[name] = self._block(row, len(rows))
            gated = [f"IF({self.failing}=0,{formula},NA())" for formula in formulas]
            row = self._units(row, name, rows, gated, "")
        self.months_row = row + 1
        for at, by in enumerate(BY_MONTH, self.months_row + 1):
            self.month[by] = f"$D${at + 1}"
        return self.months_row + len(BY_MONTH) + 2

    def _units(self, row: int, name: str, rows: list[Row], formulas: list[str], note: str) -> int:
        unit = self.case.model.shown_in[name]
        for term, formula in zip(rows, formulas, strict=True):
            head_row(self.sheet, row, name, term.row, unit, note)
            self.sheet.formula(row, CONSTANT, f"={formula}", term.base, self.sheet.book.number(unit))
            row += 1
        return row

    def _block(self, row: int, rows: int) -> Block:
        return Block(self.sheet.name, row, rows, False, "track" if rows > 1 else None)

    def finish(self, lines: Mapping[str, Block], series: Mapping[tuple[str, str], int], value: Any) -> None:
        """Write the cells that read lines: the months, the rules between terms, and terms that follow other terms.

        Parameters
        ----------
        lines
            the block of each line.
        series
            the row of the hub's months of each input that depends on a date.
        value
            function that returns the value of a line as exported.
        """
        sheet, first = self.sheet, self.case.first
        date = {
            name: f"$D${(self.raw.get(name) or lines[name]).row + 1}" for name in (*BY_MONTH.values(), "start_date")
        }
        paid = _number(f"$D${lines['balance_paid'].row + 1}", first)
        sheet.text(self.rules_row, 0, TOGETHER, bold=True)
        for at, (what, condition) in enumerate(self._rules(paid), self.rules_row + 1):
            sheet.text(at, 0, what)
            sheet.formula(at, HOLDS, f'=IFERROR(IF({condition},"{OK}","{FAILS}"),"{FAILS}")', OK)
        sheet.text(self.months_row, 0, MONTHS, bold=True)
        for by, name in BY_MONTH.items():
            row = int(self.month[by][3:]) - 1
            halfway = by == "work"
            cell = f"({date['start_date']}+{date[name]})/2" if halfway else date[name]
            when = (value("start_date") + value(name)) / 2 if halfway else value(name)
            number = self.case.periods.index(month_of(when)) + 1
            sheet.texts(row, (f"Month of {by}", "", "month no."))
            found = _number(cell, first)
            within = f"AND({found}>0,{found}<={len(self.case.periods)})"
            sheet.formula(row, CONSTANT, f"=IF({within},{found},NA())", float(number))
        self._follow(series)

    def _follow(self, series: Mapping[tuple[str, str], int]) -> None:
        """Let a term that is left to the case or to other terms follow them until somebody overwrites it."""
        for (name, track), cell in self.typed.items():
            row, term = int(cell[3:]) - 1, next(term for term in self.rows()[name] if term.row == track)
            if (name, track) in series:
                source = self.looked_up(name, track, series[name, track])
            elif name == "analyses" and self.quote.analyses is None:
                source = self.typed["batches", ""]
            else:
                continue
            form = {"num_format": "0.00%"} if term.unit == "share" else {}
            look = self.sheet.book.format(**form, **INPUT)
            self.sheet.formula(row, CONSTANT, f"={source}", term.value, look)

    def looked_up(self, name: str, track: str, row: int) -> str:
        """Return the formula, without the equals sign, that finds a dated input in its row of months."""
        last = column(FIRST + len(self.case.periods) - 1)
        at = self.month[self.found.dated[name, track].by]
        found = f"INDEX(${column(FIRST)}${row + 1}:${last}${row + 1},{at})"
        return found if name in DATED_BY or name in CLAUSES else f"IF({self.failing}=0,{found},NA())"


def _month(cell: str) -> str:
    """Return the formula for the month of a day, in years; terms are dated by the month."""
    return f"YEAR({cell})+(MONTH({cell})-1)/12"


def _number(date: str, first: int) -> str:
    """Return the formula for the month number of a date in years, 1 for the first month of the calendar."""
    return f"INT(({date})*12+0.000001)-{first * 12 - 1}"
