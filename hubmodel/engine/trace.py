"""Formulas on a case: the unit check and the list check of every line.

Each part of a formula gets its unit, the list over which its rows run, and whether it varies over the periods. The
module contains nothing about any particular line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hubmodel.engine.formula import COMPARISONS, OPERATORS, Formula, walk
from hubmodel.engine.graph import Model
from hubmodel.engine.units import Membership, Unit
from hubmodel.engine.words import TINY
from hubmodel.errors import HubmodelError, TraceError, UnitError

ONE = Unit()
PER_YEAR, YEAR = Unit((("year", -1),)), Unit((("year", 1),))
UNKNOWN = "?"  # the list of a line that is read before it is traced
_GROWTH = Unit((("1 + 1/year", 1),))  # unit of 1 + rate, until it is raised to a number of years
_OVER_TIME = frozenset({"sum_periods", "lowest", "irr", "previous", "cumulative"})
_ONCE = frozenset({"sum_periods", "lowest", "irr"})


class Expression(Formula):
    """A formula on a case.

    Parameters
    ----------
    kind, of
        as in a formula; a membership is given as a Membership.
    unit, list, varies
        unit, the list whose members are the rows (None: the facility), whether it varies over the periods.
    """

    def __init__(self, kind: str, of: tuple[Any, ...], unit: Unit | None, list: str | None, varies: bool) -> None:
        super().__init__(kind, of)
        self.unit, self.list, self.varies = unit, list, varies


def _typed(formula: Formula, given: Mapping[str, Any]) -> Any:
    """Return a formula with units and lists; a part that occurs twice remains one object."""
    known: dict[int, Any] = {}
    for part in reversed(walk(formula)):  # operands come before the part that uses them
        if id(part) not in known:
            known[id(part)] = _typed_part(part, given, known)
    return known[id(formula)]


def _typed_part(part: Formula, given: Mapping[str, Any], known: Mapping[int, Any]) -> Any:
    if part.kind in ("name", "membership"):
        return given[part.of[0]]
    if part.kind == "number":
        value = part.of[0]
        free = value == 0 or value == TINY or value != value
        return Expression("number", (value,), None if free else ONE, None, False)
    operands = [known[id(operand)] for operand in part.of]
    return (_operator if part.kind in OPERATORS else _word)(part.kind, operands)


def _same_list(parts: list[Expression], what: str) -> str | None:
    lists = {part.list for part in parts if part.list is not None}
    known = lists - {UNKNOWN}
    if len(known) > 1:
        raise TraceError(f"{what} mixes rows of {' and '.join(sorted(known))}; use each() or group()")
    return next(iter(known or lists), None)


def _same_unit(parts: list[Expression], what: str) -> Unit | None:
    found = {part.unit for part in parts if part.unit is not None}
    if len(found) > 1:
        raise UnitError(f"{what} combines {' and '.join(sorted(str(unit) for unit in found))}; they must be alike")
    return next(iter(found), None)


def _operator(sign: str, parts: list[Expression]) -> Expression:
    rows, varies = _same_list(parts, sign), any(part.varies for part in parts)
    return Expression(sign, tuple(parts), _unit_of_result(sign, parts), rows, varies)


def _unit_of_result(sign: str, parts: list[Expression]) -> Unit | None:
    if sign in COMPARISONS:
        _same_unit(parts, sign)
        return ONE
    a, b = parts
    if sign == "+" and {a.unit, b.unit} == {ONE, PER_YEAR} and any(p.kind == "number" and p.of[0] == 1 for p in parts):
        return _GROWTH
    if sign in "+-":
        return _same_unit(parts, sign)
    if sign == "**":
        return _power(a, b)
    for part in parts:
        if part.unit == _GROWTH:
            raise UnitError("1 + a yearly rate must be raised to a number of years before it is used")
    left, right = a.unit or ONE, b.unit or ONE
    return left * right if sign == "*" else left / right


def _power(a: Expression, b: Expression) -> Unit:
    if (a.unit, b.unit) in ((_GROWTH, YEAR), (ONE, ONE)):
        return ONE
    raise UnitError(f"({a.unit}) ** ({b.unit}) has no meaning; only (1 + 1/year) ** year has")


def _word(word: str, given: list[Any]) -> Expression:
    first, rest = given[0], given[1:]
    if word == "neg":
        return Expression(word, (first,), first.unit, first.list, first.varies)
    if word in _OVER_TIME and not first.varies:
        shown = first.of[0] if first.is_name else "…"
        raise TraceError(f"{word}({shown}) needs something that varies in time")
    if word in ("group", "each"):
        by = rest[0]
        expected, result = (by.list, by.parent) if word == "group" else (by.parent, by.list)
        if first.list not in (expected, UNKNOWN):
            shown = first.of[0] if first.is_name else "…"
            raise TraceError(f"{word}({shown}) needs rows of {expected}, got {first.list or 'the facility'}")
        return Expression(word, (first, by), first.unit, result, first.varies)
    if word == "irr":
        _same_unit([rest[0], Expression("number", (1,), YEAR, None, False)], "irr's period length")
        return Expression(word, tuple(given), PER_YEAR, first.list, False)
    rows = _same_list(given, word)
    varies = word not in _ONCE and any(part.varies for part in given)
    unit = _same_unit(given[1:] if word == "where" else given, word)
    return Expression(word, tuple(given), unit, None if word == "total" else rows, varies)


@dataclass(frozen=True)
class Traced:
    """The formulas of a model on a case."""

    lines: Mapping[str, Expression]

    def list_of(self, name: str) -> str | None:
        """Return the list over which a line runs, None for the facility."""
        return self.lines[name].list


def trace_line(name: str, model: Model, given: Mapping[str, Any]) -> Expression:
    """Return the formula of one line.

    Parameters
    ----------
    name
        the line.
    model
        the graph to which it belongs.
    given
        an expression or membership for each of its ingredients.

    Raises
    ------
    TraceError, UnitError
        when the line breaks a rule, with its name.
    """
    try:
        found = _typed(model.formulas[name], given)
        if found.unit is not None and found.unit != model.units[name]:
            raise UnitError(f"it gives {found.unit} but is annotated {model.units[name]}; mend one of them")
    except HubmodelError as error:
        raise type(error)(f"line {name!r} ({model.module[name]}): {error}") from None
    return found  # type: ignore[no-any-return]


def traced(model: Model, inputs: Mapping[str, Any], list_of: Callable[[str], str | None]) -> Traced:
    """Return the formulas of all lines of a model: its unit check and its list check.

    Parameters
    ----------
    model
        the graph of line items.
    inputs
        an array (rows, periods) or a membership for each input.
    list_of
        returns the list over which an input runs, None for the facility as a whole.

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
    lines: dict[str, Expression] = {}
    for name in model.order:
        if name in lines:
            continue
        block = model.blocks.get(name)
        found = _traced_block(block.formulas, model, given) if block else {name: trace_line(name, model, given)}
        given |= {line: _named(line, model, formula.list, formula.varies) for line, formula in found.items()}
        lines |= found
    return Traced(lines)


def _named(name: str, model: Model, rows: str | None, varies: bool) -> Expression:
    return Expression("name", (name,), model.units[name], rows, varies)


def _traced_block(names: Iterable[str], model: Model, given: Mapping[str, Any]) -> dict[str, Expression]:
    """Trace lines that read one another: their lists are unknown at first, and traced again until none changes."""
    lists: dict[str, str | None] = dict.fromkeys(names, UNKNOWN)
    while True:
        own = {name: _named(name, model, rows, varies=True) for name, rows in lists.items()}
        found = {name: trace_line(name, model, {**given, **own}) for name in lists}
        now = {name: line.list for name, line in found.items()}
        if now == lists:
            if UNKNOWN not in now.values():
                return found
            now = {name: None if rows == UNKNOWN else rows for name, rows in now.items()}
        lists = now


@dataclass(frozen=True, eq=False)
class Instance:
    """A model on the inputs of one facility, ready to be compiled.

    Parameters
    ----------
    model, formulas
        the graph of line items, and the formula of each.
    inputs
        an array (rows, periods) [engine's unit] or a membership for each input.
    members
        the number of members of each list.
    periods
        the number of periods of the calendar.
    """

    model: Model
    formulas: Mapping[str, Expression]
    inputs: Mapping[str, Any]
    members: Mapping[str, int]
    periods: int
