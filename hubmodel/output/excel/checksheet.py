"""The sheet of checks: live where a check compares lines, and marked as Python's where it does not."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from typing import Any, cast

import numpy as np

from hubmodel.engine.trace import Expression
from hubmodel.output.excel.book import FAINT, HEAD, SOLVED, Sheet
from hubmodel.output.excel.formulas import CONSTANT, FIRST, Block, Compiler, Layout, column, quoted
from hubmodel.output.excel.lines import YEAR_ROW
from hubmodel.output.excel.plan import TOP
from hubmodel.output.excel.ties import BOUNDS, GAPS, NOTES, SCALES, WHOLE, Gap
from hubmodel.output.excel.validity import FAILS, OK, failures
from hubmodel.study.checks import IDENTITIES, SMALL, WARNINGS
from hubmodel.study.result import Check, Evaluation
from hubmodel.text.language import label

INPUTS_HOLD = "The model can take every input; the column Holds of the sheet Inputs says which it cannot, and why"
BY_PYTHON = "value, checked by Python for the inputs as exported"


class _Listener:
    """Stands in for a result and remembers which lines a check reads."""

    def __init__(self, result: Evaluation) -> None:
        self.result, self.case, self.values = result, result.case, result.values
        self.read: dict[str, None] = {}

    def __getitem__(self, name: str) -> Any:
        self.read[name] = None
        return self.result[name]

    def series(self, name: str, by: str = "year", how: str | None = None) -> Any:
        self.read[name] = None
        return self.result.series(name, by, how)


def reads(result: Evaluation) -> dict[str, tuple[str, ...]]:
    """Return which lines each check of one result reads."""
    out = {}
    for check in (*IDENTITIES, *WARNINGS):
        heard = _Listener(result)
        check(cast(Evaluation, heard))
        out[check.__name__] = tuple(heard.read)
    return out


def said_by(name: str) -> set[str]:
    """Return which lines a check reads as it stands in `ties`, a helper's lines included."""
    for gap in GAPS:
        if gap.__name__ == name:
            own = {*inspect.signature(gap).parameters, *SCALES.get(name, ())}
            return own.union(*(said_by(one) for one in own))
    return set(_names("".join(WHOLE.get(name, NOTES.get(name, ("", ""))))))


class CheckSheet:
    """Writes the checks of a result.

    Parameters
    ----------
    result
        with its checks.
    layout
        where every line stands.
    sheet
        the sheet, headed by periods.
    """

    def __init__(self, result: Evaluation, layout: Layout, sheet: Sheet) -> None:
        self.result, self.layout, self.sheet, self.row = result, layout, sheet, TOP + 1
        self.values = {**result.case.inputs, **result.values}
        self.docs = {check.__name__: (check.__doc__ or "").strip() for check in (*IDENTITIES, *WARNINGS)}
        self.small = sheet.book.format(num_format="0.0E+00")

    def write(self, holds: str) -> tuple[str, str]:
        """Write every check; `holds` is the range that says which inputs hold.

        Returns
        -------
        The master cell, and the cell that counts the inputs that fail.
        """
        self.sheet.texts(YEAR_ROW + 1, ("Check", "Status", "Tolerance", "Difference", "What it says"), **HEAD)
        self.reads = reads(self.result)
        gaps = {gap.__name__: gap for gap in GAPS}
        helpers = sum(gap.__name__ not in {one.name for one in self.result.checks} for gap in GAPS)
        counts = self._bounds(TOP + 3 + len(self.result.checks) + helpers)
        invalid = self._inputs_hold(holds)
        for one in self.result.checks:
            if one.name not in counts and not self.is_live(one.name):
                self._by_python(one)
            elif one.name in gaps:
                self._gap(gaps[one.name], one)
            elif one.name in counts:
                cells, outside = counts[one.name]
                self._checked(one, f"SUM({cells})", outside, "0", 0.0)
            elif one.name in WHOLE:
                formula, scale = WHOLE[one.name]
                self._checked(one, self._filled(formula), one.difference, *self._tolerance(scale))
            else:
                self._note(one)
        self._master()
        return f"{quoted(self.sheet.name)}$B${TOP + 1}", invalid

    def _inputs_hold(self, holds: str) -> str:
        """Write whether the inputs hold; returns the cell that counts those that do not."""
        row, sheet = self.row, self.sheet
        sheet.text(row, 0, "Inputs hold")
        sheet.formula(row, CONSTANT, f"={failures(holds)}", 0.0, sheet.book.format(num_format="0"))
        sheet.formula(row, 1, f'=IF(D{row + 1}=0,"{OK}","{FAILS}")', OK)
        sheet.text(row, CONSTANT + 1, f"live. {INPUTS_HOLD}", indent=1, **FAINT)
        self.row += 1
        return f"{quoted(sheet.name)}$D${row + 1}"

    def is_live(self, name: str) -> bool:
        """Whether a check stands in `ties`, reads there all that it reads in Python, and its lines are on sheets."""
        said, helpers = said_by(name), {gap.__name__ for gap in GAPS}
        there = all(one in self.layout.blocks or one in helpers for one in said)
        return bool(said) and there and said >= set(self.reads.get(name, ()))

    def _filled(self, formula: str) -> str:
        return re.sub(r"{(\w+)}", lambda found: self.layout.span(found[1], self.sheet.name), formula)

    def _tolerance(self, *scales: str) -> tuple[str, float]:
        """Return what rounding may leave, as formula and value: relative to the largest amount of some lines."""
        known = [name for name in scales if name]
        blocks = [self.layout.span(name, self.sheet.name) for name in known]
        text = ",".join(["1", *(f"MAX({block}),-MIN({block})" for block in blocks)])
        return f"{SMALL:.0E}*MAX({text})", SMALL * max([1.0, *(_largest(self.values[name]) for name in known)])

    def _checked(self, one: Check, formula: str, value: float, tolerance: str, allowed: float) -> None:
        row = self.row
        self._head(one.name, "live")
        self.sheet.formula(row, 2, f"={tolerance}", allowed, self.small)
        self.sheet.formula(row, CONSTANT, f"={formula}", value, self.small)
        status = f'=IF(ISNUMBER(D{row + 1}),IF(D{row + 1}<=C{row + 1},"ok","FAILS"),"FAILS")'
        self.sheet.formula(row, 1, status, "ok" if one.ok else "FAILS")

    def _head(self, name: str, how: str) -> None:
        self.sheet.text(self.row, 0, label(name))
        self.sheet.text(self.row, CONSTANT + 1, f"{how}. {self.docs.get(name, '')}", indent=1, **FAINT)
        self.row += 1

    def _note(self, one: Check) -> None:
        figure, condition = NOTES[one.name]
        row, form = self.row, self.sheet.book.format(num_format="#,##0.00")
        self._head(one.name, "live")
        self.sheet.formula(row, CONSTANT, f"={self._filled(figure)}", one.difference, form)
        said = f'=IF(ISNUMBER(D{row + 1}),IF(D{row + 1}{condition},"note","ok"),"note")'
        self.sheet.formula(row, 1, said, "note" if one.message else "ok")

    def _by_python(self, one: Check) -> None:
        said = "FAILS" if not one.ok else "note" if one.message and one.level == "warning" else "ok"
        self.sheet.text(self.row, 1, said, **SOLVED)
        self.sheet.value(self.row, CONSTANT, one.difference, self.sheet.book.format(num_format="0.0E+00", **SOLVED))
        self._head(one.name, f"{BY_PYTHON}. {one.message}".removesuffix(". "))

    # Gaps of each period, compiled and computed from one function.

    def _gap(self, gap: Gap, one: Check | None) -> None:
        names = tuple(inspect.signature(gap).parameters)
        for helper in (other for other in GAPS if other.__name__ in names):
            self._gap(helper, None)
        own = Block(self.sheet.name, self.row, 1, True, None)
        found = cast(Expression, gap(*(self._expression(name) for name in names)))
        values = np.asarray(gap(*(self.values[name] for name in names)))
        first, rest = (Compiler(self.layout, own, 0, at).formula(found) for at in (True, False))
        self.sheet.along(self.row, (first, rest), values[0].tolist(), self.small)
        if one is None:
            self.values[gap.__name__] = values
            self.layout = replace(self.layout, blocks={**self.layout.blocks, gap.__name__: own})
            self._head(gap.__name__, (gap.__doc__ or "").strip())
            return
        along = f"${column(FIRST)}{self.row + 1}:${self.layout.last}{self.row + 1}"
        self._checked(
            one,
            f"MAX(MAX({along}),-MIN({along}))",
            _largest(values),
            *self._tolerance(*SCALES.get(one.name, names[:1])),
        )

    def _expression(self, name: str) -> Expression:
        block, units = self.layout.blocks[name], self.result.case.model.units
        return Expression("name", (name,), units.get(name, units["ebitda"]), block.list, block.varies)

    # Bounds of many lines: one row for each, below.

    def _bounds(self, row: int) -> dict[str, tuple[str, float]]:
        """Return for each check the cells that count, and how many values they find out of bounds."""
        out, sheet = {}, self.sheet
        for check in IDENTITIES:
            if check.__name__ not in BOUNDS:
                continue
            lines = self.reads[check.__name__]
            sheet.text(row, 0, f"{label(check.__name__)}: cells out of bounds", bold=True)
            bounds, last = BOUNDS[check.__name__], row + len(lines)
            outside = sum(self._bound(at, name, *bounds) for at, name in enumerate(lines, row + 1))
            out[check.__name__] = f"$D${row + 2}:$D${last + 1}", outside
            row = last + 2
        return out

    def _bound(self, row: int, name: str, low: float, high: float | None) -> float:
        sheet, block = self.sheet, self.layout.span(name, self.sheet.name)
        values = self.values[name]
        tolerance, allowed = self._tolerance("" if high is not None else name)
        outside = float(np.sum(values < low - allowed))
        outside += float(np.sum(values > high + allowed)) if high is not None else 0
        sheet.text(row, 0, f"  {label(name)}")
        sheet.formula(row, 2, f"={tolerance}", allowed, self.small)
        above = f'+COUNTIF({block},">"&({high:g}+C{row + 1}))' if high is not None else ""
        sheet.formula(row, CONSTANT, f'=COUNTIF({block},"<"&({low:g}-C{row + 1})){above}', outside)
        return outside

    def _master(self) -> None:
        failed, sheet = sum(not one.ok for one in self.result.checks), self.sheet
        said = f"{failed} FAIL" if failed else "all identities hold"
        count = f'COUNTIF($B${TOP + 2}:$B${self.row},"FAILS")'
        sheet.text(TOP, 0, "All checks", bold=True)
        formula = f'=IF({count}=0,"all identities hold",{count}&" FAIL")'
        sheet.formula(TOP, 1, formula, said, sheet.book.format(bold=True))
        red = sheet.book.format(bold=True, font_color="#9C0006", bg_color="#FFC7CE")
        look = {"type": "text", "criteria": "containing", "value": "FAIL", "format": red}
        sheet.page.conditional_format(TOP, 1, self.row, 1, look)


def _names(formula: str) -> list[str]:
    return re.findall(r"{(\w+)}", formula)


def _largest(values: Any) -> float:
    return float(np.max(np.abs(values), initial=0.0))
