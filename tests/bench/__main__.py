"""Measure hubmodel and print the result: ``make bench``. Writes no file.

Times are CPU seconds of one process on one thread, because a machine that does other things too makes wall-clock
times worthless; the smallest of several rounds is what the work itself takes.
"""

import os
import platform
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

import hubmodel as hm
import hubmodel.kernel
from hubmodel.case import Case
from hubmodel.key_figures import LINE_FIGURES
from hubmodel.trace import trace
from tests.bench import bound, table
from tests.bench.clock import fresh, seconds

DRAWS, SEED = 1_000, 7


def chunks(case: Case, draws: int, size: int) -> Iterator[dict[str, Any]]:
    """Draws of every input with a range, uniform between its ends, one quantile a key: (draws, rows, periods)."""
    keys = [key for key, rows in case.by_key.items() if any(row.low is not None for row in rows)]
    ends = {key: (end_of(case, key, "low"), end_of(case, key, "high")) for key in keys}
    quantiles = np.random.default_rng(SEED).random((draws, len(keys), 1, 1))
    for begin in range(0, draws, size):
        some = quantiles[begin : begin + size]
        yield {key: low + some[:, place, None] * (high - low) for place, (key, (low, high)) in enumerate(ends.items())}


def end_of(case: Case, key: str, end: str) -> Any:
    """An input with each of its rows at one end of its range, (rows, periods) [engine's unit]."""
    rows = [
        row.model_copy(update={"value": v}) if (v := getattr(row, end)) is not None else row for row in case.by_key[key]
    ]
    return case.array_of(key, rows)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'-' * len(text)}")


def hub() -> None:
    """Time hubmodel on the reference case."""
    title("hubmodel, the reference case")
    for name, code in {
        "import numpy, fresh process": "import numpy",
        "import hubmodel, fresh process": "import hubmodel",
        "import, load and one full run, fresh process": "import hubmodel as hm; hm.evaluate(hm.load('northx'))",
        "the same with checks and solved figures": "import hubmodel as hm; hm.run(hm.load('northx'))",
    }.items():
        cpu, wall, memory = fresh(code)
        print(f"{name:<46}{cpu:8.3f} s CPU{wall:8.3f} s wall{memory:7.0f} MB peak")
    case = hm.load("northx")
    figures = [name for name in LINE_FIGURES if name in case.model.lines]
    print(f"{len(case.model.lines)} lines, {len(case.rows)} input rows, {len(case.periods)} periods\n")
    for name, work, rounds in (
        ("load the case, with the unit and list check", lambda: hm.load("northx"), 3),
        ("every line, once", lambda: hm.evaluate(case), 15),
        (f"the {len(figures)} key figures that are lines, once", lambda: hm.evaluate(case, figures), 15),
        ("a lever's move: lines, key figures, checks", lambda: hm.run(case, solved=False), 5),
        ("hm.run: solved figures too", lambda: hm.run(case), 3),
    ):
        least, median = seconds(work, rounds)
        print(f"{name:<46}{1e3 * least:8.1f} ms min{1e3 * median:9.1f} ms median")
    print()
    for draws, size in ((DRAWS // 10, 1), (DRAWS, 16), (DRAWS, 64), (DRAWS, 256)):
        drawn = list(chunks(case, draws, size))
        begin = time.process_time()
        values = [np.ravel(hm.evaluate(case, figures, one)["net_present_value"]) for one in drawn]
        took = time.process_time() - begin
        said = f"{draws:,} draws of the key figures, {size} at once"
        mean = np.mean(np.hstack(values)) / 1e6
        print(f"{said:<46}{took:8.2f} s{draws / took:13,.0f} runs/s   (mean NPV {mean:.1f} MSEK)")
    title("Lines compiled to machine code (extra fast), beside NumPy with 256 draws at once")
    compiled(case, figures)
    title("The bound that memory bandwidth sets to a run that goes line by line")
    bound.show(case, figures, next(chunks(case, 64, 64)), 64)


def compiled(case: Case, figures: list[str]) -> None:
    """Time the compiled lines for draws of every input with a range."""
    (drawn,), parts = chunks(case, 1_024, 1_024), list(chunks(case, 1_024, 256))
    rates = [name for name in figures if trace(case).lines[name].kind == "irr"]
    for wanted, said in (
        (["net_present_value"], "net present value"),
        ([name for name in figures if name not in rates], f"key figures but the {len(rates)} rates of return"),
        (figures, f"the {len(figures)} key figures"),
    ):
        begin = time.process_time()
        kernel = hubmodel.kernel.compiled(case, wanted, drawn)
        took = time.process_time() - begin
        fast, _ = seconds(lambda: kernel(drawn))  # noqa: B023
        slow, _ = seconds(lambda: [hm.evaluate(case, wanted, one) for one in parts], rounds=3)  # noqa: B023
        print(
            f"{said:<46}{took:8.2f} s to compile{1_024 / fast:11,.0f} runs/s, "
            f"{slow / fast:.0f} times NumPy's {1_024 / slow:,.0f}"
        )


def machine() -> str:
    """What was measured on, in a line."""
    try:
        with open("/proc/cpuinfo") as told:
            processor = next(line.partition(":")[2].strip() for line in told if line.startswith("model name"))
    except (OSError, StopIteration):  # only Linux says it so
        processor = platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"


if __name__ == "__main__":
    print(f"hubmodel {hm.__version__}, Python {platform.python_version()}, NumPy {np.__version__}; {machine()}")
    print("CPU seconds of one thread, the smallest of several rounds, unless said otherwise")
    hub()
    title("One small DCF project, 23 years, beside other packages")
    table.show()
