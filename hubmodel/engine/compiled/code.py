"""From the expression of a line to instructions: one method for each operator and word.

Every operation is the one that NumPy makes, in the same order and without shortcuts such as fused or reassociated
sums, so that what is exactly zero there is exactly zero here. Only a power is reckoned in another way.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import reduce

from hubmodel.engine.compiled.layout import Layout
from hubmodel.engine.compiled.plan import COUNTED
from hubmodel.engine.compiled.section import Section, Value, number
from hubmodel.engine.formula import COMPARISONS
from hubmodel.engine.trace import Expression
from hubmodel.engine.words import nan

_SIGNS = {"+": "fadd", "-": "fsub", "*": "fmul", "/": "fdiv"}
_TESTS = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "une"}
_AT_HAND = COUNTED | {"name", "number", "each"}  # what is loaded where it is needed
_FIRST_IF = {"maximum": "ogt", "minimum": "olt"}


class Compiler:
    """Compiles lines into a section, row by row.

    Parameters
    ----------
    layout
        where everything stands.
    section
        where the instructions go.
    before
        the compiler of what runs once before the periods; that one itself has none.
    """

    def __init__(self, layout: Layout, section: Section, before: Compiler | None = None) -> None:
        self.layout, self.section, self.before = layout, section, before or self
        self._cells: dict[tuple[str, int], Value] = {}
        self._carried: dict[Hashable, tuple[Expression, int]] = {}

    def line(self, name: str) -> None:
        """Compile a line, and put its values where others look for them."""
        line = self.layout.plan.lines[name]
        for row in range(self.layout.plan.rows(line.list)):
            self.section.text.append(f"  ; {name}, row {row}")
            value = self._cells[name, row] = self.value(line, row)
            for area, first in self.layout.stores(name):
                self.section.store(area, first + row, value)

    def accumulate(self, part: Expression) -> None:
        """Compile what a sum or the lowest value over the periods does in each of them."""
        start, step = (0.0, self._add) if part.kind == "sum_periods" else (float("inf"), self._lower)
        for row in range(self.layout.plan.rows(part.list)):
            key = _key(part, row)
            self._pass_on(key, step(self._passed_on(key, number(start)), self.value(part.of[0], row)))

    def finish(self) -> None:
        """Compile what the next period finds as the previous one."""
        for key, (source, row) in self._carried.items():
            self._pass_on(key, self.value(source, row))

    def value(self, e: Expression, row: int) -> Value:
        """Compile an expression for one row; what does not vary in time is computed before the periods."""
        if self.before is not self and not e.varies and e.kind not in _AT_HAND:
            return self._passed_on(_key(e, row), self.before.value(e, row))
        return _WRITE[e.kind](self, e, row)

    def _name(self, e: Expression, row: int) -> Value:
        name, at = e.of[0], row if e.list else 0
        if (found := self._cells.get((name, at))) is not None:
            return found
        area, first = self.layout.home(name)
        return self.section.load(area, first + at)

    def _operator(self, e: Expression, row: int) -> Value:
        return self.section.apply(_SIGNS[e.kind], *(self.value(operand, row) for operand in e.of))

    def _negative(self, e: Expression, row: int) -> Value:
        return self.section.apply("fneg", self.value(e.of[0], row))

    def _floor(self, e: Expression, row: int) -> Value:
        return self.section.call("llvm.floor", self.value(e.of[0], row))

    def _power(self, e: Expression, row: int) -> Value:
        base, exponent = (self.value(operand, row) for operand in e.of)
        if self.before is self or e.of[0].varies:
            return self.section.call("llvm.pow", base, exponent)
        log = self.before.section.call("llvm.log", self.before.value(e.of[0], row))
        return self.section.call("power", base, exponent, self._passed_on(("log", *_key(e.of[0], row)), log))

    def _comparison(self, e: Expression, row: int) -> Value:
        return self.section.choose(self._test(e, row), number(1), number(0))

    def _where(self, e: Expression, row: int) -> Value:
        return self.section.choose(self._test(e.of[0], row), self.value(e.of[1], row), self.value(e.of[2], row))

    def _test(self, e: Expression, row: int) -> Value:
        if e.kind in COMPARISONS:
            return self.section.apply(f"fcmp {_TESTS[e.kind]}", *(self.value(operand, row) for operand in e.of))
        return self.section.apply("fcmp une", self.value(e, row), number(0))

    def _larger_or_smaller(self, e: Expression, row: int) -> Value:
        return self._extreme(_FIRST_IF[e.kind], *(self.value(operand, row) for operand in e.of))

    def _lower(self, a: Value, b: Value) -> Value:
        return self._extreme("olt", a, b)

    def _extreme(self, first_if: str, a: Value, b: Value) -> Value:
        if b.literal:
            a, b = b, a
        found = self.section.choose(self.section.apply(f"fcmp {first_if}", a, b), a, b)  # b where either is nan
        if a.literal and a != number(nan):
            return found
        return self.section.choose(self.section.apply("fcmp uno", a, number(0)), a, found)

    # Over rows

    def _total(self, e: Expression, row: int) -> Value:
        return self._sum(e.of[0], range(self.layout.plan.rows(e.of[0].list)))

    def _group(self, e: Expression, row: int) -> Value:
        return self._sum(e.of[0], e.of[1].children[row])

    def _each(self, e: Expression, row: int) -> Value:
        return self.value(e.of[0], e.of[1].position[row])

    def _sum(self, name: Expression, rows: Iterable[int]) -> Value:
        values = [self.value(name, int(row)) for row in rows]
        return reduce(self._add, values) if values else number(0)

    def _add(self, a: Value, b: Value) -> Value:
        return self.section.apply("fadd", a, b)

    # Over time: the state holds what the periods find from before them and from one another.

    def _previous(self, e: Expression, row: int) -> Value:
        self._carried[_key(e, row)] = e.of[0], row
        return self._passed_on(_key(e, row), self.before.value(e.of[1], row))

    def _cumulative(self, e: Expression, row: int) -> Value:
        so_far = self._passed_on(_key(e, row), number(0))
        return self._pass_on(_key(e, row), self._add(so_far, self.value(e.of[0], row)))

    def _over_all(self, e: Expression, row: int) -> Value:
        return self.section.load("state", self.layout.slot(_key(e, row)))

    def _passed_on(self, key: Hashable, start: Value) -> Value:
        self.before.section.store("state", self.layout.slot(key), start)
        return self.section.load("state", self.layout.slot(key))

    def _pass_on(self, key: Hashable, value: Value) -> Value:
        self.section.store("state", self.layout.slot(key), value)
        return value


def _key(e: Expression, row: int) -> tuple[Hashable, ...]:
    return id(e), row if e.list else 0


_WRITE: dict[str, Callable[[Compiler, Expression, int], Value]] = {
    "number": lambda _, e, row: number(e.of[0]),
    "name": Compiler._name,
    **dict.fromkeys(_SIGNS, Compiler._operator),
    "neg": Compiler._negative,
    "floor": Compiler._floor,
    "**": Compiler._power,
    **dict.fromkeys(COMPARISONS, Compiler._comparison),
    "where": Compiler._where,
    **dict.fromkeys(_FIRST_IF, Compiler._larger_or_smaller),
    "total": Compiler._total,
    "group": Compiler._group,
    "each": Compiler._each,
    "previous": Compiler._previous,
    "cumulative": Compiler._cumulative,
    **dict.fromkeys(COUNTED, Compiler._over_all),
}
