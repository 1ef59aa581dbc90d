"""From line items to expressions: the formula, the unit check and the list check of every line.

A line item is called once with expressions in place of arrays. What comes back is its formula, from which the
explanation and the checks follow; nothing about any single line is written down here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from hubmodel.engine.graph import Model
from hubmodel.engine.units import Membership, Unit
from hubmodel.engine.words import TINY
from hubmodel.errors import HubmodelError, TraceError, UnitError

ONE = Unit()
PER_YEAR, YEAR = Unit((("year", -1),)), Unit((("year", 1),))
_GROWTH = Unit((("1 + 1/year", 1),))  # what 1 + rate is until it is raised to a number of years
_UFUNCS = {
    "add": "+", "subtract": "-", "multiply": "*", "true_divide": "/", "divide": "/", "power": "**",
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!=",
}  # fmt: skip
COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}
_READS_BLOCK = {"total", "group", "each", "sum_periods", "lowest", "irr", "previous", "cumulative"}
_OVER_TIME = {"sum_periods", "lowest", "irr", "previous", "cumulative"}
_ALONE = {"fold", "cumulative", "total", "irr"}


class Expression(np.lib.mixins.NDArrayOperatorsMixin):
    """A formula: a name, a number, or an operator or word over others.

    Parameters
    ----------
    kind
        ``name``, ``number``, ``opening`` (of a fold), an operator or a word.
    of
        the name or number itself, or the operands.
    unit, list, varies
        unit, the list whose members are the rows (None: the hub), whether it varies over the periods.
    """

    def __init__(self, kind: str, of: tuple[Any, ...], unit: Unit | None, list: str | None, varies: bool) -> None:
        self.kind, self.of, self.unit, self.list, self.varies = kind, of, unit, list, varies

    def __bool__(self) -> bool:
        raise TraceError("a line item must not branch on a value; use where()")

    __hash__ = object.__hash__

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **extra: Any) -> Expression:
        if "out" in extra:
            raise TraceError(f"{_UFUNCS.get(ufunc.__name__, '')}= changes an ingredient; write x = x + … in full")
        if method != "__call__" or ufunc.__name__ not in {*_UFUNCS, "negative"}:
            raise TraceError(
                f"{ufunc.__name__} is not in the vocabulary of line items; use the words of hubmodel.engine.words"
            )
        if ufunc.__name__ == "negative":
            return Expression("neg", inputs, self.unit, self.list, self.varies)
        return _operator(_UFUNCS[ufunc.__name__], *(_expression(one) for one in inputs))

    def __word__(self, word: str, *arguments: Any, start: Any = None) -> Expression:
        if word == "fold":
            step, *series = arguments
            return _fold(step, [_expression(one) for one in series], _expression(0 if start is None else start))
        given = [one if isinstance(one, Membership) else _expression(one) for one in arguments]
        return _word(word, given)

    @property
    def is_name(self) -> bool:
        """Whether it is a named line or input."""
        return self.kind == "name"


def _expression(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, (int, float)):
        free = value == 0 or value == TINY or value != value
        return Expression("number", (value,), None if free else ONE, None, False)
    raise TraceError(f"{value!r} is not something that a line item may use; use a number, a name or a word")


def _same_list(parts: list[Expression], what: str) -> str | None:
    lists = {part.list for part in parts if part.list is not None}
    if len(lists) > 1:
        raise TraceError(f"{what} mixes rows of {' and '.join(sorted(lists))}; use each() or group()")
    return next(iter(lists), None)


def _same_unit(parts: list[Expression], what: str) -> Unit | None:
    found = {part.unit for part in parts if part.unit is not None}
    if len(found) > 1:
        raise UnitError(f"{what} combines {' and '.join(sorted(str(unit) for unit in found))}; they must be alike")
    return next(iter(found), None)


def _operator(sign: str, a: Expression, b: Expression) -> Expression:
    parts, varies = [a, b], a.varies or b.varies
    rows = _same_list(parts, sign)
    if sign in COMPARISONS:
        _same_unit(parts, sign)
        return Expression(sign, (a, b), ONE, rows, varies)
    if sign in "+-" and any(part.kind in COMPARISONS for part in parts):
        raise TraceError("a comparison is a condition or a factor, never a term; use where(condition, 1, 0)")
    if sign == "+" and {a.unit, b.unit} == {ONE, PER_YEAR} and any(p.kind == "number" and p.of[0] == 1 for p in parts):
        return Expression(sign, (a, b), _GROWTH, rows, varies)
    if sign in "+-":
        return Expression(sign, (a, b), _same_unit(parts, sign), rows, varies)
    if sign == "**":
        return Expression(sign, (a, b), _power(a, b), rows, varies)
    for part in parts:
        if part.unit == _GROWTH:
            raise UnitError("1 + a yearly rate must be raised to a number of years before it is used")
    left, right = a.unit or ONE, b.unit or ONE
    return Expression(sign, (a, b), left * right if sign == "*" else left / right, rows, varies)


def _power(a: Expression, b: Expression) -> Unit:
    if (a.unit, b.unit) in ((_GROWTH, YEAR), (ONE, ONE)):
        return ONE
    raise UnitError(f"({a.unit}) ** ({b.unit}) has no meaning; only (1 + 1/year) ** year has")


def _word(word: str, given: list[Any]) -> Expression:
    first, rest = given[0], given[1:]
    if word in _READS_BLOCK and not first.is_name:
        raise TraceError(f"{word}() reads a block; give its argument a line of its own")
    if word in _OVER_TIME and not first.varies:
        raise TraceError(f"{word}({first.of[0]}) needs something that varies in time")
    if word in ("group", "each"):
        by = rest[0]
        expected, result = (by.list, by.parent) if word == "group" else (by.parent, by.list)
        if first.list != expected:
            raise TraceError(f"{word}({first.of[0]}) needs rows of {expected}, got {first.list or 'the facility'}")
        return Expression(word, (first, by), first.unit, result, first.varies)
    if word == "irr":
        _same_unit([rest[0], Expression("number", (1,), YEAR, None, False)], "irr's period length")
        return Expression(word, tuple(given), PER_YEAR, first.list, False)
    parts = [one for one in given if isinstance(one, Expression)]
    rows = _same_list(parts, word)
    varies = word not in ("sum_periods", "lowest") and any(part.varies for part in parts)
    unit = _same_unit(parts[1:] if word == "where" else parts, word)
    return Expression(word, tuple(given), unit, None if word == "total" else rows, varies)


def _fold(step: Callable[..., Any], series: list[Expression], start: Expression) -> Expression:
    rows = _same_list([*series, start], "fold")
    if not any(one.varies for one in series):
        raise TraceError("fold needs a series that varies in time")
    if not all(one.is_name for one in series):
        raise TraceError("fold reads blocks; give each of its series a line of its own")
    unit = _same_unit([series[0], start], "fold's start")  # a balance is in the unit of what flows into it first
    body = _expression(step(Expression("opening", (), unit, rows, True), *series))
    if body.unit is not None and body.unit != unit:
        raise UnitError(f"fold: the step gives {body.unit}, its first series has {unit}; they must be alike")
    _same_list([body, *series], "fold")
    return Expression("fold", (body, start), unit, rows, True)


@dataclass(frozen=True)
class Traced:
    """The formulas of a model on a case: expression, list and unit of every line."""

    lines: Mapping[str, Expression]

    def list_of(self, name: str) -> str | None:
        """Return the list that a line runs over, None for the hub."""
        return self.lines[name].list


def trace_line(name: str, model: Model, given: Mapping[str, Any]) -> Expression:
    """Return the formula of one line.

    Parameters
    ----------
    name
        the line.
    model
        the graph that it stands in.
    given
        an expression or membership for each of its ingredients.

    Raises
    ------
    TraceError, UnitError
        when the line breaks a rule, with its name.
    """
    arguments = [given[one] for one in model.ingredients[name]]
    try:
        found = _expression(model.lines[name](*arguments))
        if found.unit is not None and found.unit != model.units[name]:
            raise UnitError(f"it gives {found.unit} but is annotated {model.units[name]}; mend one of them")
        for part in walk(found):
            if part.kind in _ALONE and part is not found:
                raise TraceError(f"{part.kind}() must be a line of its own")
    except HubmodelError as error:
        raise type(error)(f"line {name!r} ({model.module[name]}): {error}") from None
    except (AttributeError, TypeError) as error:
        raise TraceError(
            f"line {name!r} ({model.module[name]}): {error}; use the words of hubmodel.engine.words"
        ) from None
    return found


def walk(expression: Expression) -> list[Expression]:
    """Return an expression and all of its parts, depth first."""
    out, stack = [], [expression]
    while stack:
        one = stack.pop()
        out.append(one)
        stack.extend(part for part in one.of if isinstance(part, Expression))
    return out


def traced(model: Model, inputs: Mapping[str, Any], list_of: Callable[[str], str | None]) -> Traced:
    """Return the formulas of all lines of a model: its unit check and its list check.

    Parameters
    ----------
    model
        the graph of line items.
    inputs
        an array (rows, periods) or a membership for each input.
    list_of
        says which list an input runs over, None for the facility as a whole.

    Raises
    ------
    TraceError, UnitError
        when a line breaks a rule, with its name.
    """
    given: dict[str, Any] = {}
    for name in model.inputs:
        value = inputs[name]
        varies = not isinstance(value, Membership) and value.shape[-1] > 1
        given[name] = (
            value
            if isinstance(value, Membership)
            else Expression("name", (name,), model.units[name], list_of(name), varies)
        )
    lines = {}
    for name in model.order:
        found = lines[name] = trace_line(name, model, given)
        given[name] = Expression("name", (name,), model.units[name], found.list, found.varies)
    return Traced(lines)


@dataclass(frozen=True, eq=False)
class Instance:
    """A model on the inputs of one facility: what can be compiled.

    Parameters
    ----------
    model, formulas
        the graph of line items, and the formula of each.
    inputs
        an array (rows, periods) [engine's unit] or a membership for each input.
    members
        how many members each list has.
    periods
        how many periods the calendar has.
    """

    model: Model
    formulas: Mapping[str, Expression]
    inputs: Mapping[str, Any]
    members: Mapping[str, int]
    periods: int
