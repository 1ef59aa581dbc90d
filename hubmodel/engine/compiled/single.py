"""All lines of a case, compiled for single runs: memory stays where it is, and only what has changed is written."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

import numpy as np

from hubmodel.engine.compiled import machine
from hubmodel.engine.compiled.layout import Layout
from hubmodel.engine.compiled.memory import aligned
from hubmodel.engine.compiled.plan import plan_of
from hubmodel.engine.compiled.program import program
from hubmodel.engine.compiled.section import AREAS, ONE, OVER_TIME
from hubmodel.engine.returns import irr
from hubmodel.engine.trace import Instance
from hubmodel.engine.units import Membership, Quantity
from hubmodel.errors import HubmodelError, InputError, UnknownName

SPARE = 4  # blocks of memory for results that wait for another run
Results = tuple[Quantity, Quantity]  # all rows of the lines without (rows, 1) and with periods (rows, periods)
_CHANGED, _RESULTS = ("drawn", "dated"), ("ends", "paths")


class Resident:
    """All lines of a model on one facility, for single runs one after another; several threads may share it.

    Every numeric input may change; lists, memberships and the calendar may not.

    Parameters
    ----------
    instance
        the model and its inputs, arrays (rows, periods) [engine's unit].

    Attributes
    ----------
    by_numpy
        names of the lines that cannot be compiled.

    Raises
    ------
    InputError
        when there is no LLVM, with the cure.
    """

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._numbers = {name: value for name, value in instance.inputs.items() if not isinstance(value, Membership)}
        self._plan = plan_of(instance, tuple(instance.model.lines), self._numbers.keys())
        self._layout = Layout.of(self._plan, ONE)
        self._function = machine.function(program(self._layout))
        self._memory = {area: self._filled(area) for area in AREAS if area not in _RESULTS}
        self._inputs = {name: view for area in _CHANGED for name, view in self._views(area, self._memory[area])}
        self._parts = dict(self._places())
        self._settled = {name: value for name, value in self._plan.known.items() if name in instance.model.lines}
        self.by_numpy = frozenset(self._plan.left)
        read = {ingredient for name in self._plan.left for ingredient in instance.model.ingredients[name]}
        self._read_by_left = read - self.by_numpy
        self._rates = self._sought()
        self._sizes = {area: self._length(area) for area in _RESULTS}
        self._written: set[str] = set()
        self._lock = threading.Lock()
        self._spare: list[Quantity] = []

    def takes(self, changed: Mapping[str, Any]) -> bool:
        """Return whether it can run with these inputs: numbers of the facility in its own rows and periods."""
        return all(self._problem(name, value) is None for name, value in changed.items())

    def run(
        self, changed: Mapping[str, Any] | None = None, wanted: Iterable[str] | None = None
    ) -> Mapping[str, Quantity]:
        """Compute the lines.

        Parameters
        ----------
        changed
            inputs that are not as in the instance, whatever earlier runs were given: (rows, periods) [engine's unit],
            either of them 1 or as in the instance.
        wanted
            names of the lines to return; all if not given.

        Returns
        -------
        By name (rows, 1 or periods) [engine's unit], what `Model.run` gives but for the rounding of powers and of sums
        over time. No later run overwrites them. All lines stand in one block of memory, which cannot be written to and
        is used again when none of them is left; wanted lines are a dict of copies. Rates of return are found by NumPy
        when they are first looked at.

        Raises
        ------
        UnknownName
            for a line or an input that does not exist; InputError for a shape that is not the instance's.
        """
        given, names = dict(changed or {}), tuple(wanted or ())
        for name, value in given.items():
            if problem := self._problem(name, value):
                raise problem
        for name in names:
            if name not in self.instance.model.lines:
                raise UnknownName.of("line", name, self.instance.model.lines)
        lines = Lines(self, given, self._computed(given))
        return lines if wanted is None else {name: lines[name].copy() for name in names}

    def part(self, results: Results, name: str) -> Quantity:
        """Return a line that is compiled, from the results of a run, or that never moves."""
        if name not in self._parts:
            return cast(Quantity, self._settled[name])
        which, rows = self._parts[name]
        return results[which][rows]

    def left(self, given: Mapping[str, Any], results: Results) -> dict[str, Quantity]:
        """Return the lines that NumPy computes, from those that are compiled; rates of return are sought at once."""
        inputs, left = {**self.instance.inputs, **given}, self._plan.left
        values = {name: inputs[name] if name in inputs else self.part(results, name) for name in self._read_by_left}
        rates: dict[str, Quantity] = {}
        for length, flows in self._rates.items():
            found = irr(np.concatenate([values[flow] for flow in flows.values()]), float(values[length][0, 0]))
            rates |= zip(flows, np.reshape(found, (-1, 1, 1)), strict=True)
        return rates | self.instance.model.run(values | rates, [name for name in left if name not in rates])

    def _problem(self, name: str, value: Any) -> HubmodelError | None:
        if name not in self._numbers:
            return UnknownName.of("numeric input", name, self._numbers)
        (rows, periods), shape = self._numbers[name].shape, np.shape(value)
        if len(shape) == 2 and shape[0] in (1, rows) and shape[1] in (1, periods):
            return None
        return InputError(f"{name} must have shape ({rows}, {periods}), got {shape}; run other shapes with Model.run()")

    def _sought(self) -> dict[str, dict[str, str]]:
        """Return the flow of each line that is but the rate of return of one, by the length of its periods."""
        found: dict[str, dict[str, str]] = {}
        for name in self._plan.left:
            line = self.instance.formulas[name]
            if line.kind == "irr" and line.list is None and all(part.is_name for part in line.of):
                flow, length = (part.of[0] for part in line.of)
                if flow not in self.by_numpy:
                    found.setdefault(length, {})[name] = flow
        return found

    def _computed(self, given: Mapping[str, Any]) -> Results:
        """Run the compiled lines, and return their values in a block of memory that ends with the last view of it."""
        block, start = self._block(), self._sizes["ends"]
        at = {area: memory.ctypes.data for area, memory in self._memory.items()}
        at |= {"ends": block.ctypes.data, "paths": block[start:].ctypes.data}
        with self._lock:
            for name in self._written - given.keys():
                self._inputs[name][:] = self._numbers[name]
            self._written = self._inputs.keys() & given.keys()
            for name in self._written:
                self._inputs[name][:] = given[name]
            self._function(1, *(at[area] for area in AREAS))
        results = np.frombuffer(block.data)
        results.flags.writeable = False
        weakref.finalize(results, self._take_back, block).atexit = False
        ends, paths = results[:start], results[start:]
        return ends.reshape(-1, 1), paths.reshape(self.instance.periods, -1).T

    def _block(self) -> Quantity:
        try:
            return self._spare.pop()
        except IndexError:
            return aligned(sum(self._sizes.values()))

    def _take_back(self, block: Quantity) -> None:
        if len(self._spare) < SPARE:
            self._spare.append(block)

    def _length(self, area: str) -> int:
        return self._layout.size(area) * (self.instance.periods if area in OVER_TIME else 1)

    def _filled(self, area: str) -> Quantity:
        memory = aligned(self._length(area))
        if area not in ("state", "kept"):
            for name, view in self._views(area, memory):
                view[:] = self._plan.known[name]
        return memory

    def _views(self, area: str, memory: Quantity) -> Iterator[tuple[str, Quantity]]:
        for name, first in self._layout.areas[area].items():
            rows, periods = self._plan.shape(name)
            yield name, memory[first * periods : (first + rows) * periods].reshape(rows, periods)

    def _places(self) -> Iterator[tuple[str, tuple[int, slice]]]:
        """Yield which of the results hold the values of each compiled line, and in which rows."""
        for which, area in enumerate(_RESULTS):
            for name, first in self._layout.areas[area].items():
                yield name, (which, slice(first, first + self._plan.shape(name)[0]))


class Lines(Mapping[str, Quantity]):
    """The lines of one run, each looked up when it is asked for.

    Parameters
    ----------
    resident
        the compiled lines that have run.
    given
        the inputs that were changed.
    results
        the values of all compiled lines.
    """

    def __init__(self, resident: Resident, given: Mapping[str, Any], results: Results) -> None:
        self._resident, self._given, self._results = resident, given, results
        self._left: dict[str, Quantity] | None = None

    def __getitem__(self, name: str) -> Quantity:
        if name not in self._resident.by_numpy:
            return self._resident.part(self._results, name)
        if self._left is None:
            self._left = self._resident.left(self._given, self._results)
        return self._left[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._resident.instance.model.order)

    def __len__(self) -> int:
        return len(self._resident.instance.model.order)

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)
