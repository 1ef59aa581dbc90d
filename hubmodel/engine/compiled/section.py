"""A straight run of instructions in LLVM's language, in which a value is a vector with a place for each draw."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field

LANES = 4  # draws in a vector: faster here than 2, 8 or 16, also where the machine has vectors of 8
AREAS = ("drawn", "dated", "fixed", "series", "state", "kept", "ends", "paths")
OVER_TIME = ("dated", "series", "kept", "paths")  # with a place for each period
SHARED = ("fixed", "series")  # one number for all draws
VECTOR, FLAGS = f"<{LANES} x double>", f"<{LANES} x i1>"


@dataclass(frozen=True)
class Value:
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


def repeated(value: str, of: str = "double") -> str:
    """Return a constant vector.

    >>> repeated("7", "i64")
    '<i64 7, i64 7, i64 7, i64 7>'
    """
    return "<" + ", ".join([f"{of} {value}"] * LANES) + ">"


@dataclass
class Section:
    """Instructions that run one after another: what precedes the periods of a pass, or what happens in each of them.

    Parameters
    ----------
    mark
        its name, with which the names of its values begin.
    periods
        periods of the calendar.
    """

    mark: str
    periods: int
    text: list[str] = field(default_factory=list)
    _written: dict[str, str] = field(default_factory=dict)

    def load(self, area: str, at: int) -> Value:
        """Write the reading of a place in memory."""
        wide = area not in SHARED
        return Value(self._new(f"load {_type(wide)}, ptr {self._address(area, at)}, align 8"), wide)

    def store(self, area: str, at: int, value: Value) -> None:
        """Write a value to a place in memory."""
        self.text.append(f"  store {VECTOR} {self._vector(value)}, ptr {self._address(area, at)}, align 8")

    def apply(self, instruction: str, *operands: Value) -> Value:
        """Write an operation on values of one kind: vectors if any of them is one."""
        wide = any(one.wide for one in operands)
        names = ", ".join(self._vector(one) if wide else one.name for one in operands)
        return Value(self._new(f"{instruction} {_type(wide)} {names}"), wide)

    def call(self, function: str, *operands: Value) -> Value:
        """Write the call of a function of vectors."""
        given = ", ".join(f"{VECTOR} {self._vector(one)}" for one in operands)
        return Value(self._new(f"call {VECTOR} @{function}.v{LANES}f64({given})"), True)

    def choose(self, test: Value, yes: Value, no: Value) -> Value:
        """Write the choice between two values, draw by draw."""
        wide = test.wide or yes.wide or no.wide
        first, second = (f"{_type(wide)} {self._vector(one) if wide else one.name}" for one in (yes, no))
        return Value(self._new(f"select {FLAGS if test.wide else 'i1'} {test.name}, {first}, {second}"), wide)

    def _new(self, instruction: str) -> str:
        # What was written before is not written again: no value is computed twice.
        if instruction not in self._written:
            self._written[instruction] = f"%{self.mark}.{len(self._written)}"
            self.text.append(f"  {self._written[instruction]} = {instruction}")
        return self._written[instruction]

    def _address(self, area: str, at: int) -> str:
        pointer, step = (self.mark, self.periods) if area in OVER_TIME else ("here", 1)
        return self._new(f"getelementptr {_type(area not in SHARED)}, ptr %{area}.{pointer}, i64 {at * step}")

    def _vector(self, value: Value) -> str:
        if value.wide:
            return value.name
        if value.literal:
            return repeated(value.name)
        first = self._new(f"insertelement {VECTOR} poison, double {value.name}, i32 0")
        return self._new(f"shufflevector {VECTOR} {first}, {VECTOR} poison, <{LANES} x i32> zeroinitializer")


def _type(wide: bool) -> str:
    return VECTOR if wide else "double"
