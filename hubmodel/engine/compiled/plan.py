"""What is compiled, and in which order: the lines that are wanted and move, in passes over the periods."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hubmodel.engine.blocks import Block
from hubmodel.engine.formula import COMPARISONS, walk
from hubmodel.engine.trace import Expression, Instance

COUNTED = frozenset({"sum_periods", "lowest"})  # known after the last period
KINDS = COUNTED | COMPARISONS | {"name", "number", "+", "-", "*", "/", "**", "neg", "where", "floor"}
KINDS |= {"maximum", "minimum", "total", "group", "each", "previous", "cumulative"}


@dataclass(frozen=True, eq=False)
class Plan:
    """What is compiled.

    Parameters
    ----------
    instance
        the model and the inputs that it runs on.
    lines
        the formulas of the lines to compile, each after its ingredients.
    passes
        the pass over the periods in which a line is computed: one more than that of whatever it sums over time.
    drawn
        the changed inputs that these lines read.
    known
        what does not move, by name: inputs and lines (rows, periods), memberships.
    results
        the compiled lines that are handed out.
    left
        the wanted lines that NumPy computes from the results.
    """

    instance: Instance
    lines: Mapping[str, Expression]
    passes: Mapping[str, int]
    drawn: tuple[str, ...]
    known: Mapping[str, Any]
    results: tuple[str, ...]
    left: tuple[str, ...]

    def rows(self, list: str | None) -> int:
        """Return how many members a list has; 1 for the facility."""
        return self.instance.members[list] if list else 1

    def shape(self, name: str) -> tuple[int, int]:
        """Return rows and periods of a name, draws apart."""
        if name in self.known:
            rows, periods = self.known[name].shape
            return int(rows), int(periods)
        line = self.instance.formulas[name]
        return self.rows(line.list), self.instance.periods if line.varies else 1

    def pass_read(self, part: Expression) -> int:
        """Return the pass in which what a sum over the periods reads is computed."""
        return _pass(part, self.passes) - 1

    @cached_property
    def later(self) -> set[str]:
        """Lines over time that a later pass reads."""
        reads = [(line, self.passes[name]) for name, line in self.lines.items() if line.varies]
        reads += [(part, self.pass_read(part)) for part in self.over_all]
        return {
            part.of[0]
            for line, read_in in reads
            for part in walk(line)
            if part.is_name and part.varies and self.passes.get(part.of[0], read_in) < read_in
        }

    @cached_property
    def over_all(self) -> tuple[Expression, ...]:
        """What the lines sum over the periods, or take the lowest of, each once."""
        parts = (part for line in self.lines.values() for part in walk(line) if part.kind in COUNTED)
        return tuple({id(part): part for part in parts}.values())


def plan_of(instance: Instance, wanted: Collection[str], changed: Collection[str]) -> Plan:
    """Return what is compiled for the wanted lines when these inputs change."""
    model, formulas = instance.model, instance.formulas
    moved = model.affected(changed)
    moving = [name for name in model.needed(set(wanted), instance.inputs) if name in moved]
    unknown = {name for name in moving if not _has_code(formulas[name])}
    unknown |= model.affected(unknown)
    lines = {name: formulas[name] for name in moving if name not in unknown}
    asked = {*wanted, *(read for name in moving if name in unknown for read in model.ingredients[name])}
    read = {ingredient for name in lines for ingredient in model.ingredients[name]}
    return Plan(
        instance,
        lines,
        _passes(lines, model.blocks),
        tuple(sorted(read & set(changed))),
        {**instance.inputs, **model.settled(instance.inputs, changed)},
        tuple(name for name in lines if name in asked),
        tuple(name for name in wanted if name in unknown),
    )


def _has_code(line: Expression) -> bool:
    parts = walk(line)
    starts = [part.of[1] for part in parts if part.kind == "previous"]
    return all(part.kind in KINDS for part in parts) and not any(start.varies for start in starts)


def _passes(lines: Mapping[str, Expression], blocks: Mapping[str, Block]) -> dict[str, int]:
    """Return the pass of each line; the lines of a block share one."""
    out: dict[str, int] = {}
    for name in lines:
        if name not in out:
            together = blocks[name].formulas if name in blocks else (name,)
            out |= dict.fromkeys(together, max(_pass(part, out) for line in together for part in walk(lines[line])))
    return out


def _pass(part: Expression, known: Mapping[str, int]) -> int:
    if part.kind in COUNTED:
        return max(_pass(inner, known) for inner in walk(part.of[0])) + 1
    return known.get(part.of[0], 0) if part.is_name else 0
