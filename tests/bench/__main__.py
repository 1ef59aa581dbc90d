"""Measure hubmodel and print the result: ``make bench``. Writes no file.

Times are CPU seconds of one process on one thread, because a machine that does other things too makes wall-clock
times worthless; the smallest of several rounds is what the work itself takes.
"""

import os
import platform
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.study.figures import LINE_FIGURES
from hubmodel.uncertainty.draws import BLOCK, Draws
from hubmodel.uncertainty.simulate import Job, run_job
from tests.bench import bound, table
from tests.bench.clock import fresh, seconds


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
    title("Draws of every input that has a range, made included; per second and core")
    draws(case)
    title("The bound that memory bandwidth sets to a run that goes line by line")
    plan = Draws(case)
    bound.show(case, figures, plan.inputs(plan.quantiles(0)[:64]), 64)


def draws(case: Case) -> None:
    """Time draws: NumPy with some at once, lines compiled to machine code, two processes; and peak memory."""
    value, rates = ("net_present_value",), ("internal_rate_of_return",)
    for said, figures, compiled, size, count in (
        ("NumPy, 1 at once", value, False, 1, 64),
        ("NumPy, 64 at once", value, False, 64, BLOCK),
        ("NumPy, 256 at once", value, False, 256, 2 * BLOCK),
        ("compiled, net present value", value, True, 0, 8 * BLOCK),
        ("compiled, and internal rate of return", value + rates, True, 0, 4 * BLOCK),
    ):
        job = Job(Draws(case), figures, 0, count, compiled, size)
        least, _ = seconds(lambda: run_job(job), rounds=3)  # noqa: B023
        print(f"{said:<46}{count / least:13,.0f} runs/s")
    for workers in (1, 2):
        with ProcessPoolExecutor(workers) as pool:
            hm.simulate(case, 2 * BLOCK, executor=pool)  # processes are up
            begin = time.perf_counter()
            hm.simulate(case, 64 * BLOCK, executor=pool)
            rate = 64 * BLOCK / (time.perf_counter() - begin)
            print(f"{f'{workers} in processes':<46}{rate:13,.0f} draws/s, wall clock")
    for count in (10_000, 1_000_000):
        code = f"import hubmodel as hm; hm.simulate(hm.load('northx'), {count})"
        cpu, wall, memory = fresh(code, rounds=1)
        print(f"{count:>9,} draws, fresh process{'':<23}{cpu:8.1f} s CPU{wall:8.1f} s wall{memory:7.0f} MB peak")


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
