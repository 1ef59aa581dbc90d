"""The bridge between two scenarios under uncertainty: contributions of each change to mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hubmodel.case.facility import Case
from hubmodel.case.scenario import differing_keys
from hubmodel.errors import InputError
from hubmodel.study.bridge import contributions, subsets
from hubmodel.text.language import label
from hubmodel.uncertainty.simulate import VALUE, Executor, Simulation, simulate

EXACT = 4  # up to this many changes, the average is over every order; each subset needs a simulation


@dataclass(frozen=True)
class SpreadStep:
    """A change and its contribution to the mean, the standard deviation and the share of draws below zero."""

    key: str
    label: str
    mean: float
    standard_deviation: float
    below_zero: float


@dataclass(frozen=True)
class SpreadBridge:
    """Steps from the spread of one scenario to that of another; both ends are simulations of the same points."""

    figure: str
    start: Simulation
    steps: tuple[SpreadStep, ...]
    end: Simulation
    order: str


def spread_bridge(
    case: Case, other: Case, *, figure: str = VALUE, draws: int = 1024, seed: int = 7, executor: Executor | None = None
) -> SpreadBridge:
    """Return the contribution of each change between two scenarios to the mean and the spread of a figure.

    Parameters
    ----------
    case, other
        two scenarios of the same facility.
    figure
        a key figure that is a line or is counted from lines.
    draws, seed, executor
        as in `simulate`; the same points are drawn for every step.

    Returns
    -------
    Steps that add up exactly: the average over all orders up to four changes, beyond that the order of the data.

    Raises
    ------
    InputError
        when the two run by different periods.
    """
    keys = differing_keys(case, other)
    if "period" in keys:
        raise InputError("a bridge needs two scenarios by the same period; set period alike in both")
    made = {
        done: simulate(
            _between(case, other, [keys[at] for at in done]), draws, seed=seed, figures=(figure,), executor=executor
        )
        for done in subsets(len(keys), EXACT)
    }
    summaries = {done: simulation.summary(figure) for done, simulation in made.items()}
    parts = [
        contributions({done: getattr(summary, name) for done, summary in summaries.items()})
        for name in ("mean", "standard_deviation", "below")
    ]
    steps = tuple(SpreadStep(key, label(key), *(part[at] for part in parts)) for at, key in enumerate(keys))
    order = "average over all orders" if len(keys) <= EXACT else "in the order of the data"
    return SpreadBridge(figure, made[()], steps, made[tuple(range(len(keys)))], order)


def _between(case: Case, other: Case, keys: Sequence[str]) -> Case:
    """Return the first scenario with some inputs as in the other."""
    rows = [row for key, rows in case.by_key.items() for row in (other.by_key[key] if key in keys else rows)]
    return replace(case, rows=tuple(rows), base=case.base or case)
