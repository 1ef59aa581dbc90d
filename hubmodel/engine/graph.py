"""The graph of line items: the name of a function is the line, and its parameters are its ingredients."""

from __future__ import annotations

import functools
import inspect
import math
import operator
import typing
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from types import ModuleType
from typing import Any

import numpy as np

from hubmodel.engine.blocks import Block
from hubmodel.engine.formula import Formula, formula_of
from hubmodel.engine.stepping import run_block
from hubmodel.engine.units import Limits, Membership, Quantity, Unit, Zero
from hubmodel.errors import TraceError, UnitError, UnknownName

Line = Callable[..., Quantity]
Values = dict[str, Any]


class Model:
    """The line items of some modules, ordered so that each follows the lines it reads in the same period.

    Parameters
    ----------
    modules
        modules of ``hubmodel.lines``, in which every public function is a line item.
    checks
        a module whose line items are left out if they read a name that is neither a line nor an input of the others.

    Raises
    ------
    TraceError
        when a line has two definitions, leaves the vocabulary, or depends on itself within a period.
    UnitError
        when the unit of a parameter differs from the unit of the line or input.
    """

    def __init__(self, *modules: ModuleType, checks: ModuleType | None = None) -> None:
        self.lines: dict[str, Line] = {}
        self.module: dict[str, str] = {}
        self.ingredients: dict[str, tuple[str, ...]] = {}
        for module in modules:
            self._add(module, _lines_of(module))
        if checks is not None:
            self._add(checks, self._readable(_lines_of(checks)))
        self.units: dict[str, Unit] = {}
        self.shown_in: dict[str, str] = {}
        self.limits: dict[str, Limits] = {}
        self.checks: dict[str, str] = {}
        self.memberships: set[str] = set()
        self._collect_units()
        self.formulas = {name: self._formula(name) for name in self.lines}
        self.blocks: dict[str, Block] = {}
        self.order = self._resolve(self.lines, self.blocks)
        self._cut: dict[frozenset[str], tuple[tuple[str, ...], Mapping[str, Block]]] = {}
        self.inputs = frozenset(name for names in self.ingredients.values() for name in names) - self.lines.keys()
        self.users: dict[str, list[str]] = {name: [] for name in (*self.lines, *self.inputs)}
        for name in self.order:
            for ingredient in self.ingredients[name]:
                self.users[ingredient].append(name)

    def _add(self, module: ModuleType, lines: Mapping[str, Line]) -> None:
        for name, line in lines.items():
            if name in self.lines:
                raise TraceError(f"line {name!r} is defined in {self.module[name]} and in {module.__name__}")
            self.lines[name], self.module[name] = line, module.__name__.rpartition(".")[2]
            self.ingredients[name] = tuple(inspect.signature(line).parameters)

    def _readable(self, lines: Mapping[str, Line]) -> dict[str, Line]:
        """Return the lines whose ingredients are all lines or inputs of the model, or lines that are returned too."""
        known = {*self.lines, *(name for names in self.ingredients.values() for name in names)}
        found = dict(lines)
        while True:
            there = known | found.keys()
            kept = {name: line for name, line in found.items() if there.issuperset(inspect.signature(line).parameters)}
            if kept == found:
                return found
            found = kept

    def _formula(self, name: str) -> Formula:
        try:
            return formula_of(self.lines[name], self.ingredients[name], self.memberships)
        except TraceError as error:
            raise TraceError(f"line {name!r} ({self.module[name]}): {error}") from None

    def _resolve(self, lines: Iterable[str], blocks: dict[str, Block]) -> tuple[str, ...]:
        """Return the lines in order of computation, and add the block of each line that belongs to one."""
        order: list[str] = []
        graph = {name: self.ingredients[name] for name in lines}
        for component in components(graph):
            if len(component) == 1 and component[0] not in graph[component[0]]:
                order.append(component[0])
                continue
            block = Block.of(component, self.formulas)
            blocks |= dict.fromkeys(block.formulas, block)
            order += block.formulas
        return tuple(order)

    def _without(self, known: Iterable[str]) -> tuple[tuple[str, ...], Mapping[str, Block]]:
        """Return order and blocks when some lines are known: those are left out, and the rest is resolved again."""
        cut = frozenset(self.blocks.keys() & known)
        if not cut:
            return self.order, self.blocks
        if cut not in self._cut:
            blocks: dict[str, Block] = {}
            self._cut[cut] = self._resolve([name for name in self.order if name not in cut], blocks), blocks
        return self._cut[cut]

    def _collect_units(self) -> None:
        hints = {name: typing.get_type_hints(line, include_extras=True) for name, line in self.lines.items()}
        declared_by: dict[str, str] = {}
        for name, hint in hints.items():
            self.units[name], declared_by[name] = _unit_of(name, "return", hint), name
            self.shown_in[name] = _shown_in(hint["return"], self.units[name])
            for extra in hint["return"].__metadata__:
                if isinstance(extra, Zero):
                    self.checks[name] = extra.level
        for name, hint in hints.items():
            for ingredient in self.ingredients[name]:
                if hint.get(ingredient) is Membership:
                    self.memberships.add(ingredient)
                    continue
                unit = _unit_of(name, ingredient, hint)
                if self.units.setdefault(ingredient, unit) != unit:
                    raise UnitError(
                        f"line {name!r} takes {ingredient!r} in {unit}, but {declared_by[ingredient]!r} has it in "
                        f"{self.units[ingredient]}; write the same unit in both"
                    )
                declared_by.setdefault(ingredient, name)
                self._tighten(ingredient, hint[ingredient])
                self.shown_in.setdefault(ingredient, _shown_in(hint[ingredient], unit))

    def _tighten(self, name: str, hint: Any) -> None:
        """Limit an input to values that every line allows; it may be negative only if a line sets a lower limit."""
        declared = [extra for extra in hint.__metadata__ if isinstance(extra, Limits)]
        limits = functools.reduce(operator.and_, declared, self.limits.get(name, Limits()))
        is_date = _shown_in(hint, Unit()) == "date"
        self.limits[name] = limits if is_date or limits.low > -math.inf else Limits(0.0) & limits

    def run(self, inputs: Mapping[str, Any], wanted: Iterable[str] | None = None) -> Values:
        """Compute the lines.

        Parameters
        ----------
        inputs
            a value for each name in ``self.inputs``, arrays (..., rows, periods) [unit of the row] or Membership;
            a line given here too is taken as known and not computed again.
        wanted
            names of lines to return; None returns every line. With names, a value is freed after its last use.

        Raises
        ------
        UnknownName
            for a wanted line that does not exist, or an input that is missing.
        """
        with np.errstate(all="ignore"):  # an undefined value is nan, and is shown as such
            return self._run(dict(inputs), inputs, wanted)

    def _run(self, values: Values, inputs: Mapping[str, Any], wanted: Iterable[str] | None) -> Values:
        order, blocks = self._without(inputs.keys())
        if wanted is None:
            for name in order:
                if name not in values:
                    self._compute(name, values, blocks)
            return {name: values[name] for name in self.order}
        keep = set(wanted)
        for name in keep - self.lines.keys():
            raise UnknownName.of("line", name, self.lines)
        needed, done = self.needed(keep, inputs), set(inputs)
        left = Counter(ingredient for name in needed for ingredient in self.ingredients[name])
        for name in needed:
            if name not in done:
                done.update(self._compute(name, values, blocks))
            for ingredient in self.ingredients[name]:
                left[ingredient] -= 1
                if not left[ingredient] and ingredient not in keep:
                    del values[ingredient]
        return {name: values[name] for name in keep}

    def _compute(self, name: str, values: Values, blocks: Mapping[str, Block]) -> Collection[str]:
        """Compute a line, or every line of its block, and return the names computed."""
        block = blocks.get(name)
        names = block.formulas if block else (name,)
        try:
            if block is None:
                found = self.lines[name](*[values[ingredient] for ingredient in self.ingredients[name]])
                values[name] = np.asarray(found, dtype=float)  # a comparison counts 0 or 1
            else:
                values |= run_block(block, values)
        except KeyError as missing:
            name = next(line for line in names if missing.args[0] in self.ingredients[line])
            raise UnknownName(
                f"line {name!r} needs {missing.args[0]!r}, which no line and no data row gives; "
                f"add its rows to {self.module[name]}.csv"
            ) from None
        return names

    def needed(self, wanted: set[str], known: Mapping[str, Any]) -> list[str]:
        """Return, in order, the lines to compute to obtain the wanted lines when some values are known."""
        seen, stack = set(), [name for name in wanted if name not in known]
        while stack:
            name = stack.pop()
            if name in self.lines and name not in seen:
                seen.add(name)
                stack.extend(ingredient for ingredient in self.ingredients[name] if ingredient not in known)
        return [name for name in self._without(known.keys())[0] if name in seen]

    def affected(self, changed: Iterable[str]) -> set[str]:
        """Return the names of the lines that depend on any of the changed inputs or lines."""
        out: set[str] = set()
        stack = [user for name in changed for user in self.users.get(name, ())]
        while stack:
            name = stack.pop()
            if name not in out:
                out.add(name)
                stack.extend(self.users[name])
        return out

    def settled(self, inputs: Mapping[str, Any], changed: Iterable[str]) -> Values:
        """Return every line that does not depend on the changed inputs, and so needs computing only once."""
        moved = self.affected(changed)
        still = [name for name in self.order if name not in moved]
        found = self.run(inputs, still)
        return {name: found[name] for name in still}


def _lines_of(module: ModuleType) -> dict[str, Line]:
    return {
        name: line
        for name, line in vars(module).items()
        if inspect.isfunction(line) and line.__module__ == module.__name__ and not name.startswith("_")
    }


def components(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Return the strongly connected components of a graph, each after the components it leads to (Tarjan, 1972).

    >>> components({"stock": ["flow", "stock"], "flow": ["order"], "order": ["flow"]})
    [['order', 'flow'], ['stock']]
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    open_names: set[str] = set()
    found: list[list[str]] = []
    for root in graph:
        path = [] if root in number else [(root, iter(graph[root]))]
        while path:
            name, rest = path[-1]
            if name not in number:
                number[name] = lowest[name] = len(number)
                stack.append(name)
                open_names.add(name)
            following = next((other for other in rest if other in graph and other not in number), None)
            if following is not None:
                path.append((following, iter(graph[following])))
                continue
            path.pop()
            lowest[name] = min([number[name], *(lowest[other] for other in graph[name] if other in open_names)])
            if lowest[name] == number[name]:
                at = stack.index(name)
                found.append(stack[at:][::-1])
                open_names -= set(stack[at:])
                del stack[at:]
    return found


def _shown_in(hint: Any, unit: Unit) -> str:
    """Return the unit in which a quantity is shown. Shares and dates have no unit of their own."""
    return next((extra for extra in hint.__metadata__ if isinstance(extra, str)), str(unit))


def _unit_of(line: str, parameter: str, hints: Mapping[str, Any]) -> Unit:
    for extra in getattr(hints.get(parameter), "__metadata__", ()):
        if isinstance(extra, Unit):
            return extra
    what = "what it returns" if parameter == "return" else repr(parameter)
    raise UnitError(
        f"line {line!r} does not say the unit of {what}; annotate it with a name from hubmodel.engine.units"
    )
