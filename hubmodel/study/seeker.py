"""Runs of a case at other values of one input, through only the lines that depend on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.rows import Row
from hubmodel.engine.units import Quantity
from hubmodel.study.computing import is_compiled
from hubmodel.study.result import Evaluation, evaluate


class Seeker:
    """Runs the lines that depend on one input at other values of it, and compares a figure with its target."""

    def __init__(
        self, case: Case, key: str, row: Row, figure: str, target: float, lines: Evaluation | None = None
    ) -> None:
        self.case, self.key, self.row, self.figure, self.target = case, key, row, figure, target
        self.at = case.lists[case.list_of(key) or ""].index(row.row) if row.row in case.members else slice(None)
        self.known = unmoved(lines, key) if lines else self._settled()

    def _settled(self) -> dict[str, Any]:
        model, inputs = self.case.model, self.case.inputs
        needed, moved = model.needed({self.figure}, inputs), model.affected([self.key])
        return model.run(inputs, [name for name in needed if name not in moved])

    def gap(self, point: float) -> float:
        """Return what a value gives, less the target."""
        known = {} if is_compiled(self.case) else self.known  # compiled code takes inputs only, and needs no help
        return float(self._value(self._filled(point), known)[0, 0]) - self.target

    def gaps(self, points: Quantity) -> Quantity:
        """Return what each of many values gives, less the target."""
        value = self._value(np.stack([self._filled(point) for point in points.tolist()]), self.known)
        return np.broadcast_to(value, (len(points), 1, 1))[:, 0, 0] - self.target

    def _filled(self, point: float) -> Quantity:
        filled = np.array(self.case.inputs[self.key], dtype=float)
        filled[self.at] = point * self.row.factor
        return filled

    def _value(self, filled: Quantity, known: Mapping[str, Any]) -> Quantity:
        found = evaluate(self.case, [self.figure], changed={**known, self.key: filled}).values[self.figure]
        return np.asarray(found, dtype=float)


def unmoved(lines: Evaluation, key: str) -> dict[str, Any]:
    """Return the lines that do not depend on an input."""
    moved = lines.case.model.affected([key])
    return {name: value for name, value in lines.values.items() if name not in moved}
