"""Lines compiled to machine code: many draws of a case at the speed of the machine.

The formulas that explain a line and stand in the workbook are compiled too, by the LLVM that numba brings (extra
``fast``). Draws are taken in vectors, and each vector runs through the periods in order, so that all it needs stays in
the cache. What comes out is what NumPy gives, but for the rounding of powers and of sums over time. What cannot be
compiled, such as a rate of return, NumPy computes from what can. For single runs, one after another, there is
`resident`; object code is kept on disk (`cache`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from hubmodel.engine.compiled import machine
from hubmodel.engine.compiled.layout import Layout
from hubmodel.engine.compiled.memory import aligned, packed, unpacked
from hubmodel.engine.compiled.plan import Plan, plan_of
from hubmodel.engine.compiled.program import program
from hubmodel.engine.compiled.section import AREAS, LANES
from hubmodel.engine.compiled.single import Lines, Resident
from hubmodel.engine.trace import Instance
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError, UnknownName

__all__ = ["Kernel", "Lines", "Resident", "available", "compiled", "resident"]

available = machine.available
BLOCK = 1024  # draws at once, fewer where the results over time are many: that bounds the memory
MOST = 2**21  # numbers of results over time at once


@dataclass(frozen=True, eq=False)
class Kernel:
    """Lines of a case, compiled. Call it with draws; several threads may.

    Parameters
    ----------
    wanted, changed
        names of the lines that come back, and of the inputs that may be drawn.
    plan, layout
        what is compiled, and where it stands in memory.
    program
        the program in LLVM's language.
    """

    wanted: tuple[str, ...]
    changed: frozenset[str]
    plan: Plan
    layout: Layout
    program: str

    def __call__(self, draws: Mapping[str, Quantity]) -> dict[str, Quantity]:
        """Return the wanted lines for some draws.

        Parameters
        ----------
        draws
            by name of a changed input: (..., rows, periods) [engine's unit], rows and periods as in the case or 1;
            an input that is not given is as in the case.

        Returns
        -------
        By name, as `evaluate` gives them: (..., rows, 1 or periods) [engine's unit]; what no changed input moves has
        no draws.

        Raises
        ------
        UnknownName
            for a name that is not among the changed inputs.
        InputError
            for a shape that is not the case's.
        """
        leading = np.broadcast_shapes(*(self._leading(name, np.shape(value)) for name, value in draws.items()))
        given = {name: self._in_a_row(name, value, leading) for name, value in draws.items()}
        count, step = prod(leading), self._at_once()
        out = {name: np.empty((count, *self.plan.shape(name))) for name in self.wanted if name not in self.plan.known}
        for begin in range(0, count, step):
            end = min(begin + step, count)
            found = self._run({name: value[begin:end] for name, value in given.items()}, end - begin)
            for name, values in out.items():
                values[begin:end] = found[name]
        shaped = {name: values.reshape(*leading, *values.shape[1:]) for name, values in out.items()}
        return {name: shaped[name] if name in shaped else self.plan.known[name] for name in self.wanted}

    def _leading(self, name: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        if name not in self.changed:
            raise UnknownName.of("input among those that the kernel was compiled for", name, self.changed)
        rows, periods = self.plan.instance.inputs[name].shape
        if len(shape) < 2 or shape[-2] not in (1, rows) or shape[-1] not in (1, periods):
            raise InputError(
                f"draws of {name} must have shape (draws, {rows}, {periods}), got {shape}; "
                "draw the rows and periods that the case has, or use evaluate()"
            )
        return shape[:-2]

    def _in_a_row(self, name: str, value: Quantity, leading: tuple[int, ...]) -> Quantity:
        shape = self.plan.instance.inputs[name].shape
        return np.broadcast_to(value, (*leading, *shape)).reshape(prod(leading), *shape)

    def _at_once(self) -> int:
        over_time = max(1, self.layout.size("paths") * self.plan.instance.periods)
        return max(LANES, min(BLOCK, MOST // over_time))

    def _run(self, draws: Mapping[str, Quantity], count: int) -> dict[str, Quantity]:
        found = self._compiled(draws, count)
        if not self.plan.left:
            return found
        return found | self.plan.instance.model.run({**self.plan.known, **draws, **found}, self.plan.left)

    def _compiled(self, draws: Mapping[str, Quantity], count: int) -> dict[str, Quantity]:
        memory = self._memory(draws, count)
        machine.function(self.program)(-(-count // LANES), *(memory[area].ctypes.data for area in AREAS))
        values = {area: unpacked(memory[area], count) for area in ("ends", "paths")}
        return {
            name: values[area][:, first : first + self.plan.shape(name)[0]]
            for area in values
            for name, first in self.layout.areas[area].items()
        }

    def _memory(self, draws: Mapping[str, Quantity], count: int) -> dict[str, Quantity]:
        layout, known, periods, vectors = self.layout, self.plan.known, self.plan.instance.periods, -(-count // LANES)
        memory = {
            "state": aligned(layout.size("state"), LANES),
            "kept": aligned(layout.size("kept"), periods, LANES),
            "ends": aligned(vectors, layout.size("ends"), 1, LANES),
            "paths": aligned(vectors, layout.size("paths"), periods, LANES),
        }
        for area in ("fixed", "series"):
            memory[area] = np.concatenate([np.empty(0), *(known[name].ravel() for name in layout.areas[area])])
        for area in ("drawn", "dated"):
            drawn = [draws.get(name, known[name]) for name in layout.areas[area]]
            memory[area] = packed([np.broadcast_to(value, (count, *value.shape[-2:])) for value in drawn], count)
        return memory


def compiled(instance: Instance, wanted: Iterable[str], changed: Iterable[str]) -> Kernel:
    """Compile lines for draws of some inputs.

    Parameters
    ----------
    instance
        the model and its inputs; all but the changed ones are as in it.
    wanted
        names of the lines that are to come back.
    changed
        names of the inputs that are to be drawn.

    Raises
    ------
    UnknownName
        for a line or an input that does not exist.
    InputError
        when there is no LLVM, with the cure.

    >>> import hubmodel as hm
    >>> from hubmodel.case.formulas import instance_of
    >>> kernel = compiled(instance_of(hm.load("northx")), ["total_investment"], ["asset_cost"])
    >>> doubled = 2 * kernel.plan.instance.inputs["asset_cost"]
    >>> float(kernel({"asset_cost": doubled})["total_investment"][0, 0])  # 2 x 111.4 MSEK
    222800000.0
    """
    lines, inputs = tuple(dict.fromkeys(wanted)), frozenset(changed)
    model = instance.model
    numbers = instance.inputs.keys() - model.memberships
    for kind, names, there in (("line", lines, model.lines.keys()), ("input to draw", inputs, numbers)):
        for name in sorted(set(names) - there):
            raise UnknownName.of(kind, name, there)
    plan = plan_of(instance, lines, inputs)
    layout = Layout.of(plan)
    text = program(layout)
    machine.function(text)  # now, so that what is missing is said now
    return Kernel(lines, inputs, plan, layout, text)


def resident(instance: Instance) -> Resident:
    """Compile all lines of a facility for single runs: ``resident(instance).run(changed, wanted)``.

    Compiling takes a second the first time, a tenth of one where the object code is on disk. It pays from about eighty
    runs on, or eight; each takes a tenth of NumPy's time or less.

    Parameters
    ----------
    instance
        the model and its inputs; any number of them may change from run to run, its lists and calendar may not.

    Raises
    ------
    InputError
        when there is no LLVM, with the cure.

    >>> import hubmodel as hm
    >>> from hubmodel.case.formulas import instance_of
    >>> lines = resident(instance_of(hm.load("northx")))
    >>> doubled = 2 * lines.instance.inputs["asset_cost"]  # (assets, 1) [SEK]
    >>> float(lines.run({"asset_cost": doubled}, ["total_investment"])["total_investment"][0, 0])  # 2 x 111.4 MSEK
    222800000.0
    """
    return Resident(instance)
