"""Value of better information: what it would be worth to know one input before deciding.

The decision is to go ahead or not. Without more knowledge it is worth the larger of the mean and nothing; knowing an
input, it is taken for each of its values by itself (expected value of partial perfect information; Strong, Oakley and
Brennan 2014, Medical Decision Making 34, by regression on the draws).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hubmodel.case.rows import weakest_grade
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError
from hubmodel.text.language import label
from hubmodel.uncertainty.simulate import VALUE, Simulation

DEGREE = 3
FEWEST_DRAWS = 500


@dataclass(frozen=True)
class Knowing:
    """What knowing one input would be worth [unit of the figure], and the share of the variance that it explains."""

    key: str
    label: str
    grade: str
    worth: float
    explained: float


@dataclass(frozen=True)
class Information:
    """What knowing inputs would be worth, the most valuable first.

    `everything` is what knowing all of them would be worth; what is below `noise` cannot be told from nothing with so
    many draws.
    """

    figure: str
    mean: float
    everything: float
    noise: float
    inputs: tuple[Knowing, ...]


def value_of_information(simulation: Simulation, figure: str = VALUE) -> Information:
    """Return what it would be worth to know each input before deciding to go ahead.

    Raises
    ------
    InputError
        when there are fewer than 500 draws, or the figure lacks a value in some.
    """
    values = simulation.of(figure)
    if undefined := int(np.isnan(values).sum()):
        raise InputError(
            "{figure} has no value in {draws} draws; ask about another figure", figure=figure, draws=undefined
        )
    if len(values) < FEWEST_DRAWS:
        raise InputError(
            "value of information needs {fewest} draws, got {draws}; draw more", fewest=FEWEST_DRAWS, draws=len(values)
        )
    points, keys = simulation.quantiles[:, simulation.draws.columns], simulation.draws.drawn
    now, case = max(0.0, float(values.mean())), simulation.case
    expected = [fitted(points[:, at], values) for at in range(len(keys))]
    order = np.random.default_rng(simulation.draws.seed).permutation(len(values))
    noise = _worth(fitted(points[order, 0], values), now)
    found = [
        Knowing(key, label(key), weakest_grade(case.by_key[key]), _worth(one, now), float(one.var() / values.var()))
        for key, one in zip(keys, expected, strict=True)
    ]
    ranked = tuple(sorted(found, key=lambda one: (-one.worth, -one.explained)))
    return Information(figure, float(values.mean()), _worth(values, now), noise, ranked)


def fitted(points: Quantity, values: Quantity) -> Quantity:
    """Return what a figure is expected to be at each value of one input, a cubic in its quantile; shape (draws,).

    >>> x = np.linspace(0, 1, 101)
    >>> bool(np.allclose(fitted(x, 2 + x**3), 2 + x**3))
    True
    """
    return np.polynomial.Polynomial.fit(points, values, DEGREE)(points)


def _worth(expected: Quantity, now: float) -> float:
    return max(0.0, float(np.maximum(expected, 0).mean()) - now)
