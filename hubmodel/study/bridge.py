"""The bridge between two scenarios: exact contributions of each change to a figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.scenario import differing_keys
from hubmodel.errors import InputError
from hubmodel.lines import current_name
from hubmodel.study.result import evaluate
from hubmodel.text.language import label

EXACT = 8  # up to this many changes, the average is over every order


@dataclass(frozen=True)
class Step:
    """A change and its contribution to the difference between two scenarios."""

    key: str
    label: str
    contribution: float


@dataclass(frozen=True)
class Bridge:
    """Steps from the figure of one scenario to that of another; they add up exactly."""

    figure: str
    start: float
    steps: tuple[Step, ...]
    end: float
    order: str


def bridge(case: Case, other: Case, *, figure: str = "net_present_value") -> Bridge:
    """Return the contribution of each change between two scenarios to a figure.

    Parameters
    ----------
    case, other
        two scenarios of the same facility.
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
    keys = differing_keys(case, other)
    if "period" in keys:
        raise InputError("a bridge needs two scenarios by the same period; set period alike in both")
    sets = subsets(len(keys))
    values = dict(zip(sets, _figures(case, other, keys, sets, figure), strict=True))
    steps = tuple(Step(key, label(key), step) for key, step in zip(keys, contributions(values), strict=True))
    order = "average over all orders" if len(keys) <= EXACT else "in the order of the data"
    return Bridge(figure, values[()], steps, values[tuple(range(len(keys)))], order)


def subsets(count: int, exact: int = EXACT) -> list[tuple[int, ...]]:
    """Return sets of changes to make together: every subset up to `exact` changes, else one more change at a time."""
    if count > exact:
        return [tuple(range(made)) for made in range(count + 1)]
    return [subset for size in range(count + 1) for subset in combinations(range(count), size)]


def contributions(values: Mapping[tuple[int, ...], float]) -> list[float]:
    """Return the contribution of each change, from the figure with each of `subsets` made; they add up exactly."""
    count = max(map(len, values))
    if len(values) < 2**count:
        return [values[tuple(range(n + 1))] - values[tuple(range(n))] for n in range(count)]
    return [_shapley(place, count, values) for place in range(count)]


def _shapley(place: int, count: int, values: Mapping[tuple[int, ...], float]) -> float:
    total = 0.0
    for subset in values:
        if place not in subset:
            weight = factorial(len(subset)) * factorial(count - len(subset) - 1) / factorial(count)
            total += weight * (values[tuple(sorted((*subset, place)))] - values[subset])
    return total


def _figures(case: Case, other: Case, keys: list[str], sets: list[tuple[int, ...]], figure: str) -> list[float]:
    changed: dict[str, Any] = {}
    for place, key in enumerate(keys):
        taken = np.array([place in subset for subset in sets])[:, None, None]
        for name in [f"{key}_{option}" for option in case.choices[key]] if key in case.choices else [key]:
            changed[name] = np.where(taken, other.inputs[name], case.inputs[name])
    return _values(case, changed, figure, len(sets))


def _values(case: Case, changed: Mapping[str, Any], figure: str, count: int) -> list[float]:
    value = np.asarray(evaluate(case, [figure], changed=changed).values[current_name(figure)], dtype=float)
    if value.shape[-2:] != (1, 1):
        raise InputError("{figure} is not a single number; name a figure such as net_present_value", figure=figure)
    return [float(number) for number in np.broadcast_to(value, (count, 1, 1))[:, 0, 0]]
