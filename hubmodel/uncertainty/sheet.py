"""The rows of all drawn inputs one beneath another, so that a block of draws takes one array operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.rows import Row
from hubmodel.engine.units import Quantity
from hubmodel.uncertainty.ranges import Ranges, is_uncertain


class Sheet:
    """The rows of some inputs, with the ranges in which they are drawn.

    Parameters
    ----------
    case
        the case.
    origins
        by input, for each of its rows the row around whose value the range was judged.
    """

    def __init__(self, case: Case, origins: Mapping[str, Sequence[Row]]) -> None:
        self.case, self.keys = case, tuple(origins)
        rows = [
            (at, *pair) for at, key in enumerate(origins) for pair in zip(case.by_key[key], origins[key], strict=True)
        ]
        self.values = np.array([[float(row.value)] for _, row, _ in rows])
        self.factors = np.array([row.factor for _, row, _ in rows])
        self.drawn = [place for place, (_, _, origin) in enumerate(rows) if is_uncertain(origin)]
        self.columns = [rows[place][0] for place in self.drawn]
        self.ranges = Ranges(
            [rows[place][1] for place in self.drawn], [float(rows[place][2].value) for place in self.drawn]
        )
        self.begins = np.searchsorted([at for at, _, _ in rows], range(len(self.keys) + 1)).tolist()
        self.members = {key: _members(case, key) for key in self.keys}

    def inputs(self, quantiles: Quantity) -> dict[str, Quantity]:
        """Return each input at points (draws, keys): arrays (draws, rows, periods) [engine's unit]."""
        values = np.repeat(self.values, len(quantiles), axis=1)
        values[self.drawn] = self.ranges.at(quantiles.T[self.columns])
        spans = zip(self.keys, self.begins, self.begins[1:], strict=False)
        return {key: self._array(key, values[begin:end], self.factors[begin:end]) for key, begin, end in spans}

    def _array(self, key: str, values: Quantity, factors: Quantity) -> Quantity:
        rows = self.members[key]
        if not rows:
            return self.case.array_of(key, self.case.by_key[key], list(values))
        if rows != list(range(len(values))):
            values, factors = values[rows], factors[rows]
        return np.multiply(values.T, factors, order="C")[..., None]


def _members(case: Case, key: str) -> list[int]:
    """Return the place of each member's row among those of an input; nothing where it takes more than one row."""
    name, rows = case.list_of(key), case.by_key[key]
    if any(row.period for row in rows):
        return []
    own = {row.row: place for place, row in enumerate(rows)}
    every = own.get(f"each {name}", -1)
    places = [own.get(member, every) for member in (case.lists[name] if name else ("",))]
    return [] if -1 in places else places
