"""Ranges of rows: the value at each quantile, also where a scenario has changed the value.

`low` and `high` are the ends of a triangular, PERT, uniform or discrete spread, and the 10th and 90th percentile of a
normal or lognormal one; `value` is the mode, or the median of a normal or lognormal one. A blank spread is triangular.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from hubmodel.case.rows import SIGNED, Row
from hubmodel.engine.units import Quantity

P90 = 1.2815515655446004  # the 90th percentile of the standard normal distribution


def is_uncertain(row: Row) -> bool:
    """True if a row is drawn: it has a range with a width, is no documented fact, and its spread is not none."""
    return row.low is not None and row.low != row.high and row.grade != "documented" and row.spread != "none"


def ends_of(row: Row) -> tuple[float, float]:
    """Return the quantiles at which a row takes its low and its high."""
    return (0.1, 0.9) if row.spread in ("normal", "lognormal") else (0.0, 1.0)


def value_at(row: Row, quantiles: Quantity, was: float | None = None) -> Quantity:
    """Return the value of a row at quantiles of its range.

    Parameters
    ----------
    row
        a row with low and high.
    quantiles
        shares from 0 to 1, any shape.
    was
        the value around which the range was judged, if a scenario has changed it since. The range moves with the
        value in proportion (by the difference for dates, and where the value was zero) and stays within the limits of
        its unit.

    Returns
    -------
    Values [unit of the row], in the shape of `quantiles`.

    >>> from hubmodel.case.reading import load_case
    >>> margin = load_case("northx").by_key["commercial_margin"][0]  # 0.25, from 0.17 to 0.32
    >>> value_at(margin, np.array([0.0, 1.0])).tolist()
    [0.17, 0.32]
    """
    low, high = float(row.low or 0.0), float(row.high or 0.0)
    value = float(row.value)
    middle = value if was is None else was
    drawn = SPREADS[row.spread or "triangular"](low, middle, high, np.asarray(quantiles, dtype=float))
    if middle == value:
        return _possible(row, drawn)
    moved = drawn + (value - middle) if row.unit == "date" or not middle else drawn * (value / middle)
    return _possible(row, moved)


def _possible(row: Row, values: Quantity) -> Quantity:
    top = {"share": 1.0, "%": 100.0}.get(row.unit, math.inf)
    return np.clip(values, -math.inf if row.unit in SIGNED else 0.0, top)


def _triangular(low: float, mode: float, high: float, q: Quantity) -> Quantity:
    width, left = high - low, mode - low
    rising = low + np.sqrt(q * width * left)
    return np.where(q * width <= left, rising, high - np.sqrt((1 - q) * width * (high - mode)))


def _pert(low: float, mode: float, high: float, q: Quantity) -> Quantity:
    from scipy.special import betaincinv

    width = high - low
    share = betaincinv(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, q)
    return np.asarray(low + width * share, dtype=float)


def _uniform(low: float, mode: float, high: float, q: Quantity) -> Quantity:
    return low + (high - low) * q


def _normal(low: float, median: float, high: float, q: Quantity) -> Quantity:
    from scipy.special import ndtri

    z = np.asarray(ndtri(q), dtype=float)  # each side has its own width, to pass through all three values
    return median + z / P90 * np.where(z < 0, median - low, high - median)


def _lognormal(low: float, median: float, high: float, q: Quantity) -> Quantity:
    return np.exp(_normal(math.log(low), math.log(median), math.log(high), q))


def _discrete(low: float, mode: float, high: float, q: Quantity) -> Quantity:
    values = np.unique([low, mode, high])  # equally likely
    return np.asarray(values[np.minimum((q * len(values)).astype(int), len(values) - 1)])


SPREADS: dict[str, Callable[[float, float, float, Quantity], Quantity]] = {
    "triangular": _triangular,
    "pert": _pert,
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "discrete": _discrete,
}
