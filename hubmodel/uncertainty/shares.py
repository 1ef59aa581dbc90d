"""Variance shares: the part of the variance of a figure that each input causes, alone and with its interactions.

First-order and total effects by the estimators of Saltelli et al. (2010, Computer Physics Communications 181) and
Jansen (1999), on scrambled Sobol points; intervals by bootstrap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from hubmodel.case.documents import correlations
from hubmodel.case.facility import Case
from hubmodel.case.rows import weakest_grade
from hubmodel.engine import compiled as kernel
from hubmodel.engine.units import Quantity
from hubmodel.errors import InputError
from hubmodel.text.language import label
from hubmodel.uncertainty.draws import BLOCK, Draws, chosen_keys
from hubmodel.uncertainty.simulate import CHUNK, VALUE, Executor, mapped, values_at, with_bar
from hubmodel.uncertainty.tornado import tornado

SHOWN = 12  # inputs with a share of their own, if none are named
RESAMPLES = 400
SAME = 1e-12  # tolerance for rounding, relative to the largest value
INTERVAL = (0.05, 0.95)
OTHERS, MOST_TOGETHER = "all others", 6  # a larger group is the rest: correlated inputs are few


@dataclass(frozen=True)
class Share:
    """Share of the variance [1] due to an input, or to several that are drawn together, with 90 % intervals."""

    keys: tuple[str, ...]
    label: str
    grade: str
    first: float
    first_interval: tuple[float, float]
    total: float
    total_interval: tuple[float, float]


@dataclass(frozen=True)
class Shares:
    """Shares of the variance of a figure, the largest total effect first, and the number of runs."""

    figure: str
    shares: tuple[Share, ...]
    variance: float
    runs: int


@dataclass(frozen=True)
class _Job:
    draws: Draws
    figure: str
    groups: tuple[tuple[str, ...], ...]
    block: int
    size: int
    compiled: bool


def sobol(
    case: Case,
    figure: str = VALUE,
    *,
    draws: int = 1024,
    seed: int = 7,
    inputs: Iterable[str] = (),
    executor: Executor | None = None,
    progress: bool = False,
) -> Shares:
    """Return the share of the variance of a figure that each input causes.

    Parameters
    ----------
    case, figure
        the case, and a key figure that is a line or is counted from lines.
    draws
        base points; each takes two runs and one more for each group of inputs.
    seed
        of the points.
    inputs
        inputs with a share of their own; if none, the twelve with the widest bars in the tornado. All others form one
        group, and so do inputs that are correlated with each other.
    executor, progress
        as in `simulate`.

    Raises
    ------
    InputError
        for fewer than 64 draws, a figure without value in some draw, or one that is the same in every draw.
    """
    if draws < 64:
        raise InputError(
            "draws must be at least 64 for variance shares, got {draws}; 1024 give shares within 0.05", draws=draws
        )
    plan = Draws(case, "sobol", seed)
    groups = _groups(case, plan.keys, chosen_keys(case, inputs) or _widest(case, figure))
    sizes = [min(BLOCK, draws - begin) for begin in range(0, draws, BLOCK)]
    jobs = [_Job(plan, figure, groups, block, size, kernel.available()) for block, size in enumerate(sizes)]
    values = np.vstack(list(with_bar(mapped(executor, run_share_job, jobs), len(jobs), progress)))
    if undefined := int(np.isnan(values).any(axis=1).sum()):
        raise InputError(
            "{figure} has no value in {undefined} of {draws} draws; ask for the shares of another figure",
            figure=figure, undefined=undefined, draws=draws,
        )  # fmt: skip
    if np.ptp(values[:, :2]) <= SAME * np.abs(values[:, :2]).max():
        raise InputError(
            "{figure} is the same in every draw, so no input moves it; ask for another figure", figure=figure
        )
    return Shares(figure, _shares(case, groups, values, seed), float(values[:, :2].var()), values.size)


def _widest(case: Case, figure: str) -> tuple[str, ...]:
    name = figure if figure in case.model.lines else VALUE
    return tuple(influence.key for influence in tornado(case, name, ends="p10_p90")[:SHOWN])


def _groups(case: Case, keys: Sequence[str], wanted: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return groups of inputs to vary together: each wanted one with those correlated with it, then all others."""
    home = {key: {key} for key in keys}
    for pair in correlations(case.folder):
        joined = home[pair.key] | home[pair.other]
        home |= dict.fromkeys(joined, joined)
    named = dict.fromkeys(tuple(key for key in keys if key in home[name]) for name in wanted)
    taken = {key for group in named for key in group}
    rest = tuple(key for key in keys if key not in taken)
    return (*named, rest) if rest else tuple(named)


def run_share_job(job: _Job) -> Quantity:
    """Run a block: the figure at points A, at points B, and at A with each group from B; (size, 2 + groups)."""
    from scipy.stats import qmc

    keys = job.draws.keys
    random = np.random.default_rng(np.random.SeedSequence([job.draws.seed, job.block]))
    both = qmc.Sobol(2 * len(keys), rng=random).random(BLOCK)[: job.size]
    a, b = both[:, : len(keys)], both[:, len(keys) :]
    mixed = [np.where([key in group for key in keys], b, a) for group in job.groups]
    return np.stack([_figure(job, points) for points in (a, b, *mixed)], axis=1)


def _figure(job: _Job, points: Quantity) -> Quantity:
    tied = job.draws.correlated(points)
    parts = [
        values_at(job.draws, (job.figure,), tied[at : at + CHUNK], job.compiled)[job.figure]
        for at in range(0, len(tied), CHUNK)
    ]
    return np.concatenate(parts)


def indices(values: Quantity) -> tuple[Quantity, Quantity]:
    """Return first-order and total effects [1], (groups,) each, from values at A, B and each mix, (draws, 2 + groups).

    >>> x = np.random.default_rng(1).random((2, 4096, 2))
    >>> mixed = [np.stack([x[1, :, 0], x[0, :, 1]], 1), np.stack([x[0, :, 0], x[1, :, 1]], 1)]
    >>> first, total = indices(np.stack([3 * p[:, 0] + p[:, 1] for p in (x[0], x[1], *mixed)], 1))
    >>> [round(float(share), 1) for share in (*first, *total)]  # 9 and 1 of 10 parts of the variance, no interaction
    [0.9, 0.1, 0.9, 0.1]
    """
    a, b, mixed = values[:, :1], values[:, 1:2], values[:, 2:]
    variance = values[:, :2].var()
    return (b * (mixed - a)).mean(axis=0) / variance, ((a - mixed) ** 2).mean(axis=0) / (2 * variance)


def _shares(case: Case, groups: tuple[tuple[str, ...], ...], values: Quantity, seed: int) -> tuple[Share, ...]:
    values = values - values.mean()  # the first-order estimate is then less noisy
    first, total = indices(values)
    random = np.random.default_rng(seed)
    again = [indices(values[random.integers(0, len(values), len(values))]) for _ in range(RESAMPLES)]
    ends = np.quantile(np.array(again), INTERVAL, axis=0)  # (2, effects, groups)
    out = []
    for at, group in enumerate(groups):
        title = OTHERS if len(group) > MOST_TOGETHER else " + ".join(label(key) for key in group)
        grade = weakest_grade(row for key in group for row in case.by_key[key])
        spans = [(float(ends[0, effect, at]), float(ends[1, effect, at])) for effect in (0, 1)]
        out.append(Share(group, title, grade, float(first[at]), spans[0], float(total[at]), spans[1]))
    return tuple(sorted(out, key=lambda share: -share.total))
