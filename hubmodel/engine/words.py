"""The vocabulary of line items, on NumPy. Nothing else may touch a value in a line item.

Every word works on float64 arrays of shape ``(..., rows, periods)``; draws are leading axes that no line item
mentions. A word that meets an argument with ``__word__`` hands itself over to it: that is how a line item is
traced into its formula.
"""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np

import hubmodel.engine.returns as returns
from hubmodel.engine.units import Membership, Quantity
from hubmodel.errors import InputError

TINY = 1e-9
nan = math.nan

Value = Any  # a float, an array, or an expression while tracing
Condition = Any


def _traced(*arguments: Any) -> Any:
    for argument in arguments:
        if hasattr(argument, "__word__"):
            return argument
    return None


def maximum(a: Value, b: Value) -> Quantity:
    """The larger of two values, element by element. In Excel: MAX."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return cast(Quantity, a if a >= b or a != a else b)  # a nan stays one, as in NumPy
    if (expression := _traced(a, b)) is not None:
        return cast(Quantity, expression.__word__("maximum", a, b))
    return cast(Quantity, np.maximum(a, b))


def minimum(a: Value, b: Value) -> Quantity:
    """The smaller of two values, element by element. In Excel: MIN."""
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return cast(Quantity, a if a <= b or a != a else b)
    if (expression := _traced(a, b)) is not None:
        return cast(Quantity, expression.__word__("minimum", a, b))
    return cast(Quantity, np.minimum(a, b))


def where(condition: Condition, yes: Value, no: Value) -> Quantity:
    """One value where the condition holds, another where it does not. In Excel: IF."""
    if isinstance(condition, (bool, int, float)) and isinstance(yes, (int, float)) and isinstance(no, (int, float)):
        return cast(Quantity, yes if condition else no)
    if (expression := _traced(condition, yes, no)) is not None:
        return cast(Quantity, expression.__word__("where", condition, yes, no))
    return cast(Quantity, np.where(condition, yes, no))


def floor(x: Value) -> Quantity:
    """The whole part of a value. In Excel: INT."""
    if (expression := _traced(x)) is not None:
        return cast(Quantity, expression.__word__("floor", x))
    return cast(Quantity, np.floor(x))


def total(x: Quantity) -> Quantity:
    """The sum over the rows: (..., rows, periods) to (..., 1, periods). In Excel: SUM, or SUMPRODUCT of a product."""
    if (expression := _traced(x)) is not None:
        return cast(Quantity, expression.__word__("total", x))
    return cast(Quantity, _block(x).sum(axis=-2, keepdims=True))


def group(x: Quantity, by: Membership) -> Quantity:
    """Rows summed into their parents: (..., rows, periods) to (..., parents, periods). In Excel: SUMIF."""
    if (expression := _traced(x)) is not None:
        return cast(Quantity, expression.__word__("group", x, by))
    x = _block(x)
    out = np.empty((*x.shape[:-2], by.parents, x.shape[-1]))
    for parent, rows in enumerate(by.children):
        out[..., parent, :] = x[..., rows, :].sum(axis=-2)
    return out


def each(y: Quantity, by: Membership) -> Quantity:
    """The parent's value beside each member: (..., parents, periods) to (..., rows, periods). In Excel: INDEX/MATCH."""
    if (expression := _traced(y)) is not None:
        return cast(Quantity, expression.__word__("each", y, by))
    return _block(y)[..., by.index, :]


def previous(x: Quantity, start: Value = 0) -> Quantity:
    """The value one period earlier, `start` in the first. In Excel: the cell to the left.

    It may be taken of any line, also of one that depends on this one, or of this line itself.

    >>> previous(np.array([[1.0, 2.0, 3.0]])).tolist()
    [[0.0, 1.0, 2.0]]
    """
    if (expression := _traced(x, start)) is not None:
        return cast(Quantity, expression.__word__("previous", x, start))
    x = _varying("previous", x)
    shape = np.broadcast_shapes(x.shape[:-1], np.shape(start)[:-1])
    out = np.empty((*shape, x.shape[-1]))
    out[..., 1:] = x[..., :-1]
    out[..., :1] = start if np.ndim(start) == 0 else np.asarray(start)[..., :1]
    return out


def cumulative(x: Quantity) -> Quantity:
    """The running sum over the periods. In Excel: a corkscrew."""
    if (expression := _traced(x)) is not None:
        return cast(Quantity, expression.__word__("cumulative", x))
    return cast(Quantity, _varying("cumulative", x).cumsum(axis=-1))


def sum_periods(x: Quantity) -> Quantity:
    """The sum over the periods: (..., rows, periods) to (..., rows, 1). In Excel: SUM along the row."""
    if (expression := _traced(x)) is not None:
        return cast(Quantity, expression.__word__("sum_periods", x))
    return cast(Quantity, _varying("sum_periods", x).sum(axis=-1, keepdims=True))


def lowest(x: Quantity) -> Quantity:
    """The lowest value over the periods: (..., rows, periods) to (..., rows, 1). In Excel: MIN along the row."""
    if (expression := _traced(x)) is not None:
        return cast(Quantity, expression.__word__("lowest", x))
    return cast(Quantity, _varying("lowest", x).min(axis=-1, keepdims=True))


def irr(x: Quantity, period_length: Quantity) -> Quantity:
    """The yearly internal rate of return of a flow, nan where there is none. In Excel: IRR, to a yearly rate."""
    if (expression := _traced(x, period_length)) is not None:
        return cast(Quantity, expression.__word__("irr", x, period_length))
    lengths = np.unique(np.asarray(period_length, dtype=float))
    if len(lengths) != 1:
        raise InputError(f"irr needs one period length for all draws, got {lengths.tolist()}; do not draw the calendar")
    return np.asarray(returns.irr(_varying("irr", x), float(lengths[0])), dtype=float)[..., None]


def _block(x: Value) -> Quantity:
    out = np.asarray(x, dtype=float)
    return out if out.ndim >= 2 else out.reshape(1, -1)


def _varying(word: str, x: Value) -> Quantity:
    out = _block(x)
    if out.shape[-1] == 1:
        raise InputError(f"{word} needs a value for each period; got one constant: give it a line that varies in time")
    return out
