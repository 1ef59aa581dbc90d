"""Measure hubmodel and print the result: ``make bench``. Writes no file.

Times are CPU seconds of one process on one thread, because a machine that does other things too makes wall-clock
times worthless; the smallest of several rounds is what the work itself takes.
"""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy_financial as npf
import pyxirr

import hubmodel as hm
from hubmodel import returns
from hubmodel.case import Case
from hubmodel.key_figures import LINE_FIGURES
from tests.bench import dcf, peers, project

DRAWS, DCF_DRAWS, SEED = 1_000, 10_000, 7
Work = Callable[[], Any]


def seconds(work: Work, rounds: int = 7, least: float = 0.05) -> tuple[float, float]:
    """CPU seconds of one call: (smallest, median) over rounds that take `least` seconds together or one call each."""
    work()
    begin = time.process_time()
    work()
    calls = max(1, int(least / max(time.process_time() - begin, 1e-6)))
    out = []
    for _ in range(rounds):
        begin = time.process_time()
        for _ in range(calls):
            work()
        out.append((time.process_time() - begin) / calls)
    return min(out), statistics.median(out)


def fresh(code: str, rounds: int = 5) -> tuple[float, float, float]:
    """Run code in processes of its own: (smallest CPU seconds, smallest wall seconds, peak memory in MB)."""
    timed = (
        f"import time; c, w = time.process_time(), time.perf_counter()\n{code}\n"
        "c, w = time.process_time() - c, time.perf_counter() - w\n"
        "try:\n    m = next(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line[:5] == 'VmHWM')\n"
        "except OSError:\n    m = float('nan')  # only Linux says it without help\n"
        "print(c, w, m)"
    )
    told = [
        subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True).stdout.split()[-3:]
        for _ in range(rounds)
    ]
    cpu, wall, memory = zip(*(map(float, one) for one in told), strict=True)
    return min(cpu), min(wall), max(memory)


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


def yardstick() -> None:
    """Time one small project in plain NumPy, as lines of hubmodel and through other packages."""
    title("One small DCF project, 23 years: answers")
    flow = dcf.cash_flow()
    lines = project.run("worth", "rate_of_return")
    answers = {
        "reference": (dcf.NPV, dcf.IRR, dcf.BREAK_EVEN),
        "plain NumPy": (float(dcf.npv(flow)), dcf.irr(flow), dcf.break_even()),
        "lines of hubmodel": (lines["worth"].item(), lines["rate_of_return"].item(), project.break_even()),
        "hubmodel.returns": (float(returns.npv(flow, dcf.RATE, timing="end")), float(returns.irr(flow)), None),
        "numpy_financial": (float(npf.npv(dcf.RATE, flow)) / (1 + dcf.RATE), float(npf.irr(flow)), None),
        "pyxirr": (pyxirr.npv(dcf.RATE, flow, start_from_zero=False), pyxirr.irr(flow), None),
    }
    print(f"{'':<20}{'NPV MSEK':>16}{'IRR %':>16}{'break-even MSEK':>18}")
    for name, (worth, rate, price) in answers.items():
        print(f"{name:<20}{worth:16.9f}{100 * (rate or np.nan):16.9f}{f'{price:18.9f}' if price else '–':>18}")
    title("The same: time")
    print(f"{'':<40}{'µs':>10}{'x NumPy':>10}")
    random = np.random.default_rng(SEED).standard_normal((3, DCF_DRAWS))
    price, opex, capex = dcf.PRICE + 0.05 * random[0], dcf.OPEX + 3 * random[1], dcf.CAPEX * (1 + 0.15 * random[2])
    drawn = {
        name: one[:, None, None]
        for name, one in (("sales", price * 100), ("running_cost", opex), ("investment", capex))
    }
    for what, works in {
        "flow and NPV": {
            "plain NumPy": lambda: dcf.npv(dcf.cash_flow()),
            "lines of hubmodel": lambda: project.run("worth"),
        },
        "NPV of a given flow": {
            "plain NumPy": lambda: dcf.npv(flow),
            "hubmodel.returns.npv": lambda: returns.npv(flow, dcf.RATE, timing="end"),
            "numpy_financial.npv": lambda: npf.npv(dcf.RATE, flow),
            "pyxirr.npv": lambda: pyxirr.npv(dcf.RATE, flow, start_from_zero=False),
        },
        "IRR of a given flow": {
            "plain NumPy (one root)": lambda: dcf.irr(flow),
            "hubmodel.returns.irr (every root)": lambda: returns.irr(flow),
            "numpy_financial.irr": lambda: npf.irr(flow),
            "pyxirr.irr": lambda: pyxirr.irr(flow),
        },
        "break-even price": {"plain NumPy": dcf.break_even, "lines of hubmodel": project.break_even},
        f"NPV of {DCF_DRAWS:,} draws": {
            "plain NumPy": lambda: dcf.npv(dcf.cash_flow(price, opex, capex)),
            "lines of hubmodel": lambda: project.run("worth", **drawn),
        },
    }.items():
        print(what)
        first = 0.0
        for name, work in works.items():
            least, _ = seconds(work)
            first = first or least
            print(f"  {name:<38}{1e6 * least:10.1f}{least / first:10.2f}")
    title("Other packages")
    peers.measure(os.environ.get("PEERS", ""))


if __name__ == "__main__":
    print(
        f"hubmodel {hm.__version__}, Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}"
    )
    hub()
    yardstick()
