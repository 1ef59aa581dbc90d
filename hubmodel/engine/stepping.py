"""Blocks on NumPy: parts that do not read the block are computed for all periods at once, the rest period by period.

A few rows without draws are stepped as plain floats, which is many times faster than arrays. Draws, and operations that
floats cannot do, are stepped as arrays (rows, draws).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from hubmodel.engine import arrays, floats, words
from hubmodel.engine.blocks import Block, joint
from hubmodel.engine.formula import ACROSS_ROWS, Formula
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError

MOST_ROWS = 32  # rows written out as floats; above it arrays are faster
_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
    "neg": operator.neg,
}  # fmt: skip


def evaluated(part: Formula, values: Mapping[str, Any]) -> Any:
    """Return the value of a formula.

    Parameters
    ----------
    part
        the formula.
    values
        by name, arrays (..., rows, periods) or memberships.
    """
    if part.kind == "number":
        return part.of[0]
    if part.kind in ("name", "membership"):
        return values[part.of[0]]
    return _operation(part.kind)(*(evaluated(operand, values) for operand in part.of))


def run_block(block: Block, values: Mapping[str, Any]) -> dict[str, Quantity]:
    """Compute the lines of a block.

    Parameters
    ----------
    block
        the lines.
    values
        by name, arrays (..., rows, periods) or memberships: everything that the lines read outside the block.

    Returns
    -------
    Arrays (..., rows, periods) by name.

    Raises
    ------
    InputError
        when no value that the block reads varies in time.
    """
    known = {id(part): _array(evaluated(part, values)) for part in block.outside}
    periods = max((array.shape[-1] for array in known.values()), default=1)
    if periods == 1:
        raise InputError(
            f"{', '.join(block.formulas)}: a balance needs at least one series with a value for each period; got "
            "constants only"
        )
    stepper = _Stepper(block, known, values, periods)
    if floats.can_step(block) and all(array.ndim == 2 for array in known.values()):
        try:
            if not block.kinds & ACROSS_ROWS:
                return stepper.row_by_row()
            if max(stepper.rows.values()) <= MOST_ROWS:
                return stepper.as_floats(known, stepper.rows)
        except ArithmeticError:  # arrays can divide by zero, floats cannot
            pass
    return stepper.as_arrays()


class _Stepper:
    """Steps a block through the periods."""

    def __init__(self, block: Block, known: Mapping[int, Quantity], values: Mapping[str, Any], periods: int) -> None:
        self.block, self.known, self.values, self.periods = block, known, values, periods
        self.rows = self._rows()

    def _rows(self) -> dict[str, int]:
        """Return the number of rows of each line: an unknown line takes the rows of its operands."""
        rows = dict.fromkeys(self.block.formulas, -1)
        while True:
            found = {name: self._rows_of(formula, rows) for name, formula in self.block.formulas.items()}
            if found == rows:
                return {name: count if count >= 0 else 1 for name, count in rows.items()}
            rows = found

    def _rows_of(self, part: Formula, rows: Mapping[str, int]) -> int:
        if id(part) in self.known:
            return int(self.known[id(part)].shape[-2])
        if part.kind in ("number", "name"):
            return -1 if part.kind == "number" else rows[part.of[0]]
        if part.kind in ("group", "each"):
            by = self.values[part.of[1].of[0]]
            return int(by.parents) if part.kind == "group" else len(by.position)
        return 1 if part.kind == "total" else joint(self._rows_of(operand, rows) for operand in part.of)

    def row_by_row(self) -> dict[str, Quantity]:
        """Step each row by itself, since no line reads another row."""
        out = {name: np.empty((rows, self.periods)) for name, rows in self.rows.items()}
        for row in range(min(self.rows.values(), default=0)):
            own = {key: array[row : row + 1] if len(array) > 1 else array for key, array in self.known.items()}
            for name, found in self.as_floats(own, dict.fromkeys(self.rows, 1)).items():
                out[name][row] = found[0]
        return out

    def as_floats(self, known: Mapping[int, Quantity], rows: Mapping[str, int]) -> dict[str, Quantity]:
        """Step plain floats, one for each row."""
        shapes = tuple(known[id(part)].shape for part in self.block.outside)
        across = (part for part in self.block.parts if part.kind in ("group", "each") and id(part) in self.block.inside)
        positions = tuple(self.values[part.of[1].of[0]].position for part in across)
        key = shapes, positions, tuple(rows.values())
        if key not in self.block.programs:
            self.block.programs[key] = floats.program(self.block, known, self.values, rows)
        found = iter(self.block.programs[key](self.periods, *floats.arguments(self.block, known)))
        return {
            name: np.array([next(found) for _ in range(count)], dtype=float).reshape(count, self.periods)
            for name, count in rows.items()
        }

    def as_arrays(self) -> dict[str, Quantity]:
        """Step arrays with rows first, then draws, so that rows are summed in sequence, as floats are."""
        leading = np.broadcast_shapes(*(array.shape[:-2] for array in self.known.values()))
        columns = {}
        for key, array in self.known.items():
            whole = array.reshape(*(1,) * (len(leading) + 2 - array.ndim), *array.shape)
            columns[key] = _periods_first(whole)
        states = []
        for part in self.block.states:
            start = columns.get(id(part.of[1]))
            first = np.full((1,) * (len(leading) + 1), part.of[1].of[0], dtype=float) if start is None else start[0]
            states.append(np.broadcast_to(first, (self._rows_of(part, self.rows), *first.shape[1:])))
        out = {name: np.empty((self.periods, count, *leading)) for name, count in self.rows.items()}
        series = [column for column in columns.values() if len(column) > 1]
        constants = [column[0] for column in columns.values() if len(column) == 1]
        self._array_program(columns)(series, constants, self.values, states, list(out.values()))
        return {name: _periods_last(value) for name, value in out.items()}

    def _array_program(self, columns: Mapping[int, Quantity]) -> Callable[..., None]:
        fixed = frozenset(key for key, column in columns.items() if len(column) == 1)
        if fixed not in self.block.programs:
            self.block.programs[fixed] = arrays.program(self.block, fixed)
        return self.block.programs[fixed]


def _periods_first(value: Quantity) -> Quantity:
    """Copy an array (..., rows, periods) as (periods, rows, ...); row by row, so that what is read stays near."""
    out = np.empty((*value.shape[:-3:-1], *value.shape[:-2]))
    for row in range(value.shape[-2]):
        out[:, row] = np.moveaxis(value[..., row, :], -1, 0)
    return out


def _periods_last(value: Quantity) -> Quantity:
    """Copy an array (periods, rows, ...) as (..., rows, periods)."""
    out = np.empty((*value.shape[2:], *value.shape[1::-1]))
    for row in range(value.shape[1]):
        out[..., row, :] = np.moveaxis(value[:, row], 0, -1)
    return out


def _operation(kind: str) -> Callable[..., Any]:
    return _OPERATIONS.get(kind) or getattr(words, kind)


def _array(value: Any) -> Quantity:
    array = np.asarray(value, dtype=float)
    return array if array.ndim >= 2 else array.reshape(1, -1)
