"""Why a figure moves: the exact bridge between two scenarios, and the influence of each input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

from hubmodel.case import Case
from hubmodel.errors import InputError
from hubmodel.language import label
from hubmodel.result import evaluate
from hubmodel.rows import GRADES, Row
from hubmodel.scenario import differing_keys

EXACT = 8  # changes up to which every order is averaged


@dataclass(frozen=True)
class Step:
    """What one change contributes to the difference between two scenarios."""

    key: str
    label: str
    contribution: float


@dataclass(frozen=True)
class Bridge:
    """From one scenario's figure to another's: the steps add up exactly."""

    figure: str
    start: float
    steps: tuple[Step, ...]
    end: float
    order: str


@dataclass(frozen=True)
class Influence:
    """How far a figure moves when one input goes to the ends of its range, all else at base."""

    key: str
    label: str
    grade: str
    at_low: float
    at_high: float

    @property
    def spread(self) -> float:
        """Distance between the two."""
        return abs(self.at_high - self.at_low)


def bridge(one: Case, other: Case, figure: str = "net_present_value") -> Bridge:
    """Return what each change contributes to a figure.

    Parameters
    ----------
    one, other
        two cases of the same facility.
    figure
        a line that is a single number.

    Returns
    -------
    Steps whose contributions add up to the difference exactly: the Shapley average over all orders up to eight
    changes (Shapley 1953, A value for n-person games), beyond that the order of the data.

    Raises
    ------
    InputError
        when the two run by different periods.
    """
    keys = differing_keys(one, other)
    if "period" in keys:
        raise InputError("a bridge needs two scenarios by the same period; set period alike in both")
    sets = _subsets(len(keys)) if len(keys) <= EXACT else [tuple(range(count)) for count in range(len(keys) + 1)]
    values = dict(zip(sets, _figure(one, other, keys, sets, figure), strict=True))
    if len(keys) <= EXACT:
        steps = [_shapley(place, len(keys), values) for place in range(len(keys))]
    else:
        steps = [values[tuple(range(n + 1))] - values[tuple(range(n))] for n in range(len(keys))]
    order = "average over all orders" if len(keys) <= EXACT else "in the order of the data"
    named = tuple(Step(key, label(key), step) for key, step in zip(keys, steps, strict=True))
    return Bridge(figure, values[()], named, values[tuple(range(len(keys)))], order)


def _subsets(count: int) -> list[tuple[int, ...]]:
    return [subset for size in range(count + 1) for subset in combinations(range(count), size)]


def _shapley(place: int, count: int, values: Mapping[tuple[int, ...], float]) -> float:
    total = 0.0
    for subset in values:
        if place not in subset:
            weight = factorial(len(subset)) * factorial(count - len(subset) - 1) / factorial(count)
            total += weight * (values[tuple(sorted((*subset, place)))] - values[subset])
    return total


def _figure(one: Case, other: Case, keys: list[str], sets: list[tuple[int, ...]], figure: str) -> list[float]:
    changed: dict[str, Any] = {}
    for place, key in enumerate(keys):
        taken = np.array([place in subset for subset in sets])[:, None, None]
        for name in [f"{key}_{option}" for option in one.choices[key]] if key in one.choices else [key]:
            changed[name] = np.where(taken, other.inputs[name], one.inputs[name])
    return _values(one, changed, figure, len(sets))


def _values(case: Case, changed: Mapping[str, Any], figure: str, count: int) -> list[float]:
    value = np.asarray(evaluate(case, [figure], changed).values[figure], dtype=float)
    if value.shape[-2:] != (1, 1):
        raise InputError(f"{figure} is not a single number; name a figure such as net_present_value")
    return [float(one) for one in np.broadcast_to(value, (count, 1, 1))[:, 0, 0]]


def influence(case: Case, figure: str = "net_present_value") -> list[Influence]:
    """Return how far each input with a range moves a figure, one at a time, the largest first."""
    keys = [key for key, rows in case.by_key.items() if any(_is_uncertain(row) for row in rows)]
    changed: dict[str, Any] = {}
    for place, key in enumerate(keys):
        draws = np.repeat(case.inputs[key][None], 2 * len(keys), axis=0)
        draws[2 * place], draws[2 * place + 1] = _at_end(case, key, "low"), _at_end(case, key, "high")
        changed[key] = draws
    values = _values(case, changed, figure, 2 * len(keys))
    out = [
        Influence(key, label(key), weakest_grade(case.by_key[key]), values[2 * place], values[2 * place + 1])
        for place, key in enumerate(keys)
    ]
    return sorted(out, key=lambda one: -one.spread)


def _is_uncertain(row: Row) -> bool:
    return row.low is not None and row.low != row.high and row.grade != "documented"  # a fact has levers, no doubt


def _at_end(case: Case, key: str, end: str) -> Any:
    rows = [
        row if getattr(row, end) is None else row.model_copy(update={"value": getattr(row, end)})
        for row in case.by_key[key]
    ]
    return case.array_of(key, rows)


def weakest_grade(rows: tuple[Row, ...]) -> str:
    """Return the weakest grade among the rows of a key."""
    return max((row.grade for row in rows), key=GRADES.index)
