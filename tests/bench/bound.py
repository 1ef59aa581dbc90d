"""How fast a run could be if moving its numbers were all that it took: the bound that memory bandwidth sets."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from hubmodel.engine.graph import Model
from hubmodel.engine.units import Membership
from tests.bench.clock import seconds

BYTES = 8  # a float64, and a position in a list
PLACES = {"memory": 128 * 2**20, "L2 cache": 128 * 2**10}  # bytes of an array; three are in use


def numbers_moved(model: Model, values: Mapping[str, Any], wanted: Iterable[str]) -> tuple[int, int]:
    """How many numbers a run (reads, writes) at least: each needed line reads its ingredients and writes itself."""
    needed = set(wanted)
    for name in reversed(model.order):
        if name in needed:
            needed.update(model.ingredients[name])
    lines = needed & model.lines.keys()
    read = sum(size(values[ingredient]) for name in lines for ingredient in model.ingredients[name])
    return read, sum(size(values[name]) for name in lines)


def size(value: Any) -> int:
    """How many numbers a value holds."""
    return len(value.position) if isinstance(value, Membership) else int(np.size(value))


def bandwidth(array_bytes: int) -> dict[str, float]:
    """Bytes a second that NumPy moves in a copy, which reads one array and writes one, and in a triad a = b + 3 c.

    NumPy takes a triad in two steps: it reads c and writes a, then reads a and b and writes a, five arrays in all.
    """
    a, b, c = (np.full(array_bytes // BYTES, float(value)) for value in range(3))

    def triad() -> None:
        np.multiply(c, 3.0, out=a)
        np.add(a, b, out=a)

    return {
        "copy": 2 * a.nbytes / seconds(lambda: np.copyto(a, b))[0],
        "triad": 5 * a.nbytes / seconds(triad)[0],
    }
