"""Value of information: the worth of knowing an input before deciding.

The decision is whether to go ahead. Without more knowledge it is worth the larger of the mean and zero; with an input
known, it can differ for each of its values. The method is the expected value of partial perfect information by
regression on the draws (Strong, Oakley and Brennan 2014, Medical Decision Making 34).
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
    """The worth of knowing an input [unit of the figure], and the share of the variance that the input explains."""

    key: str
    label: str
    grade: str
    worth: float
    explained: float


@dataclass(frozen=True)
class Information:
    """The worth of knowing each input, the most valuable first.

    `everything` is the worth of knowing all of them; with this number of draws, a worth below `noise` cannot be
    distinguished from zero.
    """

    figure: str
    mean: float
    everything: float
    noise: float
    inputs: tuple[Knowing, ...]


def value_of_information(simulation: Simulation, figure: str = VALUE) -> Information:
    """Return the worth of knowing each input before deciding whether to go ahead.

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
        Knowing(key, label(key), weakest_grade(case.by_key[key]), _worth(means, now), float(means.var() / values.var()))
        for key, means in zip(keys, expected, strict=True)
    ]
    ranked = tuple(sorted(found, key=lambda knowing: (-knowing.worth, -knowing.explained)))
    return Information(figure, float(values.mean()), _worth(values, now), noise, ranked)


def fitted(points: Quantity, values: Quantity) -> Quantity:
    """Return the expected figure at each value of an input, a cubic in the quantile of the input; shape (draws,).

    >>> x = np.linspace(0, 1, 101)
    >>> bool(np.allclose(fitted(x, 2 + x**3), 2 + x**3))
    True
    """
    return np.polynomial.Polynomial.fit(points, values, DEGREE)(points)


def _worth(expected: Quantity, now: float) -> float:
    return max(0.0, float(np.maximum(expected, 0).mean()) - now)
