"""Tornado: how far a figure moves when one input goes to the ends of its range, or to its P10 and P90."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.formulas import trace
from hubmodel.case.reading import correlations
from hubmodel.case.rows import weakest_grade
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError
from hubmodel.study.result import evaluate, settled
from hubmodel.text.language import label
from hubmodel.uncertainty.draws import rows_at, uncertain_keys
from hubmodel.uncertainty.ranges import ends_of

Ends = Literal["range", "p10_p90"]


@dataclass(frozen=True)
class Influence:
    """How far a figure moves when one input goes to its low and its high end, all else at base."""

    key: str
    label: str
    grade: str
    at_low: float
    at_high: float

    @property
    def spread(self) -> float:
        """Distance between the two."""
        return abs(self.at_high - self.at_low)


def tornado(case: Case, figure: str = "net_present_value", *, ends: Ends = "range") -> list[Influence]:
    """Return how far each input with a range moves a figure, the largest first.

    Parameters
    ----------
    case
        the case.
    figure
        a line that is a single number.
    ends
        the ends of each range, or its 10th and 90th percentile.

    Returns
    -------
    One for each uncertain input. An input that is correlated with it follows by its rank, by as much of the way as the
    correlation says.

    Raises
    ------
    InputError
        when the figure is not a single number, or no input has a range.
    """
    keys = uncertain_keys(case)
    formula = trace(case).lines.get(figure)
    if formula is None or formula.varies or formula.list:
        raise InputError("{figure} is not a single number; name a figure such as net_present_value", figure=figure)
    points = _points(case, keys, ends)
    changed = {key: _moved(case, key, points[:, at]) for at, key in enumerate(keys)}
    value = evaluate(case, [figure], changed={**settled(case, keys), **changed})[figure]
    values = np.broadcast_to(np.asarray(value, dtype=float), (len(points), 1, 1))[:, 0, 0].tolist()
    out = [
        Influence(key, label(key), weakest_grade(case.by_key[key]), values[2 * at], values[2 * at + 1])
        for at, key in enumerate(keys)
    ]
    return sorted(out, key=lambda one: -one.spread)


def _points(case: Case, keys: tuple[str, ...], ends: Ends) -> Quantity:
    """Quantiles (2 x inputs, inputs): two rows for each input; nan where an input stays at its value."""
    rows = (case.base or case).by_key
    points = np.full((2 * len(keys), len(keys)), np.nan)
    for at, key in enumerate(keys):
        levels = (0.1, 0.9) if ends == "p10_p90" else ends_of(rows[key][0])
        points[2 * at : 2 * at + 2, at] = levels
        for one in correlations(case.folder):
            if key in (one.key, one.other):
                other = keys.index(one.other if key == one.key else one.key)
                points[2 * at : 2 * at + 2, other] = 0.5 + one.correlation * (np.asarray(levels) - 0.5)
    return points


def _moved(case: Case, key: str, quantiles: Quantity) -> Quantity:
    stays, rows = np.isnan(quantiles), case.by_key[key]
    drawn = rows_at(case, key, np.where(stays, 0.5, quantiles))
    return case.array_of(
        key, rows, [np.where(stays, float(row.value), one) for row, one in zip(rows, drawn, strict=True)]
    )
