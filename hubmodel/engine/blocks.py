"""Blocks: lines that read one another's value of the period before, so that they are computed together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from hubmodel.engine.formula import Formula, readings, walk
from hubmodel.errors import TraceError


@dataclass(frozen=True, eq=False)
class Block:
    """Lines that depend on one another across periods.

    Parameters
    ----------
    formulas
        the formula of each line, in the order in which they are computed within a period.
    programs
        how `hubmodel.engine.stepping` computes them, by the shapes of what they read.
    """

    formulas: Mapping[str, Formula]
    programs: dict[Any, Callable[..., Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, lines: Collection[str], formulas: Mapping[str, Formula]) -> Block:
        """Return the block of some lines.

        Raises
        ------
        TraceError
            when they depend on one another within a period, when one needs all periods of another, or when a value
            before the first period depends on them.
        """
        now: dict[str, set[str]] = {name: set() for name in lines}
        for name in lines:
            for ingredient, reading in readings(formulas[name]):
                if ingredient in now and reading == "all":
                    raise TraceError(
                        f"line {name!r} reads all periods of {ingredient!r}, which depends on it; use cumulative() or "
                        "read it under previous()"
                    )
                if ingredient in now and reading == "now":
                    now[name].add(ingredient)
        try:
            order = list(TopologicalSorter(now).static_order())
        except CycleError as error:
            names = sorted(set(error.args[1]))
            depend, cure = "depend on one another", "put one of them under previous()"
            if len(names) == 1:
                depend, cure = "depends on itself", "read it under previous()"
            raise TraceError(f"{' and '.join(map(repr, names))} {depend} within a period; {cure}") from None
        block = cls({name: _stepped(name, formulas[name]) for name in order})
        for part in block.states:
            if id(part.of[1]) in block.inside:
                raise TraceError(f"previous({part.of[0].of[0]}) starts with a line that depends on it; start elsewhere")
        return block

    def __reduce__(self) -> tuple[Any, ...]:
        return Block, (self.formulas,)  # programs are written again

    @cached_property
    def parts(self) -> list[Formula]:
        """Every part of every line."""
        return [part for formula in self.formulas.values() for part in walk(formula)]

    @cached_property
    def inside(self) -> set[int]:
        """The parts that read the block, by identity: what has to be computed period by period."""
        found: set[int] = set()
        for part in reversed(self.parts):  # operands come before what they stand in
            reads = part.is_name and part.of[0] in self.formulas
            if reads or any(id(operand) in found for operand in part.of):
                found.add(id(part))
        return found

    @cached_property
    def outside(self) -> list[Formula]:
        """The largest parts that do not read the block, numbers apart: known for all periods at once."""
        found: dict[int, Formula] = {}
        stack = list(self.formulas.values())
        while stack:
            part = stack.pop()
            if id(part) not in self.inside:
                found |= {id(part): part} if part.kind not in ("number", "membership") else {}
            else:  # what was is a state; what it starts from lies outside
                operands = part.of[1:] if part.kind == "previous" else part.of
                stack.extend(operand for operand in operands if isinstance(operand, Formula))
        return list(found.values())

    @cached_property
    def states(self) -> list[Formula]:
        """The parts that hold a value of the period before."""
        found = {id(part): part for part in self.parts if part.kind == "previous" and id(part) in self.inside}
        return list(found.values())

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The operators and words that are computed period by period."""
        return frozenset(part.kind for part in self.parts if id(part) in self.inside)


def joint(counts: Iterable[int]) -> int:
    """Return the rows of what combines several: no rows where one has none, -1 where none is known."""
    known = set(counts) - {-1}
    return -1 if not known else 0 if 0 in known else max(known)


def _stepped(name: str, formula: Formula) -> Formula:
    """Return a running sum as what it was in the period before, and what is added."""
    if formula.kind != "cumulative":
        return formula
    return Formula("+", (Formula("previous", (Formula("name", (name,)), Formula("number", (0,)))), formula.of[0]))
