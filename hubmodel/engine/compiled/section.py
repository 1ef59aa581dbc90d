"""A straight run of instructions in LLVM's language, in which a value is a vector with a place for each draw."""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

LANES = 4  # draws in a vector: faster here than 2, 8 or 16, also where the machine has vectors of 8
ONE = 1  # lane where there are no draws: values are plain numbers then
AREAS = ("drawn", "dated", "fixed", "series", "state", "kept", "ends", "paths")
OVER_TIME = ("dated", "series", "kept", "paths")  # with a place for each period
SHARED = ("fixed", "series")  # one number for all draws


@dataclass(frozen=True)
class Width:
    """How many draws run beside one another, and what LLVM calls that.

    >>> Width(4).vector, Width(1).vector
    ('<4 x double>', 'double')
    """

    lanes: int

    @cached_property
    def vector(self) -> str:
        """The type of a value with a place for each draw."""
        return self.of("double")

    @cached_property
    def flags(self) -> str:
        """The type of a condition with a place for each draw."""
        return self.of("i1")

    @cached_property
    def kind(self) -> str:
        """The end of the name of a function of vectors."""
        return "f64" if self.lanes == ONE else f"v{self.lanes}f64"

    def of(self, kind: str) -> str:
        """Return the type of a vector of something."""
        return kind if self.lanes == ONE else f"<{self.lanes} x {kind}>"

    def repeated(self, value: str, kind: str = "double") -> str:
        """Return a constant vector.

        >>> Width(2).repeated("7", "i64"), Width(1).repeated("7", "i64")
        ('<i64 7, i64 7>', '7')
        """
        return value if self.lanes == ONE else "<" + ", ".join([f"{kind} {value}"] * self.lanes) + ">"


class Value(NamedTuple):
    """A value in the program: its name, and whether it is a vector of draws or one number for all of them."""

    name: str
    wide: bool

    @property
    def literal(self) -> bool:
        """Whether it stands in the program itself."""
        return self.name.startswith("0x")


def number(value: float) -> Value:
    """Return a constant, exact to the last bit; what is no number has no sign.

    >>> number(1).name
    '0x3FF0000000000000'
    """
    exact = float(value) if value == value else math.nan
    return Value(f"0x{struct.unpack('<Q', struct.pack('<d', exact))[0]:016X}", False)


@dataclass
class Section:
    """Instructions that run one after another: what precedes the periods of a pass, or what happens in each of them.

    Parameters
    ----------
    mark
        its name, with which the names of its values begin.
    steps
        by area: how far the next row is.
    width
        how many draws run beside one another.
    """

    mark: str
    steps: Mapping[str, int]
    width: Width
    text: list[str] = field(default_factory=list)
    _written: dict[str, str] = field(default_factory=dict)

    def load(self, area: str, at: int) -> Value:
        """Write the reading of a place in memory."""
        wide = area not in SHARED
        return Value(self._new(f"load {self._type(wide)}, ptr {self._address(area, at)}, align 8"), wide)

    def store(self, area: str, at: int, value: Value) -> None:
        """Write a value to a place in memory."""
        self.text.append(f"  store {self.width.vector} {self._vector(value)}, ptr {self._address(area, at)}, align 8")

    def apply(self, instruction: str, *operands: Value) -> Value:
        """Write an operation on one or two values of one kind: vectors if any of them is one."""
        wide = operands[0].wide or operands[-1].wide
        names = ", ".join([self._vector(operand) if wide else operand.name for operand in operands])
        return Value(self._new(f"{instruction} {self._type(wide)} {names}"), wide)

    def call(self, function: str, *operands: Value) -> Value:
        """Write the call of a function of vectors."""
        given = ", ".join(f"{self.width.vector} {self._vector(operand)}" for operand in operands)
        return Value(self._new(f"call {self.width.vector} @{function}.{self.width.kind}({given})"), True)

    def choose(self, test: Value, yes: Value, no: Value) -> Value:
        """Write the choice between two values, draw by draw."""
        wide = test.wide or yes.wide or no.wide
        first, second = (f"{self._type(wide)} {self._vector(value) if wide else value.name}" for value in (yes, no))
        flags = self.width.flags if test.wide else "i1"
        return Value(self._new(f"select {flags} {test.name}, {first}, {second}"), wide)

    def _new(self, instruction: str) -> str:
        # What was written before is not written again: no value is computed twice.
        name = self._written.get(instruction)
        if name is None:
            name = self._written[instruction] = f"%{self.mark}.{len(self._written)}"
            self.text.append(f"  {name} = {instruction}")
        return name

    def _address(self, area: str, at: int) -> str:
        pointer, place = self.mark if area in OVER_TIME else "here", at * self.steps[area]
        return self._new(f"getelementptr {self._type(area not in SHARED)}, ptr %{area}.{pointer}, i64 {place}")

    def _vector(self, value: Value) -> str:
        if value.wide or self.width.lanes == ONE:
            return value.name
        if value.literal:
            return self.width.repeated(value.name)
        vector, places = self.width.vector, self.width.of("i32")
        first = self._new(f"insertelement {vector} poison, double {value.name}, i32 0")
        return self._new(f"shufflevector {vector} {first}, {vector} poison, {places} zeroinitializer")

    def _type(self, wide: bool) -> str:
        return self.width.vector if wide else "double"
