"""How fast a run could be if moving its numbers were all that it took: the bound that memory bandwidth sets."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from hubmodel.case.facility import Case
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


def show(case: Case, figures: Iterable[str], drawn: Mapping[str, Any], draws: int) -> None:
    """Print the bound of a run with its arithmetic, beside what is measured: every line, key figures, some draws."""
    speeds = {}
    for place, array_bytes in PLACES.items():
        found = bandwidth(array_bytes)
        said = ", ".join(f"{name} {speed / 1e9:.1f} GB/s" for name, speed in found.items())
        print(f"NumPy in {place}, three arrays of {array_bytes // 1024:,} KiB: {said}")
        speeds[place] = max(found.values())
    for what, wanted, changed, runs in (
        ("every line, once", tuple(case.model.lines), {}, 1),
        ("key figures, once", tuple(figures), {}, 1),
        (f"key figures, {draws} draws at once", tuple(figures), drawn, draws),
    ):
        read, written = _moved(case, wanted, changed)
        took, _ = seconds(lambda: case.model.run({**case.inputs, **changed}, wanted))  # noqa: B023
        megabytes = BYTES * (read + written) / runs / 1e6
        print(
            f"{what}: {read / runs:,.0f} numbers read + {written / runs:,.0f} written, {BYTES} bytes each, "
            f"= {megabytes:.2f} MB a run; measured {1e3 * took / runs:.2f} ms a run = {runs / took:,.0f} runs/s"
        )
        for place, speed in speeds.items():
            least = 1e6 * megabytes / speed
            print(
                f"  at most {1 / least:,.0f} runs/s from {place}: {megabytes:.2f} MB / {speed / 1e9:.1f} GB/s "
                f"= {1e3 * least:.3f} ms; the measured run takes {took / runs / least:,.1f} times as long"
            )


def _moved(case: Case, wanted: Iterable[str], changed: Mapping[str, Any]) -> tuple[int, int]:
    inputs = {**case.inputs, **changed}
    return numbers_moved(case.model, {**inputs, **case.model.run(inputs)}, wanted)
