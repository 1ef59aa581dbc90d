"""The packages side by side: what they answer, where a convention parts them, and what they take in time."""

import os
from collections.abc import Iterator
from pathlib import Path

import hubmodel as hm
from hubmodel.study.presets import Reported
from tests.bench import apart
from tests.bench.contender import DRAWS, Row, measure
from tests.bench.here import HERE
from tests.bench.peers import PEERS

PROJECT = Path(__file__).parents[1] / "published" / "bench_project"
SAME = 1e-6  # relative; SAM's search for a rate of return stops there
LEGEND = f"""\
NPV and break-even price in MSEK, as the package answers. Agrees to: the largest relative difference of NPV, IRR and
break-even to the whole model of hubmodel on this project (tests/published/bench_project), set to that package's
conventions. Once: NPV, IRR and break-even computed anew, the project being built. {DRAWS:,} draws of price, operating
cost and investment: their NPV, the drawing not counted. Import: in a fresh process. x NumPy: ratio to the first row.
"""


def rows() -> Iterator[Row | str]:
    """Measure the packages here, then those that ``PEERS=`` asks for: a row each, or why there is none."""
    yield from map(measure, HERE)
    for one in apart.chosen(os.environ.get("PEERS", "")):
        yield one if isinstance(one, str) else apart.measured(one)


def difference(row: Row, ours: Reported) -> float:
    """Return the largest relative difference of a package's three answers to those of hubmodel."""
    beside = (ours.net_present_value / 1e6, ours.internal_rate_of_return, (ours.break_even or 0.0) / 1e6)
    found = zip((row.npv, row.irr, row.break_even), beside, strict=True)
    return max(abs(theirs / own - 1) if own else float("inf") for theirs, own in found)


def line(row: Row, ours: Reported, yardstick: Row) -> str:
    """Write a row of the table."""
    apart_by = difference(row, ours)
    return (
        f"{row.package + ' ' + row.version:<25}{row.npv:14.9f}{100 * row.irr:14.9f}{row.break_even:13.9f}"
        f"{('' if apart_by < SAME else 'NOT: ') + f'{apart_by:.0e}':>12}{row.mean:10.2f}{row.imported:10.3f}"
        f"{1e6 * row.once:11,.1f}{row.once / yardstick.once:8,.1f}"
        f"{row.drawn:13,.5f}{row.drawn / yardstick.drawn:10,.1f}  {row.remark}"
    )


def show() -> list[Row]:
    """Print the table, and what PEERS= would add to it; return what was measured."""
    print(LEGEND)
    print(
        f"{'package':<25}{'NPV':>14}{'IRR %':>14}{'break-even':>13}{'agrees to':>12}{'mean NPV':>10}{'import s':>10}"
        f"{'once µs':>11}{'x NumPy':>8}{f'{DRAWS:,} s':>13}{'x NumPy':>10}  convention, and what to know"
    )
    ours = {one.name: one for one in hm.compare_presets(hm.load(PROJECT))}
    measured: list[Row] = []
    for row in rows():
        if isinstance(row, str):
            print(row)
            continue
        measured.append(row)
        print(line(row, ours[row.preset], measured[0]), flush=True)
    if not os.environ.get("PEERS"):
        print(f"\nPEERS=all adds {', '.join(PEERS)}, each in an environment made for it (minutes)")
    return measured
