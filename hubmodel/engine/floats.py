"""Blocks as plain Python: a function with a local variable for each row of each line, written for some shapes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hubmodel.engine.blocks import Block, joint
from hubmodel.engine.formula import ACROSS_ROWS, Formula
from hubmodel.engine.units import Quantity

_SIGNS = {"maximum": ">=", "minimum": "<="}


def can_step(block: Block) -> bool:
    """True if floats compute what arrays do: powers and whole parts of what is not finite differ."""
    return not block.kinds & {"**", "floor"}


def arguments(block: Block, known: Mapping[int, Quantity]) -> tuple[list[list[float]], list[float]]:
    """Return the series and the constants that a program takes: a series or number for each row."""
    series: list[list[float]] = []
    constants: list[float] = []
    for part, fixed in _given(block, known):
        for row in known[id(part)]:
            if fixed:
                constants.append(float(row[0]))
            else:
                series.append(row.tolist())
    return series, constants


def program(
    block: Block, known: Mapping[int, Quantity], values: Mapping[str, Any], rows: Mapping[str, int]
) -> Callable[..., list[list[float]]]:
    """Return a function of (periods, series, constants) that gives a list of floats for each row of each line.

    Parameters
    ----------
    block
        the lines.
    known
        arrays (rows, periods) of what they read outside the block; only their shapes matter.
    values
        the memberships, by name.
    rows
        how many rows each line has.
    """
    return _Writer(block, known, values, rows).program()


def _given(block: Block, known: Mapping[int, Quantity]) -> list[tuple[Formula, bool]]:
    """Return what a block reads, and whether one value of it is enough."""
    starts = {id(part.of[1]) for part in block.states}
    return [(part, known[id(part)].shape[-1] == 1 or id(part) in starts) for part in block.outside]


class _Writer:
    def __init__(
        self, block: Block, known: Mapping[int, Quantity], values: Mapping[str, Any], rows: Mapping[str, int]
    ) -> None:
        self.block, self.values, self.rows = block, values, rows
        self.body: list[str] = []
        self.names: dict[int, list[str]] = {}
        self.now: dict[str, list[str]] = {}
        self.given: dict[str, list[str]] = {"series": [], "constants": []}
        for part, fixed in _given(block, known):
            own = self.given["constants" if fixed else "series"]
            names = [f"{'c' if fixed else 's'}{len(own) + row}" for row in range(len(known[id(part)]))]
            self.names[id(part)] = names
            own.extend(names)

    def program(self) -> Callable[..., list[list[float]]]:
        head = [f"[{', '.join(self.given['constants'])}] = constants"] if self.given["constants"] else []
        head += self._starts()
        results = [name for at, line in enumerate(self.block.formulas) for name in self._line(at, line)]
        for part in self.block.states:
            now = self.now[part.of[0].of[0]]
            for row, old in enumerate(self.names[id(part)]):
                self.body.append(f"{old} = {now[row if len(now) > 1 else 0]}")
        head += [f"list_{name} = []; add_{name} = list_{name}.append" for name in results]
        series = self.given["series"]
        loop = f"for {', '.join(series)}, in zip(*series):" if series else "for _ in range(periods):"
        source = ["def step(periods, series, constants):", *(f"    {text}" for text in head), f"    {loop}"]
        source += [f"        {text}" for text in self.body or ["pass"]]
        source += [f"    return [{', '.join(f'list_{name}' for name in results)}]"]
        scope: dict[str, Any] = {"nan": float("nan")}
        exec("\n".join(source), scope)
        return scope["step"]  # type: ignore[no-any-return]

    def _starts(self) -> list[str]:
        out = []
        for at, part in enumerate(self.block.states):
            names = [f"p{at}_{row}" for row in range(joint(map(self._count, part.of)))]
            out += [f"{name} = {self._text(part.of[1], row)}" for row, name in enumerate(names)]
            self.names[id(part)] = names
        return out

    def _line(self, at: int, line: str) -> list[str]:
        names = [f"v{at}_{row}" for row in range(self.rows[line])]
        for row, name in enumerate(names):
            self.body.append(f"{name} = {self._text(self.block.formulas[line], row)}")
            self.body.append(f"add_{name}({name})")
        self.now[line] = names
        return names

    def _text(self, part: Formula, row: int) -> str:
        if id(part) in self.names or part.is_name:
            names = self.names[id(part)] if id(part) in self.names else self.now[part.of[0]]
            return names[row if len(names) > 1 else 0]
        if part.kind == "number":
            return "nan" if part.of[0] != part.of[0] else repr(float(part.of[0]))
        if part.kind in ACROSS_ROWS:
            return self._across(part, row)
        operands = [self._text(operand, row) for operand in part.of]
        if part.kind == "neg":
            return f"(-{operands[0]})"
        if part.kind == "where":
            return f"({operands[1]} if {operands[0]} else {operands[2]})"
        if part.kind in _SIGNS:  # the first also where it is no number, as NumPy has it
            a, b = map(self._local, operands)
            return f"({a} if {a} {_SIGNS[part.kind]} {b} or {a} != {a} else {b})"
        return f"({operands[0]} {part.kind} {operands[1]})"

    def _local(self, text: str) -> str:
        """Return a name for a text that is used more than once."""
        if text.isidentifier() or text[:1].isdigit():
            return text
        name = f"t{len(self.body)}"
        self.body.append(f"{name} = {text}")
        return name

    def _across(self, part: Formula, row: int) -> str:
        if part.kind == "each":
            return self._text(part.of[0], self.values[part.of[1].of[0]].position[row])
        if part.kind == "group":
            rows = [int(at) for at in self.values[part.of[1].of[0]].children[row]]
        else:
            count = self._count(part.of[0])
            rows = list(range(count if count >= 0 else 1))
        return f"({' + '.join(['0.0', *(self._text(part.of[0], at) for at in rows)])})"

    def _count(self, part: Formula) -> int:
        if id(part) in self.names:
            return len(self.names[id(part)])
        if part.is_name:
            return self.rows[part.of[0]]
        return joint(self._count(inner) for inner in part.of if isinstance(inner, Formula))
