"""Runs project finance by the year on plain inputs, without a case: for published cases and for a quick look."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from hubmodel.engine.graph import Model, Values
from hubmodel.engine.units import Membership, Quantity
from hubmodel.errors import InputError, SolveError, UnknownName
from tests.published import project_finance

_SUM = 1e-6  # printed tables are rounded to four digits of a percent


@cache
def model() -> Model:
    """Return the graph of project finance alone."""
    return Model(project_finance)


def run(
    inputs: Mapping[str, Any], wanted: Iterable[str] | None = None, replaced: Iterable[Callable[..., Quantity]] = ()
) -> Values:
    """Compute lines of project finance.

    Parameters
    ----------
    inputs
        a number, an array (rows, periods) or a Membership for each input of the module [unit of the input].
    wanted
        names of lines; None for all.
    replaced
        functions of the name of a line that take its place, to show a convention that is not ours. None of their
        ingredients may rest on the line that they replace.

    Returns
    -------
    Arrays (rows, periods) by name [unit of the line].

    Raises
    ------
    InputError
        for a cover ratio below one, a loan that outlives the plant or a missing input.
    """
    known: Values = {name: one if isinstance(one, Membership) else _block(one) for name, one in inputs.items()}
    check(known)
    for line in replaced:
        if line.__name__ not in model().lines:
            raise UnknownName.of("line", line.__name__, model().lines)
        names = tuple(inspect.signature(line).parameters)
        values = model().run(known, [name for name in names if name not in known])
        known[line.__name__] = line(*({**known, **values}[name] for name in names))
    all_wanted = tuple(model().lines if wanted is None else wanted)
    found = model().run(known, [name for name in all_wanted if name not in known])
    return {**found, **{name: known[name] for name in all_wanted if name in known}}


def check(inputs: Mapping[str, Quantity]) -> None:
    """Refuse what has no meaning: a cover ratio below one, a loan that outlives the plant.

    Raises
    ------
    InputError
        with the value, the rule and the cure.
    """
    missing = sorted(model().inputs - inputs.keys())
    if missing:
        raise InputError(f"project finance needs {', '.join(missing)}; give each a number or an array (rows, periods)")
    cover, sculpted = _number(inputs, "plant_cover_ratio"), _number(inputs, "plant_sculpted")
    if sculpted and not cover >= 1:
        raise InputError(
            f"plant_cover_ratio must be at least 1, got {cover:g}: below it cash does not pay the debt; write 1.3 "
            "for debt service covered 1.3 times"
        )
    tenor, life = _number(inputs, "plant_loan_tenor"), _number(inputs, "plant_life")
    if tenor > life and (sculpted or _number(inputs, "plant_debt_share")):
        raise InputError(
            f"plant_loan_tenor must end within the plant's life of {life:g} years, got {tenor:g}; shorten the loan "
            "or lengthen plant_life"
        )


def seek(
    inputs: Mapping[str, Any],
    by: str,
    line: str,
    within: tuple[float, float],
    replaced: Sequence[Callable[..., Quantity]] = (),
) -> float:
    """Find the value of an input at which a figure is zero, by halving.

    Parameters
    ----------
    inputs, replaced
        as in `run`.
    by, line
        name of the input, one number; name of the figure, one number.
    within
        two values of the input between which the figure changes sign.

    Raises
    ------
    SolveError
        when it has the same sign at both.
    """

    def figure(value: float) -> float:
        return _number(run({**inputs, by: value}, (line,), replaced), line)

    low, high = within
    sign = figure(low) > 0
    if sign == (figure(high) > 0):
        raise SolveError(f"{line} has one sign for {by} from {low:g} to {high:g}; widen the range")
    while high - low > 1e-12 * abs(high):
        middle = (low + high) / 2
        low, high = (middle, high) if (figure(middle) > 0) == sign else (low, middle)
    return (low + high) / 2


def table(name: str, shares: Sequence[float] | npt.NDArray[np.float64], periods: int, first: int = 1) -> Quantity:
    """Lay a table of yearly shares out over the periods, from the period with index `first`; the rest is cut off.

    Parameters
    ----------
    name
        what an error calls it.
    shares
        yearly shares that sum to one [1].
    periods, first
        how many periods there are; which one takes the first share.

    Returns
    -------
    Shape (periods) [1].

    Raises
    ------
    InputError
        when the shares do not sum to one.

    >>> table("three years", [0.5, 0.3, 0.2], 5).tolist()
    [0.0, 0.5, 0.3, 0.2, 0.0]
    """
    given = np.asarray(shares, dtype=float)
    if not abs(given.sum() - 1) <= _SUM:
        raise InputError(
            f"table of yearly shares {name!r} must sum to 1, got {given.sum():.6g}; write yearly shares such as 0.2 "
            "and give every year, also those beyond the horizon"
        )
    out = np.zeros(periods)
    part = given[: max(0, periods - first)]
    out[first : first + len(part)] = part
    return out


def _block(value: Any) -> Quantity:
    out = np.asarray(value, dtype=float)
    return out if out.ndim >= 2 else out.reshape(1, -1)


def _number(inputs: Mapping[str, Quantity], name: str) -> float:
    return float(np.asarray(inputs[name]).ravel()[0])
