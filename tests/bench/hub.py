"""hubmodel on the reference case: one run, a process, draws, and how near they come to what memory allows."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np

import hubmodel as hm
from hubmodel.case.facility import Case
from hubmodel.case.formulas import instance_of
from hubmodel.engine import compiled
from hubmodel.uncertainty.draws import BLOCK, Draws
from hubmodel.uncertainty.simulate import Job, run_job
from tests.bench import bound
from tests.bench.clock import fresh, seconds
from tests.bench.figures import Figure

VALUE, RATE = "net_present_value", "internal_rate_of_return"
LOADED = "import hubmodel as hm; case = hm.load('northx')"
COMMAND = """import sys
from hubmodel.cli import main
sys.argv = ["hubmodel", "run"]
try:
    main()
except SystemExit as end:
    assert not end.code"""


def figures() -> Iterator[Figure]:
    """Measure everything, the quickest first."""
    case = hm.load("northx")
    yield from one_run(case)
    yield from processes()
    yield from draws(case)
    yield from beside_memory(case)


def one_run(case: Case) -> Iterator[Figure]:
    """Time a run in this process."""
    yield Figure("every line once, NumPy", 1e3 * seconds(lambda: hm.evaluate(case), 15)[0], "ms", 8.5, "17.7")
    if hasattr(compiled, "resident") and compiled.available():
        lines, price = compiled.resident(instance_of(case)), case.inputs["innovation_hourly_rate"]
        prices = iter(np.linspace(1, 2, 1_000_000))
        least, _ = seconds(lambda: lines.run({"innovation_hourly_rate": price * next(prices)}), 15)
        yield Figure("every line once, compiled", 1e3 * least, "ms", 1.5)
    yield Figure("a lever's move, NumPy", 1e3 * seconds(lambda: hm.run(case, solved=False), 9)[0], "ms", 11, "23")
    yield Figure("hm.run with solved figures, NumPy", 1e3 * seconds(lambda: hm.run(case), 7)[0], "ms", 100, "322-367")
    yield Figure(
        "load the case, with the check of units and lists", 1e3 * seconds(lambda: hm.load("northx"), 3)[0], "ms"
    )


def processes() -> Iterator[Figure]:
    """Time fresh processes."""
    yield Figure("import numpy", fresh("import numpy")[0], "CPU-s")
    yield Figure("import hubmodel", fresh("import hubmodel")[0], "CPU-s", 0.20, "0.22-0.26")
    yield Figure("hubmodel run", fresh(COMMAND)[0], "CPU-s", 0.5, "0.9")
    if compiled.available():
        lines = f"hm.simulate(case, 8, figures=('{VALUE}',), compiled="
        first, again = (fresh(f"{LOADED}\n{lines}{fast})")[0] for fast in (True, False))
        yield Figure("the kernel made ready by a fresh process", max(first - again, 0.0), "CPU-s", 0.1, "0.2-1.25")


def draws(case: Case) -> Iterator[Figure]:
    """Time draws of every input that has a range, made included."""
    for name, wanted, fast, count, goal, before in (
        ("draws with their points, net present value", (VALUE,), True, 8 * BLOCK, 23_000, "19,500"),
        ("draws with their points, and rate of return", (VALUE, RATE), True, 4 * BLOCK, 15_000, "13,300"),
        ("draws with their points, NumPy", (VALUE,), False, 2 * BLOCK, 1_350, "1,140"),
    ):
        if fast and not compiled.available():
            continue
        job = Job(Draws(case), wanted, 0, count, fast)
        yield Figure(name, count / seconds(lambda: run_job(job), rounds=3)[0], "draws/s", goal, before)  # noqa: B023
    plan = Draws(case)
    yield Figure("points of a block", 1e3 * seconds(lambda: plan.quantiles(0))[0], "ms")
    points = plan.quantiles(0)
    yield Figure("inputs at the points of a block", 1e3 * seconds(lambda: plan.inputs(points))[0], "ms", 1.0, "4.4")
    yield Figure("two workers beside one, wall clock", two_workers(case), "times as fast", 1.75, "1.15-1.64")
    count = 1_000_000
    yield Figure(
        "memory at 1,000,000 draws", fresh(f"{LOADED}; hm.simulate(case, {count})", rounds=1)[2], "MB", 200, "209"
    )


def two_workers(case: Case) -> float:
    """Return how many times as fast two processes are as one."""
    took = []
    for workers in (1, 2):
        with ProcessPoolExecutor(workers) as pool:
            hm.simulate(case, 16 * BLOCK, executor=pool)  # each has compiled
            begin = time.perf_counter()
            hm.simulate(case, 64 * BLOCK, executor=pool)
            took.append(time.perf_counter() - begin)
    return took[0] / took[1]


def beside_memory(case: Case) -> Iterator[Figure]:
    """Compare runs with the bound that memory sets to a run that goes line by line."""
    speeds = {place: max(bound.bandwidth(size).values()) for place, size in bound.PLACES.items()}
    for place, speed in speeds.items():
        yield Figure(f"bandwidth of {place}, NumPy", speed / 1e9, "GB/s")
    runs = [("every line, NumPy", tuple(case.model.lines), 1, seconds(lambda: hm.evaluate(case), 9)[0], "memory")]
    if compiled.available():
        plan = Draws(case)
        drawn, kernel = plan.inputs(plan.quantiles(0)), compiled.compiled(instance_of(case), [VALUE], plan.drawn)
        took, _ = seconds(lambda: kernel(drawn))
        runs.append(("net present value of drawn inputs, compiled", (VALUE,), BLOCK, took, "L2 cache"))
    values = {**case.inputs, **hm.evaluate(case).values}
    for name, wanted, count, took, place in runs:
        read, written = bound.numbers_moved(case.model, values, wanted)
        yield Figure(f"{name}: line-months", count * written / took, "/s")
        least = bound.BYTES * (read + written) / speeds[place]
        yield Figure(f"{name}: beside the bound of {place}", count * least / took, "times as fast")


def machine() -> str:
    """Return what is measured on, in a line."""
    import platform

    try:
        with open("/proc/cpuinfo") as lines:
            processor = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):  # only Linux has it there
        processor = platform.processor() or platform.machine()
    return f"{processor}, {os.cpu_count()} cores, {platform.system()} {platform.release()}"
