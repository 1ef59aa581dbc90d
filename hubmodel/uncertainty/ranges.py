"""Ranges of rows: the value at each quantile, also where a scenario has changed the value.

`low` and `high` are the ends of a triangular, PERT, uniform or discrete spread, and the 10th and 90th percentile of a
normal or lognormal one; `value` is the mode, or the median of a normal or lognormal one. A blank spread is triangular.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

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

    >>> from hubmodel.case.loading import load_case
    >>> margin = load_case("northx").by_key["commercial_margin"][0]  # 0.25, from 0.17 to 0.32
    >>> value_at(margin, np.array([0.0, 1.0])).tolist()
    [0.17, 0.32]
    """
    points = np.asarray(quantiles, dtype=float)
    return Ranges([row], [float(row.value) if was is None else was]).at(points.reshape(1, -1)).reshape(points.shape)


class Ranges:
    """The ranges of several rows, each drawn as `value_at` does, all in one array operation.

    Parameters
    ----------
    rows
        rows with low and high.
    were
        the value of each around which its range was judged.
    """

    def __init__(self, rows: Sequence[Row], were: Sequence[float]) -> None:
        self._bounds = tuple(_column(ends) for ends in zip(*map(_possible, rows), strict=True))
        moves = [_move(row, was) for row, was in zip(rows, were, strict=True)]
        moved = any(move != (1.0, 0.0) for move in moves)
        self._moves = tuple(_column(move) for move in zip(*moves, strict=True)) if moved else ()
        ends = np.array(
            [(row.low or 0.0, was, row.high or 0.0) for row, was in zip(rows, were, strict=True)], dtype=float
        )
        names = np.array([row.spread or "triangular" for row in rows])
        every = slice(None) if len(set(names)) == 1 else None  # a slice spares a copy
        places = {str(name): every or np.flatnonzero(names == name) for name in dict.fromkeys(names)}
        self._spreads = [(SPREADS[name], at, np.hsplit(ends[at], 3)) for name, at in places.items()]

    def at(self, quantiles: Quantity) -> Quantity:
        """Return the value of each row at its own quantiles, both of shape (rows, draws) [unit of each row]."""
        drawn = np.empty(quantiles.shape)
        for spread, places, (low, middle, high) in self._spreads:
            drawn[places] = spread(low, middle, high, quantiles[places])
        if self._moves:
            ratio, shift = self._moves
            drawn = drawn * ratio + shift
        return np.clip(drawn, *self._bounds, out=drawn)


def _column(values: Sequence[float]) -> Quantity:
    return np.array(values, dtype=float)[:, None]


def _move(row: Row, was: float) -> tuple[float, float]:
    """Return by how much the range of a row is multiplied and shifted if its value has changed."""
    value = float(row.value)
    if value == was:
        return 1.0, 0.0
    return (1.0, value - was) if row.unit == "date" or not was else (value / was, 0.0)


def _possible(row: Row) -> tuple[float, float]:
    return -math.inf if row.unit in SIGNED else 0.0, {"share": 1.0, "%": 100.0}.get(row.unit, math.inf)


def _triangular(low: Quantity, mode: Quantity, high: Quantity, q: Quantity) -> Quantity:
    width, left = high - low, mode - low
    rises = q * width <= left
    distance = np.sqrt(np.where(rises, q * width * left, (1 - q) * width * (high - mode)))
    return np.where(rises, low + distance, high - distance)


def _pert(low: Quantity, mode: Quantity, high: Quantity, q: Quantity) -> Quantity:
    from scipy.special import betaincinv

    width = high - low
    share = betaincinv(1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width, q)
    return np.asarray(low + width * share, dtype=float)


def _uniform(low: Quantity, mode: Quantity, high: Quantity, q: Quantity) -> Quantity:
    return low + (high - low) * q


def _normal(low: Quantity, median: Quantity, high: Quantity, q: Quantity) -> Quantity:
    from scipy.special import ndtri

    z = np.asarray(ndtri(q), dtype=float)  # each side has its own width, to pass through all three values
    return median + z / P90 * np.where(z < 0, median - low, high - median)


def _lognormal(low: Quantity, median: Quantity, high: Quantity, q: Quantity) -> Quantity:
    return np.exp(_normal(np.log(low), np.log(median), np.log(high), q))


def _discrete(low: Quantity, mode: Quantity, high: Quantity, q: Quantity) -> Quantity:
    values = [np.unique(ends) for ends in np.hstack([low, mode, high])]  # of each row, equally likely
    return np.stack(
        [own[np.minimum((at * len(own)).astype(int), len(own) - 1)] for own, at in zip(values, q, strict=True)]
    )


SPREADS: dict[str, Callable[[Quantity, Quantity, Quantity, Quantity], Quantity]] = {
    "triangular": _triangular,
    "pert": _pert,
    "uniform": _uniform,
    "normal": _normal,
    "lognormal": _lognormal,
    "discrete": _discrete,
}
