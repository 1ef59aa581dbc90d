"""The bridge between two scenarios under uncertainty: which change moves the mean, and which the spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hubmodel.case.facility import Case
from hubmodel.case.scenario import differing_keys
from hubmodel.errors import InputError
from hubmodel.study.bridge import contributions, subsets
from hubmodel.text.language import label
from hubmodel.uncertainty.simulate import VALUE, Executor, Simulation, simulate

EXACT = 4  # changes up to which every order is averaged: each subset is a simulation of its own


@dataclass(frozen=True)
class SpreadStep:
    """What one change contributes to the mean, to the standard deviation and to the share of draws below zero."""

    key: str
    label: str
    mean: float
    standard_deviation: float
    below_zero: float


@dataclass(frozen=True)
class SpreadBridge:
    """From one scenario's spread to another's: the steps add up; both ends are simulations of the same points."""

    figure: str
    start: Simulation
    steps: tuple[SpreadStep, ...]
    end: Simulation
    order: str


def spread_bridge(
    one: Case, other: Case, *, figure: str = VALUE, draws: int = 1024, seed: int = 7, executor: Executor | None = None
) -> SpreadBridge:
    """Return what each change between two scenarios does to the mean and the spread of a figure.

    Parameters
    ----------
    one, other
        two scenarios of one facility.
    figure
        a key figure that is a line or counted.
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
    keys = differing_keys(one, other)
    if "period" in keys:
        raise InputError("a bridge needs two scenarios by the same period; set period alike in both")
    made = {
        done: simulate(
            _between(one, other, [keys[at] for at in done]), draws, seed=seed, figures=(figure,), executor=executor
        )
        for done in subsets(len(keys), EXACT)
    }
    told = {done: found.summary(figure) for done, found in made.items()}
    parts = [
        contributions({done: getattr(summary, name) for done, summary in told.items()})
        for name in ("mean", "standard_deviation", "below")
    ]
    steps = tuple(SpreadStep(key, label(key), *(part[at] for part in parts)) for at, key in enumerate(keys))
    order = "average over all orders" if len(keys) <= EXACT else "in the order of the data"
    return SpreadBridge(figure, made[()], steps, made[tuple(range(len(keys)))], order)


def _between(one: Case, other: Case, keys: Sequence[str]) -> Case:
    """The first scenario with some inputs as in the other."""
    rows = [row for key, rows in one.by_key.items() for row in (other.by_key[key] if key in keys else rows)]
    return replace(one, rows=tuple(rows), base=one.base or one)
