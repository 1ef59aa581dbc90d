"""The sheet of checks: live formulas where possible, otherwise values marked as checked by Python."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from hubmodel.output.excel.book import FAINT, HEAD, SOLVED, Sheet
from hubmodel.output.excel.formulas import CONSTANT, Layout, quoted
from hubmodel.output.excel.lines import YEAR_ROW
from hubmodel.output.excel.plan import TOP
from hubmodel.output.excel.validity import FAILS, OK, failures
from hubmodel.study.checks import BY_PYTHON, SMALL, bounds_of, compared
from hubmodel.study.result import Check, Evaluation
from hubmodel.text.language import label

INPUTS_HOLD = "The model can take every input; the column Holds of the sheet Inputs says which it cannot, and why"
PYTHON_ONLY = "value, checked by Python for the inputs as exported"
NOTE = "note"
# Formulas for checks that are not lines: the gap, and the line whose size sets the tolerance for rounding. {line} is
# replaced by the cell or block of a line.
WHOLE: dict[str, tuple[str, str]] = {
    "grant_as_scheduled": (
        "ABS({grant_total}-{grant_factor}*({grant_schedule_paid}*SUM({grant_paid})"
        "+{grant_schedule_decided}*SUM({grant_decided})))",
        "grant_total",
    ),
    "second_opinion_on_value": (
        "ABS({net_present_value}-NPV((1+{required_return})^{period_length}-1,{counted_cash_flow})"
        "*(1+{required_return})^({period_length}+{valuation_date}-INDEX({discounting_date},1,1)))",
        "net_present_value",
    ),
    "value_is_a_number": ("IF(ISNUMBER({net_present_value}),0,1)", ""),
}


class CheckSheet:
    """Writes the checks of a result.

    Parameters
    ----------
    result
        the result with its checks.
    layout
        the location of every line.
    sheet
        the sheet, with periods as column headings.
    """

    def __init__(self, result: Evaluation, layout: Layout, sheet: Sheet) -> None:
        self.result, self.layout, self.sheet, self.row = result, layout, sheet, TOP + 1
        self.values = {**result.case.inputs, **result.values}
        lines = result.case.model.lines
        self.docs = {check.__name__: check.__doc__ or "" for check in BY_PYTHON}
        self.docs |= {name: lines[name].__doc__ or "" for name in result.case.model.checks}
        self.small = sheet.book.format(num_format="0.0E+00")

    def write(self, holds: str) -> tuple[str, str]:
        """Write every check; `holds` is the range with the status of each input.

        Returns
        -------
        The cell of the master check, and the cell with the number of inputs that fail.
        """
        self.sheet.texts(YEAR_ROW + 1, ("Check", "Status", "Tolerance", "Difference", "What it says"), **HEAD)
        counts = self._bounds(TOP + 3 + len(self.result.checks))
        invalid = self._inputs_hold(holds)
        for check in self.result.checks:
            if check.name in self.result.case.model.checks:
                self._line(check)
            elif check.name in counts:
                cells, outside = counts[check.name]
                self._checked(check, f"SUM({cells})", outside, "0", 0.0)
            elif check.name in WHOLE and all(name in self.layout.blocks for name in _names(WHOLE[check.name][0])):
                formula, scale = WHOLE[check.name]
                self._checked(check, self._filled(formula), check.difference, *self._tolerance(scale))
            else:
                self._by_python(check)
        self._master()
        return f"{quoted(self.sheet.name)}$B${TOP + 1}", invalid

    def _inputs_hold(self, holds: str) -> str:
        """Write the check of inputs, and return the cell with the number that fail."""
        row, sheet = self.row, self.sheet
        sheet.text(row, 0, "Inputs hold")
        sheet.formula(row, CONSTANT, f"={failures(holds)}", 0.0, sheet.book.format(num_format="0"))
        sheet.formula(row, 1, f'=IF(D{row + 1}=0,"{OK}","{FAILS}")', OK)
        sheet.text(row, CONSTANT + 1, f"live. {INPUTS_HOLD}", indent=1, **FAINT)
        self.row += 1
        return f"{quoted(sheet.name)}$D${row + 1}"

    def _line(self, check: Check) -> None:
        """Write a check that is a line: the largest gap in any row or period."""
        span = self.layout.span(check.name, self.sheet.name)
        tolerance = self._tolerance(*compared(self.result.case.model, check.name))
        self._checked(check, f"MAX(MAX({span}),-MIN({span}))", check.difference, *tolerance)

    def _filled(self, formula: str) -> str:
        return re.sub(r"{(\w+)}", lambda found: self.layout.span(found[1], self.sheet.name), formula)

    def _tolerance(self, *scales: str) -> tuple[str, float]:
        """Return the tolerance for rounding as formula and value, relative to the largest amount of the given lines."""
        known = [name for name in scales if name]
        blocks = [self.layout.span(name, self.sheet.name) for name in known]
        text = ",".join(["1", *(f"MAX({block}),-MIN({block})" for block in blocks)])
        return f"{SMALL:.0E}*MAX({text})", SMALL * max([1.0, *(_largest(self.values[name]) for name in known)])

    def _checked(self, check: Check, formula: str, value: float, tolerance: str, allowed: float) -> None:
        row, bad = self.row, FAILS if check.level == "identity" else NOTE
        self._head(check.name, "live")
        self.sheet.formula(row, 2, f"={tolerance}", allowed, self.small)
        self.sheet.formula(row, CONSTANT, f"={formula}", value, self.small)
        status = f'=IF(ISNUMBER(D{row + 1}),IF(D{row + 1}<=C{row + 1},"{OK}","{bad}"),"{bad}")'
        self.sheet.formula(row, 1, status, bad if (check.message and check.level != "identity") or not check.ok else OK)

    def _head(self, name: str, how: str) -> None:
        doc = " ".join(self.docs.get(name, "").split())
        self.sheet.text(self.row, 0, label(name))
        self.sheet.text(self.row, CONSTANT + 1, f"{how}. {doc}", indent=1, **FAINT)
        self.row += 1

    def _by_python(self, check: Check) -> None:
        status = FAILS if not check.ok else NOTE if check.message and check.level == "warning" else OK
        self.sheet.text(self.row, 1, status, **SOLVED)
        self.sheet.value(self.row, CONSTANT, check.difference, self.sheet.book.format(num_format="0.0E+00", **SOLVED))
        self._head(check.name, f"{PYTHON_ONLY}. {check.message}".removesuffix(". "))

    # Bounds of lines: one row per line, below the checks.

    def _bounds(self, row: int) -> dict[str, tuple[str, float]]:
        """Return for each check of bounds the cells that count, and the number of values out of bounds."""
        out, sheet = {}, self.sheet
        for name, (low, high, lines) in bounds_of(self.result.case.model).items():
            sheet.text(row, 0, f"{label(name)}: cells out of bounds", bold=True)
            last = row + len(lines)
            outside = sum(self._bound(at, line, low, high) for at, line in enumerate(lines, row + 1))
            out[name] = f"$D${row + 2}:$D${last + 1}", outside
            row = last + 2
        return out

    def _bound(self, row: int, name: str, low: float, high: float) -> float:
        sheet, block = self.sheet, self.layout.span(name, self.sheet.name)
        values, limited = self.values[name], high < np.inf
        tolerance, allowed = self._tolerance("" if limited else name)
        outside = float(np.sum(values < low - allowed) + np.sum(values > high + allowed))
        sheet.text(row, 0, f"  {label(name)}")
        sheet.formula(row, 2, f"={tolerance}", allowed, self.small)
        above = f'+COUNTIF({block},">"&({high:g}+C{row + 1}))' if limited else ""
        sheet.formula(row, CONSTANT, f'=COUNTIF({block},"<"&({low:g}-C{row + 1})){above}', outside)
        return outside

    def _master(self) -> None:
        failed, sheet = sum(not check.ok for check in self.result.checks), self.sheet
        status = f"{failed} FAIL" if failed else "all identities hold"
        count = f'COUNTIF($B${TOP + 2}:$B${self.row},"{FAILS}")'
        sheet.text(TOP, 0, "All checks", bold=True)
        formula = f'=IF({count}=0,"all identities hold",{count}&" FAIL")'
        sheet.formula(TOP, 1, formula, status, sheet.book.format(bold=True))
        red = sheet.book.format(bold=True, font_color="#9C0006", bg_color="#FFC7CE")
        look = {"type": "text", "criteria": "containing", "value": "FAIL", "format": red}
        sheet.page.conditional_format(TOP, 1, self.row, 1, look)


def _names(formula: str) -> list[str]:
    return re.findall(r"{(\w+)}", formula)


def _largest(values: Any) -> float:
    return float(np.max(np.nan_to_num(np.abs(values)), initial=0.0))
