"""Measure hubmodel, print the result and write ``bench.json``: ``make bench``.

Times are CPU seconds of one process on one thread, because a machine that does other things too makes wall-clock
times worthless; the smallest of several rounds is what the work itself takes.
"""

import argparse
import platform
from pathlib import Path

import numpy as np

import hubmodel as hm
from tests.bench import hub, table
from tests.bench.contender import DRAWS, Row
from tests.bench.figures import SLOWER, Figure, printed, read, slower, write

WRITTEN = Path("bench.json")


def of_the_small_project(rows: list[Row]) -> list[Figure]:
    """Return the figures of the small project: each package's time, and that of hubmodel beside plain NumPy."""
    yardstick, ours = (next(row for row in rows if row.package == name) for name in ("plain NumPy", "hubmodel, lines"))
    return [
        Figure("the small project once", 1e6 * ours.once, "µs", 96, "414"),
        Figure(f"{DRAWS:,} draws of it, beside plain NumPy", ours.drawn / yardstick.drawn, "times as slow", 1.5, "1.4"),
        *(Figure(f"the small project once, {row.package}", 1e6 * row.once, "µs") for row in rows if row is not ours),
    ]


def main() -> None:
    """Measure, print, write, and compare with an earlier run."""
    asked = argparse.ArgumentParser(prog="make bench")
    asked.add_argument("--compare", type=Path, help="bench.json of an earlier run")
    compare = asked.parse_args().compare
    earlier = read(compare) if compare else {}  # before it may be written over
    about = f"hubmodel {hm.__version__}, Python {platform.python_version()}, NumPy {np.__version__}; {hub.machine()}"
    print(f"{about}\nCPU seconds of one thread, the smallest of several rounds, unless a figure is of wall clock\n")
    measured = list(printed(hub.figures()))
    print("\nOne small DCF project, 23 years, beside other packages\n")
    measured += printed(of_the_small_project(table.show()))
    write(WRITTEN, measured, about=about)
    print(f"\nwritten: {WRITTEN}")
    if compare:
        lines = slower(measured, earlier)
        print(
            f"slower than in {compare.name} by more than {SLOWER - 1:.0%}: {'' if lines else 'nothing'}",
            *lines,
            sep="\n",
        )


if __name__ == "__main__":
    main()
