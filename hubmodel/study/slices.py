"""Draws of a large case in slices, so that memory follows the case and not the number of draws."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.formulas import trace
from hubmodel.engine.graph import Values

MOST_VALUES = 2**27  # of all lines over the draws of a slice; few of them are held at once
FEWEST = 2  # draws in a slice: a single one would be summed in another order


def run_in_slices(case: Case, inputs: Mapping[str, Any], wanted: Collection[str]) -> Values:
    """Compute some lines of a case, a slice of the draws at a time where all of them would take much memory.

    Parameters
    ----------
    case
        the case.
    inputs
        as for `Model.run`; draws are a first axis, (draws, rows, periods).
    wanted
        names of the lines to return.
    """
    drawn = {name: value for name, value in inputs.items() if np.ndim(value) > 2}
    count = max((len(value) for value in drawn.values()), default=1)
    if not drawn or any(value.ndim > 3 or len(value) not in (1, count) for value in drawn.values()):
        return case.model.run(inputs, wanted)
    spans = list(_spans(count, max(FEWEST, MOST_VALUES // values_of(case))))
    if len(spans) == 1:
        return case.model.run(inputs, wanted)
    drawn = {name: value for name, value in drawn.items() if len(value) == count}
    parts = [
        case.model.run({**inputs, **{name: value[span] for name, value in drawn.items()}}, wanted) for span in spans
    ]
    return {name: _whole([part[name] for part in parts], spans[0]) for name in wanted}


def values_of(case: Case) -> int:
    """Return how many numbers all lines of a case hold together, over rows and periods."""
    lines, periods = trace(case).lines.values(), len(case.periods)
    return sum((len(case.lists[line.list]) if line.list else 1) * (periods if line.varies else 1) for line in lines)


def _spans(count: int, size: int) -> Iterator[slice]:
    """Yield slices of nearly equal length, none longer than a size.

    >>> [(span.start, span.stop) for span in _spans(7, 3)]
    [(0, 2), (2, 4), (4, 7)]
    """
    parts = -(-count // size)
    for part in range(parts):
        yield slice(count * part // parts, count * (part + 1) // parts)


def _whole(parts: list[Any], first: slice) -> Any:
    """Join the slices of a line; one that no draw moves is the same in each."""
    moved = parts[0].ndim == 3 and len(parts[0]) == first.stop - first.start
    return np.concatenate(parts) if moved else parts[0]
