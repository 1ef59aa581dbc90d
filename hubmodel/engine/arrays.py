"""Blocks of draws as plain Python: a function with a local array (rows, draws) for each line, written once a block."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import numpy as np

from hubmodel.engine import words
from hubmodel.engine.blocks import Block
from hubmodel.engine.formula import ACROSS_ROWS, Formula
from hubmodel.engine.units import Quantity

_WORDS = {"where": np.where, "maximum": np.maximum, "minimum": np.minimum, "floor": np.floor}


def program(block: Block, fixed: Collection[int]) -> Callable[..., None]:
    """Return a function of (series, constants, memberships, states, out) that writes every line into `out`.

    Parameters
    ----------
    block
        the lines; `series`, `constants` and `states` are in the order of `block.outside` and `block.states`, arrays
        (periods, rows, draws) and (rows, draws); `out` has one for each line.
    fixed
        the parts outside the block of which one value holds for all periods, by identity.
    """
    return _Writer(block, fixed).program()


class _Writer:
    def __init__(self, block: Block, fixed: Collection[int]) -> None:
        self.block = block
        self.scope: dict[str, Any] = {**_WORDS, "summed": summed, "nan": np.nan, "inf": np.inf, "every": [slice(None)]}
        self.series = {id(part): f"s{at}" for at, part in enumerate(block.outside) if id(part) not in fixed}
        constants = {id(part): f"c{at}" for at, part in enumerate(block.outside) if id(part) in fixed}
        states = {id(part): f"p{at}" for at, part in enumerate(block.states)}
        self.heads = {"constants": list(constants.values()), "states": list(states.values())}
        self.names = constants | self.series | states
        self.now = {line: f"v{at}" for at, line in enumerate(block.formulas)}

    def program(self) -> Callable[..., None]:
        head = [f"[{', '.join(names)}] = {what}" for what, names in self.heads.items() if names]
        outs = [f"o{at}" for at in range(len(self.now))]
        loop = f"for {', '.join([*self.series.values(), *outs])}, in zip(*series, *out):"
        body = []
        for (line, formula), out in zip(self.block.formulas.items(), outs, strict=True):
            body += [f"{out}[...] = {self._text(formula)}", f"{self.now[line]} = {out}"]
        body += [f"{self.names[id(part)]} = {self.now[part.of[0].of[0]]}" for part in self.block.states]
        lines = ["def step(series, constants, memberships, states, out):", *(f"    {text}" for text in (*head, loop))]
        exec("\n".join([*lines, *(f"        {text}" for text in body)]), self.scope)
        return self.scope["step"]  # type: ignore[no-any-return]

    def _text(self, part: Formula) -> str:
        if id(part) in self.names:
            return self.names[id(part)]
        if part.is_name:
            return self.now[part.of[0]]
        if part.kind == "number":
            return "nan" if part.of[0] != part.of[0] else repr(part.of[0])
        if part.kind in ACROSS_ROWS:
            return self._across(part)
        operands = [self._text(operand) for operand in part.of]
        if part.kind == "neg":
            return f"(-{operands[0]})"
        if part.kind.isidentifier():
            self.scope.setdefault(part.kind, getattr(words, part.kind))
            return f"{part.kind}({', '.join(operands)})"
        return f"({operands[0]} {part.kind} {operands[1]})"

    def _across(self, part: Formula) -> str:
        inner = self._text(part.of[0])
        if part.kind == "total":
            return f"summed({inner}, every)"
        by = f"memberships[{part.of[1].of[0]!r}]"
        return f"{inner}[{by}.index]" if part.kind == "each" else f"summed({inner}, {by}.children)"


def summed(value: Quantity, groups: Iterable[Any]) -> Quantity:
    """Sum rows one after another, whatever their number: NumPy's sum changes its order with the shape."""
    none = np.zeros((1, *value.shape[1:]))
    return np.stack([np.cumsum(np.concatenate([none, value[rows]]), axis=0)[-1] for rows in groups])
