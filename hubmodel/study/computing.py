"""The lines of a case computed: by compiled code where it is there, and draws of a large case in slices."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from hubmodel.case.facility import Case
from hubmodel.case.formulas import instance_of, trace
from hubmodel.engine import compiled
from hubmodel.engine.graph import Values
from hubmodel.errors import InputError

MOST_VALUES = 2**27  # of all lines over the draws of a slice; few of them are held at once
FEWEST = 2  # draws in a slice: a single one would be summed in another order


_compiled: WeakKeyDictionary[Case, compiled.Resident] = WeakKeyDictionary()


def compile_lines(case: Case) -> None:
    """Compile the lines of a case, so that a run takes a tenth of the time for it and all of its scenarios.

    That takes up to a second or two, so it is for whoever runs a case again and again, such as the dashboard; a run
    alone never compiles. Results equal those of NumPy but for the last digits. Where no LLVM can do it, and for a
    scenario with another calendar, NumPy goes on.
    """
    base = case.base or case
    if compiled.available() and base not in _compiled:
        with suppress(InputError):
            _compiled[base] = compiled.resident(instance_of(base))


def is_compiled(case: Case) -> bool:
    """True if the lines of a case have been compiled."""
    return (case.base or case) in _compiled


def lines_of(case: Case, inputs: Mapping[str, Any], wanted: Collection[str] | None = None) -> Mapping[str, Any]:
    """Return the lines of a case, or some of them, for inputs as for `Model.run`."""
    resident = _compiled.get(case.base or case)
    if resident is not None:
        given = resident.instance.inputs
        changed = {name: value for name, value in inputs.items() if value is not given.get(name)}
        if resident.takes(changed):
            return resident.run(changed, wanted)
    return case.model.run(inputs) if wanted is None else run_in_slices(case, inputs, wanted)


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
