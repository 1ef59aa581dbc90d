"""Cell formulas compiled from the expression of a line, written as an accountant would write them.

A formula is compiled once per row. Two marks in it stand for the column of the period and the column before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from hubmodel.engine.formula import COMPARISONS
from hubmodel.engine.trace import Expression
from hubmodel.engine.units import Membership
from hubmodel.errors import TraceError

HERE, BEFORE = "\x01", "\x02"  # the column of the period, and of the period before it
CONSTANT, FIRST = 3, 5  # columns, counted from 0: constants; the first period
LONGEST = 8192  # characters that Excel accepts in a formula
_RANK = {"+": 2, "-": 2, "*": 3, "/": 3, "**": 4, "neg": 5}
_SIGN = {"**": "^", "==": "=", "!=": "<>"}
_CALL = {"maximum": "MAX", "minimum": "MIN", "floor": "INT", "where": "IF"}
_ATOM = 9


@cache
def column(number: int) -> str:
    """Return the letters of a column, counted from 0.

    >>> column(0), column(25), column(26), column(244)
    ('A', 'Z', 'AA', 'IK')
    """
    letters = ""
    while number >= 0:
        letters = chr(65 + number % 26) + letters
        number = number // 26 - 1
    return letters


def quoted(sheet: str) -> str:
    """Return a sheet's name as written in a formula, with exclamation mark.

    >>> quoted("Finance"), quoted("By year")
    ('Finance!', "'By year'!")
    """
    return f"{sheet}!" if re.fullmatch("[A-Za-z]+", sheet) else "'" + sheet.replace("'", "''") + "'!"


def number(value: float) -> str:
    """Return a number as written in a formula; nan becomes NA().

    >>> number(0), number(1e-9), number(float("nan"))
    ('0', '1E-09', 'NA()')
    """
    return "NA()" if value != value else repr(int(value)) if value == int(value) else repr(value).upper()


@dataclass(frozen=True)
class Block:
    """The location of a line or input: sheet, first row (from 0), number of rows; one column, or one per period."""

    sheet: str
    row: int
    rows: int
    varies: bool
    list: str | None


@dataclass(frozen=True)
class Lookup:
    """The location of a membership on a sheet: range of parents' names, and column and first row of positions."""

    names: str
    positions: str
    row: int


@dataclass(frozen=True)
class Layout:
    """The layout of a workbook: blocks, links to other sheets, memberships and the number of periods."""

    blocks: Mapping[str, Block]
    links: Mapping[tuple[str, str], Block]  # by sheet and name: linked from another sheet
    lookups: Mapping[tuple[str, int], Lookup]  # by sheet and identity, since two roles may hold equal positions
    periods: int
    empty: frozenset[str] = frozenset()  # lists without members, which keep a blank row

    @cached_property
    def last(self) -> str:
        """The column of the last period."""
        return column(FIRST + self.periods - 1)

    def span(self, name: str, sheet: str) -> str:
        """Return the whole block of a name as an absolute range, as referred to from a sheet."""
        block = self.blocks[name]
        first, last = (column(FIRST), self.last) if block.varies else (column(CONSTANT),) * 2
        whole = f"${first}${block.row + 1}"
        if block.rows > 1 or block.varies:
            whole += f":${last}${block.row + block.rows}"
        return whole if block.sheet == sheet else quoted(block.sheet) + whole


class Compiler:
    """Compiles one row of one line.

    Parameters
    ----------
    layout
        the location of every line and input.
    own
        the block to which the row belongs.
    at
        the row of the block, counted from 0.
    first
        whether the formula is for the first period, which has the opening balance.
    """

    def __init__(self, layout: Layout, own: Block, at: int, first: bool) -> None:
        self.layout, self.own, self.at, self.first = layout, own, at, first
        self._reference: Callable[[str], str] = self._here

    def formula(self, expression: Expression) -> str:
        """Return the formula with marks for columns.

        Raises
        ------
        TraceError
            when the expression cannot be written as a formula.
        """
        out = "=" + self.value(expression)
        if len(out) > LONGEST:
            raise TraceError(f"its formula has {len(out)} characters, more than the {LONGEST} of Excel; split the line")
        return out

    def value(self, e: Expression) -> str:
        """Return the text of an expression as a number; a comparison becomes 0 or 1."""
        formula = self.text(e)[0]
        return f"({formula})*1" if e.kind in COMPARISONS else formula

    def text(self, e: Expression) -> tuple[str, int]:
        """Return the text of an expression and its precedence."""
        if e.kind == "number":
            return number(e.of[0]), _ATOM if e.of[0] >= 0 or e.of[0] != e.of[0] else _RANK["neg"]
        if e.kind == "name":
            return self._reference(e.of[0]), _ATOM
        if e.kind in _RANK or e.kind in COMPARISONS:
            return self._operator(e)
        if e.kind == "where":
            yes, no = (self.value(operand) for operand in e.of[1:])
            return f"IF({self.text(e.of[0])[0]},{yes},{no})", _ATOM
        if e.kind in _CALL:
            return f"{_CALL[e.kind]}({','.join(self.value(operand) for operand in e.of)})", _ATOM
        if e.kind in ("cumulative", "previous"):
            return self._balance(e)
        return self._block(e), _ATOM

    def _operator(self, e: Expression) -> tuple[str, int]:
        mine = _RANK.get(e.kind, 1)
        if e.kind == "neg":
            operand, rank = self.text(e.of[0])
            return f"-({operand})" if rank < _ATOM else f"-{operand}", mine
        (left, above), (right, below) = self.text(e.of[0]), self.text(e.of[1])
        if above < mine or (e.kind == "**" and above < _ATOM):
            left = f"({left})"
        if below <= mine or below == _RANK["neg"]:  # brackets on the right keep the order of addition
            right = f"({right})"
        return f"{left}{_SIGN.get(e.kind, e.kind)}{right}", mine

    def _balance(self, e: Expression) -> tuple[str, int]:
        flow = e.of[0].of[0]
        if e.kind == "previous":
            return self.text(e.of[1]) if self.first else (self.cell(flow, BEFORE), _ATOM)
        if self.first:
            return self.cell(flow, HERE), _ATOM
        return f"{BEFORE}{self.own.row + self.at + 1}+{self.cell(flow, HERE)}", _RANK["+"]

    def _block(self, e: Expression) -> str:
        if e.kind not in ("total", "group", "each", "sum_periods", "lowest", "irr"):
            raise TraceError(f"{e.kind!r} has no formula in Excel; add it to hubmodel.output.excel.formulas")
        if e.kind in ("total", "group") and getattr(e.of[0], "list", None) in self.layout.empty:
            return "0"
        if e.kind == "each":
            return self._parent(e.of[0].of[0], e.of[1])
        if e.kind == "group":
            return self._members(e.of[0], e.of[1])
        reference = self._rows if e.kind == "total" else self._along
        along = self._over(e.of[0], reference)
        if e.kind in ("total", "sum_periods"):
            return f"SUM({along})" if e.of[0].is_name else f"SUMPRODUCT({along})"
        if e.kind == "lowest":
            return f"MIN({along})"
        found = f"IFERROR(IRR({along},0),IRR({along},0.01))"
        year = self.value(e.of[1])
        return f"IFERROR((1+IRR({along},{found}))^(1/{year})-1,NA())"  # the second IRR only adds precision

    def _over(self, e: Expression, reference: Callable[[str], str]) -> str:
        """Return the text of an expression in which names refer to ranges."""
        self._reference = reference
        try:
            return self.value(e)
        finally:
            self._reference = self._here

    def _here(self, name: str) -> str:
        return self.cell(name, HERE)

    def _parent(self, name: str, by: Membership) -> str:
        lookup = self._lookup("each", name, by, by.list)
        return f"INDEX({self._rows(name)},{lookup.positions}{lookup.row + self.at + 1})"

    def _members(self, e: Expression, by: Membership) -> str:
        lookup, own = self._lookup("group", "…", by, by.parent), f"$B{self.own.row + self.at + 1}"
        if e.is_name:
            return f"SUMIF({lookup.names},{own},{self._rows(e.of[0])})"
        return f"SUMPRODUCT(({lookup.names}={own})*({self._over(e, self._rows)}))"

    def _lookup(self, word: str, name: str, by: Membership, rows: str) -> Lookup:
        if self.own.list != rows:
            raise TraceError(f"{word}({name}) gives rows of {rows}, the line has rows of {self.own.list}")
        return self.layout.lookups[self.own.sheet, id(by)]

    def cell(self, name: str, mark: str) -> str:
        """Return the reference to a name in this row: the row of the same member, or its only row."""
        block = self._find(name)
        beside = block.list is not None
        if beside and block.list != self.own.list:
            raise TraceError(f"{name} has rows of {block.list}, the line has rows of {self.own.list or 'the facility'}")
        row = block.row + 1 + (self.at if beside else 0)
        fixed = "$" if self.own.list is not None and not beside else ""
        return f"{self._sheet(block)}{mark if block.varies else '$' + column(CONSTANT)}{fixed}{row}"

    def _rows(self, name: str) -> str:
        """Return the range of all rows of a name in this period, a single cell if it has no list."""
        block = self._find(name)
        if block.list is None:
            return self.cell(name, HERE)
        mark = HERE if block.varies else "$" + column(CONSTANT)
        return f"{self._sheet(block)}{mark}${block.row + 1}:{mark}${block.row + block.rows}"

    def _along(self, name: str) -> str:
        """Return the range of a name over all periods, a single cell if it is constant."""
        block = self._find(name)
        if not block.varies:
            return self.cell(name, HERE)
        row = block.row + 1 + (self.at if block.list is not None else 0)
        return f"{self._sheet(block)}${column(FIRST)}{row}:${self.layout.last}{row}"

    def _find(self, name: str) -> Block:
        if name not in self.layout.blocks:
            raise TraceError(f"{name} stands on no sheet")
        return self.layout.links.get((self.own.sheet, name)) or self.layout.blocks[name]

    def _sheet(self, block: Block) -> str:
        return "" if block.sheet == self.own.sheet else quoted(block.sheet)


def placed(formula: str, number: int) -> str:
    """Return a formula with its marks replaced by the columns of a period.

    >>> placed(f"={BEFORE}7+{HERE}5", 6)
    '=F7+G5'
    """
    return formula.replace(HERE, column(number)).replace(BEFORE, column(number - 1))
