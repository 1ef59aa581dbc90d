"""Formulas: what a line item computes, found by calling it once with names in place of arrays.

The formula of a line does not depend on any case. What units, lists and periods it has on a case is found by
`hubmodel.engine.trace`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any, Literal

import numpy as np

from hubmodel.engine.units import Membership
from hubmodel.errors import TraceError

Reading = Literal["now", "before", "all"]  # the period itself, the one before it, or every period
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
OPERATORS = COMPARISONS | {"+", "-", "*", "/", "**"}
ACROSS_ROWS = frozenset({"total", "group", "each"})
OVER_ALL = frozenset({"sum_periods", "lowest", "irr"})  # known after the last period
_UFUNCS = {
    "add": "+", "subtract": "-", "multiply": "*", "true_divide": "/", "divide": "/", "power": "**",
    "less": "<", "less_equal": "<=", "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!=",
    "negative": "neg",
}  # fmt: skip
_OF_A_NAME = frozenset({"each", "previous", "cumulative", "lowest", "irr"})
_OF_ARITHMETIC = frozenset({"total", "group", "sum_periods"})
_ARITHMETIC = COMPARISONS | {"+", "-", "*", "/", "neg", "name", "number"}
_ALONE = frozenset({"cumulative", "irr"})


class Formula(np.lib.mixins.NDArrayOperatorsMixin):
    """A name, a number, or an operator or word over other formulas.

    Parameters
    ----------
    kind
        ``name``, ``membership``, ``number``, an operator or a word.
    of
        the name or number itself, or the operands.
    """

    def __init__(self, kind: str, of: tuple[Any, ...]) -> None:
        self.kind, self.of = kind, of

    def __bool__(self) -> bool:
        raise TraceError("a line item must not branch on a value; use where()")

    __hash__ = object.__hash__

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **extra: Any) -> Formula:
        sign = _UFUNCS.get(ufunc.__name__, "")
        if "out" in extra:
            raise TraceError(f"{sign}= changes an ingredient; write x = x + … in full")
        if method != "__call__" or not sign:
            raise TraceError(
                f"{ufunc.__name__} is not in the vocabulary of line items; use the words of hubmodel.engine.words"
            )
        return Formula(sign, tuple(map(_formula, inputs)))

    def __word__(self, word: str, *arguments: Any) -> Formula:
        if word in ("group", "each"):
            value, by = arguments
            if not isinstance(by, Membership) and getattr(by, "kind", "") != "membership":
                raise TraceError(f"{word}() needs a membership such as site_of_suite as its second argument")
            return Formula(word, (_formula(value), by))
        return Formula(word, tuple(map(_formula, arguments)))

    @property
    def is_name(self) -> bool:
        """True for a named line or input."""
        return self.kind == "name"


def _formula(value: Any) -> Formula:
    if isinstance(value, Formula) and value.kind != "membership":
        return value
    if isinstance(value, (int, float)):
        return Formula("number", (value,))
    shown = value.of[0] if isinstance(value, Formula) else value
    raise TraceError(f"{shown!r} is not something that a line item may use; use a number, a name or a word")


def formula_of(line: Callable[..., Any], ingredients: Collection[str], memberships: Collection[str]) -> Formula:
    """Return the formula of a line.

    Parameters
    ----------
    line
        the function.
    ingredients
        the names of its parameters.
    memberships
        those that are memberships.

    Raises
    ------
    TraceError
        when it uses anything outside the vocabulary.
    """
    given = (Formula("membership" if name in memberships else "name", (name,)) for name in ingredients)
    try:
        found = _formula(line(*given))
    except (AttributeError, TypeError) as error:
        raise TraceError(f"{error}; use the words of hubmodel.engine.words") from None
    for part in walk(found):
        _check(part, found)
    return found


def _check(part: Formula, whole: Formula) -> None:
    """Refuse what one of the engines could not compute."""
    kind, operands = part.kind, part.of
    if kind in _ALONE and part is not whole:
        raise TraceError(f"{kind}() must be a line of its own")
    if kind in _OF_A_NAME and not operands[0].is_name:
        raise TraceError(f"{kind}() reads one line or input; give its argument a line of its own")
    if kind in _OF_ARITHMETIC:
        strange = sorted({inner.kind for inner in walk(operands[0])} - _ARITHMETIC)
        if strange:
            raise TraceError(f"{kind}() sums products and sums of names; give {strange[0]}() a line of its own")
    if kind in ("+", "-", "neg") and any(map(_is_condition, operands)):
        raise TraceError("a comparison is a condition or a factor, never a term; use where(condition, 1, 0)")


def _is_condition(part: Formula) -> bool:
    """True for a comparison, and for what only combines some: NumPy has no sums of such."""
    chosen = part.of[1:] if part.kind == "where" else part.of
    combines = part.kind in ("*", "maximum", "minimum", "where") and all(map(_is_condition, chosen))
    return part.kind in COMPARISONS or combines


def walk(formula: Any) -> list[Any]:
    """Return a formula and all of its parts, depth first."""
    out, stack = [], [formula]
    while stack:
        part = stack.pop()
        out.append(part)
        stack.extend(operand for operand in part.of if isinstance(operand, Formula))
    return out


def readings(formula: Formula) -> Iterator[tuple[str, Reading]]:
    """Give each name that a formula reads, and of which periods it reads it."""
    stack: list[tuple[Formula, Reading]] = [(formula, "now")]
    while stack:
        part, reading = stack.pop()
        if part.kind in ("name", "membership"):
            yield part.of[0], reading
        for place, operand in enumerate(part.of):
            if isinstance(operand, Formula):
                stack.append((operand, _reading(part.kind, reading) if place == 0 else reading))


def _reading(word: str, around: Reading) -> Reading:
    """Return of which periods a word reads its first argument."""
    return "before" if word == "previous" else "all" if word in OVER_ALL else around
