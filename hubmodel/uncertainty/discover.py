"""Scenario discovery: ranges of a few inputs within which a figure lies below (or above) a threshold in most draws.

The patient rule induction method, PRIM (Friedman and Fisher 1999, Statistics and Computing 9): thin slices are peeled
off the space of inputs, each time the slice whose removal raises the share of wanted draws most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hubmodel.case.rows import weakest_grade
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError, Message
from hubmodel.text.language import label
from hubmodel.uncertainty.draws import rows_at
from hubmodel.uncertainty.simulate import VALUE, Simulation

Flags = npt.NDArray[np.bool_]
PEEL = 0.05  # share of the draws in the box that each step removes
SMALLEST = 0.05  # share of all draws below which a box is too small to mean anything
MOST_LIMITS = 4  # inputs that a box limits; nobody can remember more
FEWEST_DRAWS = 200


@dataclass(frozen=True)
class Limit:
    """An input that a box limits: the part of its range [quantiles], and the values of its rows there [unit]."""

    key: str
    label: str
    grade: str
    quantiles: tuple[float, float]
    values: tuple[tuple[str, float, float], ...]
    unit: str


@dataclass(frozen=True)
class Box:
    """Limits within which wanted draws are frequent.

    `density` is the share of draws in the box that are wanted, `coverage` the share of wanted draws that lie in the
    box, `mass` the share of all draws that lie in it.
    """

    limits: tuple[Limit, ...]
    density: float
    coverage: float
    mass: float


@dataclass(frozen=True)
class Discovery:
    """Boxes for a question about a figure, best coverage first; `share` is that of wanted draws among all."""

    figure: str
    threshold: float
    below: bool
    draws: int
    share: float
    boxes: tuple[Box, ...]


def discover(
    simulation: Simulation,
    figure: str = VALUE,
    *,
    threshold: float = 0.0,
    below: bool = True,
    density: float = 0.9,
    boxes: int = 2,
) -> Discovery:
    """Find ranges of inputs within which a figure lies below (or not below) a threshold.

    Parameters
    ----------
    simulation
        draws of the case that include the figure.
    figure, threshold, below
        which draws are wanted: those with the figure [its unit] below the threshold, or those with it not below.
    density
        the share of wanted draws that a box should reach.
    boxes
        the largest number of boxes; each is sought among the draws outside those before it.

    Raises
    ------
    InputError
        when there are fewer than 200 draws, or all or none of them are wanted.
    """
    values = simulation.of(figure)
    known = np.isfinite(values)
    if known.sum() < FEWEST_DRAWS:
        raise InputError(
            "{figure} has a value in {draws} draws; discovery needs {fewest}: draw more",
            figure=figure, draws=int(known.sum()), fewest=FEWEST_DRAWS,
        )  # fmt: skip
    wanted = (values[known] < threshold) == below
    if wanted.all() or not wanted.any():
        under = Message("below {threshold:g}", threshold=threshold)
        over = Message("not below {threshold:g}", threshold=threshold)
        raise InputError(
            "{figure} is {side} in every draw, so no range tells; give another threshold",
            figure=figure, side=under if below == bool(wanted.all()) else over,
        )  # fmt: skip
    points = simulation.quantiles[known][:, simulation.draws.columns]
    found: list[Box] = []
    left = np.ones(len(wanted), dtype=bool)
    while len(found) < boxes and wanted[left].any():
        limits = _best(peeled(points[left], wanted[left]), wanted[left], points[left], density)
        inside = within(points, limits) & left
        gained = inside.any() and wanted[inside].mean() > (density if found else wanted.mean())
        if not np.isfinite(limits).any() or not gained:
            break
        found.append(_box(simulation, limits, wanted, inside))
        left &= ~inside
        if left.sum() < FEWEST_DRAWS:
            break
    return Discovery(figure, threshold, below, int(known.sum()), float(wanted.mean()), tuple(found))


def within(points: Quantity, limits: Quantity) -> Flags:
    """Return a flag for each point (draws, inputs) that lies within limits (2, inputs); nan is no limit."""
    low, high = np.nan_to_num(limits[0], nan=-np.inf), np.nan_to_num(limits[1], nan=np.inf)
    return np.asarray(np.all((points >= low) & (points <= high), axis=1))


def peeled(points: Quantity, wanted: Flags) -> list[Quantity]:
    """Return the limits (2, inputs) after each step of peeling, from none to those of the smallest box."""
    limits = np.full((2, points.shape[1]), np.nan)
    inside, path = np.ones(len(points), dtype=bool), [limits]
    while inside.sum() * (1 - PEEL) >= SMALLEST * len(points):
        limited = np.isfinite(limits).any(axis=0)
        open_to = limited if limited.sum() == MOST_LIMITS else np.ones_like(limited)
        found = _peel(points[inside], wanted[inside], open_to)
        if found is None:
            break
        side, column, limit = found
        limits = limits.copy()
        limits[side, column] = limit
        inside = within(points, limits)
        path.append(limits)
    return path


def _peel(points: Quantity, wanted: Flags, open_to: Flags) -> tuple[int, int, float] | None:
    """Return side, column and limit of the slice whose removal leaves the largest share of wanted draws, if any."""
    edges = np.quantile(points, (PEEL, 1 - PEEL), axis=0)
    kept = np.stack([points >= edges[0], points <= edges[1]])  # (2, draws, inputs)
    counts = kept.sum(axis=1)
    shares = np.where(open_to & (counts > 0), (kept & wanted[:, None]).sum(axis=1) / np.maximum(counts, 1), 0.0)
    side, column = np.unravel_index(int(np.argmax(shares)), shares.shape)
    better = shares[side, column] > wanted.mean()
    return (int(side), int(column), float(edges[side, column])) if better else None


def _best(path: list[Quantity], wanted: Flags, points: Quantity, density: float) -> Quantity:
    """Return the largest box that is dense enough, else the densest, without limits that do not raise its density."""
    dense = [limits for limits in path if wanted[within(points, limits)].mean() >= density]
    best = dense[0] if dense else path[-1]
    for column in np.flatnonzero(np.isfinite(best).any(axis=0)):
        freed = best.copy()
        freed[:, column] = np.nan
        if wanted[within(points, freed)].mean() >= min(density, wanted[within(points, best)].mean()):
            best = freed
    return best


def _box(simulation: Simulation, limits: Quantity, wanted: Flags, inside: Flags) -> Box:
    case, keys = simulation.case, simulation.draws.drawn
    found = []
    for column in np.flatnonzero(np.isfinite(limits).any(axis=0)):
        key = keys[column]
        low, high = np.nan_to_num(limits[:, column], nan=0.0).tolist()
        ends = np.array([low, high if np.isfinite(limits[1, column]) else 1.0])
        rows = case.by_key[key]
        drawn = zip(rows, rows_at(case, key, ends), strict=True)
        spans = [(row.row, float(values[0]), float(values[1])) for row, values in drawn]
        found.append(
            Limit(key, label(key), weakest_grade(rows), (float(ends[0]), float(ends[1])), tuple(spans), rows[0].unit)
        )
    return Box(
        tuple(found), float(wanted[inside].mean()), float(wanted[inside].sum() / wanted.sum()), float(inside.mean())
    )
