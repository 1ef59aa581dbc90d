"""Tornado: how far a figure moves when an input goes to the ends of its range, or to its P10 and P90."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from hubmodel.case.documents import correlations
from hubmodel.case.facility import Case
from hubmodel.case.formulas import trace
from hubmodel.case.rows import weakest_grade
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError
from hubmodel.lines import current_name
from hubmodel.study.result import evaluate, settled
from hubmodel.text.language import label
from hubmodel.uncertainty.draws import rows_at, uncertain_keys
from hubmodel.uncertainty.ranges import ends_of

Ends = Literal["range", "p10_p90"]


@dataclass(frozen=True)
class Influence:
    """The figure with an input at its low and at its high end, all others at their values."""

    key: str
    label: str
    grade: str
    at_low: float
    at_high: float

    @property
    def spread(self) -> float:
        """Distance between the figure at both ends."""
        return abs(self.at_high - self.at_low)


def tornado(case: Case, figure: str = "net_present_value", *, ends: Ends = "range") -> list[Influence]:
    """Return the influence of each input with a range on a figure, the largest first.

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
    An influence for each uncertain input. Inputs that are correlated with it move too: the distance of their quantile
    from the median is that of the input times the correlation.

    Raises
    ------
    InputError
        when the figure is not a single number, or no input has a range.
    """
    keys, figure = uncertain_keys(case), current_name(figure)
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
    return sorted(out, key=lambda influence: -influence.spread)


def _points(case: Case, keys: tuple[str, ...], ends: Ends) -> Quantity:
    """Return quantiles (2 x inputs, inputs), two rows for each input; nan where an input keeps its value."""
    rows = (case.base or case).by_key
    points = np.full((2 * len(keys), len(keys)), np.nan)
    for at, key in enumerate(keys):
        levels = (0.1, 0.9) if ends == "p10_p90" else ends_of(rows[key][0])
        points[2 * at : 2 * at + 2, at] = levels
        for pair in correlations(case.folder):
            if key in (pair.key, pair.other):
                other = keys.index(pair.other if key == pair.key else pair.key)
                points[2 * at : 2 * at + 2, other] = 0.5 + pair.correlation * (np.asarray(levels) - 0.5)
    return points


def _moved(case: Case, key: str, quantiles: Quantity) -> Quantity:
    stays, rows = np.isnan(quantiles), case.by_key[key]
    drawn = rows_at(case, key, np.where(stays, 0.5, quantiles))
    values = [np.where(stays, float(row.value), moved) for row, moved in zip(rows, drawn, strict=True)]
    return case.array_of(key, rows, values)
